"""Places in the text that are marked softly, such as what only one of several answers says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from desktop.ui.message_view.row import Row

Span = tuple[int, int]  # in Qt's positions
Key = tuple[int, int]  # of a row


class Marks:
    """What is marked in each message, by the keys of its rows; `token` names the colour."""

    def __init__(self) -> None:
        self.token = ""
        self._spans: dict[int, Mapping[Key, Sequence[Span]]] = {}

    def put(self, message_id: int, spans: Mapping[Key, Sequence[Span]], token: str) -> None:
        """Marks these places of a message and no others."""
        self.token = token
        self._spans[message_id] = spans

    def spans_of(self, message_id: int, row: Row) -> Sequence[Span]:
        """What to mark in a row."""
        spans = self._spans.get(message_id)
        return spans.get(row.key, ()) if spans else ()
