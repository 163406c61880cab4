"""Where the reader is.

The position is an anchor (message, row, pixels into it), never a scrollbar's value: a height that turns out to be
another one cannot move what he reads. Following the end is a state, left by scrolling up and regained at the bottom.
"""

from __future__ import annotations

from typing import NamedTuple

from desktop.ui.message_view.conversation import Conversation
from desktop.ui.message_view.row import Row

LINE_EDGE = 56  # a line nearer to the screen's top than this may lie under the find bar


class Placed(NamedTuple):
    """A row on the screen: `y` is its top in the viewport."""

    message: int
    row: Row
    y: int


class Anchor(NamedTuple):
    """The row at the viewport's top, and how many pixels of it are above."""

    message_id: int
    key: tuple[int, int]
    offset: int


class Spot(NamedTuple):
    """The same by numbers, which change when messages come and go."""

    message: int
    row: int
    offset: int


class Scroller:
    """Finds the rows that are seen, and moves the reader."""

    def __init__(self, conversation: Conversation) -> None:
        self.follow = True
        self.viewport_height = 0
        self.end_space = 24  # under the last row, at scale 1
        self.placed: list[Placed] = []
        self._conversation = conversation
        self._anchor: Anchor | None = None
        self._last_spot = Spot(0, 0, 0)

    def arrange(self) -> None:
        """Lays out what is seen, and tells where it stands."""
        if not len(self._conversation):
            self.placed, self._anchor = [], None
            return
        spot = self._end() if self.follow else self._resolve(self._anchor) if self._anchor else Spot(0, 0, 0)
        bottom = self._place(spot)
        if bottom < self.viewport_height and spot != Spot(0, 0, 0):
            spot = self._end()
            self._place(spot)
        self._remember(spot)
        self._conversation.trim()

    @property
    def end_padding(self) -> int:
        """The space under the last row."""
        return self._conversation.style.px(self.end_space)

    @property
    def total(self) -> int:
        """The height of everything, as far as it is known."""
        return self._conversation.heights.total + self.end_padding

    @property
    def maximum(self) -> int:
        """The largest scroll value."""
        return max(0, self.total - self.viewport_height)

    @property
    def value(self) -> int:
        """How far the reader has come, for the scrollbar."""
        if self.follow:
            return self.maximum
        message, row, offset = self._last_spot
        rows = self._conversation.rows(message) if len(self._conversation) else []
        above = sum(r.height for r in rows[:row])
        return min(self.maximum, self._conversation.heights.above(message) + above + offset)

    def scroll_by(self, distance: int) -> None:
        """Moves by exactly so many pixels, down if positive."""
        if not len(self._conversation) or not distance:
            return
        message, row, offset = self._last_spot
        self.follow = False
        spot = self._normal(message, row, offset + distance)
        end = self._end()
        if distance > 0 and spot >= end:
            self.follow = True
            spot = end
        self._remember(spot)

    def hold(self, message_id: int, key: tuple[int, int], y: int) -> None:
        """Puts a row at a place of the viewport."""
        number = self._conversation.index_of(message_id)
        if number is not None:
            spot = self._normal(number, self._conversation.row_number(number, key), -y)
            self.follow = spot >= self._end()
            self._remember(spot)

    def scroll_to(self, value: int) -> None:
        """Goes to a scrollbar's value: by pixels where it is near, by message where it is far."""
        if value >= self.maximum:
            self.to_end()
        elif abs(value - self.value) <= 2 * self.viewport_height:
            self.scroll_by(value - self.value)
        else:
            self.follow = False
            message, offset = self._conversation.heights.at(value)
            self._remember(self._normal(message, 0, offset))

    def to_end(self) -> None:
        """Goes to the end and follows it."""
        self.follow = True

    def to_start(self) -> None:
        """Goes to the first message."""
        self.forget()
        self.follow = False

    def show_message(self, number: int) -> None:
        """Brings a message's top to the viewport's top."""
        if len(self._conversation):
            self.follow = False
            self._remember(Spot(number, 0, 0))
            end = self._end()
            if end < Spot(number, 0, 0):
                self.to_end()

    def show_row(self, number: int, key: tuple[int, int]) -> None:
        """Brings a row of a message under the viewport's upper fifth; near the end, to where it can be seen."""
        row = self._conversation.row_number(number, key)
        spot = self._normal(number, row, -self.viewport_height // 5)
        self.follow = False
        self._remember(min(spot, self._end()))

    def show_line(self, number: int, row: int, top: int, height: int) -> None:
        """Brings a line of a row to the upper third, unless it is well in sight."""
        found = self._conversation.rows(number)[row]
        edge = self._conversation.style.px(LINE_EDGE)
        for placed in self.placed:
            if placed.row is found and edge <= placed.y + top <= self.viewport_height - height - edge // 2:
                return
        self.follow = False
        self._conversation.lay_out(number, found)
        self._remember(self._normal(number, row, top - self.viewport_height // 3))

    def place_of(self, number: int) -> tuple[int, int] | None:
        """Top and bottom of a message in the viewport, as far as it is seen."""
        ys = [(placed.y, placed.y + placed.row.height) for placed in self.placed if placed.message == number]
        return (ys[0][0], ys[-1][1]) if ys else None

    def forget(self) -> None:
        """Another chat: its position means nothing here."""
        self._anchor = None
        self._last_spot = Spot(0, 0, 0)

    def _remember(self, spot: Spot) -> None:
        rows = self._conversation.rows(spot.message)
        self._last_spot = spot
        self._anchor = Anchor(self._conversation.items[spot.message].id, rows[spot.row].key, spot.offset)

    def _resolve(self, anchor: Anchor) -> Spot:
        number = self._conversation.index_of(anchor.message_id)
        if number is None:
            number = min(self._last_spot.message, len(self._conversation) - 1)
            return Spot(number, 0, 0)
        row = self._conversation.row_number(number, anchor.key)
        found = self._conversation.rows(number)[row]
        if found.key == anchor.key:
            return self._normal(number, row, anchor.offset)
        self._conversation.lay_out(number, found)
        return self._normal(number, row, found.height)

    def _place(self, spot: Spot) -> int:
        """Fills `placed` from a spot on; gives the bottom, the space under the last row included."""
        conversation = self._conversation
        message, row, offset = spot
        y = -offset
        self.placed = []
        while message < len(conversation) and y < self.viewport_height:
            rows = conversation.rows(message)
            while row < len(rows) and y < self.viewport_height:
                conversation.lay_out(message, rows[row])
                self.placed.append(Placed(message, rows[row], y))
                y += rows[row].height
                row += 1
            if row >= len(rows):
                message, row = message + 1, 0
        return y + self.end_padding if message >= len(conversation) else y

    def _normal(self, message: int, row: int, offset: int) -> Spot:
        """The same place with an offset inside its row; never before the first row."""
        conversation = self._conversation
        rows = conversation.rows(message)
        while offset < 0:
            if row:
                row -= 1
            elif message:
                message -= 1
                rows = conversation.rows(message)
                row = len(rows) - 1
            else:
                return Spot(0, 0, 0)
            conversation.lay_out(message, rows[row])
            offset += rows[row].height
        while True:
            conversation.lay_out(message, rows[row])
            if offset < rows[row].height:
                return Spot(message, row, offset)
            if row + 1 < len(rows):
                offset, row = offset - rows[row].height, row + 1
            elif message + 1 < len(conversation):
                offset, message, row = offset - rows[row].height, message + 1, 0
                rows = conversation.rows(message)
            else:
                return Spot(message, row, max(0, rows[row].height - 1))

    def _end(self) -> Spot:
        """The spot from which the last row is just seen whole."""
        conversation = self._conversation
        message = len(conversation) - 1
        rows = conversation.rows(message)
        row = len(rows) - 1
        conversation.lay_out(message, rows[row])
        return self._normal(message, row, rows[row].height + self.end_padding - self.viewport_height)
