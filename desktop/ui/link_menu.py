"""A word that opens a menu: the menu says what else could stand there."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu, QPushButton

from desktop.ui.controls import name
from desktop.ui.icons import Icons

LONGEST = 190  # a longer word loses its middle, in pixels at scale 1


class LinkMenu(QPushButton):
    """Coloured as a link, with an arrow behind it."""

    def __init__(self, icons: Icons, object_name: str, label: str) -> None:
        super().__init__(icons.icon("chevron-down", "faint"), "")
        self._theme = icons.theme
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
        self.ensurePolished()
        shown = self.fontMetrics().elidedText(word, Qt.TextElideMode.ElideMiddle, self._theme.px(LONGEST))
        self.setText(shown.replace("&", "&&"))
        self.setAccessibleDescription(word)

    def add(self, text: str, do: Callable[[], object], *, checked: bool = False) -> None:
        """Puts an entry at the end of the menu."""
        action = self.entries.addAction(text.replace("&", "&&"))
        action.setCheckable(checked)
        action.setChecked(checked)
        action.triggered.connect(lambda _checked=False: do())

    def _restyle(self) -> None:
        side = self._theme.px(12)
        self.setIconSize(QSize(side, side))
