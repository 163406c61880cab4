"""Beside the model's button: who thinks first. A press chooses another one, the cross lets nobody think."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QToolButton, QWidget

from desktop.ui.controls import name
from desktop.ui.icons import Icons
from desktop.ui.theme import Theme

LONGEST = 260  # a longer name loses its middle, in pixels at scale 1


class ThinkerChip(QFrame):
    """Hidden while nobody thinks first."""

    pressed = Signal()
    switched_off = Signal()

    def __init__(self, theme: Theme, icons: Icons, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        name(self, "thinkerChip")
        self.setProperty("look", "soft")
        self._button = QPushButton(icons.icon("brain", "accent"), "")
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
        self.setVisible(bool(label))
        text = self.tr("thinks with {model}").format(model=label)
        room = self._theme.px(LONGEST)
        self._button.setText(" " + self.fontMetrics().elidedText(text, Qt.TextElideMode.ElideMiddle, room))
        self._button.setAccessibleName(text)

    def _restyle(self) -> None:
        px = self._theme.px
        self.setFixedHeight(px(33))
        self._button.setIconSize(QSize(px(16), px(16)))
        self._off.setIconSize(QSize(px(12), px(12)))
        self._off.setFixedSize(px(28), px(31))
