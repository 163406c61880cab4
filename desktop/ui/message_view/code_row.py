"""A card with code: its language, a button that copies it, and highlighting that only looks at new lines."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QRectF, Qt
from PySide6.QtGui import (
    QPainter,
    QTextBlock,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextLayout,
)

from desktop.core.markdown_blocks import Block
from desktop.ui.message_view import highlighting
from desktop.ui.message_view.row import PaintState, Target, paint_card
from desktop.ui.message_view.style import Style
from desktop.ui.message_view.text_row import QuietDocument, TextRow

COPY = "copy-code"


class CodeRow(TextRow):
    """A fence, or a piece of a long one."""

    def __init__(self, style: Style, block: Block, indent: int = 0) -> None:
        super().__init__(style)
        self.block = block
        self.last = True  # no further piece of the same fence follows
        self._indent = indent
        self._states: list[highlighting.State] = []

    def set_block(self, block: Block) -> None:
        """The fence has grown: new text is appended, so that a flush costs the same at any length."""
        old, self.block = self.block, block
        document = self._document
        if document is None:
            self.changed()
            return
        self.changed(self.last_line_top())
        if old.language != block.language or not block.code.startswith(old.code):
            self.release()
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
            self.changed()

    @property
    def source(self) -> str:
        return self.block.source.strip("\n")

    @property
    def code(self) -> str:
        """What the button copies."""
        return self.block.code

    def release(self) -> None:
        super().release()
        self._states = []

    def estimate(self, _width: int) -> int:
        lines = self.block.source.count("\n") + 1
        return self.margin + self._space_around() + lines * self.style.code_line_height

    def origin(self) -> QPoint:
        return QPoint(self._indent + self.style.px(15), self._space_above())

    def _space_above(self) -> int:
        return 0 if self.block.continues else self.style.px(31) + self.style.px(12)

    def _space_around(self) -> int:
        return self._space_above() + (self.style.px(12) if self.last else 0)

    def _document_width(self, width: int) -> int:
        return max(self.style.px(40), width - self._indent - 2 * self.style.px(15))

    def _make(self, width: int) -> QTextDocument:
        document = QuietDocument(self.style.code)
        document.setLayoutEnabled(False)
        document.setPlainText(self.block.code)
        cursor = QTextCursor(document)
        cursor.select(QTextCursor.SelectionType.Document)
        look = QTextBlockFormat()
        look.setLineHeight(self.style.code_line_height, QTextBlockFormat.LineHeightTypes.FixedHeight.value)
        cursor.mergeBlockFormat(look)
        document.setTextWidth(width)
        document.setLayoutEnabled(True)
        self._states = []
        self._highlight(document, 0)
        return document

    def _highlight(self, document: QTextDocument, first: int) -> None:
        """Colours the lines from number `first` on."""
        highlighter = self.style.languages.get(self.block.language)
        if highlighter is None:
            return
        if highlighter.by_line:
            self._highlight_lines(document, first, highlighter)
        elif self.block.closed:
            self._highlight_whole(document, highlighter.whole(self.block.code))

    def _highlight_lines(self, document: QTextDocument, first: int, highlighter: highlighting.Highlighter) -> None:
        first = min(first, len(self._states))
        del self._states[first:]
        state = self._states[-1] if self._states else highlighter.start
        block = document.findBlockByNumber(first)
        start = block.position()
        while block.isValid():
            spans, state = highlighter.line(block.text(), state)
            self._states.append(state)
            self._color(block, spans)
            block = block.next()
        document.markContentsDirty(start, document.characterCount() - start)

    def _highlight_whole(self, document: QTextDocument, spans: list[highlighting.Span]) -> None:
        by_block: dict[int, list[highlighting.Span]] = {}
        for start, length, color in spans:
            block, end = document.findBlock(start), start + length
            while block.isValid() and block.position() < end:
                first = max(start, block.position())
                part = min(end, block.position() + block.length()) - first
                by_block.setdefault(block.blockNumber(), []).append((first - block.position(), part, color))
                block = block.next()
        for number, its_spans in by_block.items():
            self._color(document.findBlockByNumber(number), its_spans)
        document.markContentsDirty(0, document.characterCount())

    def _color(self, block: QTextBlock, spans: list[highlighting.Span]) -> None:
        ranges = []
        for start, length, color in spans:
            span = QTextLayout.FormatRange()
            look = QTextCharFormat()
            look.setForeground(self.style.color(color))
            span.start, span.length, span.format = start, length, look
            ranges.append(span)
        block.layout().setFormats(ranges)

    def _card(self) -> QRect:
        width = self._width - 2 * self.inset
        return QRect(self._indent, 0, width - self._indent, self.height - self.margin - self.below)

    def _copy_rect(self) -> QRect:
        style = self.style
        width = style.px(74)
        return QRect(self._card().right() + 1 - width - style.px(4), style.px(4), width, style.px(24))

    def _targets(self) -> list[Target]:
        return [] if self.block.continues else [Target(self._copy_rect(), COPY, self.style.words.copy_code())]

    def _paint(self, painter: QPainter, state: PaintState) -> None:
        part = "whole" if self.last else "top"
        if self.block.continues:
            part = "last" if self.last else "middle"
        paint_card(painter, QRectF(self._card()), part, self.style, self.style.color("code"))
        if not self.block.continues:
            self._paint_head(painter, state)
        super()._paint(painter, state)

    def _paint_head(self, painter: QPainter, state: PaintState) -> None:
        style, card = self.style, self._card()
        painter.fillRect(card.left(), style.px(31), card.width(), 1, style.color("line"))
        painter.setFont(style.label)
        painter.setPen(style.color("dim"))
        head = QRect(card.left() + style.px(13), 0, card.width() - style.px(26), style.px(31))
        painter.drawText(head, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, self.block.language)
        rect = self._copy_rect()
        token = "text" if state.hovered == COPY else "dim"
        if state.hovered == COPY:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(style.color("line"))
            painter.drawRoundedRect(rect, style.px(6), style.px(6))
        words = style.words.copied() if state.copied else style.words.copy()
        painter.setPen(style.color(token))
        inside = rect.adjusted(0, 0, -style.px(8), 0)
        painter.drawText(inside, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, words)
        size = style.px(14)
        left = inside.right() - painter.fontMetrics().horizontalAdvance(words) - size - style.px(4)
        ratio = painter.device().devicePixelRatioF()
        icon = style.icons.pixmap("check" if state.copied else "copy", token, size, ratio)
        painter.drawPixmap(left, rect.top() + (rect.height() - size) // 2, icon)
