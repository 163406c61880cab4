"""What a double click takes.

Qt ends words at an apostrophe and takes a whole Chinese sentence for one or none. Without a dictionary, the best that
can be said of Chinese and Japanese is a run of one script.
"""

from __future__ import annotations

import unicodedata
from functools import cache

from desktop.ui.message_view.positions import piece, units

_APOSTROPHES = "'’"
_SCRIPTS = (
    ("\u3040", "\u309f", "hiragana"),
    ("\u30a0", "\u30ff", "katakana"),
    ("\u31f0", "\u31ff", "katakana"),
    ("\uff66", "\uff9f", "katakana"),
    ("\u3005", "\u3007", "ideographs"),
    ("\u3400", "\u9fff", "ideographs"),
    ("\uf900", "\ufaff", "ideographs"),
    ("\U00020000", "\U0003ffff", "ideographs"),
)


def word_around(text: str, position: int) -> tuple[int, int]:
    """Beginning and end of the word at one of Qt's positions, in them; of the word before it if it ends there."""
    index = len(piece(text, 0, position))
    if not text:
        return position, position
    if index == len(text) or (index and not _is_word(text[index]) and _is_word(text[index - 1])):
        index -= 1
    start, end = _bounds(text, index)
    return units(text[:start]), units(text[:end])


def _bounds(text: str, index: int) -> tuple[int, int]:
    kind = _kind(text[index])
    start, end = index, index + 1
    if kind:
        while start > 0 and _goes_on(text, start - 1, kind):
            start -= 1
        while end < len(text) and _goes_on(text, end, kind):
            end += 1
    return start, end


def _goes_on(text: str, index: int, kind: str) -> bool:
    if kind == "word" and text[index] in _APOSTROPHES and 0 < index < len(text) - 1:
        return _kind(text[index - 1]) == _kind(text[index + 1]) == kind
    return _kind(text[index]) == kind


def _is_word(character: str) -> bool:
    return _kind(character) not in {"", "space"}


@cache
def _kind(character: str) -> str:
    """What a character can make a run of; nothing for marks, which stand alone."""
    for first, last, script in _SCRIPTS:
        if first <= character <= last:
            return script
    if character.isspace():
        return "space"
    category = unicodedata.category(character)
    return "word" if category[0] in "LMN" or category == "Pc" else ""
