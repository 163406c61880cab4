"""The messages of a view as items, made only when they are looked at: a chat may have twenty thousand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import overload

from desktop.ui.message_view.item import Item

Lengths = tuple[int, int]  # characters of text and of thinking


class Items(Sequence[Item]):
    """`make` gives the item of an id. One that streams is put in: made later, it would have what is fed meanwhile."""

    def __init__(self, ids: Sequence[int], lengths: Sequence[Lengths], make: Callable[[int], Item]) -> None:
        self.ids = list(ids)
        self.lengths = list(lengths)
        self._make = make
        self._made: list[Item | None] = [None] * len(self.ids)

    @classmethod
    def of(cls, items: Sequence[Item]) -> Items:
        """The same items, those that are all there as well as those that are made later."""
        if isinstance(items, Items):
            return items
        made = {item.id: item for item in items}
        ids = [item.id for item in items]
        lengths = [item.lengths for item in items]
        result = cls(ids, lengths, made.__getitem__)
        result._made = list(items)
        return result

    @property
    def streaming(self) -> list[int]:
        """The numbers of those that arrive."""
        return [number for number, item in enumerate(self._made) if item is not None and item.streaming]

    def made(self, number: int) -> Item | None:
        """The item at a place, if anyone has looked at it."""
        return self._made[number]

    def append(self, item: Item) -> None:
        """One more at the end."""
        self.ids.append(item.id)
        self.lengths.append(item.lengths)
        self._made.append(item)

    def __len__(self) -> int:
        return len(self.ids)

    @overload
    def __getitem__(self, number: int) -> Item: ...
    @overload
    def __getitem__(self, number: slice) -> list[Item]: ...
    def __getitem__(self, number: int | slice) -> Item | list[Item]:
        if isinstance(number, slice):
            return [self[each] for each in range(len(self))[number]]
        item = self._made[number]
        if item is None:
            item = self._made[number] = self._make(self.ids[number])
        return item

    def __setitem__(self, number: int, item: Item) -> None:
        self._made[number] = item
        self.lengths[number] = item.lengths
