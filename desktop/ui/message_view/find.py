"""Finds words in the whole chat: counts, marks what is seen, and goes from match to match.

Counting is done over texts (`find_index`), marking over what rows really show. A match is named by message, row and
number in the row, so that arriving text, other heights and folding leave it where it is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol

from PySide6.QtCore import QObject, Signal

from desktop.core.find import FindTexts
from desktop.ui.message_view.find_index import FindIndex
from desktop.ui.message_view.find_rows import FindRows, Span
from desktop.ui.message_view.find_supply import FindSupply
from desktop.ui.message_view.message_rows import BODY, THINKING, THINKING_HEAD
from desktop.ui.message_view.row import Row
from desktop.ui.message_view.stage import Stage

FAR_DOWN = 1 << 20


class Match(NamedTuple):
    """One place; `number` counts the matches of its row from 0."""

    message_id: int
    key: tuple[int, int]
    number: int


class Shown(Protocol):
    """The view that shows the chat."""

    stage: Stage

    def arrange(self) -> None:
        """Lays out what is seen."""

    def repaint_all(self) -> None:
        """Paints everything again."""


class Finder(QObject):
    """What is looked for in a chat, and where the reader is among the matches."""

    changed = Signal()  # how many there are, or which is the current one
    texts_wanted = Signal(list)  # ids of messages to be searched; `put` brings them
    messages_wanted = Signal(list)  # ids of messages to be shown

    def __init__(self, view: Shown, parent: QObject) -> None:
        super().__init__(parent)
        self._view = view
        self._conversation = view.stage.conversation
        self._index = FindIndex()
        self._rows = FindRows(self._conversation, self._index)
        self._supply = FindSupply(view.stage, self._index, self)
        self._supply.texts_wanted.connect(self.texts_wanted)
        self._supply.came.connect(self._texts_came)
        self._current: Match | None = None
        self._waits: tuple[int, int] | None = None  # message id whose text is to come, direction
        self._unfolded: tuple[int, bool | None] | None = None  # message id, how its thinking was before
        self._seeks = False  # no match was found yet, but texts are still to come

    @property
    def active(self) -> bool:
        """True while something is looked for."""
        return self._supply.active

    @property
    def total(self) -> int:
        """How many matches there are, as far as texts have come."""
        return self._index.total

    @property
    def complete(self) -> bool:
        """True when every message has been searched."""
        return self._supply.complete

    def begin(self) -> None:
        """Gets the texts of the chat."""
        self._supply.begin()
        self.changed.emit()

    def end(self) -> None:
        """Nothing is looked for any more; thinking that was unfolded for a match stays open under the reader's eyes."""
        self._supply.end()
        self._index.clear()
        self._current = self._waits = self._unfolded = None
        self._rows.forget()
        self._view.repaint_all()

    def look_for(self, words: str, *, match_case: bool, message_id: int | None = None) -> None:
        """Goes to the first match at or after the current one, else the screen's top, or a message's beginning."""
        start = self._place_of(self._current)
        self._current = self._waits = None
        self._supply.take_grown()
        self._index.look_for(words, match_case=match_case)
        self._rows.forget()
        if message_id is not None:
            start = (self._conversation.index_of(message_id) or 0, 0, 0)
        elif start is not None:
            start = (*start[:2], 0)
        self._seeks = True
        if self._index.words and len(self._conversation):
            self._recount_seen()
            self._seek(*(start or self._start()), step=1)
        self._show()

    def step(self, step: int) -> None:
        """Goes to the next match (1) or the previous one (-1), round the ends."""
        if not self._index.words or not len(self._conversation):
            return
        place = self._place_of(self._current)
        if place is None:
            self._seek(*self._start(), step=step)
        else:
            number, row, position = place
            self._seek(number, row, position + step, step=step)
        self._show()

    def position(self) -> int:
        """Which match is the current one, from 1; 0 if none is."""
        place = self._place_of(self._current)
        if place is None:
            return 0
        number, row, match = place
        before = sum(map(self._index.count, self._conversation.items.ids[:number]))
        rows = self._conversation.message(number).searched
        return before + sum(map(self._rows.count, rows[:row])) + match + 1

    # What the view tells

    def update(self) -> None:
        """The messages are others: gets the texts of those that are new or have changed."""
        if self._supply.active:
            self._supply.update()
            self.changed.emit()

    def put(self, texts: Mapping[int, FindTexts]) -> None:
        """Texts that were asked for."""
        self._supply.put(texts)

    def _texts_came(self) -> None:
        if self._seeks and self._index.total and self._waits is None:
            self._seek(*self._start(), step=1)
            self._show()
        else:
            self.changed.emit()
        self._seeks = self._seeks and not self.complete

    def filled(self) -> None:
        """Messages can be shown that could not before."""
        if self._waits is None:
            return
        message_id, step = self._waits
        number = self._conversation.index_of(message_id)
        if number is not None and not self._conversation.items[number].unread:
            self._waits = None
            self._seek(number, 0 if step > 0 else -1, 0 if step > 0 else -1, step=step)
            self._show()

    def fed(self, texts: Mapping[int, tuple[str, str]]) -> None:
        """(thinking, text) that arrived for some messages."""
        if self._supply.fed(texts):
            self._show()

    def spans_of(self, row: Row) -> Sequence[Span]:
        """What to mark in a row that is laid out."""
        return self._rows.spans(row) if self._index.words and row.key[0] in {THINKING, BODY} else ()

    def current_in(self, number: int, row: Row) -> Span | None:
        """The current match, if it stands in this row."""
        current = self._current
        if current is None or current.key != row.key or self._conversation.items[number].id != current.message_id:
            return None
        found = self._rows.spans(row)
        return found[current.number] if current.number < len(found) else None

    def current_top(self) -> int:
        """Where on the screen the line with the current match begins; far down if there is none."""
        for number, row, y in self._view.stage.scroller.placed:
            span = self.current_in(number, row)
            if span is not None:
                top = y + row.line_at(span[0])[0]
                return top if top >= 0 else FAR_DOWN
        return FAR_DOWN

    # Where to go

    def _start(self) -> tuple[int, int, int]:
        """The current match, else the first place that is seen: message, row, number of the match."""
        place = self._place_of(self._current)
        if place is not None:
            return place
        placed = self._view.stage.scroller.placed
        for message, row, y in placed:
            if self._conversation.items[message].unread:
                return message, 0, 0
            rows = self._conversation.message(message).searched
            if row.key == THINKING_HEAD and not self._conversation.message(message).thinking_open:
                folded = (place for place, one in enumerate(rows) if one.key[0] == THINKING and self._rows.count(one))
                if (first := next(folded, None)) is not None:
                    return message, first, 0
            for match, (start, _) in enumerate(self.spans_of(row)):
                if y + row.line_at(start)[0] >= 0:
                    return message, rows.index(row), match
        if not placed:
            return 0, 0, 0
        rows = self._conversation.message(placed[-1].message).searched
        last = placed[-1].row
        return placed[-1].message, rows.index(last) + 1 if last in rows else len(rows), 0

    def _place_of(self, match: Match | None) -> tuple[int, int, int] | None:
        number = self._conversation.index_of(match.message_id) if match is not None else None
        if match is None or number is None or self._conversation.items[number].unread:
            return None
        for place, row in enumerate(self._conversation.message(number).searched):
            if row.key == match.key:
                return number, place, match.number
        return None

    def _seek(self, number: int, row: int, match: int, *, step: int) -> None:
        """Makes the first match from a place on the current one, looking forwards (1) or backwards (-1)."""
        items = self._conversation.items
        for distance in range(len(items) + 1):
            here = (number + step * distance) % len(items)
            if not self._index.count(items.ids[here]):
                continue
            if items[here].unread:
                self._wait_for(here, step)
                return
            found = self._in_message(here, (row, match) if distance == 0 else None, step)
            if found is not None:
                self._go(here, *found)
                return
        self._current = None

    def _in_message(self, number: int, start: tuple[int, int] | None, step: int) -> tuple[Row, int] | None:
        """The first match of a message in this direction, from a row and a match on."""
        rows = self._conversation.message(number).searched
        self._index.set_count(self._conversation.items[number].id, sum(map(self._rows.count, rows)))
        first, match = start or (0 if step > 0 else -1, 0 if step > 0 else -1)
        if first < 0:
            first, match = len(rows) - 1, -1
        elif match < 0:
            first, match = first - 1, -1
        for place in range(first, len(rows) if step > 0 else -1, step):
            row = rows[place]
            if not self._rows.count(row):
                continue
            found = range(len(self._rows.exact(number, row)))
            if place == first:
                found = found[match:] if step > 0 else found[: match + 1 or None]
            if found:
                return row, found[0] if step > 0 else found[-1]
        return None

    def _wait_for(self, number: int, step: int) -> None:
        """Shows where the match will be as soon as its text is here."""
        message_id = self._conversation.items[number].id
        self._waits = (message_id, step)
        self.messages_wanted.emit([message_id])

    def _go(self, number: int, row: Row, match: int) -> None:
        self._seeks = False
        message_id = self._conversation.items[number].id
        self._current = Match(message_id, row.key, match)
        self._unfold_only(message_id if row.key[0] == THINKING else None)
        start = self._rows.exact(number, row)[match][0]
        rows = self._conversation.rows(number)
        self._view.stage.scroller.show_line(number, rows.index(row), *row.line_at(start))
        self._view.arrange()
        if row.reveal(start):
            self._view.repaint_all()

    def _unfold_only(self, message_id: int | None) -> None:
        """Unfolds the thinking that holds the current match, and folds what was unfolded for one before."""
        before = self._unfolded
        if before is not None and before[0] == message_id:
            return
        if before is not None:
            self._conversation.open_thinking(before[0], opened=before[1])
            self._unfolded = None
        number = self._conversation.index_of(message_id) if message_id is not None else None
        if message_id is not None and number is not None:
            message = self._conversation.message(number)
            if not message.thinking_open:
                self._unfolded = (message_id, message.opened)
                self._conversation.open_thinking(message_id, opened=True)
        self._view.arrange()

    def _recount_seen(self) -> None:
        """Corrects the counts of the messages on the screen."""
        for number in {placed.message for placed in self._view.stage.scroller.placed}:
            item = self._conversation.items[number]
            if not item.unread:
                rows = self._conversation.message(number).searched
                self._index.set_count(item.id, sum(map(self._rows.count, rows)))

    def _show(self) -> None:
        self._view.repaint_all()
        self.changed.emit()
