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
from dataclasses import dataclass, field

from desktop.core.markdown_block import FENCE, Block, Definitions, Kind, closes, indent, table_cells
from desktop.core.markdown_references import FOOTNOTE, only_defines

__all__ = ["Block", "BlockSplitter", "Definitions", "Kind", "split", "table_cells"]

LONGEST_PIECE = 3000  # characters of a paragraph, item or quote that are laid out together
LONGEST_CODE_PIECE_LINES = 60
LONGEST_TABLE_PIECE_LINES = 40

_ITEM = re.compile(r"( {0,3})([-*+]|\d{1,9}[.)])( +|$)")
_HEADING = re.compile(r" {0,3}#{1,6}(\s|$)")
_QUOTE = re.compile(r" {0,3}>")
_RULE = re.compile(r" {0,3}([-*_])(\s*\1){2,}\s*$")
_UNDERLINE = re.compile(r" {0,3}(=+|-+)\s*$")
_DELIMITER_ROW = re.compile(r" {0,3}\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*$")
_BREAK = re.compile(r"[.!?。！？]\s|\s")


@dataclass
class _Open:
    """The block that is being read."""

    kind: Kind
    lines: list[str] = field(default_factory=list)
    size: int = 0
    fence: str = ""
    closed: bool = False  # takes no more lines
    opening: str = ""
    indent: int = 0
    number: int = 0
    continues: bool = False
    loose: bool = False

    def add(self, line: str) -> None:
        self.lines.append(line)
        self.size += len(line)

    def block(self) -> Block:
        source = "".join(self.lines)
        kind = Kind.DEFINITION if self.only_defines() else self.kind
        return Block(kind, source, self.opening, self.indent, self.number, self.continues, self.loose)

    def only_defines(self) -> bool:
        """True for a paragraph that consists of definitions of links."""
        return self.kind is Kind.PARAGRAPH and not self.continues and only_defines("".join(self.lines))


@dataclass(frozen=True)
class _List:
    """The list whose items are being read."""

    marker: str  # its last character: - * + . )
    number: int  # of the last item, 0 in a bullet list
    offset: int  # column at which the last item's content begins


class BlockSplitter:
    """Takes text as it comes and gives the blocks that are finished."""

    def __init__(self) -> None:
        self._partial = ""  # the last line, as long as it has no end
        self._rest_of_line = False  # `_partial` goes on with a line that was cut
        self._lead = ""  # blank lines before the first block
        self._blank = False  # the last line was blank
        self._open: _Open | None = None
        self._list: _List | None = None
        self._finished: list[Block] = []

    def feed(self, text: str) -> list[Block]:
        """Takes more text; gives the blocks that nothing to come can change."""
        text = self._partial + text
        start = 0
        while True:
            newline = text.find("\n", start)
            end = newline + 1 if newline >= 0 else len(text)
            if end - start > LONGEST_PIECE:
                end = start + _place_to_cut(text[start : start + LONGEST_PIECE])
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
            self._begin(_Open(Kind.PARAGRAPH))
        self._end()
        return self._give()

    def _give(self) -> list[Block]:
        finished, self._finished = self._finished, []
        return finished

    def _begin(self, opened: _Open, line: str = "") -> _Open:
        self._end()
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
        if opened.kind in {Kind.CODE, Kind.QUOTE, Kind.TABLE, Kind.FOOTNOTE}:
            self._go_on(opened)
        elif opened.kind is Kind.ITEM and self._list is not None:
            self._begin(_Open(Kind.PARAGRAPH, indent=opened.indent or self._list.offset, continues=True))
        else:
            self._begin(_Open(Kind.PARAGRAPH, indent=opened.indent, continues=True))

    def _go_on(self, opened: _Open) -> _Open:
        """Ends a long block and begins its next piece."""
        return self._begin(
            _Open(
                opened.kind,
                fence=opened.fence,
                opening=opened.opening or _opening(opened),
                indent=opened.indent,
                continues=True,
            )
        )

    def _take(self, line: str) -> None:
        opened = self._open
        if self._rest_of_line and opened is not None:
            self._rest_of_line = not line.endswith("\n")
            opened.add(line)
        elif opened is not None and opened.kind is Kind.CODE and opened.fence and not opened.closed:
            self._take_code(opened, line)
        elif not line.strip():
            self._take_blank(opened, line)
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

    def _take_blank(self, opened: _Open | None, line: str) -> None:
        if opened is None:
            self._lead += line
        else:
            opened.add(line)
            self._blank = True

    def _take_code(self, opened: _Open, line: str) -> None:
        if line.strip() and indent(line) < opened.indent:
            opened.closed = True
            self._take(line)
            return
        full = len(opened.lines) >= LONGEST_CODE_PIECE_LINES or opened.size > 3 * LONGEST_PIECE
        if full and opened.lines[-1].strip():  # a piece's own last blank lines are not shown
            opened = self._go_on(opened)
        opened.add(line)
        opened.closed = closes(line, opened.fence, opened.indent)
        self._blank = False

    def _take_inside_item(self, opened: _Open | None, line: str, offset: int) -> None:
        """Takes a line that belongs to the list's current item by its indent."""
        fence = FENCE.match(line)
        if fence is not None and len(fence[1]) < offset + 4:
            self._begin(_Open(Kind.CODE, fence=fence[2], indent=len(fence[1])), line)
        elif opened is None or opened.closed or opened.size + len(line) > LONGEST_PIECE:
            kind = Kind.ITEM if _ITEM.match(line[offset:]) else Kind.PARAGRAPH
            self._begin(_Open(kind, indent=offset), line)
        else:
            opened.add(line)
            self._blank = False

    def _take_inside_footnote(self, opened: _Open, line: str) -> None:
        """Takes a line that belongs to the footnote by its indent."""
        if opened.size + len(line) > LONGEST_PIECE:
            opened = self._go_on(opened)
        opened.add(line)
        self._blank = False

    def _start(self, line: str) -> None:
        """Begins the block that this line begins, whatever stood before."""
        if (item := _ITEM.match(line)) and not _RULE.match(line):
            self._start_item(line, item)
            return
        self._list = None
        if (fence := FENCE.match(line)) and len(fence[1]) < 4:
            self._begin(_Open(Kind.CODE, fence=fence[2]), line)
            return
        if indent(line) >= 4:
            if self._open is not None and self._open.kind is Kind.CODE and not self._open.fence:
                self._open.add(line)
                self._blank = False
            else:
                self._begin(_Open(Kind.CODE), line)
            return
        kind = _kind(line)
        self._begin(_Open(kind, closed=kind in {Kind.HEADING, Kind.RULE}), line)

    def _start_item(self, line: str, item: re.Match[str]) -> None:
        marker = item[2][-1]
        number = int(item[2][:-1]) if item[2][:-1] else 0
        if self._list is not None and self._list.marker == marker and self._list.number:
            number = self._list.number + 1
        loose = self._list is not None and self._blank
        gap = len(item[3])
        self._list = _List(marker, number, item.end(2) + (gap if 1 <= gap <= 4 else 1))
        rest = line[item.end() :]
        if (fence := FENCE.match(rest)) and len(fence[1]) < 4:
            self._begin(_Open(Kind.ITEM, number=number, loose=loose), line[: item.end()])
            self._begin(_Open(Kind.CODE, fence=fence[2], indent=self._list.offset), rest)
        else:
            self._begin(_Open(Kind.ITEM, number=number, loose=loose), line)

    def _continue(self, opened: _Open, line: str) -> None:
        """Takes a line that follows directly on another one."""
        if opened.kind is Kind.PARAGRAPH and not opened.indent and self._take_after_paragraph(opened, line):
            return
        if _interrupts(line, Kind.ITEM if opened.indent else opened.kind):
            self._start(line)
            return
        too_long = opened.size + len(line) > LONGEST_PIECE
        if opened.kind is Kind.TABLE:
            too_long = too_long or len(opened.lines) >= LONGEST_TABLE_PIECE_LINES
        if too_long:
            opened = self._go_on(opened)
        opened.add(line)

    def _take_after_paragraph(self, opened: _Open, line: str) -> bool:
        """True if the line makes a heading or a table of what stands above it."""
        above = opened.lines[-1]
        if "|" in line and _DELIMITER_ROW.match(line) and cells(above) == cells(line):
            opened.lines.pop()
            if not "".join(opened.lines).strip():
                self._lead, self._open = "".join(opened.lines), None
            self._begin(_Open(Kind.TABLE), above).add(line)
            return True
        if opened.only_defines():
            if line.lstrip(" ").startswith("["):
                self._begin(_Open(Kind.PARAGRAPH), line)
                return True
        elif _UNDERLINE.match(line) and not opened.continues:
            opened.add(line)
            opened.kind = Kind.HEADING
            opened.closed = True
            return True
        return False


