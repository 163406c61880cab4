"""The button that brings a reader who scrolled up back to the text that has come since."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QWidget

from desktop.ui.controls import name
from desktop.ui.icons import Icons


class JumpButton(QPushButton):
    """Floats over the bottom of the conversation."""

    def __init__(self, icons: Icons, text: str, view: QWidget) -> None:
        super().__init__(text, view)
        name(self, "jumpToEnd", text)
        self.setProperty("look", "outline")
        self.setIcon(icons.icon("arrow-down", "accent"))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._view = view
        self._space_below = icons.theme.px(12)
        self.hide()

    def update_for(self, *, follows: bool, has_new_text: bool) -> None:
        """Shows itself where there is something new below the screen."""
        if follows and self.isHidden():
            return
        if follows:
            self.hide()
        elif has_new_text and not self.isVisible():
            self.adjustSize()
            self.show()
            self.raise_()
        if self.isVisible():
            outside = self._view.size()
            self.move((outside.width() - self.width()) // 2, outside.height() - self.height() - self._space_below)
