"""One picture in an area: fitted to it, or larger, and then moved with the mouse or the arrow keys."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPixmap, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

from desktop.ui.controls import name
from desktop.ui.theme import Theme

STEP = 1.25  # how much larger one step makes it
LARGEST = 16.0  # screen pixels a pixel of the picture can have
_ARROWS = {Qt.Key.Key_Left: (1, 0), Qt.Key.Key_Right: (-1, 0), Qt.Key.Key_Up: (0, 1), Qt.Key.Key_Down: (0, -1)}


class PictureCanvas(QWidget):
    """`zoom` counts screen pixels for a pixel of the picture; until it is chosen, all of the picture is seen."""

    zoomed = Signal()
    turned = Signal(int)  # -1 or 1: an arrow key that has nothing to move

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        name(self, "pictureCanvas", self.tr("Picture"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._theme = theme
        self._pixmap = QPixmap()
        self._words = ""
        self._zoom: float | None = None
        self._centre = QPointF()  # the picture's point in the middle of the area
        self._grip: QPointF | None = None

    @property
    def zoom(self) -> float:
        """How large the picture is."""
        return self._zoom if self._zoom is not None else self._fitting()

    @property
    def centre(self) -> QPointF:
        """Which of the picture's points is in the middle."""
        return self._centre

    @property
    def words(self) -> str:
        """What is said instead of a picture."""
        return self._words

    def show_picture(self, image: QImage) -> None:
        """Shows a picture, all of it."""
        self._pixmap, self._words = QPixmap.fromImage(image), ""
        self.setAccessibleDescription("")
        self.fit()

    def show_words(self, words: str) -> None:
        """Says why there is no picture."""
        self._pixmap, self._words = QPixmap(), words
        self.setAccessibleDescription(words)
        self.fit()

    def fit(self) -> None:
        """Shows all of the picture."""
        self._zoom = None
        self._centre = QPointF(self._pixmap.width() / 2, self._pixmap.height() / 2)
        self._changed()

    def zoom_by(self, factor: float, at: QPointF | None = None) -> None:
        """Makes it larger or smaller; what is under the point `at` stays there."""
        self.zoom_to(self.zoom * factor, at)

    def zoom_to(self, zoom: float, at: QPointF | None = None) -> None:
        """Gives each of the picture's pixels so many of the screen's."""
        if self._pixmap.isNull():
            return
        point = at if at is not None else QRectF(self.rect()).center()
        before = self._at(point)
        zoom = min(LARGEST, max(min(self._fitting(), 1.0), zoom))
        self._zoom = zoom
        self._centre += before - self._at(point)
        self._changed()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        if self._pixmap.isNull():
            painter.setPen(self._theme.color("dim"))
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, self._words)
            return
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, self.zoom < 4)
        painter.drawPixmap(self._place(), self._pixmap, QRectF(self._pixmap.rect()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._changed()

    def wheelEvent(self, event: QWheelEvent) -> None:
        self.zoom_by(STEP ** (event.angleDelta().y() / 120), event.position())
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            self._grip = self._at(event.position())
            self.setCursor(Qt.CursorShape.ClosedHandCursor)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._grip is not None:
            self._centre += self._grip - self._at(event.position())
            self._changed()

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        self._grip = None
        self._show_cursor()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self._zoom is None:
            self.zoom_to(1.0 if self._fitting() < 1 else 2.0, event.position())
        else:
            self.fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in {Qt.Key.Key_Plus, Qt.Key.Key_Equal}:
            self.zoom_by(STEP)
        elif key is Qt.Key.Key_Minus:
            self.zoom_by(1 / STEP)
        elif key is Qt.Key.Key_1:
            self.zoom_to(1.0)
        elif key is Qt.Key.Key_0:
            self.fit()
        elif key in _ARROWS:
            self._move(*_ARROWS[key])
        else:
            super().keyPressEvent(event)

    def _move(self, across: int, down: int) -> None:
        """Moves the picture by a tenth of the area; if there is nothing to move, to the next picture."""
        before = QPointF(self._centre)
        step = QPointF(across * self.width(), down * self.height()) / 10 * self.devicePixelRatioF() / self.zoom
        self._centre -= step
        self._changed()
        if self._centre == before and across:
            self.turned.emit(-across)

    def _changed(self) -> None:
        """Keeps the picture's edges outside the area, or the picture in its middle."""
        if not self._pixmap.isNull():
            seen = QSizeF(self.size()) * self.devicePixelRatioF() / self.zoom
            self._centre.setX(_held(self._centre.x(), seen.width(), self._pixmap.width()))
            self._centre.setY(_held(self._centre.y(), seen.height(), self._pixmap.height()))
        self._show_cursor()
        self.update()
        self.zoomed.emit()

    def _show_cursor(self) -> None:
        larger = not self._pixmap.isNull() and self.zoom > self._fitting()
        self.setCursor(Qt.CursorShape.OpenHandCursor if larger else Qt.CursorShape.ArrowCursor)

    def _fitting(self) -> float:
        """The zoom at which all of it is seen; small pictures stay as they are."""
        if self._pixmap.isNull():
            return 1.0
        room = QSizeF(self.size()) * self.devicePixelRatioF()
        return min(1.0, room.width() / self._pixmap.width(), room.height() / self._pixmap.height())

    def _scale(self) -> float:
        return self.zoom / self.devicePixelRatioF()

    def _at(self, point: QPointF) -> QPointF:
        """The picture's point at a point of the area."""
        return self._centre + (point - QRectF(self.rect()).center()) / self._scale()

    def _place(self) -> QRectF:
        corner = QRectF(self.rect()).center() - self._centre * self._scale()
        return QRectF(corner, QSizeF(self._pixmap.size()) * self._scale())


def _held(centre: float, seen: float, whole: float) -> float:
    """The middle of what is seen of a whole, without anything beyond its edges."""
    return whole / 2 if seen >= whole else min(max(centre, seen / 2), whole - seen / 2)
