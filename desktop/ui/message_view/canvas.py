"""The scroll area under the message view: lays out what is seen, paints what changed, moves.

Order of one change: the conversation takes it, the scroller lays out what is seen, the screen tells what to paint.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtGui import QRegion, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QFrame, QWidget

from desktop.ui.message_view.conversation import Conversation
from desktop.ui.message_view.screen import Screen
from desktop.ui.message_view.scrolling import Scroller
from desktop.ui.message_view.selection import Selection
from desktop.ui.message_view.sideways_bar import SidewaysBar
from desktop.ui.message_view.stage import Stage


class Canvas(QAbstractScrollArea):
    """Rows of a conversation on the screen, wherever the reader is in it."""

    def __init__(self, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)  # its coming would break lines anew
        self.setMinimumSize(240, 120)
        self.viewport().setMouseTracking(True)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self._syncing = False
        self._bar_state = (-1, 0, 0, 0)  # what the scrollbar was told last

    def _show_conversation(self, conversation: Conversation) -> None:
        """Makes what places and moves its rows."""
        self._conversation = conversation
        self._scroller = Scroller(conversation)
        self._selection = Selection(conversation)
        self.stage = Stage(conversation, self._scroller, self._selection)
        self._screen = Screen()
        self._sideways_bar = SidewaysBar(self.stage, self.viewport(), self)
        self.verticalScrollBar().valueChanged.connect(self._scrollbar_moved)

    @property
    def follows_end(self) -> bool:
        """True while the view keeps to the end as text arrives."""
        return self._scroller.follow

    def arrange(self, *, has_new_text: bool = False) -> None:
        """Lays out what is seen and has the changed part painted."""
        viewport = self.viewport()
        width = self.stage.resize(viewport.width(), viewport.height(), self.width())
        if width != self._conversation.width:
            self._conversation.restart(self._conversation.style, width)
        self._scroller.arrange()
        self._sync_scrollbar()
        self._show_change(at_once=has_new_text)
        self._sideways_bar.arrange()
        self._arranged(has_new_text=has_new_text)

    def repaint_all(self, *_ignored: object) -> None:
        """Paints everything again."""
        self.viewport().update()

    def jump_to_end(self) -> None:
        """Goes to the end and follows it."""
        self._scroller.to_end()
        self.arrange()

    def scroll_by(self, distance: int) -> None:
        """Moves by so many pixels, down if positive."""
        self._scroller.scroll_by(distance)
        self.arrange()
        point = self._pointer_position()
        if point is not None and self.viewport().underMouse():
            self._hover(point)

    def scroll_to_message(self, message_id: int) -> None:
        """Brings a message's beginning to the top."""
        number = self._conversation.index_of(message_id)
        if number is not None:
            self._scroller.show_message(number)
            self.arrange()

    def scrollContentsBy(self, _dx: int, _dy: int) -> None:
        """Nothing: Qt's own way would paint everything again at each move of the scrollbar."""

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Other size, other lines."""
        super().resizeEvent(event)
        self.arrange()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Trackpads give pixels, wheels give steps; Shift turns a wheel sideways."""
        distance = event.pixelDelta()
        if distance.isNull():
            step = self._conversation.style.px(28) * QApplication.wheelScrollLines()
            distance = event.angleDelta() * step / 120
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier and not distance.x():
            distance = distance.transposed()
        if abs(distance.x()) > abs(distance.y()):
            self._sideways_bar.wheel(event.position(), -distance.x())
        else:
            self.scroll_by(-distance.y())
        event.accept()

    def _arranged(self, *, has_new_text: bool) -> None:
        """Rows stand where they will be painted."""
        raise NotImplementedError

    def _hover(self, point: QPointF) -> None:
        """Other rows stand under the pointer."""
        raise NotImplementedError

    def _pointer_position(self) -> QPointF | None:
        """Where the pointer is in the viewport; the bar may lie between."""
        point = self.viewport().mapFromGlobal(self.cursor().pos())
        return QPointF(point) if self.underMouse() and self.viewport().rect().contains(point) else None

    def _scrollbar_moved(self, value: int) -> None:
        if not self._syncing:
            self._scroller.scroll_to(value)
            self.arrange()

    def _sync_scrollbar(self) -> None:
        bar = self.verticalScrollBar()
        step, maximum, value = self._conversation.style.px(24), self._scroller.maximum, self._scroller.value
        state = (self.stage.height, step, maximum, value)
        if state == self._bar_state and bar.value() == value:
            return
        self._bar_state = state
        self._syncing = True
        bar.setPageStep(self.stage.height)
        bar.setSingleStep(step)
        bar.setRange(0, maximum)
        bar.setValue(value)
        bar.setEnabled(maximum > 0)
        self._syncing = False

    def _show_change(self, *, at_once: bool) -> None:
        """Has painted what has changed; `at_once` saves a round of the loop for each frame of an answer."""
        viewport = self.viewport()
        change = self._screen.change(self._scroller.placed, self.stage.width, self.stage.height)
        whole_pixels = (change.shift * self.devicePixelRatioF()).is_integer()
        if change.everything or not whole_pixels:
            viewport.update()
            return
        if change.shift:
            viewport.scroll(0, change.shift)
        paint = viewport.repaint if at_once else viewport.update
        paint(_region(change.areas))


def _region(areas: Sequence[QRect]) -> QRegion:
    region = QRegion()
    for area in areas:
        region += area
    return region
