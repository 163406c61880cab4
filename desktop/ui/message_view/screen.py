"""Says which part of the screen a new arrangement changes, so that what only moved is moved and not painted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRect

from desktop.ui.message_view.scrolling import Placed

Rows = dict[int, tuple[int, int, int]]  # id of a row -> top, height, version


@dataclass(frozen=True, slots=True)
class Change:
    """What to do: scroll by `shift` pixels, then paint `areas`; or paint everything."""

    everything: bool
    shift: int = 0
    areas: tuple[QRect, ...] = ()


class Screen:
    """Remembers what was painted last."""

    def __init__(self) -> None:
        self._rows: Rows = {}
        self._size = (0, 0)

    def forget(self) -> None:
        """Nothing on the screen is known: paint everything next time."""
        self._rows = {}

    def change(self, placed: Sequence[Placed], width: int, height: int) -> Change:
        """Compares an arrangement with the one before."""
        rows = {id(one.row): (one.y, one.row.height, one.row.version) for one in placed}
        stable = {id(one.row): one.row.stable for one in placed}
        for one in placed:
            one.row.stable = one.row.height
        old, self._rows = self._rows, rows
        size, self._size = self._size, (width, height)
        same = [key for key in rows if key in old and rows[key][1:] == old[key][1:]]
        if not same or size != self._size:
            return Change(everything=True)
        shift = _main_shift({key: rows[key][0] - old[key][0] for key in same}, rows)
        strips = _strips(rows, old, shift, stable)
        if shift:
            strips.append((height + shift, -shift) if shift < 0 else (0, shift))
        screen = QRect(0, 0, width, height)
        areas = [QRect(0, top, width, strip_height).intersected(screen) for top, strip_height in strips]
        return Change(everything=False, shift=shift, areas=tuple(area for area in areas if not area.isEmpty()))


def _strips(rows: Rows, old: Rows, shift: int, stable: dict[int, int]) -> list[tuple[int, int]]:
    """(top, height) of what is new, what has changed, and where something was that is not there any more."""
    strips = []
    for key in rows.keys() | old.keys():
        now, before = rows.get(key), old.get(key)
        moved = (before[0] + shift, before[1], before[2]) if before else None
        if now == moved:
            continue
        if now and moved and now[0] == moved[0]:
            strips.append((now[0] + stable[key], max(now[1], moved[1]) - stable[key]))
        else:
            strips += [(one[0], one[1]) for one in (now, moved) if one]
    return strips


def _main_shift(shifts: dict[int, int], rows: Rows) -> int:
    """How far most of the screen has moved."""
    heights: dict[int, int] = {}
    for key, shift in shifts.items():
        heights[shift] = heights.get(shift, 0) + rows[key][1]
    return max(heights, key=lambda shift: heights[shift])
