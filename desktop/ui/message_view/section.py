"""The rows of one running text, kept in step with the text while it grows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from desktop.core.citations import may_cite
from desktop.core.conversation import SEAM
from desktop.core.markdown_blocks import Block, BlockSplitter, Kind
from desktop.core.markdown_definitions import Dictionary
from desktop.ui.message_view.code_row import CodeRow
from desktop.ui.message_view.footnotes import WAY_BACK, FootnoteRow, Note
from desktop.ui.message_view.formula_document import draw_early
from desktop.ui.message_view.markdown_document import main_font
from desktop.ui.message_view.markdown_row import MarkdownRow
from desktop.ui.message_view.row import Row
from desktop.ui.message_view.small_rows import HiddenRow, RuleRow, SeamRow
from desktop.ui.message_view.style import Style, Tone
from desktop.ui.message_view.table_row import TableRow

_GAP = 12
_NOTES = 1 << 24  # the keys of footnotes come after those of all blocks


class Section:
    """Blocks of Markdown as rows, then the footnotes.

    Finished blocks change only when a label they use is defined later; `placed` is called for each row that may have.
    """

    def __init__(self, style: Style, tone: Tone, number: int, placed: Callable[[Section, int], None]) -> None:
        self.rows: list[Row] = []
        self._style = style
        self._tone = tone
        self._number = number  # of the section in its message; orders the keys
        self._placed = placed
        self._blocks: list[Block] = []
        self._splitter = BlockSplitter()
        self._dictionary = Dictionary()
        self._notes: list[Note] = []
        self._source_count = 0
        self._finished = 0
        self._settled = 0  # blocks whose formulas are drawn
        self._length = 0
        self._labels: Sequence[str] = ()

    def feed(self, text: str) -> None:
        """More text has come."""
        self._length += len(text)
        self._settled = min(self._settled, self._finished)
        finished, pending = self._splitter.feed(text), self._splitter.pending()
        redefined = self._dictionary.update(self._finished, finished, pending)
        note_rows = self.rows[len(self._blocks) :]
        del self.rows[len(self._blocks) :]
        for number in redefined:
            self._define_again(number)
        self._replace(self._finished, list(map(self._defined, finished + pending)))
        self._finished += len(finished)
        self._show_notes(note_rows)
        self._settle(self._finished)
        for block in self._blocks[self._finished :]:
            if block.formulas:
                draw_early(block, main_font(block, self._style, self._tone), self._style.formulas)

    def finish(self) -> None:
        """No more text comes for now: the last block is whole."""
        self._settle(len(self._blocks))

    def cite(self, source_count: int) -> None:
        """Makes marks of so many sources links; some may have come after the text."""
        if source_count == self._source_count:
            return
        self._source_count = source_count
        for number, block in enumerate(self._blocks):
            if may_cite(block.source):
                self._define_again(number)

    def label(self, labels: Sequence[str]) -> None:
        """Says what the texts between the seams are, the first one among them."""
        if labels == self._labels:
            return
        self._labels = labels
        for number, block in enumerate(self._blocks):
            if block.source.strip() == SEAM.strip():
                self.rows[number] = self._make(number, block)
                self._placed(self, number)

    def _label_of(self, number: int) -> str:
        """What stands below the seam that this row is."""
        seams = 1 + sum(isinstance(row, SeamRow) for row in self.rows[:number])
        return self._labels[seams] if seams < len(self._labels) else ""

    @property
    def blocks(self) -> list[Block]:
        """What the rows show, in their order."""
        return self._blocks

    @property
    def length(self) -> int:
        """Characters fed so far."""
        return self._length

    @property
    def last_row(self) -> Row | None:
        """The row in which text arrives."""
        last = len(self._blocks) - 1
        for number, note in enumerate(self._notes, len(self._blocks)):
            if note.place == last:
                return self.rows[number]
        while last > 0 and self._blocks[last].hidden:
            last -= 1
        return self.rows[last] if self.rows else None

    def note(self, number: int) -> str:
        """What the footnote with this number says."""
        rows = zip(self._notes, self.rows[len(self._blocks) :], strict=True)
        return "\n".join(row.text.removesuffix(WAY_BACK) for note, row in rows if note.number == number)

    def key_of_note(self, number: int) -> tuple[int, int] | None:
        """Where the footnote with this number is shown."""
        places = (place for place, note in enumerate(self._notes) if note.number == number)
        return next(((self._number, _NOTES + place) for place in places), None)

    def key_of_reference(self, number: int) -> tuple[int, int] | None:
        """Where the footnote with this number is first asked for."""
        places = (note.asked_for_in for note in self._dictionary.footnotes if note.number == number)
        return next(((self._number, place) for place in places if place is not None), None)

    def gap_above(self, number: int) -> int:
        """The space above a row, by what it is and what stands before it."""
        px = self._style.px
        if number >= len(self._blocks):
            return px(24 if number == len(self._blocks) else 5)
        block = self._blocks[number]
        before = self._shown_before(number)
        if before is None or block.continues or block.hidden:
            return 0
        if block.kind is Kind.HEADING:
            return px(_GAP if block.indent else 20)
        if before.kind is Kind.HEADING:
            return px(8)
        if block.kind is Kind.ITEM and before.kind is Kind.ITEM:
            return px(10 if block.loose else 5)
        return px(14 if Kind.CODE in {block.kind, before.kind} else _GAP)

    def is_last_piece(self, number: int) -> bool:
        """False if the next row goes on with what this one was cut from."""
        after = self._blocks[number + 1 : number + 2]
        return not after or not after[0].continues

    def _shown_before(self, number: int) -> Block | None:
        number -= 1
        while number >= 0 and self._blocks[number].hidden:
            number -= 1
        return self._blocks[number] if number >= 0 else None

    def _defined(self, block: Block) -> Block:
        """The block with what other blocks say about its labels."""
        definitions = self._dictionary.known_to(block)
        count = self._source_count if may_cite(block.source) else 0
        if (definitions, count) == (block.definitions, block.source_count):
            return block
        return replace(block, definitions=definitions, source_count=count)

    def _define_again(self, number: int) -> None:
        """Shows a finished block with what its labels mean now."""
        block = self._blocks[number] = self._defined(self._blocks[number])
        if not self._update(self.rows[number], block):
            self.rows[number] = self._make(number, block)
        row = self.rows[number]
        if number < self._settled and isinstance(row, MarkdownRow | TableRow):
            row.settle()
        self._placed(self, number)

    def _show_notes(self, rows: list[Row]) -> None:
        """Puts the footnotes behind the blocks; rows of those that are the same are kept."""
        before, self._notes = self._notes, list(self._noted())
        for number, note in enumerate(self._notes):
            same = number < len(before) and before[number] == note
            row = rows[number] if same else FootnoteRow(self._style, note, (self._number, _NOTES + number))
            self.rows.append(row)
            self._placed(self, len(self.rows) - 1)

    def _noted(self) -> Iterator[Note]:
        for footnote in self._dictionary.footnotes:
            for place in footnote.blocks:
                is_last = place == footnote.blocks[-1]
                has_way_back = is_last and footnote.asked_for_in is not None
                yield Note(self._blocks[place], place, footnote.number, has_way_back=has_way_back)

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

    def _settle(self, count: int) -> None:
        """Has the formulas of the first so many blocks drawn."""
        for number in range(self._settled, count):
            row, block = self.rows[number], self._blocks[number]
            if isinstance(row, CodeRow) and block.latex and self.is_last_piece(number):
                row = self.rows[number] = MarkdownRow(self._style, self._tone, block, self._indent(block))
                row.key = (self._number, number)
                self._placed(self, number)
            if isinstance(row, MarkdownRow | TableRow):
                row.settle()
        self._settled = max(self._settled, count)

    def _make(self, number: int, block: Block) -> Row:
        row: Row
        indent = self._indent(block)
        before = self.rows[number - 1] if block.continues else None
        if block.hidden:
            row = HiddenRow(self._style, block.source)
        elif block.kind is Kind.CODE:
            row = CodeRow(self._style, block, before if isinstance(before, CodeRow) else None, indent)
        elif block.kind is Kind.TABLE:
            row = TableRow(self._style, block, before if isinstance(before, TableRow) else None, indent)
        elif self._labels and block.source.strip() == SEAM.strip():
            row = SeamRow(self._style, self._label_of(number))
        elif block.kind is Kind.RULE:
            row = RuleRow(self._style, block.source, indent)
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
        if isinstance(row, MarkdownRow) and block.kind is Kind.CODE:
            return False  # a fence that was taken for a whole formula
        if not isinstance(row, CodeRow | TableRow | MarkdownRow) or old.continues != block.continues:
            return False
        row.set_block(block)
        return True
