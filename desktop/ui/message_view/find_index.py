"""Counts what is looked for in every message of a chat, also in those whose texts nobody has read yet.

It counts in texts made by `core.find`, which are nearly what rows show; where rows were looked at, their own count
replaces it.
"""

from __future__ import annotations

from collections.abc import Mapping

from desktop.core.find import FindTexts, fold, readable

LONGEST_TAIL = 4000  # characters of an arriving text that are counted again with what comes


class FindIndex:
    """Texts and counts by message."""

    def __init__(self) -> None:
        self.words = ""  # folded
        self.match_case = False
        self._texts: dict[int, FindTexts] = {}
        self._counts: dict[int, int] = {}
        self._tails: dict[int, str] = {}
        self.total = 0

    def __contains__(self, message_id: int) -> bool:
        return message_id in self._texts

    def clear(self) -> None:
        """Gives everything back."""
        self.words, self.total = "", 0
        self._texts, self._counts, self._tails = {}, {}, {}

    def look_for(self, words: str, *, match_case: bool) -> None:
        """Counts in all texts there are; where more was typed, in those that held what stood there before."""
        before = self.words if self.match_case == match_case else ""
        words = fold(words, match_case=match_case)
        self.words, self.match_case = words, match_case
        form = 0 if match_case else 1
        held = self._counts if before and before in words else self._texts
        self._counts = {
            message_id: count
            for message_id in (held if words else ())
            if message_id in self._texts and (count := self._texts[message_id][form].count(words))
        }
        self.total = sum(self._counts.values())
        self._tails.clear()

    def put(self, texts: Mapping[int, FindTexts]) -> None:
        """Takes texts, new ones or others than before."""
        for message_id, forms in texts.items():
            self._texts[message_id] = forms
            self._tails.pop(message_id, None)
            self.set_count(message_id, self._count(forms[0 if self.match_case else 1]))

    def forget(self, message_id: int) -> None:
        """The message is gone, or its text is another one."""
        self.set_count(message_id, 0)
        self._texts.pop(message_id, None)
        self._tails.pop(message_id, None)

    def feed(self, message_id: int, text: str) -> bool:
        """Counts in text that arrives; True if there is something new."""
        tail = self._tails.get(message_id, "")
        grown = tail + text
        more = self._count_source(grown) - self._count_source(tail)
        cut = grown.rfind("\n\n") + 1 or (grown.rfind("\n") + 1 if len(grown) > LONGEST_TAIL else 0)
        self._tails[message_id] = grown[cut:]
        self.set_count(message_id, self.count(message_id) + more)
        return more != 0

    def count(self, message_id: int) -> int:
        """How often it stands in a message."""
        return self._counts.get(message_id, 0)

    def set_count(self, message_id: int, count: int) -> None:
        """The rows of a message tell better."""
        self.total += count - self._counts.pop(message_id, 0)
        if count:
            self._counts[message_id] = count

    def _count_source(self, source: str) -> int:
        return self._count(fold(readable(source), match_case=self.match_case))

    def _count(self, text: str) -> int:
        return text.count(self.words) if self.words else 0
