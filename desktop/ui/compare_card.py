"""One answer beside others: who gave it, the answer as the conversation shows it, and the button that keeps it."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from desktop.services.formula_drawer import FormulaDrawer
from desktop.ui.compare_items import CardItem
from desktop.ui.controls import icon_button, name
from desktop.ui.elided_label import ElidedLabel
from desktop.ui.icons import Icons
from desktop.ui.message_view import MessageView
from desktop.ui.theme import Theme

HEAD_HEIGHT = 48
SIDE = 16
FOOT = 8
END_SPACE = 7


class CompareCard(QFrame):
    """A card as high as it is told; its answer scrolls by itself where it is higher."""

    keep_requested = Signal(int)  # message id
    stop_requested = Signal(int)
    content_resized = Signal()

    def __init__(self, theme: Theme, icons: Icons, drawer: FormulaDrawer, number: int, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self.message_id = 0
        self._follows = False
        self.setProperty("look", "card")
        name(self, f"compareCard{number}")
        self._author = ElidedLabel("cardTitle", f"compareAuthor{number}")
        self._caption = ElidedLabel("dim", f"compareCaption{number}")
        self._stop = icon_button(icons, "square", f"compareStop{number}", self.tr("Stop this answer"))
        self._keep = _KeepButton(self.tr("Keep"))
        name(self._keep, f"compareKeep{number}")
        self._keep.setProperty("look", "smallOutline")
        self._keep.setToolTip(self.tr("Go on with this answer; the others stay beside it"))
        self.view = MessageView(theme, icons, drawer, self)
        name(self.view, f"compareAnswer{number}")
        self.view.setMinimumSize(0, 0)
        self.view.stage.scroller.end_space = END_SPACE
        self._lay_out()
        self._stop.clicked.connect(lambda: self.stop_requested.emit(self.message_id))
        self._keep.clicked.connect(lambda: self.keep_requested.emit(self.message_id))
        self.view.content_resized.connect(lambda _height: self.content_resized.emit())

    @property
    def wanted_height(self) -> int:
        """How high the card would be with the whole answer in sight."""
        return self._theme.px(HEAD_HEIGHT + FOOT) + self.view.stage.scroller.total + 1

    @property
    def tab_stops(self) -> list[QWidget]:
        """What the keyboard can go to, in order."""
        return [self._stop, self._keep, self.view]

    def show_card(self, card: CardItem) -> None:
        """Shows an answer, or what it has become."""
        item = card.item
        if item.id == self.message_id:
            self.view.replace_item(item)
        else:
            self.message_id = item.id
            self._follows = False
            self.view.set_items([item], follow_end=False)
        self._author.setText(card.author)
        self._caption.setText(card.caption)
        self._caption.setVisible(bool(card.caption))
        self._stop.setVisible(item.streaming)
        whole = " ".join(filter(None, (card.author, card.caption)))
        self.setAccessibleName(whole)
        self.view.setAccessibleName(self.tr("Answer of {model}").format(model=whole))
        self._keep.setAccessibleName(self.tr("Keep the answer of {model}").format(model=whole))

    def follow_end(self) -> None:
        """The answer has grown out of its card: keeps to its end, unless the reader has been told so before."""
        if not self._follows and self._stop.isVisibleTo(self):
            self._follows = True
            self.view.jump_to_end()

    def focus_answer(self) -> None:
        """Gives the keyboard to the answer."""
        self.view.setFocus(Qt.FocusReason.OtherFocusReason)

    def _lay_out(self) -> None:
        self._head = QHBoxLayout()
        self._head.addWidget(self._author)
        self._head.addWidget(self._caption, 1)
        self._head.addStretch()
        self._head.addWidget(self._stop)
        self._head.addWidget(self._keep)
        self._column = QVBoxLayout(self)
        self._column.setSpacing(0)
        self._column.addLayout(self._head)
        self._column.addWidget(self.view, 1)
        self._theme.changed.connect(self._restyle)
        self._restyle()

    def _restyle(self) -> None:
        px = self._theme.px
        self._column.setContentsMargins(1, 1, 1, px(FOOT))
        self._head.setContentsMargins(px(SIDE), px(12), px(SIDE), px(4))
        self._head.setSpacing(px(8))
        self._keep.setFixedHeight(px(26))
        self._stop.setFixedSize(px(26), px(26))
        self._stop.setIconSize(QSize(px(13), px(13)))
        self.view.stage.side = px(SIDE) - px(10) // 2


class _KeepButton(QPushButton):
    """Enter presses it, too."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)
