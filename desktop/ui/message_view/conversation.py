"""All messages of the view: their items, their heights, and the rows of those that have been near.

Heights are estimated from lengths until rows are laid out. Sums over 20,000 heights are kept by chunks, so that
correcting one height costs the same anywhere.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from desktop.ui.message_view.code_row import CodeRow
from desktop.ui.message_view.item import Item
from desktop.ui.message_view.items import Items, Lengths
from desktop.ui.message_view.message_rows import MessageRows
from desktop.ui.message_view.row import Row
from desktop.ui.message_view.style import Style
from desktop.ui.message_view.thumbnails import Thumbnails

MOST_LAID_OUT = 160  # rows that keep their layout; about six screens
MOST_MESSAGES = 100  # messages that keep their rows
_CHUNK = 256


class Heights:
    """Heights in pixels with quick sums."""

    def __init__(self, heights: Iterable[int] = ()) -> None:
        self._heights = list(heights)
        self._sums = [sum(self._heights[start : start + _CHUNK]) for start in range(0, len(self._heights), _CHUNK)]

    def __len__(self) -> int:
        return len(self._heights)

    def __iter__(self) -> Iterator[int]:
        return iter(self._heights)

    def __getitem__(self, index: int) -> int:
        return self._heights[index]

    def __setitem__(self, index: int, height: int) -> None:
        self._sums[index // _CHUNK] += height - self._heights[index]
        self._heights[index] = height

    def append(self, height: int) -> None:
        """One more at the end."""
        if len(self._heights) % _CHUNK == 0:
            self._sums.append(0)
        self._heights.append(0)
        self[len(self._heights) - 1] = height

    @property
    def total(self) -> int:
        """The sum of all."""
        return sum(self._sums)

    def above(self, index: int) -> int:
        """The sum of all before `index`."""
        chunk = index // _CHUNK
        return sum(self._sums[:chunk]) + sum(self._heights[chunk * _CHUNK : index])

    def at(self, y: int) -> tuple[int, int]:
        """The index at height `y`, and how far below its top that is."""
        chunk = 0
        while chunk < len(self._sums) - 1 and y >= self._sums[chunk]:
            y -= self._sums[chunk]
            chunk += 1
        index = chunk * _CHUNK
        while index < len(self._heights) - 1 and y >= self._heights[index]:
            y -= self._heights[index]
            index += 1
        return index, max(0, y)


class Conversation:
    """The messages, the rows of those that are near, and all heights."""

    def __init__(self, style: Style, thumbnails: Thumbnails) -> None:
        self.style = style
        self.items = Items.of(())
        self.heights = Heights()
        self.width = 0
        self._thumbnails = thumbnails
        self._index: dict[int, int] = {}
        self._messages: OrderedDict[int, MessageRows] = OrderedDict()
        self._opened: dict[int, bool | None] = {}
        self._laid_out: OrderedDict[int, Row] = OrderedDict()

    def __len__(self) -> int:
        return len(self.items)

    def index_of(self, message_id: int) -> int | None:
        """Where a message stands."""
        return self._index.get(message_id)

    def shows_any(self, message_ids: Iterable[int]) -> bool:
        """True if one of these messages is here."""
        return not self._index.keys().isdisjoint(message_ids)

    def set_items(self, items: Sequence[Item]) -> None:
        """Shows other messages; rows of those that stay are kept."""
        new = Items.of(items)
        for arriving in new.streaming:
            new[arriving] = self._with_new_text(new[arriving])
        old = zip(self.items.ids, self.items.lengths, strict=True) if self.shows_any(new.ids) else ()
        known = dict(zip(old, self.heights, strict=False))
        self.items = new
        self._index = dict(zip(new.ids, range(len(new)), strict=True))
        for message_id in list(self._messages):
            number = self._index.get(message_id)
            if number is not None:
                self._messages[message_id].set_first(first=number == 0)
            if number is None or not self._keeps(self._messages[message_id], new[number]):
                del self._messages[message_id]
        self.heights = Heights(self._estimates(known))
        for message_id, message in self._messages.items():
            self.heights[self._index[message_id]] = sum(row.height for row in message.rows)

    def replace_item(self, item: Item) -> None:
        """Shows what one message has become."""
        number = self._index.get(item.id)
        if number is None:
            return
        item = self._with_new_text(item)
        self.items[number] = item
        message = self._messages.get(item.id)
        if message is not None and not self._keeps(message, item):
            del self._messages[item.id]
            message = None
        self.heights[number] = sum(r.height for r in message.rows) if message else self._estimator()(item.lengths)

    def append_item(self, item: Item) -> None:
        """One more message at the end."""
        self._index[item.id] = len(self.items)
        self.items.append(item)
        self.heights.append(self._estimator()(item.lengths))

    def fill(self, texts: Mapping[int, tuple[str, str]]) -> None:
        """Brings texts that were not read."""
        for message_id, (text, thinking) in texts.items():
            number = self._index.get(message_id)
            if number is not None and self.items[number].unread:
                self.items[number] = replace(self.items[number], text=text, thinking=thinking)
                if self._messages.pop(message_id, None) is not None:
                    self.message(number)

    def feed(self, message_id: int, thinking: str, text: str) -> None:
        """More of a streaming answer has come."""
        number = self._index.get(message_id)
        if number is not None and not self.items[number].unread:
            message = self.message(number)
            before = message.rows
            message.feed(thinking, text)
            self._measure_end(number, before, message.rows)

    def thinking(self) -> set[int]:
        """The ids of messages that are thought about now."""
        return {message_id for message_id, message in self._messages.items() if message.thinks}

    def tell_thinking(self, message_id: int, caption: str) -> bool:
        """Shows how long an arriving answer has been thought about; False if nothing thinks there any more."""
        number, message = self._index.get(message_id), self._messages.get(message_id)
        if number is None or message is None or not message.thinks:
            return False
        message.tell_thinking(caption)
        self.items[number] = message.item
        return True

    def item(self, number: int) -> Item:
        """A message with all its text so far."""
        message = self._messages.get(self.items[number].id)
        return message.current_item() if message is not None else self.items[number]

    def message(self, number: int) -> MessageRows:
        """A message's rows, made if need be."""
        item = self.items[number]
        message = self._messages.get(item.id)
        if message is None:
            message = self._messages[item.id] = self._make(number)
            self._measure(number, message)
        self._messages.move_to_end(item.id)
        return message

    def _make(self, number: int) -> MessageRows:
        item = self.items[number]
        space = self._estimator()(item.lengths) - self.style.px(60) if item.unread else 0
        opened = self._opened.get(item.id)
        return MessageRows(item, self.style, self._thumbnails, first=number == 0, opened=opened, unread_height=space)

    def rows_aside(self, number: int) -> list[Row]:
        """A message's rows for someone who walks over all messages: those that are not near are not kept."""
        message = self._messages.get(self.items[number].id)
        return (message or self._make(number)).rows

    def thinking_opened(self, message_id: int) -> bool | None:
        """Whether the reader unfolded (or folded) the thinking himself."""
        return self._opened.get(message_id)

    def rows(self, number: int) -> list[Row]:
        """A message's rows, from top to bottom."""
        return self.message(number).rows

    def row_number(self, number: int, key: tuple[int, int]) -> int:
        """Where in its message the row with this key stands, or the one before it if it is folded away."""
        rows = self.rows(number)
        found = bisect_left(rows, key, key=lambda row: row.key)
        if found < len(rows) and rows[found].key == key:
            return found
        return max(0, found - 1)

    def lay_out(self, number: int, row: Row) -> None:
        """Makes a row exact and ready to paint."""
        before = row.height
        row.lay_out(self.width)
        if row.height != before:
            self.heights[number] += row.height - before
        if row.heavy:
            self._laid_out[id(row)] = row
            self._laid_out.move_to_end(id(row))

    def trim(self) -> None:
        """Gives back the layouts that were not used for longest."""
        while len(self._laid_out) > MOST_LAID_OUT:
            self._laid_out.popitem(last=False)[1].release()
        while len(self._messages) > MOST_MESSAGES:
            message_id, message = self._messages.popitem(last=False)
            self.items[self._index[message_id]] = message.current_item()

    def color_again(self, language: str) -> None:
        """The colours of a language have come."""
        for row in self._laid_out.values():
            if isinstance(row, CodeRow) and row.block.language == language:
                row.color_again()

    def draw_formulas(self) -> bool:
        """Has rows show the formulas that have been drawn; tells whether any row did."""
        came = [row for row in self._laid_out.values() if row.draw_formulas()]
        return bool(came)

    def open_thinking(self, message_id: int, *, opened: bool | None) -> None:
        """The reader unfolds or folds a message's thinking; None leaves that to the message again."""
        self._opened[message_id] = opened
        number = self._index.get(message_id)
        if number is not None:
            message = self.message(number)
            message.opened = opened
            message.arrange()
            self._measure(number, message)

    def toggle_sources(self, message_id: int) -> None:
        """Shows all sources of an answer, or only the first ones."""
        number = self._index.get(message_id)
        if number is not None:
            message = self.message(number)
            message.toggle_sources()
            self._measure(number, message)

    def restart(self, style: Style, width: int) -> None:
        """Other fonts, colours or width: everything is laid out again when it is seen."""
        if style is not self.style:
            for message_id, message in self._messages.items():
                self.items[self._index[message_id]] = message.current_item()
            self._messages.clear()
            self._laid_out.clear()
        self.style = style
        self.width = width
        self.heights = Heights(self._estimates({}))
        for message_id, message in self._messages.items():
            for row in message.rows:
                row.height = row.estimate(width)
            self.heights[self._index[message_id]] = sum(row.height for row in message.rows)

    def _with_new_text(self, item: Item) -> Item:
        """A streaming item with the text that has come since it was made."""
        number = self._index.get(item.id)
        if number is None or not item.streaming or item.unread:
            return item
        old = self.item(number)
        text, thinking = old.text or "", old.thinking or ""
        goes_on = text.startswith(item.text or "") and thinking.startswith(item.thinking or "")
        return replace(item, text=text, thinking=thinking) if old.streaming and goes_on else item

    def _keeps(self, message: MessageRows, item: Item) -> bool:
        return message.item is item or message.item == item or message.set_item(item)

    def _measure(self, number: int, message: MessageRows) -> None:
        """Sums up a message's rows; new ones are estimated."""
        self.heights[number] = self._sum(message.rows, 0)

    def _measure_end(self, number: int, before: list[Row], after: list[Row]) -> None:
        """The same when only rows at the end can be others: long answers have thousands."""
        counts = range(1, min(len(before), len(after)) + 1)
        same = bisect_left(counts, 1, key=lambda count: before[:count] != after[:count])
        self.heights[number] += self._sum(after, same) - self._sum(before, same)

    def _sum(self, rows: list[Row], start: int) -> int:
        height = 0
        for row in rows[start:]:
            if row.height == 0:
                row.height = row.estimate(self.width)
            height += row.height
        return height

    def _estimates(self, known: Mapping[tuple[int, Lengths], int]) -> list[int]:
        """The heights of all messages, guessed where they are not known for an id and its lengths."""
        estimate = self._estimator()
        if not known:
            return [estimate(lengths) for lengths in self.items.lengths]
        keys = zip(self.items.ids, self.items.lengths, strict=True)
        return [known[key] if key in known else estimate(key[1]) for key in keys]

    def _estimator(self) -> Callable[[Lengths], int]:
        """What guesses a message's height from its lengths, for the width of now."""
        px = self.style.px
        per_line = max(1.0, self.width / self.style.character_width)
        line_height, frame, card = self.style.answer.line_height * 1.15, px(70), px(52)

        def estimate(lengths: Lengths) -> int:
            text, thinking = lengths
            height = frame + int((text / per_line + 1) * line_height)
            return height + card if thinking else height

        return estimate
