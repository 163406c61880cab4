"""Server-sent events: from bytes to the data of each event.

Lines end at CR, LF or CRLF and nowhere else: U+2028, U+2029 and U+0085 stand inside JSON, and splitting there breaks
it. What endpoints really send is read too: a byte order mark, `data:` without a space, a last event without a blank
line, and whole lines of JSON without any `data:`, in which errors come.
"""

from __future__ import annotations

import re

_LINE_END = re.compile(rb"\r\n|\r|\n")
_BOM = b"\xef\xbb\xbf"
_BARE_JSON = (b"{", b"[")


class SseDecoder:
    """Feed it bytes in any pieces; it gives the data of the events that are complete."""

    def __init__(self) -> None:
        self._rest = b""
        self._data: list[bytes] = []
        self._begun = False

    def feed(self, chunk: bytes) -> list[str]:
        """The data of every event that ends in `chunk`; multi-line data is joined by newlines."""
        pending = self._rest + chunk
        if not self._begun:
            if len(pending) < len(_BOM) and _BOM.startswith(pending):
                self._rest = pending
                return []
            pending = pending.removeprefix(_BOM)
            self._begun = True
        if pending.endswith(b"\r"):  # the LF that belongs to it may be in the next chunk
            pending, held = pending[:-1], b"\r"
        else:
            held = b""
        *lines, rest = _LINE_END.split(pending)
        self._rest = rest + held
        events: list[str] = []
        for line in lines:
            self._take(line, events)
        return events

    def finish(self) -> list[str]:
        """What is left at the end of the stream: an event without a blank line, or a line without an end."""
        events: list[str] = []
        for line in _LINE_END.split(self._rest):
            self._take(line, events)
        self._take(b"", events)
        self._rest = b""
        return events

    def _take(self, line: bytes, events: list[str]) -> None:
        if not line:
            if self._data:
                events.append(b"\n".join(self._data).decode("utf-8", "replace"))
                self._data.clear()
        elif line.startswith(b"data:"):
            value = line[5:].removeprefix(b" ")
            if value:  # a bare `data:` only keeps the line alive
                self._data.append(value)
        elif line.lstrip().startswith(_BARE_JSON):
            self._take(b"", events)
            events.append(line.strip().decode("utf-8", "replace"))
