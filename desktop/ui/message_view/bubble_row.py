"""What the user wrote: a soft bubble at the right, as wide as its text, which is shown as it was typed."""

from __future__ import annotations

import math

from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtGui import QPainter, QTextDocument

from desktop.ui.message_view.row import PaintState
from desktop.ui.message_view.style import Style
from desktop.ui.message_view.text_row import QuietDocument, TextRow

LONGEST_PIECE = 3000  # characters


def pieces(text: str) -> list[str]:
    """Cuts a long text at line ends, so that a pasted book is laid out only where it is seen."""
    if len(text) <= LONGEST_PIECE:
        return [text]
    parts: list[str] = []
    start = 0
    while start < len(text):
        end = min(len(text), start + LONGEST_PIECE)
        if end < len(text):
            newline = text.rfind("\n", start, end)
            end = newline + 1 if newline > start else end
        parts.append(text[start:end])
        start = end
    return parts


class BubbleRow(TextRow):
    """The bubble, or a piece of a long one, which is as wide as a bubble may be."""

    def __init__(self, style: Style, text: str, *, first: bool = True, last: bool = True, faint: bool = False) -> None:
        super().__init__(style)
        self._plain = text
        self._first = first
        self._last = last
        self._faint = faint  # waits for its turn
        self._bubble = QRectF()

    @property
    def source(self) -> str:
        return self._plain

    @property
    def readable(self) -> str:
        return self._plain

    def estimate(self, width: int) -> int:
        characters = max(1.0, self._longest_line(width) / self.style.character_width)
        lines = sum(1 + len(line) // characters for line in self._plain.split("\n"))
        return self.margin + self._space_around() + int(lines * self.style.answer.line_height)

    def origin(self) -> QPoint:
        return QPoint(
            round(self._bubble.left()) + self.style.px(14),
            (self.style.px(10) if self._first else 0) - self.style.answer.lift,
        )

    def lift(self) -> int:
        return self.style.answer.lift

    def _longest_line(self, width: int) -> int:
        return round(width * 0.86) - 2 * self.style.px(14)

    def _space_around(self) -> int:
        return (self.style.px(10) if self._first else 0) + (self.style.px(10) if self._last else 0)

    def _make(self, width: int) -> QTextDocument:
        document = QuietDocument(self.style.answer.font)
        document.setLayoutEnabled(False)
        document.setPlainText(self._plain if self._last else self._plain.removesuffix("\n"))
        document.set_line_height(self.style.answer.line_height)
        document.setTextWidth(width)
        document.setLayoutEnabled(True)
        return document

    def _lay_out(self, width: int) -> int:
        longest = self._longest_line(width)
        document = self._document = self._make(longest)
        text_width = math.ceil(document.idealWidth()) + 1 if self._first and self._last else longest
        document.setTextWidth(min(text_width, longest))
        height = math.ceil(document.size().height()) + self._space_around()
        bubble_width = min(text_width, longest) + 2 * self.style.px(14)
        self._bubble = QRectF(width - bubble_width, 0, bubble_width, height)
        return height

    def _paint(self, painter: QPainter, state: PaintState) -> None:
        radius = self.style.px(14)
        shape = self._bubble.adjusted(0, 0 if self._first else -2 * radius, 0, 0 if self._last else 2 * radius)
        painter.save()
        painter.setClipRect(self._bubble, Qt.ClipOperation.IntersectClip)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.style.color("bubble"))
        painter.drawRoundedRect(shape, radius, radius)
        painter.restore()
        if self._faint:
            painter.setOpacity(0.6)
        super()._paint(painter, state)
        painter.setOpacity(1.0)
