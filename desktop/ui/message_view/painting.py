"""Paints the rows of the screen, with what comes from outside them: selection, pointer, focus, caret."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRect
from PySide6.QtGui import QPainter

from desktop.ui.message_view.actions import Actions
from desktop.ui.message_view.find import Finder
from desktop.ui.message_view.marks import Marks
from desktop.ui.message_view.pointer import Pointer
from desktop.ui.message_view.row import PaintState, Row
from desktop.ui.message_view.scrolling import Placed
from desktop.ui.message_view.stage import Stage


class RowPainter:
    """Asks everyone for his part of a row's look; `is_current` tells which message the keyboard is at."""

    def __init__(
        self,
        stage: Stage,
        pointer: Pointer,
        actions: Actions,
        finder: Finder,
        marks: Marks,
        *,
        is_current: Callable[[int], bool],
    ) -> None:
        self._stage = stage
        self._pointer = pointer
        self._actions = actions
        self._finder = finder
        self._marks = marks
        self._is_current = is_current

    def paint(self, painter: QPainter, area: QRect) -> None:
        """Paints the part of the screen inside `area`."""
        painter.fillRect(area, self._stage.conversation.style.color("bg"))
        for placed in self._stage.scroller.placed:
            if placed.y <= area.bottom() and placed.y + placed.row.height > area.top():
                self._paint_row(painter, placed, area)

    def _paint_row(self, painter: QPainter, placed: Placed, area: QRect) -> None:
        number, row, y = placed
        left = self._stage.left
        painter.save()
        painter.translate(left, y)
        painter.setClipRect(QRect(-left, 0, self._stage.width, row.height))  # a blit knows nothing of what hangs over
        row.paint(painter, self._state_of(number, row, area.translated(-left, -y)))
        painter.restore()
        if self._is_current(number):
            style = self._stage.conversation.style
            painter.fillRect(left - style.px(12), y, max(2, style.px(2)), row.height, style.color("accent"))

    def _state_of(self, number: int, row: Row, clip: QRect) -> PaintState:
        hovered = self._pointer.hovered
        message = self._stage.conversation.message(number)
        return PaintState(
            clip=clip,
            selection=self._stage.selection.part_of(number, row),
            hovered=hovered[1].action if hovered is not None and hovered[0] is row else "",
            active=self._pointer.message == number or self._is_current(number),
            copied=self._actions.was_copied(message.item.id, row),
            caret=message.caret_row() is row,
            marked=self._marks.spans_of(message.item.id, row),
            marked_as=self._marks.token,
            found=self._finder.spans_of(row),
            found_current=self._finder.current_in(number, row),
        )
