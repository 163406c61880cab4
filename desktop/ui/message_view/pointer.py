"""The mouse: hovering, clicking, selecting, with words at the second and paragraphs at the third click."""

from __future__ import annotations

import time

from PySide6.QtCore import QEvent, QObject, QPointF, Qt, QTimer, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication, QWidget

from desktop.ui.message_view.row import Row, Target
from desktop.ui.message_view.selection import Place
from desktop.ui.message_view.stage import Hit, Stage

AUTOSCROLL_INTERVAL_MS = 30


class Pointer(QObject):
    """Follows the mouse over the viewport."""

    activated = Signal(str, int, object)  # action, message id, row
    link_clicked = Signal(str, object)  # target, the hit
    selection_changed = Signal()
    autoscrolled = Signal(int)  # pixels
    slid = Signal(object, int)  # a row whose content is to be moved sideways, pixels

    def __init__(self, stage: Stage, viewport: QWidget) -> None:
        super().__init__(viewport)
        self.hovered: tuple[Row, Target] | None = None
        self.message: int | None = None  # number of the message under the pointer
        self._stage = stage
        self._viewport = viewport
        self._pressed: tuple[Hit, Target] | None = None
        self._dragging = False
        self._position = QPointF()
        self._clicks = 0
        self._clicked_at = 0.0
        self._anchor: tuple[Place, Place] | None = None  # the word or paragraph a drag began with
        self._autoscroll = QTimer(self)
        self._autoscroll.setInterval(AUTOSCROLL_INTERVAL_MS)
        self._autoscroll.timeout.connect(self._scroll_on)

    def forget(self) -> None:
        """Other messages stand under the pointer."""
        self.hovered = None
        self.message = None
        self._pressed = None

    def press(self, event: QMouseEvent) -> None:
        """A button went down."""
        if event.button() is not Qt.MouseButton.LeftButton:
            return
        self._pressed = self._stage.target_at(event.position())
        if self._pressed is not None:
            return
        self._clicks = self._count(event)
        self._clicked_at, self._position = time.monotonic(), event.position()
        self._begin(event.position(), extend=bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))

    def _count(self, event: QMouseEvent) -> int:
        """Which click in a row this is; Qt itself counts to two."""
        if event.type() is QEvent.Type.MouseButtonDblClick:
            return 2
        soon = (time.monotonic() - self._clicked_at) * 1000 < QApplication.doubleClickInterval()
        near = (event.position() - self._position).manhattanLength() < QApplication.startDragDistance()
        return 3 if self._clicks == 2 and soon and near else 1

    def _begin(self, point: QPointF, *, extend: bool) -> None:
        place = self._stage.place_at(point)
        if place is None:
            return
        selection = self._stage.selection
        self._dragging = True
        if extend and selection.start is not None:
            selection.extend(place)
        else:
            self._anchor = self._around(point, place)
            selection.set(*self._anchor)
        self.selection_changed.emit()

    def _around(self, point: QPointF, place: Place) -> tuple[Place, Place]:
        """The character, word or paragraph at a place, by the number of clicks."""
        hit = self._stage.hit(point)
        if hit is None or self._clicks == 1:
            return place, place
        row = hit.placed.row
        start, end = row.word_at(place.position) if self._clicks == 2 else row.paragraph_at(place.position)
        return place._replace(position=start), place._replace(position=end)

    def move(self, event: QMouseEvent) -> None:
        """The mouse moved, with or without a button."""
        if self._dragging:
            self._position = event.position()
            outside = self._beyond() != (0, 0)
            if outside and not self._autoscroll.isActive():
                self._autoscroll.start()
            elif not outside:
                self._autoscroll.stop()
            self._drag()
        else:
            self.hover(event.position())

    def _drag(self) -> None:
        point = QPointF(self._position.x(), min(max(0.0, self._position.y()), self._stage.height - 1.0))
        place = self._stage.place_at(point)
        if place is None or self._anchor is None:
            return
        first, last = self._around(point, place)
        start, end = self._anchor
        if self._before(first, start):
            self._stage.selection.set(end, first)
        else:
            self._stage.selection.set(start, last)
        self.selection_changed.emit()

    def _before(self, one: Place, other: Place) -> bool:
        index = self._stage.conversation.index_of
        return (index(one.message_id) or 0, one.key, one.position) < (
            index(other.message_id) or 0,
            other.key,
            other.position,
        )

    def _beyond(self) -> tuple[float, float]:
        """How far a drag has left what is seen, of a wide row and of the viewport."""
        across = 0.0
        hit = self._stage.hit(self._position)
        if hit is not None and (sideways := hit.placed.row.sideways) is not None and sideways.most:
            window = hit.placed.row.window()
            across = _outside(hit.point.x(), window.left(), window.right())
        return across, _outside(self._position.y(), 0, self._stage.height - 1)

    def _scroll_on(self) -> None:
        across, down = self._beyond()
        if across and (hit := self._stage.hit(self._position)) is not None:
            self.slid.emit(hit.placed.row, _speed(across))
        if down:
            self.autoscrolled.emit(_speed(down))
        self._drag()

    def release(self, event: QMouseEvent) -> None:
        """The button went up: a click, if it went down at the same place."""
        self._autoscroll.stop()
        pressed, self._pressed = self._pressed, None
        was_dragging, self._dragging = self._dragging, False
        if event.button() is not Qt.MouseButton.LeftButton:
            return
        if pressed is not None:
            found = self._stage.target_at(event.position())
            if found is not None and found[1] == pressed[1] and found[0].message_id == pressed[0].message_id:
                self.activated.emit(found[1].action, found[0].message_id, found[0].placed.row)
        elif was_dragging and not self._stage.selection:
            link = self._stage.link_at(event.position())
            if link:
                self.link_clicked.emit(link, self._stage.hit(event.position()))

    def hover(self, point: QPointF) -> None:
        """Shows what can be clicked."""
        found = self._stage.target_at(point)
        hovered = (found[0].placed.row, found[1]) if found else None
        hit = self._stage.hit(point)
        self._set(hovered, hit.placed.message if hit else None)
        self._viewport.setCursor(self._shape(point, is_target=found is not None))

    def tooltip(self, point: QPointF) -> str:
        """What a button does, what is to be said about a text, or where a link leads."""
        found = self._stage.target_at(point)
        if found is not None:
            return found[1].text
        return self._stage.tooltip_of_text(point) or self._stage.tooltip_of_link(point)

    def leave(self) -> None:
        """The mouse is elsewhere."""
        self._set(None, None)

    def _shape(self, point: QPointF, *, is_target: bool) -> Qt.CursorShape:
        if is_target or self._stage.link_at(point):
            return Qt.CursorShape.PointingHandCursor
        hit = self._stage.hit(point)
        over_text = hit is not None and bool(hit.placed.row.heavy) and hit.point.y() <= hit.placed.row.height
        return Qt.CursorShape.IBeamCursor if over_text else Qt.CursorShape.ArrowCursor

    def _set(self, hovered: tuple[Row, Target] | None, message: int | None) -> None:
        if hovered != self.hovered:
            old, self.hovered = self.hovered, hovered
            for one in (old, hovered):
                if one is not None:
                    self._viewport.update(self._stage.rect_of(one[0]))
        if message != self.message:
            before, self.message = self.message, message
            for number in (before, message):
                if number is not None:
                    self._viewport.update(self._stage.rect_of_message(number))


def _outside(value: float, first: float, last: float) -> float:
    """How far a value is below `first` or above `last`."""
    return value - first if value < first else max(0.0, value - last)


def _speed(beyond: float) -> int:
    """Pixels a tick: the farther the pointer, the faster."""
    return int(beyond / 2) or (1 if beyond > 0 else -1)
