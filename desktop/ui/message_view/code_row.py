"""A card with code: a head, and lines that wrap or are moved sideways; only new lines are looked at again."""

from __future__ import annotations

import math

from PySide6.QtCore import QPoint, QRect, QRectF, Qt
from PySide6.QtGui import (
    QFontMetricsF,
    QPainter,
    QTextBlockFormat,
    QTextCursor,
    QTextDocument,
    QTextOption,
)

from desktop.core.markdown_blocks import Block
from desktop.ui.message_view.code_colors import CodeColors
from desktop.ui.message_view.code_head import CodeHead
from desktop.ui.message_view.highlighting import Highlighter, State
from desktop.ui.message_view.positions import line_x
from desktop.ui.message_view.row import PaintState, Target, paint_card
from desktop.ui.message_view.sideways import Sideways
from desktop.ui.message_view.style import Style
from desktop.ui.message_view.text_row import QuietDocument, TextRow

PIECES_LOOKED_BACK = 4  # a comment that began further above is not worth reading all of a huge fence for
TAB_COLUMNS = 4


class CodeRow(TextRow):
    """A fence, or a piece of a long one; `before` is the piece above."""

    def __init__(self, style: Style, block: Block, before: CodeRow | None = None, indent: int = 0) -> None:
        super().__init__(style)
        self.block = block
        self.last = True  # no further piece of the same fence follows
        self._before = before
        self._indent = indent
        self._head = CodeHead(style)
        self._colors = CodeColors(style)
        self._end_state: State | None = None
        self._sideways: Sideways = before._sideways if before is not None else Sideways()

    def set_block(self, block: Block) -> None:
        """The fence has grown: new text is appended, so that a flush costs the same at any length."""
        old, self.block = self.block, block
        self._end_state = None
        document = self._document
        if document is None:
            self.changed()
            return
        self.changed(self.last_line_top())
        if old.language != block.language or not block.code.startswith(old.code):
            self.release()
            self._end_state = None
            self.repaint()
            return
        cursor = QTextCursor(document)
        cursor.movePosition(QTextCursor.MoveOperation.End)
        first = cursor.blockNumber()
        cursor.insertText(block.code[len(old.code) :])
        self._highlight(document, first)

    def color_again(self) -> None:
        """The language's colours have come."""
        if self._document is not None:
            self._highlight(self._document, 0)
            self.repaint()

    def set_last(self, *, last: bool) -> None:
        """Says whether the card ends here."""
        if last != self.last:
            self.last = last
            self._color_whole()
            self.changed()

    @property
    def source(self) -> str:
        return self.block.source

    @property
    def sideways(self) -> Sideways | None:
        return None if self.style.wraps_code else self._sideways

    @property
    def readable(self) -> str:
        return self.block.code

    def release(self) -> None:
        super().release()
        self._end_state = self._colors.end
        self._colors.forget()

    def estimate(self, _width: int) -> int:
        lines = self.block.source.count("\n") + 1
        return self.margin + self._space_around() + lines * self.style.code_line_height

    def origin(self) -> QPoint:
        offset = 0 if self.style.wraps_code else self._sideways.offset
        return QPoint(self._indent + self.style.px(15) - offset, self._space_above() - self.lift())

    def lift(self) -> int:
        return self.style.code_lift

    def _space_above(self) -> int:
        return 0 if self.block.continues else self._head.height + self.style.px(12)

    def _space_around(self) -> int:
        return self._space_above() + (self.style.px(12) if self.last else 0)

    def _document_width(self, width: int) -> int:
        return max(self.style.px(40), width - self._indent - 2 * self.style.px(15))

    def _lay_out(self, width: int) -> int:
        height = super()._lay_out(width)
        if self._document is not None and not self.style.wraps_code:
            widest = max(self._sideways.width, math.ceil(self._document.idealWidth()))
            self._sideways.measure(widest, self._document_width(width))
        return height

    def _make(self, width: int) -> QTextDocument:
        document = QuietDocument(self.style.code)
        document.setLayoutEnabled(False)
        document.setDefaultTextOption(self._text_option())
        document.setPlainText(self.block.code)
        cursor = QTextCursor(document)
        cursor.select(QTextCursor.SelectionType.Document)
        look = QTextBlockFormat()
        look.setLineHeight(self.style.code_line_height, QTextBlockFormat.LineHeightTypes.FixedHeight.value)
        cursor.mergeBlockFormat(look)
        document.setTextWidth(width)
        document.setLayoutEnabled(True)
        self._colors.forget()
        self._highlight(document, 0)
        return document

    def _text_option(self) -> QTextOption:
        """Code runs from left to right, whatever language its comments are in."""
        option = QTextOption(Qt.AlignmentFlag.AlignLeft)
        option.setTextDirection(Qt.LayoutDirection.LeftToRight)
        option.setTabStopDistance(TAB_COLUMNS * QFontMetricsF(self.style.code).horizontalAdvance(" "))
        wraps = QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere
        option.setWrapMode(wraps if self.style.wraps_code else QTextOption.WrapMode.NoWrap)
        return option

    def _highlight(self, document: QTextDocument, first: int) -> None:
        """Colours the lines from number `first` on."""
        highlighter = self.style.languages.get(self.block.language)
        if highlighter is None:
            return
        if highlighter.by_line:
            self._colors.color_lines(document, first, highlighter, self._start_state(highlighter, PIECES_LOOKED_BACK))
        else:
            self._color_whole()

    def _color_whole(self) -> None:
        """Colours a finished piece in a language that cannot be read by line."""
        highlighter = self.style.languages.get(self.block.language)
        finished = self.block.closed or not self.last
        if self._document is not None and highlighter is not None and not highlighter.by_line and finished:
            self._colors.color_whole(self._document, highlighter.whole(self.block.code))

    def _start_state(self, highlighter: Highlighter, pieces: int) -> State:
        """What must be known above the first line; worked out from at most so many pieces above."""
        if self._before is None or not pieces:
            return highlighter.start
        return self._before._state_below(highlighter, pieces - 1)

    def _state_below(self, highlighter: Highlighter, pieces: int) -> State:
        state = self._colors.end or self._end_state
        if state is None:
            state = self._start_state(highlighter, pieces)
            for line in self.block.code.split("\n"):
                state = highlighter.line(line, state)[1]
            self._end_state = state
        return state

    def _card(self) -> QRect:
        width = self._width - 2 * self.inset
        return QRect(self._indent, 0, width - self._indent, self.height - self.margin - self.below)

    def _window(self) -> QRect:
        return self._card().adjusted(1, 0, -1, 0)

    def _across(self, position: int) -> int:
        block = self._cursor(position).block()
        line = block.layout().lineForTextPosition(position - block.position())
        return round(line_x(line, position - block.position())) if line.isValid() else 0

    def _targets(self) -> list[Target]:
        return [] if self.block.continues else self._head.targets(self._card())

    def _paint(self, painter: QPainter, state: PaintState) -> None:
        part = "whole" if self.last else "top"
        if self.block.continues:
            part = "last" if self.last else "middle"
        paint_card(painter, QRectF(self._card()), part, self.style, self.style.color("code"))
        if not self.block.continues:
            self._head.paint(painter, self._card(), self.block.language, state)
        painter.save()
        painter.setClipRect(self._window(), Qt.ClipOperation.IntersectClip)
        super()._paint(painter, state)
        painter.restore()
