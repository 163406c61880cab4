"""The thin bar that moves wide code and wide tables sideways; there while the pointer is over them.

It is a widget over the rows: it stands at the lower edge of what is seen of the block, whichever rows that is.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QEnterEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from desktop.ui.controls import name
from desktop.ui.message_view.row import Row
from desktop.ui.message_view.sideways import Sideways
from desktop.ui.message_view.stage import Stage

KEY_STEP = 80
SMALLEST_HANDLE = 28


class SidewaysBar(QWidget):
    """Moves one wide block at a time: the one under the pointer, else one that the keyboard chooses."""

    def __init__(self, stage: Stage, viewport: QWidget, view: QWidget) -> None:
        super().__init__(view)
        name(self, "sidewaysBar", stage.conversation.style.words.sideways())
        self._stage = stage
        self._viewport = viewport
        self._shown: Sideways | None = None
        self._latest: Sideways | None = None
        self._grip: tuple[float, int] | None = None  # where the pointer took the handle, and the offset then
        self._hovered = False
        self.setCursor(Qt.CursorShape.ArrowCursor)
        self.hide()

    def hover(self, point: QPointF | None) -> None:
        """The pointer is over the rows at a point, or elsewhere."""
        if self._grip is None:
            self._shown = self._at(point) if point is not None else None
            self.arrange()

    def arrange(self) -> None:
        """The rows have moved: stands at the lower edge of its block."""
        strip = self._strip(self._shown)
        if strip.height() < 3 * self._thickness:
            self.hide()
            return
        self.setGeometry(strip.left(), strip.bottom() + 1 - self._thickness, strip.width(), self._thickness)
        self.show()
        self.update()

    def wheel(self, point: QPointF, distance: int) -> None:
        """The wheel turned sideways over a point."""
        self._slide(self._at(point), distance)

    def step(self, direction: int, message: int | None) -> bool:
        """An arrow key: moves the block under the pointer or moved last, else the first seen of a message or of all."""
        seen = [(placed.message, found) for placed in self._stage.scroller.placed if (found := _wide(placed.row))]
        if not seen:
            return False
        blocks = [found for _, found in seen]
        chosen = [found for found in (self._shown, self._latest) if found in blocks]
        current = [found for number, found in seen if number == message]
        self._slide((chosen or current or blocks)[0], direction * self._px(KEY_STEP))
        return True

    def slide(self, row: Row, distance: int) -> None:
        """Moves the block that a row belongs to."""
        self._slide(_wide(row), distance)

    def _slide(self, sideways: Sideways | None, distance: int) -> None:
        if sideways is not None:
            self._latest = sideways
            self._move_to(sideways, sideways.offset + distance)

    def _move_to(self, sideways: Sideways, offset: int) -> None:
        if sideways.move_to(offset):
            for placed in self._stage.scroller.placed:
                if placed.row.sideways is sideways:
                    self._viewport.update(self._stage.rect_of(placed.row))
            self.update()

    def _at(self, point: QPointF) -> Sideways | None:
        hit = self._stage.hit(point)
        if hit is None or not hit.placed.row.window().contains(hit.point.toPoint()):
            return None
        return _wide(hit.placed.row)

    def _strip(self, sideways: Sideways | None) -> QRect:
        """What is seen of a block."""
        strip = QRect()
        for placed in self._stage.scroller.placed if sideways is not None else ():
            if _wide(placed.row) is sideways:
                strip = strip.united(placed.row.window().translated(self._stage.left, placed.y))
        return strip.intersected(self._viewport.rect())

    def _px(self, size: int) -> int:
        return self._stage.conversation.style.px(size)

    @property
    def _thickness(self) -> int:
        return self._px(10)

    def _handle(self) -> QRectF:
        sideways = self._shown
        if sideways is None or not sideways.width:
            return QRectF()
        space = self._px(10)
        track = max(1, self.width() - 2 * space)
        length = min(track, max(self._px(SMALLEST_HANDLE), track * sideways.room / sideways.width))
        left = space + (track - length) * sideways.offset / max(1, sideways.most)
        thickness = self._px(6 if self._hovered or self._grip else 4)
        return QRectF(left, self.height() - thickness - self._px(2), length, thickness)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The handle alone; the track is the block itself."""
        handle = self._handle()
        style = self._stage.conversation.style
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setOpacity(0.9 if self._hovered or self._grip else 0.5)
        painter.setBrush(style.color("faint"))
        painter.drawRoundedRect(handle, handle.height() / 2, handle.height() / 2)
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Takes the handle; beside it, brings the handle there first."""
        sideways = self._shown
        if event.button() is not Qt.MouseButton.LeftButton or sideways is None:
            return
        handle = self._handle()
        if not handle.left() <= event.position().x() <= handle.right():
            self._drag(sideways, event.position().x() - handle.center().x(), sideways.offset)
        self._grip = (event.position().x(), sideways.offset)
        self._latest = sideways

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Moves the block with the handle."""
        if self._grip is not None and self._shown is not None:
            self._drag(self._shown, event.position().x() - self._grip[0], self._grip[1])

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        """Lets the handle go."""
        self._grip = None
        self.update()

    def _drag(self, sideways: Sideways, distance: float, offset: int) -> None:
        free = max(1.0, self.width() - 2 * self._px(10) - self._handle().width())
        self._move_to(sideways, round(offset + distance * sideways.most / free))

    def enterEvent(self, event: QEnterEvent) -> None:
        """The handle is ready to be taken."""
        super().enterEvent(event)
        self._hovered = True
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        """The pointer went back to the rows, or away."""
        super().leaveEvent(event)
        self._hovered = False
        self.update()


def _wide(row: Row) -> Sideways | None:
    sideways = row.sideways
    return sideways if sideways is not None and sideways.most else None
