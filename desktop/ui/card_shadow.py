"""The soft shadow of a card, painted into a pixmap once for each size.

A graphics effect would paint everything under it again with every frame.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QLinearGradient, QPainter, QPixmap

SOFTNESS_PX = 14.0  # standard deviation of the blur
DROP_PX = 8.0  # how far the light comes from above
REACH = 2.6  # how far the blur is followed, in standard deviations
STEPS = 16  # gradient stops for one blurred edge


@dataclass(frozen=True, slots=True)
class _Blur:
    width: float
    height: float
    strength: float
    softness: float
    ratio: float

    @property
    def reach(self) -> float:
        return REACH * self.softness


class CardShadow:
    """Paints one shadow, and keeps its pixmap until size, strength, scale or screen are others."""

    def __init__(self) -> None:
        self._blur: _Blur | None = None
        self._pixmap = QPixmap()

    def paint(self, painter: QPainter, card: QRectF, strength: float, scale: float) -> None:
        """Paints the shadow of `card`; `strength` is its opacity in the middle, 0 to 1."""
        ratio = painter.device().devicePixelRatioF()
        blur = _Blur(card.width(), card.height(), strength, SOFTNESS_PX * scale, ratio)
        if blur != self._blur:
            self._blur = blur
            self._pixmap = _painted(blur)
        painter.drawPixmap(card.topLeft() + QPointF(-blur.reach, DROP_PX * scale - blur.reach), self._pixmap)


def _painted(blur: _Blur) -> QPixmap:
    """A blurred rectangle is the product of one bar blurred in x and one blurred in y."""
    area = QRectF(0, 0, blur.width + 2 * blur.reach, blur.height + 2 * blur.reach)
    pixmap = QPixmap((QSizeF(area.size()) * blur.ratio).toSize())
    pixmap.setDevicePixelRatio(blur.ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.fillRect(area, _bar(QPointF(area.width(), 0), blur, 1.0))
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_DestinationIn)
    painter.fillRect(area, _bar(QPointF(0, area.height()), blur, blur.strength))
    painter.end()
    return pixmap


def _bar(end: QPointF, blur: _Blur, strength: float) -> QLinearGradient:
    """Opaque in the middle, fading at both ends as a Gaussian blur does."""
    gradient = QLinearGradient(QPointF(0, 0), end)
    edge = 2 * blur.reach / (end.x() + end.y())
    for step in range(STEPS + 1):
        deviations = REACH * (2 * step / STEPS - 1)
        alpha = strength * (1 + math.erf(deviations / math.sqrt(2))) / 2
        at = min(0.5, edge * step / STEPS)
        gradient.setColorAt(at, QColor.fromRgbF(0, 0, 0, alpha))
        gradient.setColorAt(1 - at, QColor.fromRgbF(0, 0, 0, alpha))
    return gradient
