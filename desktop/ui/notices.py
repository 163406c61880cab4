"""Messages that wait over the top of the conversation: errors, hints, and what can be undone.

They lie over it, so that no text moves when one comes or goes.
The newest is on top. More than three at once would hide the conversation, so that older ones wait until there is
room; none is lost. Screen readers hear each when it comes, without losing their place.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from desktop.core.errors import UserError
from desktop.ui.card_shadow import CardShadow
from desktop.ui.controls import icon_button, name
from desktop.ui.icons import Icons
from desktop.ui.theme import Theme

MOST_SHOWN = 3
WIDTH = 720  # as the text column, at scale 1
SIDE = 28  # beside the notices and below them: room for their shadows
FOOT = 24
SHADOW_SCALE = 0.5  # a larger shadow would not fit into that room, and would end in a line
SHADOW_STRENGTH = {False: 0.1, True: 0.5}  # by dark: a shadow on a dark ground needs more

Kind = Literal["info", "warn", "error"]
Action = tuple[str, Callable[[], object]]  # what the button says, and what it does

ICONS = {"info": ("info", "dim"), "warn": ("triangle-alert", "warn"), "error": ("circle-alert", "warn")}


class NoticeBar(QWidget):
    """A stack of notices, as high as they are; it is hidden while there are none."""

    closed = Signal(int)  # id of a notice that the user closed, answered or let run out

    def __init__(self, theme: Theme, icons: Icons) -> None:
        super().__init__()
        self._theme = theme
        self._icons = icons
        self._next_id = 1
        self._cards: dict[int, _Card] = {}  # oldest first
        name(self, "noticeBar", self.tr("Notices"))
        self._under: QWidget | None = None
        self._shadow_of: dict[_Card, CardShadow] = {}
        self._column = QVBoxLayout(self)
        theme.changed.connect(self._restyle)
        self._restyle()
        self.hide()

    def lie_over(self, widget: QWidget) -> None:
        """Lies over the top of `widget` from now on, a child of the same parent."""
        self._under = widget
        self.setParent(widget.parentWidget())
        widget.installEventFilter(self)
        self._place()

    def event(self, event: QEvent) -> bool:
        """Takes another height where a notice came, went or was scaled."""
        done = super().event(event)
        if event.type() is QEvent.Type.LayoutRequest:
            self._place()
        return done

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Resize, QEvent.Type.Move) and watched is self._under:
            self._place()
        return False

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The shadows, which tell the notices from the text under them."""
        painter = QPainter(self)
        for card, shadow in self._shadow_of.items():
            if card.isVisible():
                strength = SHADOW_STRENGTH[self._theme.dark]
                shadow.paint(painter, card.geometry().toRectF(), strength, self._theme.scale * SHADOW_SCALE)

    def show_notice(
        self,
        text: str,
        hint: str = "",
        *,
        kind: Kind = "info",
        actions: Sequence[Action] = (),
        timeout_s: float | None = None,
        key: str = "",
    ) -> int:
        """Shows what happened (`text`) and what to do (`hint`), and returns the notice's id.

        An action closes the notice and then does its work. With a `key`, a notice of the same key is replaced where
        it stands and keeps its id.
        """
        old_id = self._id_of(key)
        place, said_before = 0, ""
        if old_id is not None:
            old = self._cards[old_id]
            place, said_before = self._column.indexOf(old), old.spoken
            self._remove(old)
        notice_id = self._next_id if old_id is None else old_id
        self._next_id = max(self._next_id, notice_id + 1)
        card = _Card(self._theme, self._icons, kind=kind, text=text, hint=hint, key=key, actions=actions)
        card.finished.connect(lambda: self._finish(notice_id))
        self._column.insertWidget(place, card)
        self._cards[notice_id] = card
        self._shadow_of[card] = CardShadow()
        if timeout_s is not None:
            card.close_after(timeout_s)
        self._arrange()
        if card.spoken != said_before:
            self._announce(card.spoken, kind)
        return notice_id

    def show_error(self, error: UserError) -> int:
        """Shows an error; the same one twice is shown once."""
        return self.show_notice(error.text, error.hint, kind="error", key=_key_of(error))

    def dismiss_error(self, error: UserError) -> None:
        """Takes an error away that is over."""
        self.dismiss_key(_key_of(error))

    def dismiss(self, notice_id: int) -> None:
        """Takes a notice away; one that is gone already does not matter."""
        card = self._cards.pop(notice_id, None)
        if card is not None:
            self._remove(card)
            self._arrange()

    def dismiss_key(self, key: str) -> None:
        """Takes the notice with this key away, if there is one."""
        notice_id = self._id_of(key)
        if notice_id is not None:
            self.dismiss(notice_id)

    def _id_of(self, key: str) -> int | None:
        return next((notice_id for notice_id, card in self._cards.items() if key and card.key == key), None)

    def _finish(self, notice_id: int) -> None:
        self.dismiss(notice_id)
        self.closed.emit(notice_id)

    def _remove(self, card: _Card) -> None:
        self._shadow_of.pop(card)
        self._column.removeWidget(card)
        card.hide()
        card.deleteLater()

    def _arrange(self) -> None:
        for place in range(self._column.count()):
            item = self._column.itemAt(place)
            card = item.widget() if item is not None else None
            if card is not None:
                card.setVisible(place < MOST_SHOWN)
        self.setVisible(bool(self._cards))
        if self._cards:
            self._place()
            self.raise_()

    def _place(self) -> None:
        """Takes the top of what it lies over, and no more of it than the notices need: the rest can be clicked."""
        if self._under is None:
            return
        under, px = self._under.geometry(), self._theme.px
        width = min(under.width(), px(WIDTH) + 2 * px(SIDE))
        height = self._column.heightForWidth(width)
        if height < 0:  # nothing in it has words that wrap
            height = self._column.sizeHint().height()
        left = under.left() + (under.width() - width) // 2
        self.setGeometry(left, under.top(), width, min(height, under.height()))

    def _announce(self, text: str, kind: Kind) -> None:
        event = QAccessibleAnnouncementEvent(self, text)
        if kind == "error":
            event.setPoliteness(QAccessible.AnnouncementPoliteness.Assertive)
        QAccessible.updateAccessibility(event)

    def _restyle(self) -> None:
        px = self._theme.px
        self._column.setContentsMargins(px(SIDE), px(12), px(SIDE), px(FOOT))
        self._column.setSpacing(px(8))
        self._place()


