"""Beside the model's button: who thinks first. A press chooses another one, the cross lets nobody think."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QSizePolicy, QToolButton, QWidget

from desktop.ui.controls import name
from desktop.ui.icons import Icons
from desktop.ui.theme import Theme

LONGEST = 260  # a longer name loses its middle, in pixels at scale 1
AROUND = 42  # icon, gap and padding beside the words
CROSS = 28
HEIGHT = 33


class ThinkerChip(QFrame):
    """Hidden while nobody thinks first. Where there is little room it says the name only, or shows its icon."""

    pressed = Signal()
    switched_off = Signal()

    def __init__(self, theme: Theme, icons: Icons, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._thinker = ""
        self._words = ""
        name(self, "thinkerChip")
        self.setProperty("look", "soft")
        self._button = QPushButton(icons.icon("brain", "accent"), "")
        self._button.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._off = QToolButton()
        self._off.setIcon(icons.icon("x", "accent"))
        name(self._button, "thinkerButton")
        name(self._off, "thinkerOff", self.tr("Answer without thinking first"))
        self._off.setToolTip(self._off.accessibleName())
        self._button.setToolTip(self.tr("Choose who thinks first"))
        for button in (self._button, self._off):
            button.setProperty("look", "soft")
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(0)
        self._row.addWidget(self._button)
        self._row.addWidget(self._off)
        self._button.clicked.connect(self.pressed)
        self._off.clicked.connect(self.switched_off)
        theme.changed.connect(self._restyle)
        self._restyle()
        self.hide()

    def show_thinker(self, label: str) -> None:
        """Names who thinks first; nobody, if it is empty."""
        self._thinker = label
        self._words = self.tr("thinks with {model}").format(model=label)
        self._button.setAccessibleName(self._words)
        self.setVisible(bool(label))
        self.updateGeometry()
        self._fit()

    def sizeHint(self) -> QSize:
        px = self._theme.px
        return QSize(min(self._width_of(self._words), px(LONGEST)) + px(AROUND + CROSS), px(HEIGHT))

    def minimumSizeHint(self) -> QSize:
        return QSize(self._theme.px(AROUND + CROSS), self._theme.px(HEIGHT))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _width_of(self, text: str) -> int:
        self._button.ensurePolished()
        return self._button.fontMetrics().horizontalAdvance(text) + 1

    def _fit(self) -> None:
        """As many words as there is room for; Qt alone sets the text too close to the icon."""
        room = max(0, self.width() - self._theme.px(AROUND + CROSS))
        text = self._words if self._width_of(self._words) <= room else self._thinker
        text = self._button.fontMetrics().elidedText(text, Qt.TextElideMode.ElideMiddle, room)
        self._button.setText(f" {text}".replace("&", "&&") if len(text) > 1 else "")

    def _restyle(self) -> None:
        px = self._theme.px
        self.setFixedHeight(px(HEIGHT))
        self._button.setIconSize(QSize(px(16), px(16)))
        self._off.setIconSize(QSize(px(12), px(12)))
        self._off.setFixedSize(px(CROSS), px(31))
        self.updateGeometry()
        self._fit()
