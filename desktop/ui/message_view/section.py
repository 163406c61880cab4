"""The rows of one running text, kept in step with the text while it grows."""

from __future__ import annotations

from collections.abc import Callable

from desktop.core.markdown_blocks import Block, BlockSplitter, Kind
from desktop.ui.message_view.code_row import CodeRow
from desktop.ui.message_view.markdown_row import MarkdownRow
from desktop.ui.message_view.row import Row
from desktop.ui.message_view.small_rows import RuleRow
from desktop.ui.message_view.style import Style, Tone
from desktop.ui.message_view.table_row import TableRow

_GAP = 12


class Section:
    """Blocks of Markdown as rows. Finished ones never change; `placed` is called for each row that may have."""

    def __init__(self, style: Style, tone: Tone, number: int, placed: Callable[[Section, int], None]) -> None:
        self.rows: list[Row] = []
        self._style = style
        self._tone = tone
        self._number = number  # of the section in its message; orders the keys
        self._placed = placed
        self._blocks: list[Block] = []
        self._splitter = BlockSplitter()
        self._finished = 0
        self._length = 0

    def feed(self, text: str) -> None:
        """More text has come."""
        self._length += len(text)
        blocks = self._splitter.feed(text)
        self._replace(self._finished, blocks + self._splitter.pending())
        self._finished += len(blocks)

    @property
    def blocks(self) -> list[Block]:
        """What the rows show, in their order."""
        return self._blocks

    @property
    def length(self) -> int:
        """Characters fed so far."""
        return self._length

    def gap_above(self, number: int) -> int:
        """The space above a row, by what it is and what stands before it."""
        px = self._style.px
        block = self._blocks[number]
        if number == 0 or block.continues:
            return 0
        before = self._blocks[number - 1]
        if block.kind is Kind.HEADING:
            return px(20)
        if before.kind is Kind.HEADING:
            return px(8)
        if block.kind is Kind.ITEM and before.kind is Kind.ITEM:
            return px(10 if block.loose else 5)
        return px(14 if Kind.CODE in {block.kind, before.kind} else _GAP)

    def is_last_piece(self, number: int) -> bool:
        """False if the next row goes on with what this one was cut from."""
        after = self._blocks[number + 1 : number + 2]
        return not after or not after[0].continues

    def _replace(self, start: int, blocks: list[Block]) -> None:
        self._blocks[start:] = blocks
        del self.rows[start + len(blocks) :]
        for number in range(start, len(self._blocks)):
            block = self._blocks[number]
            if number == len(self.rows):
                self.rows.append(self._make(number, block))
            elif not self._update(self.rows[number], block):
                self.rows[number] = self._make(number, block)
        for number in range(max(0, start - 1), len(self.rows)):
            row = self.rows[number]
            if isinstance(row, CodeRow):
                row.set_last(last=self.is_last_piece(number))
            self._placed(self, number)

    def _make(self, number: int, block: Block) -> Row:
        row: Row
        indent = self._indent(block)
        before = self.rows[number - 1] if block.continues else None
        if block.kind is Kind.CODE:
            row = CodeRow(self._style, block, before if isinstance(before, CodeRow) else None, indent)
        elif block.kind is Kind.TABLE:
            row = TableRow(self._style, block, before if isinstance(before, TableRow) else None, indent)
        elif block.kind is Kind.RULE:
            row = RuleRow(self._style, block.source)
        else:
            row = MarkdownRow(self._style, self._tone, block, indent)
        row.key = (self._number, number)
        return row

    def _indent(self, block: Block) -> int:
        """Where the content of a list's item stands."""
        return self._style.px(24) * max(1, (block.indent + 1) // 3) if block.indent else 0

    def _update(self, row: Row, block: Block) -> bool:
        """Gives a row its grown block; False if it takes another kind of row."""
        old = getattr(row, "block", None)
        if old == block:
            return True
        if not isinstance(old, Block) or old.kind is not block.kind or old.indent != block.indent:
            return False
        if not isinstance(row, CodeRow | TableRow | MarkdownRow) or old.continues != block.continues:
            return False
        row.set_block(block)
        return True
