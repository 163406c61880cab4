"""Which words of several texts stand in no other one: word by word, and character by character where none are spaced.

Only words count: space between two words that both differ differs with them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

Span = tuple[int, int]  # beginning and end in a text

EXACT_UP_TO = 2_000  # words; in longer texts the commonest words alone begin no match, or it would take seconds
_SHORT = 3  # characters
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)
_WORD = re.compile(rf"[{_UNSPACED}]|(?:(?![{_UNSPACED}])\w)+(?:['’.,-](?:(?![{_UNSPACED}])\w)+)*|[^\w\s]")


class _Word(NamedTuple):
    text: str
    start: int
    end: int


def differences(texts: Sequence[str]) -> list[list[Span]]:
    """For each text the places that none of the others has in the same order; nothing if there is only one."""
    words = [list(_words(text)) for text in texts]
    shared: list[set[int]] = [set() for _ in texts]
    for first in range(len(texts)):
        for second in range(first + 1, len(texts)):
            for in_first, in_second in _matches(words[first], words[second]):
                shared[first].add(in_first)
                shared[second].add(in_second)
    if len(texts) < 2:
        return [[] for _ in texts]
    return [_spans(words[number], shared[number]) for number in range(len(texts))]


def _words(text: str) -> Iterator[_Word]:
    return (_Word(match[0], match.start(), match.end()) for match in _WORD.finditer(text))


def _matches(first: Sequence[_Word], second: Sequence[_Word]) -> Iterator[tuple[int, int]]:
    """Pairs of the numbers of equal words, in order."""
    mine, theirs = [word.text for word in first], [word.text for word in second]
    is_long = max(len(mine), len(theirs)) > EXACT_UP_TO
    for start, other_start, length in SequenceMatcher(None, mine, theirs, autojunk=is_long).get_matching_blocks():
        if length == 1 and _is_chance(mine, start) and _is_chance(theirs, other_start):
            continue
        for offset in range(length):
            yield start + offset, other_start + offset


def _is_chance(words: Sequence[str], number: int) -> bool:
    """True for a little word inside a text, such as one "the" between two sentences that have nothing in common."""
    return 0 < number < len(words) - 1 and len(words[number]) <= _SHORT


def _spans(words: Sequence[_Word], shared: set[int]) -> list[Span]:
    """The places of the words that are not shared; neighbours are one place."""
    spans: list[Span] = []
    before = -2
    for number, word in enumerate(words):
        if number in shared:
            continue
        start = spans.pop()[0] if number == before + 1 else word.start
        spans.append((start, word.end))
        before = number
    return spans
