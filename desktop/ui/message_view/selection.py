"""What is selected: from one character of one row to another, over any number of messages."""

from __future__ import annotations

import re
from typing import NamedTuple

from desktop.core.citations import with_addresses
from desktop.core.conversation import Source
from desktop.ui.message_view.conversation import Conversation
from desktop.ui.message_view.copying import END, Form, Part, parts_of, text_of
from desktop.ui.message_view.markdown_source import CHIP_EDGE
from desktop.ui.message_view.row import Row


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
        """What copying gives as plain text."""
        return text_of(self.parts())

    def parts(self) -> list[Part]:
        """What copying gives: whole messages and whole blocks as their source, parts as they are read."""
        ends = self._range()
        parts: list[Part] = []
        for number in self.messages():
            item = self._conversation.item(number)
            if ends and ends[0][:2] < (number, (0, 0)) and ends[1][:2] > (number, (END - 1, 0)):
                text = (item.text or "").strip("\n")
                found = [Part(Form.PLAIN if item.asks else Form.MARKDOWN, text)] if text else []
            else:
                rows = self._conversation.rows(number)
                found = parts_of((row, span) for row in rows if (span := self.part_of(number, row)) is not None)
            for part in found:
                part.text = _with_sources(part, item.sources)
            if parts and found:
                parts[-1].text = parts[-1].text.rstrip("\n")
                found[0].glue = "\n\n"
            parts += found
        if parts:
            parts[0].glue, parts[0].text = "", parts[0].text.lstrip("\n")
            parts[-1].text = parts[-1].text.rstrip("\n")
        return parts

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


def _with_sources(part: Part, sources: tuple[Source, ...]) -> str:
    """What is copied, with marks that point at sources made links; in parts of a block they are numbers by now."""
    if not sources or part.form is Form.CODE:
        return part.text
    return with_addresses(re.sub(rf"{CHIP_EDGE}(\d+){CHIP_EDGE}", r"[^\1^]", part.text), sources)
