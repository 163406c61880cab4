"""A word that opens a menu: the menu says what else could stand there."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QGuiApplication, QResizeEvent
from PySide6.QtWidgets import QMenu, QPushButton

from desktop.ui.controls import name
from desktop.ui.icons import Icons

LONGEST = 190  # a longer word loses its middle, in pixels at scale 1
SHORTEST = 48
PADDING = 14  # at both sides of the word, and between it and the arrow


class LinkMenu(QPushButton):
    """Coloured as a link, with an arrow behind it."""

    def __init__(self, icons: Icons, object_name: str, label: str) -> None:
        super().__init__(icons.icon("chevron-down", "faint"), "")
        self._theme = icons.theme
        self._word = ""
        self.entries = QMenu(self)
        name(self, object_name, label)
        name(self.entries, f"{object_name}Menu", label)
        self.setLayoutDirection(Qt.LayoutDirection.RightToLeft)  # the arrow stands behind the word
        self.entries.setLayoutDirection(QGuiApplication.layoutDirection())
        self.setProperty("look", "linkMenu")
        self.setAutoDefault(False)
        self.setMenu(self.entries)
        self._theme.changed.connect(self._restyle)
        self._restyle()

    def show_word(self, word: str) -> None:
        """Shows what stands there now."""
        self._word = word
        self.setAccessibleDescription(word)
        self.updateGeometry()
        self._elide()

    def sizeHint(self) -> QSize:
        """As wide as the whole word needs, up to `LONGEST`; with less room it loses its middle."""
        self.ensurePolished()
        word_width = min(self.fontMetrics().horizontalAdvance(self._word) + 1, self._theme.px(LONGEST))
        return QSize(word_width + self._beside_word(), super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return QSize(self._theme.px(SHORTEST), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._elide()

    def add(self, text: str, do: Callable[[], object], *, checked: bool = False) -> None:
        """Puts an entry at the end of the menu."""
        action = self.entries.addAction(text.replace("&", "&&"))
        action.setCheckable(checked)
        action.setChecked(checked)
        action.triggered.connect(lambda _checked=False: do())

    def _elide(self) -> None:
        room = self.width() - self._beside_word()
        shown = self.fontMetrics().elidedText(self._word, Qt.TextElideMode.ElideMiddle, room)
        self.setText(shown.replace("&", "&&"))

    def _beside_word(self) -> int:
        """What padding and arrow take."""
        return self.iconSize().width() + self._theme.px(PADDING)

    def _restyle(self) -> None:
        side = self._theme.px(12)
        self.setIconSize(QSize(side, side))
        self.updateGeometry()
