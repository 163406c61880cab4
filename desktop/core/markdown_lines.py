"""What one line of Markdown is, by itself."""

from __future__ import annotations

import re

from desktop.core.markdown_block import FENCE, Kind, closes, indent, table_cells
from desktop.core.markdown_references import FOOTNOTE

ITEM = re.compile(r"( {0,3})([-*+]|\d{1,9}[.)])( +|$)")
_HEADING = re.compile(r" {0,3}#{1,6}(\s|$)")
_NESTED_ITEM = re.compile(r" *(?:[-*+]|\d{1,9}[.)]) +")
_QUOTE_MARKS = re.compile(r"(?: {0,3}> ?)+")
_QUOTE = re.compile(r" {0,3}>")
RULE = re.compile(r" {0,3}([-*_])(\s*\1){2,}\s*$")
UNDERLINE = re.compile(r" {0,3}(=+|-+)\s*$")
DELIMITER_ROW = re.compile(r" {0,3}\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*$")
KEY = re.compile(r"[A-Za-z_][\w-]*:(\s|$)")  # of front matter
_BREAK = re.compile(r"[.!?。！？]\s|\s")


def cells(line: str) -> int:
    """How many cells a table's line has."""
    return len(table_cells(line))


def kind_of(line: str) -> Kind:
    """What the line is if it begins a block; lists, fences and tables apart."""
    if _HEADING.match(line):
        return Kind.HEADING
    if _QUOTE.match(line):
        return Kind.QUOTE
    if FOOTNOTE.match(line):
        return Kind.FOOTNOTE
    return Kind.RULE if RULE.match(line) else Kind.PARAGRAPH


def interrupts(line: str, kind: Kind) -> bool:
    """True if the line begins a block of its own, though no blank line stands before it."""
    if kind is Kind.CODE:
        return indent(line) < 4
    fence = FENCE.match(line)
    if (fence is not None and len(fence[1]) < 4) or RULE.match(line):
        return True
    if item := ITEM.match(line):
        first = item[2] in {"-", "*", "+", "1.", "1)"} and bool(line[item.end() :].strip())
        return first or kind in {Kind.ITEM, Kind.QUOTE, Kind.TABLE}
    starts = kind_of(line)
    return starts is Kind.FOOTNOTE or (starts is not Kind.PARAGRAPH and starts is not kind)


def container(above: list[str], offset: int, columns: int) -> int:
    """Where the content of the item begins that has something at `columns`: the list's own, or one nested in it."""
    for line in reversed(above):
        item = _NESTED_ITEM.match(line)
        if item and offset < item.end() <= columns:
            return item.end()
    return offset


def leaves_quote(quote: list[str], line: str) -> bool:
    """True if a line without a mark does not belong to the quote above it: only running text goes on, a fence ends."""
    fence = ""
    text = ""
    for quoted in quote:
        text = _QUOTE_MARKS.sub("", quoted, count=1)
        begins = FENCE.match(text)
        if fence:
            fence = "" if closes(text, fence, 0) else fence
            text = ""
        elif begins and len(begins[1]) < 4:
            fence, text = begins[2], ""
    if fence:
        return not closes(line, fence, 0)
    return not text.strip() or kind_of(text) in {Kind.HEADING, Kind.RULE} or interrupts(line, Kind.QUOTE)


def place_to_cut(text: str) -> int:
    """Where a line may be cut: after the last sentence, else the last space of its last eighth, else at its end."""
    best = len(text)
    sentence = False
    for match in _BREAK.finditer(text, len(text) * 7 // 8):
        ends_sentence = len(match[0]) > 1
        if ends_sentence or not sentence:
            best, sentence = match.end(), ends_sentence
    return best
