"""Marks in an answer that point at one of its numbered sources: `[1]`, `[^1^]`, `【1†source】`.

They are told from what only looks like them: code, links, list indexes such as `array[1]`, and numbers without a
source stay what they are.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from urllib.parse import urlsplit

from desktop.core.conversation import Source

CITATION_LINK = "source:"  # the target of a mark made a link, before the source's number
_CODE = r"(?P<code>(?P<ticks>`+).*?(?P=ticks)|^ {0,3}~~~.*?~~~|\\\[.*?\\\]|\\\(.*?\\\))"
_MARK = r"\[(?P<plain>\d{1,3})\]|\[\^(?P<raised>\d{1,3})\^\]|【(?P<wide>\d{1,3})(?::\d+)?†[^】\n]{0,80}】"
_TOKEN = re.compile(rf"{_CODE}|(?P<mark>{_MARK})", re.DOTALL | re.MULTILINE)
_AFTER = re.compile(r"[*_\"'”’»)）]*(?:[.,;:!?…。，、；：！？]|$)", re.MULTILINE)
_ANY_MARKS = re.compile(rf"(?:{_MARK.replace('P<plain>', ':').replace('P<raised>', ':').replace('P<wide>', ':')})*")
_HINT = re.compile(r"\[\^?\d|【\d")
_LOOK_BACK = 200  # characters before a mark that tell what it is
_WORD_BEFORE = re.compile(r"[A-Za-z0-9_$`]+$")
_CODE_LIKE = re.compile(r".*[_$`].*|[a-z]{2,}[A-Z].*|[A-Za-z]|[a-z]+\d+")
_CODE_BEHIND = re.compile(r"\s*(?:[-+*/|&]?=|\+\+|--)|\.[a-z_]\w*\(")
_OFTEN_INDEXED = frozenset(
    """args argv arr array arrays buffer bytes cells children columns data dict elements index input items lines list
    lists map matrix nodes numbers nums output parts queue results row rows stack string table tokens tuple values
    vector""".split()
)
_SHORTEST_CLAUSE = 3  # words; where an indexed thing ends one, it is rather a source that is meant


def may_cite(markdown: str) -> bool:
    """False where no mark can be; quick."""
    return _HINT.search(markdown) is not None


def cited(markdown: str, count: int, defined: frozenset[str] = frozenset()) -> str:
    """The text with marks of the first `count` sources made links; `defined` labels are links already."""
    return _replaced(markdown, count, defined, lambda number: f"[{number}]({CITATION_LINK}{number})")


def with_addresses(markdown: str, sources: Sequence[Source]) -> str:
    """The text with marks made links to the sources' addresses: how it is copied."""

    def link(number: int) -> str:
        url = sources[number - 1].url
        return f"[{number}](<{url}>)" if re.search(r"[()\s<>]", url) else f"[{number}]({url})"

    return _replaced(markdown, len(sources), frozenset(), link) if sources else markdown


def source_number(target: str) -> int | None:
    """Which source a link made by `cited` points at."""
    number = target.removeprefix(CITATION_LINK)
    return int(number) if number != target and number.isdecimal() else None


def host_of(url: str) -> str:
    """The name of the site, without `www.`; nothing for what is no web address."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return ""
    return host.removeprefix("www.") if parts.scheme.lower() in {"http", "https"} else ""


def _replaced(markdown: str, count: int, defined: frozenset[str], link: Callable[[int], str]) -> str:
    if not count or not may_cite(markdown):
        return markdown
    result: list[str] = []
    start = 0
    for token in _TOKEN.finditer(markdown):
        number = int(token["plain"] or token["raised"] or token["wide"] or 0)
        if token["code"] is None and 1 <= number <= count and _points(markdown, token, defined):
            result += [markdown[start : token.start()], link(number)]
            start = token.end()
    return "".join([*result, markdown[start:]])


def _points(text: str, mark: re.Match[str], defined: frozenset[str]) -> bool:
    """True if the mark is no link, no definition and no index."""
    if mark["plain"] is None:
        return True
    before, after = text[max(0, mark.start() - _LOOK_BACK) : mark.start()], text[mark.end() : mark.end() + 1]
    if mark["plain"] in defined or after == "(" or before.endswith(("\\", "!")):
        return False
    line = before[before.rfind("\n") + 1 :]
    if after == ":" and not line.strip():
        return False
    first = _first_of_row(before)
    if first.endswith("]") or (after == "[" and not _MARK_AT.match(text, mark.end())):
        return False
    word = _WORD_BEFORE.search(first)
    return word is None or not _is_index(word[0], line, text, mark.end())


def _is_index(word: str, line: str, text: str, end: int) -> bool:
    """True if a number in brackets right behind a word counts in what the word names."""
    marks = _ANY_MARKS.match(text, end)
    end = marks.end() if marks else end
    if _CODE_LIKE.fullmatch(word) or _CODE_BEHIND.match(text, end):
        return True
    ends_clause = len(line.split()) >= _SHORTEST_CLAUSE and _AFTER.match(text, end)
    return word.lower() in _OFTEN_INDEXED and not ends_clause


_MARK_AT = re.compile(_MARK)
_LAST_MARK = re.compile(rf"(?:{_MARK})$")


def _first_of_row(before: str) -> str:
    """What stands before the first of several marks in a row."""
    while before.endswith(("]", "】")):
        last = _LAST_MARK.search(before)
        if last is None:
            break
        before = before[: last.start()]
    return before
