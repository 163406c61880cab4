"""A button as wide as its place, with its text at the start and a chevron at the end: it opens something."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QStyle

from desktop.ui.controls import look
from desktop.ui.icons import Icons
from desktop.ui.theme import Theme

ICON_SIZE = 14
INSET = 9  # the style sheet's padding


class ChevronButton(QPushButton):
    """Shortens its text to the room it has, in the middle: what is said at the end is seen."""

    def __init__(self, theme: Theme, icons: Icons) -> None:
        super().__init__()
        self._theme = theme
        self._icons = icons
        self._words = ""
        look(self, "combo")
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self._fit)

    def show_words(self, text: str) -> None:
        """Shows a text; the accessible name is the whole of it."""
        self._words = text
        self.setAccessibleName(text)
        self._fit()

    def words(self) -> str:
        """The whole text."""
        return self._words

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        size = self._theme.px(ICON_SIZE)
        place = QRect(self.width() - size - self._theme.px(INSET), (self.height() - size) // 2, size, size)
        place = QStyle.visualRect(self.layoutDirection(), self.rect(), place)
        pixmap = self._icons.pixmap("chevron-down", "text", size, self.devicePixelRatioF())
        QPainter(self).drawPixmap(place.topLeft(), pixmap)

    def minimumSizeHint(self) -> QSize:
        return QSize(0, super().minimumSizeHint().height())

    def _fit(self) -> None:
        room = self.width() - self._theme.px(ICON_SIZE + 8) - 2 * self._theme.px(INSET)
        self.ensurePolished()
        shown = self.fontMetrics().elidedText(self._words, Qt.TextElideMode.ElideMiddle, room)
        self.setText(shown.replace("&", "&&"))
