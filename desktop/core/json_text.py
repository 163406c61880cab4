"""JSON as people read it: a message or a part of one on each line, and every character seen.

The text is given in pieces that know what they are, so that whoever shows them can colour and fold them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from enum import Enum, auto
from typing import Any, NamedTuple

STEP = "  "
MOST_ON_A_LINE = 8  # entries of an object
_UNSEEN = re.compile(
    "[\x7f-\xa0\xad\u061c\u180e\u200b\u200e\u200f\u2028-\u202f\u2060-\u2069\ud800-\udfff\ufeff\ufff0-\uffff]"
)

Path = tuple[str | int, ...]


class Kind(Enum):
    """What a piece is."""

    MARK = auto()  # brackets, commas and space
    KEY = auto()
    STRING = auto()
    NUMBER = auto()
    WORD = auto()  # true, false and null


class Words(NamedTuple):
    """How a language calls the values that are words."""

    true: str = "true"
    false: str = "false"
    null: str = "null"


JSON = Words()


class Piece(NamedTuple):
    """Some characters of the text. `path` says where in the value they belong."""

    text: str
    kind: Kind
    path: Path


def pretty(value: Any, words: Words = JSON) -> str:
    """The text of a value."""
    return "".join(piece.text for piece in pieces(value, words))


def pieces(value: Any, words: Words = JSON) -> Iterator[Piece]:
    """The text of a value in pieces: an object in lines of its own, a list of texts or numbers in one line."""
    return _pieces(value, (), "", words)


def quoted(text: str) -> str:
    r"""A text as JSON has it; what cannot be seen, or changes the order of what is, stands as `\\u…`."""
    return _UNSEEN.sub(lambda match: escaped(match[0]), json.dumps(text, ensure_ascii=False))


def escaped(character: str) -> str:
    """A character of a text as JSON can write every one of them."""
    return f"\\u{ord(character):04x}"


def _pieces(value: Any, path: Path, indent: str, words: Words) -> Iterator[Piece]:
    if isinstance(value, Mapping) and value:
        yield from _object(value, path, indent, words)
    elif isinstance(value, list | tuple) and value:
        yield from _list(value, path, indent, words)
    else:
        yield _scalar(value, path, words)


def _object(value: Mapping[str, Any], path: Path, indent: str, words: Words) -> Iterator[Piece]:
    on_one_line = bool(path) and len(value) <= MOST_ON_A_LINE and not any(map(_is_full, list(value.values())[:-1]))
    inner = indent if on_one_line else indent + STEP
    before, between, after = _marks("{}", indent, inner, on_one_line=on_one_line)
    for index, (name, entry) in enumerate(value.items()):
        yield Piece(between if index else before, Kind.MARK, path)
        yield Piece(quoted(str(name)), Kind.KEY, (*path, name))
        yield Piece(": ", Kind.MARK, path)
        yield from _pieces(entry, (*path, name), inner, words)
    yield Piece(after, Kind.MARK, path)


def _list(value: list[Any] | tuple[Any, ...], path: Path, indent: str, words: Words) -> Iterator[Piece]:
    on_one_line = not any(map(_is_full, value))
    inner = indent if on_one_line else indent + STEP
    before, between, after = _marks("[]", indent, inner, on_one_line=on_one_line)
    for index, entry in enumerate(value):
        yield Piece(between if index else before, Kind.MARK, path)
        yield from _pieces(entry, (*path, index), inner, words)
    yield Piece(after, Kind.MARK, path)


def _marks(brackets: str, indent: str, inner: str, *, on_one_line: bool) -> tuple[str, str, str]:
    """What stands before the first entry, between two, and after the last one."""
    if on_one_line:
        return brackets[0], ", ", brackets[1]
    return f"{brackets[0]}\n{inner}", f",\n{inner}", f"\n{indent}{brackets[1]}"


def _is_full(value: Any) -> bool:
    return isinstance(value, Mapping | list | tuple) and bool(value)


def _scalar(value: Any, path: Path, words: Words) -> Piece:
    match value:
        case str():
            return Piece(quoted(value), Kind.STRING, path)
        case bool():
            return Piece(words.true if value else words.false, Kind.WORD, path)
        case None:
            return Piece(words.null, Kind.WORD, path)
        case int() | float():
            return Piece(json.dumps(value), Kind.NUMBER, path)
        case _:
            return Piece("{}" if isinstance(value, Mapping) else "[]", Kind.MARK, path)
