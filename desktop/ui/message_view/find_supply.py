"""Brings the texts of a chat into the index that is searched: from the view, from the store, and as they arrive."""

from __future__ import annotations

import time
from collections.abc import Mapping

from PySide6.QtCore import QObject, QTimer, Signal

from desktop.core.find import FindTexts, find_texts
from desktop.ui.message_view.find_index import FindIndex
from desktop.ui.message_view.item import Item
from desktop.ui.message_view.stage import Stage

SLICE_S = 0.004  # of work between two events, while texts that are here already are made ready


class FindSupply(QObject):
    """Knows which messages are in the index, and how much of them."""

    came = Signal()  # more messages are searched
    texts_wanted = Signal(list)  # ids of messages to be searched; `put` brings them

    def __init__(self, stage: Stage, index: FindIndex, parent: QObject) -> None:
        super().__init__(parent)
        self.active = False
        self._stage = stage
        self._conversation = stage.conversation
        self._index = index
        self._lengths: dict[int, tuple[int, int]] = {}  # of the texts that were asked for or taken
        self._here: list[Item] = []  # to be made ready, the last one first
        self._missing: set[int] = set()  # messages that are not searched yet
        self._grown: set[int] = set()  # messages with more text than the index has
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._take_some)

    @property
    def complete(self) -> bool:
        """True when every message has been searched."""
        return not self._missing

    def begin(self) -> None:
        """Gets the texts of the chat."""
        self.active = True
        self.update()

    def end(self) -> None:
        """Gets no more texts, and knows none."""
        self.active = False
        self._timer.stop()
        self._lengths.clear()
        self._here = []
        self._missing.clear()
        self._grown.clear()

    def update(self) -> None:
        """Gets the texts of messages that are new or have changed, those on the screen first."""
        items = self._conversation.items
        lengths = dict(zip(items.ids, items.lengths, strict=True))
        for message_id in self._lengths.keys() - lengths.keys():
            self._index.forget(message_id)
        placed = self._stage.scroller.placed
        first = placed[0].message if placed else 0
        numbers = [*range(first, len(items)), *range(first)]
        new = [number for number in numbers if self._lengths.get(items.ids[number]) != items.lengths[number]]
        self._missing = {message_id for message_id in self._missing if message_id in lengths}
        self._missing.update(items.ids[number] for number in new)
        self._lengths = lengths
        made = ((number, items.made(number)) for number in new)
        here = {number: item for number, item in made if item is not None and not item.unread}
        self._here = list(reversed(here.values()))
        self._take_some()
        if unread := [items.ids[number] for number in new if number not in here]:
            self.texts_wanted.emit(unread)

    def put(self, texts: Mapping[int, FindTexts]) -> None:
        """Texts that were asked for."""
        if not self.active:
            return
        self._index.put({message_id: forms for message_id, forms in texts.items() if message_id in self._lengths})
        self._missing.difference_update(texts)
        self.came.emit()

    def fed(self, texts: Mapping[int, tuple[str, str]]) -> bool:
        """(thinking, text) that arrived for some messages; True if there are matches in it."""
        if not self.active:
            return False
        self._grown.update(texts)
        news = [self._index.feed(message_id, "".join(parts)) for message_id, parts in texts.items()]
        return any(news)

    def take_grown(self) -> None:
        """Takes all that has arrived of answers since they were taken."""
        for message_id in self._grown:
            number = self._conversation.index_of(message_id)
            if number is not None:
                item = self._conversation.item(number)
                self._index.put({message_id: find_texts(item.text or "", item.thinking or "", is_plain=item.asks)})
        self._grown.clear()

    def _take_some(self) -> None:
        """Makes texts ready that the view has itself, in slices."""
        end = time.monotonic() + SLICE_S
        ready: dict[int, FindTexts] = {}
        while self._here and (not ready or time.monotonic() < end):
            item = self._here.pop()
            ready[item.id] = find_texts(item.text or "", item.thinking or "", is_plain=item.asks)
        if ready:
            self.put(ready)
        if self._here and self.active:
            self._timer.start(0)
        else:
            self._timer.stop()