def _key_of(error: UserError) -> str:
    return f"error: {error}"


class _Card(QFrame):
    """One notice. `finished` comes when its time is over, or its button or an action was pressed."""

    finished = Signal()

    def __init__(
        self, theme: Theme, icons: Icons, *, kind: Kind, text: str, hint: str, key: str, actions: Sequence[Action]
    ) -> None:
        super().__init__()
        self.key = key
        self.spoken = f"{text} {hint}".strip()
        name(self, "notice", self.spoken)
        self.setProperty("look", "card")
        px = theme.px
        icon = QLabel()
        icon.setPixmap(icons.icon(*ICONS[kind]).pixmap(QSize(px(16), px(16)), self.devicePixelRatioF()))
        icon.setContentsMargins(0, px(8), 0, 0)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(px(14), px(4), px(6), px(4))
        self._row.setSpacing(px(10))
        self._row.addWidget(icon, 0, Qt.AlignmentFlag.AlignTop)
        self._row.addLayout(self._texts(theme, text, hint), 1)
        for label, act in actions:
            self._add_action(label, act)
        close = icon_button(icons, "x", "noticeClose", self.tr("Close"))
        close.clicked.connect(self.finished)
        self._row.addWidget(close, 0, Qt.AlignmentFlag.AlignTop)

    def close_after(self, timeout_s: float) -> None:
        """Lets the notice go away by itself."""
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.timeout.connect(self.finished)
        timer.start(round(timeout_s * 1000))

    def event(self, event: QEvent) -> bool:
        """Takes Escape before the window's shortcuts do, while the keyboard is in the notice."""
        if isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            if event.type() is QEvent.Type.KeyPress:
                self.finished.emit()
            event.accept()
            return True
        return super().event(event)

    def _texts(self, theme: Theme, text: str, hint: str) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setContentsMargins(0, theme.px(7), 0, theme.px(7))
        column.setSpacing(theme.px(2))
        for object_name, shown, look in (("noticeText", text, "label"), ("noticeHint", hint, "dim")):
            if shown:
                label = QLabel(shown)
                name(label, object_name)
                label.setProperty("look", look)
                label.setTextFormat(Qt.TextFormat.PlainText)
                label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
                label.setWordWrap(True)
                column.addWidget(label)
        return column

    def _add_action(self, label: str, act: Callable[[], object]) -> None:
        button = QPushButton(label)
        name(button, "noticeAction", label)
        button.setProperty("look", "outline")

        def pressed() -> None:
            self.finished.emit()
            act()

        button.clicked.connect(pressed)
        self._row.addWidget(button, 0, Qt.AlignmentFlag.AlignVCenter)
