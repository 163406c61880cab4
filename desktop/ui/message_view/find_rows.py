"""What is looked for, in rows: exact places in those that are laid out, numbers by their sources in the others."""

from __future__ import annotations

from weakref import WeakKeyDictionary

from desktop.core.find import fold, spans
from desktop.ui.message_view.conversation import Conversation
from desktop.ui.message_view.find_index import FindIndex
from desktop.ui.message_view.message_rows import THINKING
from desktop.ui.message_view.positions import units
from desktop.ui.message_view.row import Row

Span = tuple[int, int]  # in Qt's positions


class FindRows:
    """Looks into rows for the words of an index; a row that has not changed is looked into once."""

    def __init__(self, conversation: Conversation, index: FindIndex) -> None:
        self._conversation = conversation
        self._index = index
        self._spans: WeakKeyDictionary[Row, tuple[int, list[Span]]] = WeakKeyDictionary()
        self._estimates: WeakKeyDictionary[Row, tuple[int, int]] = WeakKeyDictionary()

    def forget(self) -> None:
        """Other words are looked for."""
        self._spans.clear()
        self._estimates.clear()

    def count(self, row: Row) -> int:
        """How many matches a row holds: exactly if it is laid out, else by its source."""
        if row.ready:
            return len(self.spans(row))
        known = self._estimates.get(row)
        if known is None or known[0] != row.version:
            count = fold(row.readable, match_case=self._index.match_case).count(self._index.words)
            known = self._estimates[row] = (row.version, count)
        return known[1]

    def exact(self, number: int, row: Row) -> list[Span]:
        """The matches of a row, which is laid out for that; a folded one counts for no height."""
        if row.key[0] == THINKING and not self._conversation.message(number).thinking_open:
            row.lay_out(self._conversation.width)
        else:
            self._conversation.lay_out(number, row)
        return self.spans(row)

    def spans(self, row: Row) -> list[Span]:
        """The matches of a row that is laid out."""
        known = self._spans.get(row)
        if known is None or known[0] != row.version:
            text = row.text
            found = spans(text, self._index.words, match_case=self._index.match_case)
            if not text.isascii():
                found = [(units(text[:start]), units(text[:end])) for start, end in found]
            known = self._spans[row] = (row.version, found)
        return known[1]
