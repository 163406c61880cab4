"""A switch: on or off, and at work at once."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QCheckBox, QSizePolicy

from desktop.ui.controls import name
from desktop.ui.theme import Theme

WIDTH = 34
HEIGHT = 20
KNOB = 14
FOCUS = 3  # room for the ring that shows the focus


class Switch(QCheckBox):
    """A check box by its manners, and for assistive technology."""

    def __init__(self, theme: Theme, object_name: str, accessible_name: str) -> None:
        super().__init__()
        self._theme = theme
        name(self, object_name, accessible_name)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        px = self._theme.px
        return QSize(px(WIDTH + 2 * FOCUS), px(HEIGHT + 2 * FOCUS))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def hitButton(self, pos: QPoint) -> bool:
        return self.rect().contains(pos)

    def paintEvent(self, _event: QPaintEvent) -> None:
        px = self._theme.px
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        track = QRectF(px(FOCUS), px(FOCUS), px(WIDTH), px(HEIGHT))
        if self.hasFocus():
            painter.setPen(QPen(self._theme.color("accent"), 1))
            ring = self.rect().toRectF().adjusted(0.5, 0.5, -0.5, -0.5)
            painter.drawRoundedRect(ring, ring.height() / 2, ring.height() / 2)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.color("accent" if self.isChecked() else "faint"))
        painter.drawRoundedRect(track, track.height() / 2, track.height() / 2)
        gap = (track.height() - px(KNOB)) / 2
        mirrored = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
        left = track.left() + gap if self.isChecked() is mirrored else track.right() - gap - px(KNOB)
        painter.setBrush(self._theme.color("on_accent" if self.isChecked() else "bg"))
        painter.drawEllipse(QRectF(left, track.top() + gap, px(KNOB), px(KNOB)))