def split(text: str) -> list[Block]:
    """The blocks of a whole text."""
    splitter = BlockSplitter()
    return splitter.feed(text) + splitter.finish()


def cells(line: str) -> int:
    """How many cells a table's line has."""
    return len(table_cells(line))


def _kind(line: str) -> Kind:
    if _HEADING.match(line):
        return Kind.HEADING
    if _QUOTE.match(line):
        return Kind.QUOTE
    if FOOTNOTE.match(line):
        return Kind.FOOTNOTE
    return Kind.RULE if _RULE.match(line) else Kind.PARAGRAPH


def _interrupts(line: str, kind: Kind) -> bool:
    """True if the line begins a block of its own, though no blank line stands before it."""
    if kind is Kind.CODE:
        return indent(line) < 4
    fence = FENCE.match(line)
    if (fence is not None and len(fence[1]) < 4) or _RULE.match(line):
        return True
    if item := _ITEM.match(line):
        first = item[2] in {"-", "*", "+", "1.", "1)"} and bool(line[item.end() :].strip())
        return first or kind in {Kind.ITEM, Kind.QUOTE, Kind.TABLE}
    starts = _kind(line)
    return starts is Kind.FOOTNOTE or (starts is not Kind.PARAGRAPH and starts is not kind)


def _opening(opened: _Open) -> str:
    """What a later piece of this block needs before it."""
    if opened.kind is Kind.TABLE:
        return _first_lines(opened.lines, 2)
    if opened.kind is Kind.QUOTE:
        return "> "
    return _first_lines(opened.lines, 1) if opened.fence else ""


def _first_lines(lines: list[str], count: int) -> str:
    text = "".join(lines).lstrip("\n")
    return "".join(line + "\n" for line in text.split("\n")[:count])


def _place_to_cut(text: str) -> int:
    """Where a line may be cut: after the last sentence, else the last space of its last eighth, else at its end."""
    best = len(text)
    sentence = False
    for match in _BREAK.finditer(text, len(text) * 7 // 8):
        ends_sentence = len(match[0]) > 1
        if ends_sentence or not sentence:
            best, sentence = match.end(), ends_sentence
    return best
