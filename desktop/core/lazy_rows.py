"""Rows of the database by their ids, made into objects only when they are looked at.

A long chat has twenty thousand messages, and the reader sees ten of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, MutableMapping, Sequence
from typing import Any, TypeVar

Made = TypeVar("Made")


class LazyRows(MutableMapping[int, Made]):
    """Each row begins with its id; `make` turns a row into its object."""

    def __init__(self, rows: Iterable[Sequence[Any]], make: Callable[[Sequence[Any]], Made]) -> None:
        self._rows: dict[int, Sequence[Any] | None] = {row[0]: row for row in rows}
        self._make = make
        self._made: dict[int, Made] = {}

    def __getitem__(self, id_: int) -> Made:
        if id_ not in self._made:
            row = self._rows[id_]
            if row is None:
                raise KeyError(id_)
            self._made[id_] = self._make(row)
            self._rows[id_] = None
        return self._made[id_]

    def __setitem__(self, id_: int, made: Made) -> None:
        self._rows[id_] = None
        self._made[id_] = made

    def __delitem__(self, id_: int) -> None:
        del self._rows[id_]
        self._made.pop(id_, None)

    def __iter__(self) -> Iterator[int]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)

    def __contains__(self, id_: object) -> bool:
        return id_ in self._rows
