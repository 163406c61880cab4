"""How far a block that is wider than the column is moved to the left: one place for all pieces it is cut into."""

from __future__ import annotations


class Sideways:
    """The part of a wide block that is seen."""

    def __init__(self) -> None:
        self.offset = 0  # pixels that are hidden at the left
        self.width = 0  # of the widest piece
        self.room = 0  # what can be seen of it

    @property
    def most(self) -> int:
        """The largest offset; nothing if all can be seen."""
        return max(0, self.width - self.room)

    def measure(self, width: int, room: int) -> None:
        """A piece was laid out."""
        self.width, self.room = width, room
        self.offset = min(self.offset, self.most)

    def move_to(self, offset: int) -> bool:
        """Shows another part; False if that changes nothing."""
        before, self.offset = self.offset, min(max(0, offset), self.most)
        return self.offset != before
