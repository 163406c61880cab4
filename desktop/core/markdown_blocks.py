"""Cuts Markdown into blocks while it streams in.

The message view lays out one block at a time and lays out again only what is not finished, so an answer's length
never matters. A block is an exact slice of the text: all sources joined are the text. Long code, tables, paragraphs
and quotes are cut into pieces, each of which can be understood by itself with the help of its `opening`; each item
of a list is a block, and so is a fence inside an item, so that it gets a card of its own.

A line is judged when it is complete, by what stands before it; `pending()` tells what the blocks would be if the text
ended now. Whatever the chunks, the blocks are the same.
"""

from __future__ import annotations

import re
from copy import copy

from desktop.core.markdown_block import (
    FENCE,
    FRONT_MATTER,
    Block,
    Definitions,
    Kind,
    closes,
    dedent,
    indent,
    table_cells,
)
from desktop.core.markdown_lines import (
    ITEM,
    KEY,
    RULE,
    UNDERLINE,
    container,
    interrupts,
    kind_of,
    leaves_quote,
    place_to_cut,
)
from desktop.core.markdown_open_block import OpenBlock, OpenList, math_closer
from desktop.core.math_spans import closes_block, opens_block

__all__ = ["Block", "BlockSplitter", "Definitions", "Kind", "split", "table_cells"]

LONGEST_PIECE = 3000  # characters of a paragraph, item or quote that are laid out together
LONGEST_CODE_PIECE_LINES = 60
LONGEST_TABLE_PIECE_LINES = 40


