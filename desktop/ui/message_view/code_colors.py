"""Colours on the lines of one piece of code, with what must be known to go on below it."""

from __future__ import annotations

from PySide6.QtGui import QTextBlock, QTextCharFormat, QTextDocument, QTextLayout

from desktop.ui.message_view.highlighting import Highlighter, Span, State
from desktop.ui.message_view.style import Style


class CodeColors:
    """Colours a document a line at a time and remembers the lexer's state behind each line."""

    def __init__(self, style: Style) -> None:
        self._style = style
        self._states: list[State] = []

    def forget(self) -> None:
        """Another document."""
        self._states = []

    @property
    def end(self) -> State | None:
        """The state behind the last coloured line."""
        return self._states[-1] if self._states else None

    def color_lines(self, document: QTextDocument, first: int, highlighter: Highlighter, start: State) -> None:
        """Colours the lines from number `first` on; `start` is the state above the first line of all."""
        first = min(first, len(self._states))
        del self._states[first:]
        state = self._states[-1] if self._states else start
        block = document.findBlockByNumber(first)
        position = block.position()
        while block.isValid():
            spans, state = highlighter.line(block.text(), state)
            self._states.append(state)
            self._color(block, spans)
            block = block.next()
        document.markContentsDirty(position, document.characterCount() - position)

    def color_whole(self, document: QTextDocument, spans: list[Span]) -> None:
        """Colours all at once, for languages that cannot be read by line."""
        by_block: dict[int, list[Span]] = {}
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

    def _color(self, block: QTextBlock, spans: list[Span]) -> None:
        ranges = []
        for start, length, color in spans:
            span = QTextLayout.FormatRange()
            look = QTextCharFormat()
            look.setForeground(self._style.color(color))
            span.start, span.length, span.format = start, length, look
            ranges.append(span)
        block.layout().setFormats(ranges)
