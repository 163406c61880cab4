"""The block of Markdown that is being read, line by line, and the list that it may stand in."""

from __future__ import annotations

from dataclasses import dataclass, field

from desktop.core.markdown_block import Block, Kind, indent
from desktop.core.markdown_lines import DELIMITER_ROW, ITEM, cells
from desktop.core.markdown_references import only_defines
from desktop.core.math_spans import opens_block


@dataclass
class OpenBlock:
    """The block that is being read; the names that `Block` has mean the same."""

    kind: Kind
    lines: list[str] = field(default_factory=list)
    size: int = 0  # characters
    fence: str = ""
    closed: bool = False  # takes no more lines
    closer: str = ""  # what ends a formula
    opening: str = ""
    indent: int = 0
    number: int = 0
    continues: bool = False
    loose: bool = False

    @property
    def text(self) -> str:
        """All lines so far."""
        return "".join(self.lines)

    def add(self, line: str) -> None:
        """Takes one more line, or a part of it."""
        self.lines.append(line)
        self.size += len(line)

    def block(self) -> Block:
        """What it is if it ends here."""
        kind = Kind.DEFINITION if self.only_defines() else self.kind
        return Block(kind, self.text, self.opening, self.indent, self.number, self.continues, self.loose)

    def next_piece(self) -> OpenBlock:
        """What goes on with this one where that becomes too long."""
        opening = self.opening or self._opening_of_next()
        return OpenBlock(self.kind, fence=self.fence, opening=opening, indent=self.indent, continues=True)

    def only_defines(self) -> bool:
        """True for a paragraph that consists of definitions of links."""
        return self.kind is Kind.PARAGRAPH and not self.continues and only_defines(self.text)

    def is_one_line_of_text(self) -> bool:
        """True for an item's first line, or a line that stands alone in it."""
        text = self.text.strip()
        item = ITEM.match(text)
        is_text = self.kind in {Kind.ITEM, Kind.PARAGRAPH} and "\n" not in text
        return is_text and not self.closed and bool(text[item.end() :] if item else text)

    def is_table_head(self, below: str) -> bool:
        """True if the line below makes the last line a table's head."""
        if "|" not in below or self.closed or self.kind not in {Kind.PARAGRAPH, Kind.ITEM}:
            return False
        first_of_item = self.kind is Kind.ITEM and len(self.text.strip().split("\n")) == 1
        return not first_of_item and bool(DELIMITER_ROW.match(below)) and cells(self.lines[-1]) == cells(below)

    def _opening_of_next(self) -> str:
        """What a later piece of this block needs before it."""
        if self.kind is Kind.TABLE:
            return self._first_lines(2)
        if self.kind is Kind.QUOTE:
            return "> "
        return self._first_lines(1) if self.fence else ""

    def _first_lines(self, count: int) -> str:
        return "".join(line + "\n" for line in self.text.lstrip("\n").split("\n")[:count])


@dataclass(frozen=True)
class OpenList:
    """The list whose items are being read."""

    marker: str  # its last character: - * + . )
    number: int  # of the last item, 0 in a bullet list
    offset: int  # column at which the last item's content begins


def math_closer(opened: OpenBlock | None, line: str) -> str:
    """What ends the formula that this line begins; nothing if the line ends one that began in running text."""
    closer = opens_block(line) if indent(line) < 4 else ""
    inside = opened is not None and not opened.closed and opened.text.count("$$") % 2
    return "" if closer == "$$" and inside else closer
