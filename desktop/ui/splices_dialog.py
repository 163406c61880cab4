"""The dialog in which the user writes the texts that put one model's work to another.

A text is at work as soon as it can be used; there is nothing to confirm.
"""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QVBoxLayout, QWidget

from desktop.core.fusion import Splice
from desktop.ui.controls import icon_button, name
from desktop.ui.icons import Icons
from desktop.ui.labels import text_label
from desktop.ui.list_card import ListCard
from desktop.ui.nav_list import NavList
from desktop.ui.scroll_column import ScrollColumn
from desktop.ui.splice_editor import SpliceEditor
from desktop.ui.theme import Theme

WIDTH = 920
HEIGHT = 560
SIDE_WIDTH = 190
NARROW = 640  # in a narrower window the list stands above the text
SAVED_AFTER_MS = 400  # without a key


class SplicesDialog(ListCard):
    """Knows no services: it shows the texts it is given, and tells those that are to be kept."""

    text_changed = Signal(object, str)  # Splice, text

    def __init__(
        self,
        theme: Theme,
        icons: Icons,
        texts: Mapping[Splice, str],
        shipped: Mapping[Splice, str],
        parent: QWidget,
    ) -> None:
        super().__init__(theme, parent, WIDTH, HEIGHT, SIDE_WIDTH)
        name(self, "splicesDialog", self.tr("Texts that join two models"))
        self._texts = dict(texts)
        self._shipped = shipped
        self._unsaved: Splice | None = None
        self._nav = NavList("spliceList", self.tr("What is passed on"))
        self._editor = SpliceEditor(theme)
        self._title = text_label("", "title")
        self._close = icon_button(icons, "x", "splicesClose", self.tr("Close"), token="text")
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(SAVED_AFTER_MS)
        self._lay_out()
        self._nav.chosen.connect(self._go)
        self._editor.edited.connect(self._edited)
        self._timer.timeout.connect(self._save)
        self._close.clicked.connect(self.reject)
        theme.changed.connect(self._restyle)
        self._restyle()
        self._nav.choose(Splice.THINKING.value)
        self._show(Splice.THINKING)

    def first_focus(self) -> QWidget:
        return self._nav

    def done(self, result: int) -> None:
        """What was typed last is kept, too."""
        self._save()
        super().done(result)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _words(self) -> Mapping[Splice, tuple[str, str]]:
        """What each is called, and when it is used."""
        return {
            Splice.THINKING: (
                self.tr("Its thinking"),
                self.tr("The model that answers gets this in place of the question, when thinking is passed on."),
            ),
            Splice.ANSWER: (
                self.tr("Its answer"),
                self.tr("The same, when the first model's answer is passed on as a draft."),
            ),
            Splice.BOTH: (self.tr("Both"), self.tr("The same, when thinking and answer are passed on.")),
            Splice.CRITIQUE_REQUEST: (
                self.tr("Request for a critique"),
                self.tr("The first model gets this, after the one that answers has written a draft."),
            ),
            Splice.CRITIQUE: (
                self.tr("Its critique"),
                self.tr("The model that answers gets this with its own draft and what was said of it."),
            ),
        }

    def _go(self, splice: str) -> None:
        self._save()
        self._show(Splice(splice))

    def _show(self, splice: Splice) -> None:
        title, note = self._words()[splice]
        self._title.setText(title)
        self._editor.show_splice(splice, note, self._texts[splice], self._shipped[splice])

    def _edited(self, splice: Splice, text: str) -> None:
        self._texts[splice] = text
        self._unsaved = splice
        self._timer.start()

    def _save(self) -> None:
        self._timer.stop()
        splice, self._unsaved = self._unsaved, None
        if splice is not None:
            self.text_changed.emit(splice, self._texts[splice])

    def _lay_out(self) -> None:
        self._nav.set_entries([(splice.value, title) for splice, (title, _note) in self._words().items()])
        self._side = QWidget()
        self._side_column = QVBoxLayout(self._side)
        self._side_column.addWidget(text_label(self.tr("What is passed on"), "section"))
        self._side_column.addWidget(self._nav, 1)
        right = QWidget()
        self._main = QVBoxLayout(right)
        self._main.addWidget(self._title)
        self._main.addWidget(ScrollColumn(self._editor), 1)
        self._layout = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._join(right)

    def _arrange(self) -> None:
        self._arrange_list(WIDTH, HEIGHT, SIDE_WIDTH, NARROW)

    def _restyle(self) -> None:
        px = self._theme.px
        self._side_column.setContentsMargins(px(8), px(20), px(8), px(12))
        self._side_column.setSpacing(px(6))
        self._title.setContentsMargins(px(22), 0, px(22), 0)
        self._main.setContentsMargins(0, px(20), 0, 0)
        self._main.setSpacing(0)
        self._arrange()
