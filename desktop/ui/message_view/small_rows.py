"""Rows without text of their own: a rule, what is not shown, and the space of what is not read yet."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QPainter

from desktop.core.conversation import SEAM
from desktop.ui.message_view.row import PaintState, Row
from desktop.ui.message_view.style import Style


class RuleRow(Row):
    """A line across the column."""

    def __init__(self, style: Style, source: str, indent: int = 0) -> None:
        super().__init__(style)
        self._source = source
        self._indent = indent
        self.height = style.px(9)

    @property
    def source(self) -> str:
        return self._source

    def _lay_out(self, _width: int) -> int:
        return self.style.px(9)

    def _paint(self, painter: QPainter, _state: PaintState) -> None:
        width = self._width - 2 * self.inset - self._indent
        painter.fillRect(self._indent, self.style.px(4), width, 1, self.style.color("line"))


class SeamRow(Row):
    """Says what the text below it is, where several stand on the thinking card."""

    def __init__(self, style: Style, label: str = "") -> None:
        super().__init__(style)
        self._label = label
        self.height = style.px(18)

    def show(self, label: str) -> None:
        """Another text stands below."""
        if label != self._label:
            self._label = label
            self.repaint()

    @property
    def label(self) -> str:
        """What is said."""
        return self._label

    @property
    def source(self) -> str:
        return SEAM.strip()

    @property
    def readable(self) -> str:
        return ""

    def _lay_out(self, _width: int) -> int:
        return self.style.px(18)

    def _paint(self, painter: QPainter, _state: PaintState) -> None:
        place = QRect(0, 0, self._width - 2 * self.inset, self.style.px(18))
        painter.setFont(self.style.section)
        painter.setPen(self.style.color("dim"))
        alignment = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(place, alignment, self._label or SEAM.strip())


class HiddenRow(Row):
    """Where definitions of links and footnotes stand: nothing is shown there, but it can be copied."""

    def __init__(self, style: Style, source: str) -> None:
        super().__init__(style)
        self._source = source

    @property
    def source(self) -> str:
        return self._source

    def estimate(self, _width: int) -> int:
        return self.margin + self.below

    def _lay_out(self, _width: int) -> int:
        return 0

    def _paint(self, painter: QPainter, state: PaintState) -> None:
        """Nothing."""


class UnreadRow(Row):
    """As high as the text that the store will bring is likely to be."""

    def __init__(self, style: Style, height: int) -> None:
        super().__init__(style)
        self._space = max(0, height)
        self.height = self._space

    def _lay_out(self, _width: int) -> int:
        return self._space

    def _paint(self, painter: QPainter, state: PaintState) -> None:
        """Nothing: it is on the screen for a moment only."""


class WaitingRow(Row):
    """The place where an answer will begin."""

    def __init__(self, style: Style) -> None:
        super().__init__(style)
        self.height = style.answer.line_height

    def _lay_out(self, _width: int) -> int:
        return self.style.answer.line_height

    def _paint(self, painter: QPainter, state: PaintState) -> None:
        if state.caret:
            style = self.style
            painter.fillRect(0, style.px(3), max(2, style.px(3)), style.px(16), style.color("accent"))
