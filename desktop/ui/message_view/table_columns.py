"""How wide a table's columns are: as the text wants, squeezed to readable widths, or wider than the column of text."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import accumulate, pairwise

LONGEST_WORD = 240  # a longer one, say an address, is broken anywhere
NARROWEST = 88  # a text of several words is not readable below
COMFORTABLE = 320  # what a column gets where the table is moved sideways anyway


@dataclass
class Columns:
    """The widths that all pieces of one table share; its first piece decides."""

    naturals: list[float] = field(default_factory=list)
    words: list[float] = field(default_factory=list)

    def widths(self, room: int, padding: int, px: Callable[[float], int]) -> list[int]:
        """Column widths that fill `room`, each with `padding` at both sides; wider where words would be broken."""
        naturals = [natural + 2 * padding for natural in self.naturals]
        least = [
            min(natural, max(min(word, px(LONGEST_WORD)), px(NARROWEST)) + 2 * padding)
            for natural, word in zip(naturals, self.words, strict=True)
        ]
        if sum(naturals) <= room:
            shares = [natural * room / sum(naturals) for natural in naturals]
        elif sum(least) <= room:
            shares = _squeezed(naturals, least, room)
        else:
            comfortable = px(COMFORTABLE) + 2 * padding
            shares = [min(natural, max(low, comfortable)) for natural, low in zip(naturals, least, strict=True)]
        edges = [round(edge) for edge in accumulate(shares, initial=0.0)]
        return [right - left for left, right in pairwise(edges)]


def _squeezed(naturals: list[float], least: list[float], room: float) -> list[float]:
    """Widths for too little room: narrow columns keep theirs, the others share the rest above their least."""
    shares = dict.fromkeys(range(len(naturals)), 0.0)
    left = sorted(shares, key=lambda number: naturals[number])
    needed = sum(least)
    while naturals[left[0]] <= room / len(left) and needed - least[left[0]] <= room - naturals[left[0]]:
        number = left.pop(0)
        shares[number] = naturals[number]
        room -= naturals[number]
        needed -= least[number]
    wanted = sum(naturals[number] for number in left)
    for number in left:
        shares[number] = least[number] + (naturals[number] - least[number]) * (room - needed) / (wanted - needed)
    return list(shares.values())
