"""Which texts the store should bring: those on the screen first, then those around it, each asked for once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from desktop.ui.message_view.item import Item
from desktop.ui.message_view.scrolling import Placed

MESSAGES_AHEAD = 12  # above and below the screen


class Reading:
    """Remembers what was asked for."""

    def __init__(self) -> None:
        self._asked: set[int] = set()

    def forget(self) -> None:
        """Other messages are shown: ask anew."""
        self._asked.clear()

    def came(self, message_ids: Iterable[int]) -> None:
        """These were brought."""
        self._asked.difference_update(message_ids)

    def new(self, message_ids: Iterable[int]) -> list[int]:
        """Those that were not asked for yet; now they are."""
        wanted = [message_id for message_id in message_ids if message_id not in self._asked]
        self._asked.update(wanted)
        return wanted

    def near(self, placed: Sequence[Placed], items: Sequence[Item], *, from_end: bool) -> list[int]:
        """Unread messages on the screen and around it, nearest first."""
        if not placed:
            return []
        first, last = placed[0].message, placed[-1].message
        seen = range(first, last + 1)
        numbers = list(reversed(seen) if from_end else seen)
        for distance in range(1, MESSAGES_AHEAD + 1):
            numbers += [number for number in (first - distance, last + distance) if 0 <= number < len(items)]
        return [items[number].id for number in numbers if items[number].unread]
