"""The foot of the chat column: which endpoint answers, and the way to the settings."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from desktop.ui.controls import icon_button
from desktop.ui.elided_label import ElidedLabel
from desktop.ui.icons import Icons
from desktop.ui.theme import Theme

DOT_COLORS = {"good": "good", "warn": "warn", "idle": "faint"}


class Footer(QWidget):
    """Which endpoint answers, how it is, and the way to the settings."""

    def __init__(self, theme: Theme, icons: Icons) -> None:
        super().__init__()
        self._theme = theme
        self._line = QFrame()
        self._line.setProperty("look", "hairline")
        self._line.setFixedHeight(1)
        self._dot = _Dot(theme)
        self._text = ElidedLabel("dim", "endpointLabel")
        self.settings = icon_button(icons, "settings", "settingsButton", self.tr("Settings"))
        self._row = QHBoxLayout()
        self._row.addWidget(self._dot)
        self._row.addWidget(self._text, 1)
        self._row.addWidget(self.settings)
        self._column = QVBoxLayout(self)
        self._column.setSpacing(0)
        self._column.addWidget(self._line)
        self._column.addLayout(self._row)
        theme.changed.connect(self._restyle)
        self._restyle()

    def show_state(self, text: str, kind: str) -> None:
        """Text, and the colour of the dot; no dot without a text."""
        self._text.setText(text)
        self._dot.color_name = DOT_COLORS[kind]
        self._dot.setVisible(bool(text))
        self._dot.update()

    def _restyle(self) -> None:
        px = self._theme.px
        self._column.setContentsMargins(px(10), 0, px(10), 0)
        self._row.setContentsMargins(px(8), px(5), px(1), px(6))
        self._row.setSpacing(px(8))
        self._dot.setFixedSize(px(7), px(7))
        self.settings.setFixedSize(px(30), px(30))
        self.settings.setIconSize(QSize(px(16), px(16)))


class _Dot(QWidget):
    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.color_name = "faint"
        self.hide()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.color(self.color_name))
        painter.drawEllipse(self.rect())
