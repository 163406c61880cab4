"""What stands in the conversation's place while there is none: the three ways to begin, or a quiet hint."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from desktop.ui.controls import name
from desktop.ui.first_run_cards import LocalCard, LocalState, ServersCard, ServiceCard
from desktop.ui.icons import Icons
from desktop.ui.labels import IconLabel, Paragraph, text_label
from desktop.ui.theme import Theme

WIDTH = 720  # as the text column
NARROW_WIDTH = 640  # below it the cards stand under each other
EDGE = 24
CARD_GAP = 14


class FirstRun(QScrollArea):
    """Three cards: the model on this computer, a service with a key, servers found on this computer."""

    use_local = Signal()
    add_key_requested = Signal()
    look_for_servers_requested = Signal()
    server_add_requested = Signal(str)  # the address of a server that was found

    def __init__(self, theme: Theme, icons: Icons) -> None:
        super().__init__()
        self._theme = theme
        name(self, "firstRun", self.tr("Ways to begin"))
        self._subtitle = Paragraph("", "subtitle")
        self._local = LocalCard(theme, icons)
        self._service = ServiceCard(theme, icons)
        self._servers = ServersCard(theme, icons)
        self._cards = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._middle = QWidget()
        self._row = QHBoxLayout()
        self._build()
        self.set_local_state("ready")
        self._local.button.clicked.connect(self.use_local)
        self._service.button.clicked.connect(self.add_key_requested)
        self._servers.button.clicked.connect(self.look_for_servers_requested)
        self._servers.chosen.connect(self.server_add_requested)
        theme.changed.connect(self._restyle)
        self._restyle()

    def set_local_state(self, state: LocalState, text: str = "") -> None:
        """Whether the model on this computer can be used; a `text` takes the place of what the card says."""
        self._local.set_state(state, text)
        if state == "missing":
            self._subtitle.say(self.tr("One model thinks, another answers. Add a key, or a server of your own."))
        else:
            self._subtitle.say(
                self.tr("One model thinks, another answers. Start right now on this computer, or add a key.")
            )

    def set_servers(self, servers: Sequence[tuple[str, str]], searching: bool) -> None:
        """Shows what was found so far as (name, address), and whether the search still goes on."""
        self._servers.set_servers(servers, searching)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._turn()

    def _build(self) -> None:
        self._column = QVBoxLayout(self._middle)
        self._column.setContentsMargins(0, 0, 0, 0)
        heading = text_label(self.tr("Two models, one answer."), "heading", "firstRunHeading")
        heading.setWordWrap(True)
        self._column.addWidget(heading)
        self._column.addWidget(self._subtitle)
        self._column.addLayout(self._cards)
        for card in (self._local, self._service, self._servers):
            self._cards.addWidget(card, 1)
        self._row.addStretch(1)
        self._row.addWidget(self._middle, 1000)
        self._row.addStretch(1)
        self._scroll(_vertically_centred(self._row))

    def _scroll(self, inner: QWidget) -> None:
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidget(inner)
        inner.setAutoFillBackground(False)
        self.viewport().setAutoFillBackground(False)

    def _turn(self) -> None:
        narrow = self.width() < self._theme.px(NARROW_WIDTH)
        direction = QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight
        if self._cards.direction() != direction:
            self._cards.setDirection(direction)

    def _restyle(self) -> None:
        px = self._theme.px
        self._middle.setMaximumWidth(px(WIDTH))
        self._row.setContentsMargins(px(EDGE), px(EDGE), px(EDGE), px(EDGE))
        self._column.setSpacing(px(10))
        self._cards.setSpacing(px(CARD_GAP))
        self._cards.setContentsMargins(0, px(2), 0, 0)
        self._turn()


class EmptyChat(QWidget):
    """A chat without messages: which model will answer, and what one can do."""

    def __init__(self, theme: Theme, icons: Icons) -> None:
        super().__init__()
        self._theme = theme
        name(self, "emptyChat")
        self._title = text_label("", "title", "emptyChatTitle")
        self._hint = Paragraph("")
        column = QVBoxLayout(self)
        column.addStretch(1)
        column.addWidget(IconLabel(icons, "message-square", "faint", 28), 0, Qt.AlignmentFlag.AlignHCenter)
        for label in (self._title, self._hint):
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            label.setWordWrap(True)
            column.addWidget(label)
        column.addStretch(1)
        theme.changed.connect(self._restyle)
        self._restyle()
        self.set_model("")

    def set_model(self, label: str) -> None:
        """Names the model that will answer; without one, asks to choose it."""
        self._title.setText(label or self.tr("No model chosen"))
        if label:
            self._hint.say(self.tr("Ask anything, or drop a picture onto the window."))
        else:
            self._hint.say(self.tr("Choose a model above, then ask."))

    def _restyle(self) -> None:
        px = self._theme.px
        layout = self.layout()
        if layout is not None:
            layout.setContentsMargins(px(EDGE), px(EDGE), px(EDGE), px(EDGE))
            layout.setSpacing(px(8))


def _vertically_centred(row: QHBoxLayout) -> QWidget:
    inner = QWidget()
    column = QVBoxLayout(inner)
    column.setContentsMargins(0, 0, 0, 0)
    column.addStretch(1)
    column.addLayout(row)
    column.addStretch(1)
    return inner
