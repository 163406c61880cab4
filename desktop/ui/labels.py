"""Labels beyond the standard ones: an icon in the theme's colours, and a paragraph with room between its lines."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from desktop.ui.icons import Icons

LINE_SPACING = 127  # per cent of the font's own, which makes the 1.55 of the body text


class IconLabel(QWidget):
    """An icon that is only looked at. It follows the theme's colours and size."""

    def __init__(self, icons: Icons, icon: str, token: str = "dim", size: int = 16) -> None:
        super().__init__()
        self._icons = icons
        self._icon = icon
        self._token = token
        self._size = size
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        icons.theme.changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        side = self._icons.theme.px(self._size)
        return QSize(side, side)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        side = self._icons.theme.px(self._size)
        painter.drawPixmap(0, 0, self._icons.pixmap(self._icon, self._token, side, self.devicePixelRatioF()))


def text_label(text: str, look: str, object_name: str = "") -> QLabel:
    """One line of plain text in one of the looks of stylesheet.py."""
    label = QLabel(text)
    label.setProperty("look", look)
    label.setTextFormat(Qt.TextFormat.PlainText)
    if object_name:
        label.setObjectName(object_name)
        label.setAccessibleIdentifier(object_name)
    return label


class Paragraph(QLabel):
    """Plain text over several lines."""

    def __init__(self, text: str, look: str = "dim") -> None:
        super().__init__()
        self.setProperty("look", look)
        self.setTextFormat(Qt.TextFormat.RichText)
        self.setWordWrap(True)
        self.say(text)

    def say(self, text: str) -> None:
        """Shows another text."""
        self.setText(f'<p style="margin: 0; line-height: {LINE_SPACING}%">{escape(text).replace(chr(10), "<br>")}</p>')
        self.setAccessibleName(text)