class BlockSplitter:
    """Takes text as it comes and gives the blocks that are finished."""

    def __init__(self) -> None:
        self._partial = ""  # the last line, as long as it has no end
        self._rest_of_line = False  # `_partial` goes on with a line that was cut
        self._lead = ""  # blank lines before the first block
        self._blank = False  # the last line was blank
        self._begun = 0  # blocks so far
        self._open: OpenBlock | None = None
        self._list: OpenList | None = None
        self._finished: list[Block] = []

    def feed(self, text: str) -> list[Block]:
        """Takes more text; gives the blocks that nothing to come can change."""
        text = self._partial + text
        start = 0
        while True:
            newline = text.find("\n", start)
            end = newline + 1 if newline >= 0 else len(text)
            if end - start > LONGEST_PIECE:
                end = start + place_to_cut(text[start : start + LONGEST_PIECE])
                self._take_part(text[start:end])
            elif newline >= 0:
                self._take(text[start:end])
            else:
                break
            start = end
        self._partial = text[start:]
        return self._give()

    def pending(self) -> list[Block]:
        """The blocks that are not finished, as they are if the text ends here."""
        twin = copy(self)
        twin._finished = []
        if twin._open is not None:
            twin._open = copy(twin._open)
            twin._open.lines = twin._open.lines.copy()
        return twin.finish()

    def finish(self) -> list[Block]:
        """The text ends here: gives the rest."""
        if self._partial:
            self._take(self._partial)
            self._partial = ""
        if self._open is None and self._lead:
            self._begin(OpenBlock(Kind.PARAGRAPH))
        self._end()
        return self._give()

    def _give(self) -> list[Block]:
        finished, self._finished = self._finished, []
        return finished

    def _begin(self, opened: OpenBlock, line: str = "") -> OpenBlock:
        self._end()
        self._begun += 1
        self._open = opened
        if self._lead:
            opened.add(self._lead)
            self._lead = ""
        if line:
            opened.add(line)
        self._blank = False
        return opened

    def _end(self) -> None:
        if self._open is not None:
            self._finished.append(self._open.block())
        self._open = None

    def _take_part(self, part: str) -> None:
        """Takes a piece of a line that is too long, and ends the block there."""
        self._take(part)
        self._rest_of_line = True
        opened = self._open
        if opened is None or opened.closed or not part.strip():
            return
        if opened.kind is Kind.MATH:
            opened.kind = Kind.PARAGRAPH
        if opened.kind in {Kind.CODE, Kind.QUOTE, Kind.TABLE, Kind.FOOTNOTE}:
            self._go_on(opened)
        elif opened.kind is Kind.ITEM and self._list is not None:
            self._begin(OpenBlock(Kind.PARAGRAPH, indent=opened.indent or self._list.offset, continues=True))
        else:
            self._begin(OpenBlock(Kind.PARAGRAPH, indent=opened.indent, continues=True))

    def _go_on(self, opened: OpenBlock) -> OpenBlock:
        """Ends a long block and begins its next piece."""
        return self._begin(opened.next_piece())

    def _take(self, line: str) -> None:
        opened = self._open
        if self._rest_of_line and opened is not None:
            self._rest_of_line = not line.endswith("\n")
            opened.add(line)
        elif opened is not None and opened.kind is Kind.CODE and opened.fence and not opened.closed:
            self._take_code(opened, line)
        elif opened is not None and opened.kind is Kind.MATH and not opened.closed:
            self._take_math(opened, line)
        elif not line.strip():
            self._take_blank(opened, line)
        elif opened is not None and self._begins_front_matter(opened, line):
            opened.kind, opened.closed = Kind.PARAGRAPH, False
            opened.add(line)
        elif opened is not None and opened.kind is Kind.FOOTNOTE and indent(line) >= 4:
            self._take_inside_footnote(opened, line)
        elif self._list is not None and indent(line) >= self._list.offset:
            self._take_inside_item(opened, line, self._list.offset)
        elif opened is None or opened.closed or self._blank:
            self._start(line)
        else:
            self._continue(opened, line)
        if line.endswith("\n"):
            self._rest_of_line = False

    def _begins_front_matter(self, opened: OpenBlock, line: str) -> bool:
        """True for a key right under the rule that the whole text begins with."""
        is_first = self._begun == 1 and opened.kind is Kind.RULE and not self._blank
        return is_first and bool(FRONT_MATTER.match(opened.text) and KEY.match(line))

    def _take_blank(self, opened: OpenBlock | None, line: str) -> None:
        if opened is None:
            self._lead += line
        else:
            opened.add(line)
            self._blank = True

    def _take_code(self, opened: OpenBlock, line: str) -> None:
        if line.strip() and indent(line) < opened.indent and not closes(line, opened.fence, opened.indent):
            opened.closed = True
            self._take(line)
            return
        full = len(opened.lines) >= LONGEST_CODE_PIECE_LINES or opened.size > 3 * LONGEST_PIECE
        if full and opened.lines[-1].strip():  # a piece's own last blank lines are not shown
            opened = self._go_on(opened)
        opened.add(line)
        opened.closed = closes(line, opened.fence, opened.indent)
        self._blank = False

    def _take_math(self, opened: OpenBlock, line: str) -> None:
        """A formula that does not end before a blank line was none."""
        if not line.strip() or indent(line) < opened.indent or opened.size + len(line) > LONGEST_PIECE:
            opened.kind = Kind.PARAGRAPH
            self._take(line)
            return
        opened.add(line)
        opened.closed = closes_block(line, opened.closer)

    def _take_inside_item(self, opened: OpenBlock | None, line: str, offset: int) -> None:
        """Takes a line that belongs to the list's current item by its indent."""
        fence = FENCE.match(line)
        if fence is not None and len(fence[1]) < offset + 4:
            columns = container(opened.lines if opened is not None else [], offset, len(fence[1]))
            self._begin(OpenBlock(Kind.CODE, fence=fence[2], indent=columns), line)
            return
        if closer := math_closer(opened, dedent(line, offset)):
            self._begin_math(line, closer, offset)
            return
        content = line[offset:]
        kind = kind_of(content)
        if opened is not None and not self._blank and UNDERLINE.match(content) and opened.is_one_line_of_text():
            opened.add(line)
            opened.closed = True
        elif kind in {Kind.HEADING, Kind.RULE}:
            self._begin(OpenBlock(kind, closed=True, indent=offset), line)
        elif opened is not None and not self._blank and opened.is_table_head(content):
            self._begin_table(opened, line, offset)
        elif opened is None or self._takes_no_more(opened, content):
            columns = opened.indent if opened is not None and offset < opened.indent <= indent(line) else offset
            kind = Kind.ITEM if ITEM.match(line[columns:]) else Kind.PARAGRAPH
            self._begin(OpenBlock(kind, indent=columns), line)
        else:
            self._grow(opened, line)
            self._blank = False

    def _takes_no_more(self, opened: OpenBlock, content: str) -> bool:
        """True if a line of the same item begins another block."""
        if opened.kind is Kind.TABLE:
            return self._blank or interrupts(content, Kind.TABLE)
        return opened.closed or opened.size + len(content) > LONGEST_PIECE

    def _take_inside_footnote(self, opened: OpenBlock, line: str) -> None:
        """Takes a line that belongs to the footnote by its indent."""
        if opened.size + len(line) > LONGEST_PIECE:
            opened = self._go_on(opened)
        opened.add(line)
        self._blank = False

    def _start(self, line: str) -> None:
        """Begins the block that this line begins, whatever stood before."""
        if (item := ITEM.match(line)) and not RULE.match(line):
            self._start_item(line, item)
            return
        self._list = None
        if (fence := FENCE.match(line)) and len(fence[1]) < 4:
            self._begin(OpenBlock(Kind.CODE, fence=fence[2]), line)
            return
        if indent(line) >= 4:
            if self._open is not None and self._open.kind is Kind.CODE and not self._open.fence:
                self._open.add(line)
                self._blank = False
            else:
                self._begin(OpenBlock(Kind.CODE), line)
            return
        if closer := opens_block(line):
            self._begin_math(line, closer)
            return
        kind = kind_of(line)
        self._begin(OpenBlock(kind, closed=kind in {Kind.HEADING, Kind.RULE}), line)

    def _begin_math(self, line: str, closer: str, offset: int = 0) -> None:
        closed = len(line.strip()) > len(closer) and closes_block(line, closer)
        self._begin(OpenBlock(Kind.MATH, closer=closer, closed=closed, indent=offset), line)

    def _start_item(self, line: str, item: re.Match[str]) -> None:
        marker = item[2][-1]
        number = int(item[2][:-1]) if item[2][:-1] else 0
        if self._list is not None and self._list.marker == marker and self._list.number:
            number = self._list.number + 1
        loose = self._list is not None and self._blank
        gap = len(item[3])
        self._list = OpenList(marker, number, item.end(2) + (gap if 1 <= gap <= 4 else 1))
        opened = OpenBlock(Kind.ITEM, number=number, loose=loose)
        content = line[item.end() :]
        if (fence := FENCE.match(content)) and len(fence[1]) < 4:
            self._begin(opened, line[: item.end()])
            self._begin(OpenBlock(Kind.CODE, fence=fence[2], indent=self._list.offset), content)
        else:
            opened.closed = kind_of(content) is Kind.HEADING
            self._begin(opened, line)

    def _continue(self, opened: OpenBlock, line: str) -> None:
        """Takes a line that follows directly on another one."""
        if opened.kind is Kind.PARAGRAPH and not opened.indent and self._take_after_paragraph(opened, line):
            return
        if opened.kind is Kind.QUOTE and kind_of(line) is not Kind.QUOTE:
            ends = leaves_quote(opened.lines, line)
        else:
            ends = interrupts(line, Kind.ITEM if opened.indent else opened.kind)
        if ends or math_closer(opened, line):
            self._start(line)
            return
        self._grow(opened, line)

    def _grow(self, opened: OpenBlock, line: str) -> None:
        """Takes one more line of a block, or begins its next piece with it."""
        too_long = opened.size + len(line) > LONGEST_PIECE
        if opened.kind is Kind.TABLE:
            too_long = too_long or len(opened.lines) >= LONGEST_TABLE_PIECE_LINES
        if too_long:
            opened = self._go_on(opened)
        opened.add(line)

    def _take_after_paragraph(self, opened: OpenBlock, line: str) -> bool:
        """True if the line makes something else of what stands above it: a heading, a table, front matter."""
        if not self._blank and opened.is_table_head(line):
            self._begin_table(opened, line, 0)
        elif opened.only_defines():
            if not line.lstrip(" ").startswith("["):
                return False
            self._start(line)
        elif UNDERLINE.match(line) and not opened.continues:
            opened.add(line)
            is_front_matter = FRONT_MATTER.match(opened.lines[0]) and FRONT_MATTER.match(line)
            opened.kind = Kind.CODE if is_front_matter else Kind.HEADING
            opened.closed = True
        else:
            return False
        return True

    def _begin_table(self, opened: OpenBlock, line: str, columns: int) -> None:
        """Takes a table's head from the text above, and begins the table with it."""
        head = opened.lines.pop()
        if not opened.text.strip():
            self._lead, self._open = opened.text, None
        self._begin(OpenBlock(Kind.TABLE, indent=columns), head).add(line)


def split(text: str) -> list[Block]:
    """The blocks of a whole text."""
    splitter = BlockSplitter()
    return splitter.feed(text) + splitter.finish()
