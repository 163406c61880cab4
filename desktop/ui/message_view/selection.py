"""What is selected: from one character of one row to another, over any number of messages."""

from __future__ import annotations

from typing import NamedTuple

from desktop.core.markdown_blocks import Kind
from desktop.ui.message_view.conversation import Conversation
from desktop.ui.message_view.markdown_row import MarkdownRow
from desktop.ui.message_view.positions import piece, units
from desktop.ui.message_view.row import Row

END = 1 << 30


class Place(NamedTuple):
    """A character; keys and ids outlive folding and new messages."""

    message_id: int
    key: tuple[int, int]
    position: int


class Selection:
    """Two places, in the order in which they were chosen."""

    def __init__(self, conversation: Conversation) -> None:
        self._conversation = conversation
        self._ends: tuple[Place, Place] | None = None

    def clear(self) -> None:
        """Nothing is selected."""
        self._ends = None

    def set(self, start: Place, end: Place) -> None:
        """Selects from one place to another."""
        self._ends = (start, end)

    def extend(self, end: Place) -> None:
        """Moves the end."""
        if self._ends is not None:
            self._ends = (self._ends[0], end)

    def select_all(self) -> None:
        """Selects every message."""
        items = self._conversation.items
        if items:
            self._ends = (Place(items[0].id, (-1, 0), 0), Place(items[-1].id, (END, 0), END))

    @property
    def start(self) -> Place | None:
        """Where the selection began."""
        return self._ends[0] if self._ends else None

    def __bool__(self) -> bool:
        return self._range() is not None

    def part_of(self, number: int, row: Row) -> tuple[int, int] | None:
        """The selected characters of a row."""
        ends = self._range()
        if ends is None:
            return None
        first, last = ends
        if not (first[:2] <= (number, row.key) <= last[:2]):
            return None
        start = first[2] if first[:2] == (number, row.key) else 0
        end = last[2] if last[:2] == (number, row.key) else END
        return (start, end) if start < end else None

    def messages(self) -> range:
        """The numbers of the messages that are touched."""
        ends = self._range()
        return range(ends[0][0], ends[1][0] + 1) if ends else range(0)

    def text(self) -> str:
        """What copying gives: whole messages and whole blocks as their source, parts as they are read."""
        ends = self._range()
        if ends is None:
            return ""
        texts = []
        for number in self.messages():
            item = self._conversation.item(number)
            whole = ends[0][:2] < (number, (0, 0)) and ends[1][:2] > (number, (END - 1, 0))
            texts.append((item.text or "") if whole else self._part_of_message(number))
        return "\n\n".join(text.strip("\n") for text in texts if text)

    def _part_of_message(self, number: int) -> str:
        parts: list[str] = []
        was_item = False
        for row in self._conversation.rows(number):
            part = self.part_of(number, row)
            if part is None or not row.source:
                continue
            length = units(row.text)
            whole = part[0] == 0 and part[1] >= length
            is_item = isinstance(row, MarkdownRow) and row.block.kind is Kind.ITEM
            text = row.source if whole else piece(row.text, part[0], part[1])
            parts += ["\n" if is_item and was_item else "\n\n", text] if parts else [text]
            was_item = is_item
        return "".join(parts)

    def _range(self) -> tuple[tuple[int, tuple[int, int], int], tuple[int, tuple[int, int], int]] | None:
        if self._ends is None:
            return None
        numbered = []
        for place in self._ends:
            number = self._conversation.index_of(place.message_id)
            if number is None:
                return None
            numbered.append((number, place.key, place.position))
        first, last = sorted(numbered)
        return (first, last) if first != last else None
