r"""Finds the formulas in a Markdown text: `$…$`, `$$…$$`, `\(…\)` and `\[…\]`.

A dollar is a price far more often than it opens a formula. So the rules are those of pandoc and GitHub: no space after
the opening dollar or before the closing one, no digit or word right behind it, no blank line between; and nothing in
code, addresses or the targets of links.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

LONGEST = 2000  # characters of one formula

_TOKEN = re.compile(
    r"\\.|`+|\$+|\]\([^\n)]*\)?|<[A-Za-z][A-Za-z0-9+.-]*:[^\s<>]*>|(?:https?://|www\.)[^\s<>]+", re.DOTALL
)
_CLOSERS = {r"\(": r"\)", r"\[": r"\]", "$": "$", "$$": "$$"}
_BLANK_LINE = re.compile(r"\n[ \t>]*\n")
_QUOTE_MARKS = re.compile(r"\n[ \t]*(?:>[ \t]?)+")
_PRICE = re.compile(r"\d[^\\]*\s[A-Za-z]{2,}")  # "5, or US": a number, then words
_LEAD = re.compile(r"[\s>]*(?:(?:[-*+]|\d{1,9}[.)])\s+)?(?:\[[ xX]\]\s+)?")  # what may stand before a paragraph's text
_BREAK_BEFORE = re.compile(r"([^\s>\\])[ \t]*(\n[ \t>]*)\Z")
_BREAK_AFTER = re.compile(r"\A([.,;:!?]*)[ \t]*\n?(?![ \t>]*(?:[-*+]|\d{1,9}[.)])\s)(?=[ \t>]*[^\s>])")
_WORD_BEHIND = re.compile(r"(?!(?:st|nd|rd|th|s)\b)[A-Za-z0-9_{]")  # but the $n$th


@dataclass(frozen=True, slots=True)
class Formula:
    """`start` and `end` enclose the delimiters, too; `display` is true for one that stands on a line of its own."""

    start: int
    end: int
    latex: str
    display: bool


def find(source: str) -> list[Formula]:
    """The formulas of a text, from the first to the last."""
    if "$" not in source and r"\(" not in source and r"\[" not in source:
        return []
    found: list[Formula] = []
    position = 0
    while token := _TOKEN.search(source, position):
        formula = _formula(source, token[0], token.start())
        if formula is not None:
            found.append(formula)
        position = formula.end if formula is not None else _end_of(source, token)
    return found


def with_stand_ins(source: str, formulas: Sequence[Formula], stand_in: str) -> str:
    """The text with one character for each formula, and line breaks around those that have a line of their own."""
    result, start = "", 0
    for number, formula in enumerate(formulas):
        result += source[start : formula.start]
        start = formula.end
        if formula.display and not source.lstrip().startswith("#"):
            result = _broken_before(result)
            until = formulas[number + 1].start if number + 1 < len(formulas) else len(source)
            result += stand_in + _BREAK_AFTER.sub(r"\1\\\n", source[start:until], count=1)
            start = until
        else:
            result += stand_in
    return result + source[start:]


def _broken_before(text: str) -> str:
    """The text with a line break at its end, if there are words to break off from."""
    line = text.rpartition("\n")[2]
    if not _LEAD.fullmatch(line):
        return text.rstrip(" \t") + "\\\n"
    return _BREAK_BEFORE.sub(r"\1\\\2", text)


def opens_block(line: str) -> str:
    r"""What closes the display formula that this line begins; nothing if it begins none.

    A line that has more behind its formula is running text.
    """
    text = line.strip()
    opener = text[:2]
    if opener not in {"$$", r"\["} or text[2:3] == "$":
        return ""
    closer = _CLOSERS[opener]
    place = text.find(closer, 2)
    if place < 0 and opener == r"\[" and text[2:3].strip():
        return ""  # more likely a bracket that is no link's
    whole = place == len(text) - 2 and bool(text[2:place].strip())
    return closer if place < 0 or whole else ""


def closes_block(line: str, closer: str) -> bool:
    """True if a display formula ends with this line."""
    return line.rstrip().endswith(closer)


def _end_of(source: str, token: re.Match[str]) -> int:
    """Where to go on behind what opens no formula."""
    if token[0].startswith("`"):
        closing = re.compile(rf"(?<!`){token[0]}(?!`)").search(source, token.end())
        return closing.end() if closing else token.end()
    return token.end()


def _formula(source: str, opener: str, start: int) -> Formula | None:
    closer = _CLOSERS.get(opener)
    if closer is None:
        return None
    inside = start + len(opener)
    end = _closing(source, closer, inside)
    body = source[inside:end] if end >= 0 else ""
    if not body.strip("\\ \t\n") or len(body) > LONGEST or _BLANK_LINE.search(body):
        return None
    behind = end + len(closer)
    if opener == "$" and not _encloses(body, source[start - 1 : start], source[behind : behind + 4]):
        return None
    if opener == r"\[" and source[behind : behind + 1] == "(":
        return None  # a link that was meant to be seen as it is written
    return Formula(start, behind, _QUOTE_MARKS.sub("\n", body).strip(), opener in {"$$", r"\["})


def _closing(source: str, closer: str, start: int) -> int:
    """Where the closing delimiter stands that no backslash takes its meaning from."""
    place = source.find(closer, start)
    while place >= 0:
        before = source[start:place]
        if (len(before) - len(before.rstrip("\\"))) % 2 == 0:
            return place
        place = source.find(closer, place + 1)
    return -1


def _encloses(body: str, before: str, behind: str) -> bool:
    """True if single dollars around `body` mean a formula."""
    if body[0].isspace() or body[-1].isspace() or _PRICE.match(body):
        return False
    return not (before.isascii() and before.isalnum()) and not _WORD_BEHIND.match(behind)
