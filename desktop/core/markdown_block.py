"""One block of Markdown: what it is, and what its text says."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from desktop.core.math_spans import Formula, closes_block, find, opens_block

FENCE = re.compile(r"( *)(`{3,}(?=[^`]*$)|~{3,})")
FRONT_MATTER = re.compile(r"()(---)\s*$")  # the line that begins and ends it
_FENCES = re.compile(r"```|~~~")
_BLANK_LINES = re.compile(r"\n(?:[ \t]*\n){2,}")
_CELL_END = re.compile(r"(?<!\\)\|")

Definitions = tuple[tuple[str, str], ...]  # of links: label, and the definition as it is written


class Kind(StrEnum):
    """What a block is, as far as its layout differs."""

    PARAGRAPH = "paragraph"
    HEADING = "heading"
    ITEM = "item"
    QUOTE = "quote"
    CODE = "code"
    TABLE = "table"
    MATH = "math"
    RULE = "rule"
    DEFINITION = "definition"  # of links; nothing to show
    FOOTNOTE = "footnote"  # shown at the end of the text


@dataclass(frozen=True)
class Block:
    """A slice of the text.

    `opening` holds the lines of an earlier piece without which this one cannot be understood: the fence, the table's
    head. `indent` is how many columns of a list's item it stands in; `number` that of an ordered list's item, else 0;
    `continues` is true for a later piece of what was cut, `loose` for an item after a blank line. `definitions` are the
    links that the text asks for and other blocks define; `source_count` is how many sources its marks may point at.
    """

    kind: Kind
    source: str
    opening: str = ""
    indent: int = 0
    number: int = 0
    continues: bool = False
    loose: bool = False
    definitions: Definitions = ()
    source_count: int = 0

    @property
    def hidden(self) -> bool:
        """True if nothing is shown where it stands."""
        return self.kind in {Kind.DEFINITION, Kind.FOOTNOTE}

    @cached_property
    def markdown(self) -> str:
        """The text to parse, understood by itself."""
        text = "\n".join(dedent(line, self.indent) for line in self.source.strip("\n").split("\n"))
        if self.kind is Kind.ITEM and not _FENCES.search(text):
            text = _BLANK_LINES.sub("\n\n", text)  # after more than one, Qt takes an item's text for code
        return self.opening + text

    @cached_property
    def language(self) -> str:
        """The first word after the fence."""
        if self._fence is None:
            return ""
        if self._fence[2] == "---":
            return "yaml"
        words = self._fence_line.strip().lstrip("`~").split()
        return words[0] if words else ""

    @cached_property
    def code(self) -> str:
        """What stands between the fences."""
        fence = self._fence
        if fence is None:
            return "\n".join(dedent(line, 4) for line in self.source.strip("\n").split("\n"))
        lines = self.source.lstrip("\n").split("\n") if not self.continues else self.source.split("\n")
        columns = max(self.indent, len(fence[1]))
        body = lines[0 if self.continues else 1 :]
        while body and not body[-1].strip():
            body.pop()
        if body and may_close(body[-1], fence[2], self.indent):
            body.pop()
        return "\n".join(dedent(line, columns) for line in body)

    @cached_property
    def latex(self) -> str:
        """The formula that the whole block is: between its delimiters, or in a fence of its own; else nothing."""
        if self.kind is Kind.CODE:
            return self.code.strip() if self.language == "math" and self.closed and not self.continues else ""
        text = self.markdown.strip()
        closer = opens_block(text.split("\n", 1)[0]) if self.kind is Kind.MATH else ""
        ends = bool(closer) and len(text) >= 4 and closes_block(text, closer)
        return text[2:-2].strip() if ends else ""

    @cached_property
    def formulas(self) -> list[Formula]:
        """The formulas in `markdown`; a whole block is one."""
        if self.latex:
            return [Formula(0, len(self.markdown), self.latex, display=True)]
        return [] if self.kind in {Kind.CODE, Kind.MATH, Kind.RULE, Kind.TABLE} else find(self.markdown)

    @cached_property
    def closed(self) -> bool:
        """True if a fence's end has come."""
        fence = self._fence
        lines = self.source.strip("\n").split("\n")
        return fence is not None and (self.continues or len(lines) > 1) and closes(lines[-1], fence[2], self.indent)

    @cached_property
    def _fence(self) -> re.Match[str] | None:
        """The fence that begins the code; None if it is code by its indent."""
        fence = FENCE.match(self._fence_line) or FRONT_MATTER.match(self._fence_line)
        return fence if fence is not None and len(fence[1]) - self.indent < 4 else None

    @property
    def _fence_line(self) -> str:
        return (self.opening or self.source.lstrip("\n")).split("\n", 1)[0]


def table_cells(line: str) -> list[str]:
    """The cells of a table's line, as Markdown."""
    line = line.strip().removeprefix("|")
    parts = [part.strip().replace("\\|", "|") for part in _CELL_END.split(line)]
    return parts[:-1] if len(parts) > 1 and not parts[-1] else parts


def closes(line: str, fence: str, columns: int) -> bool:
    """True for a line that ends a fence which stands at so many columns."""
    return len(line.strip()) >= len(fence) and may_close(line, fence, columns)


def may_close(line: str, fence: str, columns: int) -> bool:
    """True for a fence's end and for one that is still arriving."""
    text = line.strip()
    return bool(text) and text == fence[0] * len(text) and indent(line) - columns < 4


def dedent(line: str, columns: int) -> str:
    """The line without so many columns of its indent."""
    place = column = 0
    while column < columns and place < len(line) and line[place] in " \t":
        column += 4 - column % 4 if line[place] == "\t" else 1
        place += 1
    return " " * (column - columns) + line[place:]


def indent(line: str) -> int:
    """Columns before the first character; a tab goes to the next multiple of four."""
    return len(line.expandtabs(4)) - len(line.expandtabs(4).lstrip())
