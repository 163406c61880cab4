"""Server-sent events: from bytes to the data of each event.

Lines end at CR, LF or CRLF and nowhere else: U+2028, U+2029 and U+0085 stand inside JSON, and splitting there breaks
it. (`bytes.splitlines` does just that, unlike `str.splitlines`.) What endpoints really send is read too: a byte order
mark, `data:` without a space, a last event without a blank line, whole lines of JSON without any `data:`, in which
errors come, and bodies that are no event stream at all, which are given whole at the end.
"""

from __future__ import annotations

_BOM = b"\xef\xbb\xbf"
_BARE_JSON = (b"{", b"[")
_FIELDS = (b"event:", b"id:", b"retry:", b":")


class SseDecoder:
    """Feed it bytes in any pieces; it gives the data of the events that are complete."""

    def __init__(self) -> None:
        self._line: list[bytes] = []  # pieces of a line that has not ended; joined once, however long it becomes
        self._after_cr = False  # an LF that comes now belongs to the CR before it
        self._begun = False
        self._data: list[bytes] = []
        self._plain: list[bytes] = []  # lines of a body that is no event stream, as far as can be seen

    def feed(self, chunk: bytes) -> list[str]:
        """The data of every event that ends in `chunk`; multi-line data is joined by newlines."""
        events: list[str] = []
        if not chunk:
            return events
        if self._after_cr:
            chunk = chunk.removeprefix(b"\n")
        self._after_cr = chunk.endswith(b"\r")
        for line in chunk.splitlines(keepends=True):
            self._line.append(line)
            if line[-1] in b"\r\n":
                self._end_line(events)
        return events

    def finish(self) -> list[str]:
        """What is left at the end of the stream: an event without a blank line, or a body that is none."""
        events: list[str] = []
        self._end_line(events)
        self._end_event(events)
        if self._plain:
            events.append(_text(b"\n".join(self._plain)))
            self._plain = []
        return events

    def _end_line(self, events: list[str]) -> None:
        line = b"".join(self._line).rstrip(b"\r\n")
        self._line = []
        if not self._begun:
            line = line.removeprefix(_BOM)
        if not line:
            self._end_event(events)
        elif line.startswith(b"data:"):
            self._plain = []
            value = line[5:].removeprefix(b" ")
            if value:  # a bare `data:` only keeps the line alive
                self._data.append(value)
        elif not self._plain and self._is_bare_json(line.strip()):
            self._end_event(events)
            events.append(_text(line.strip()))
        elif self._plain or not (self._begun or line.isspace() or line.startswith(_FIELDS)):
            self._plain.append(line)
        self._begun = self._begun or bool(line.strip())

    def _is_bare_json(self, line: bytes) -> bool:
        """At the beginning a whole object only: a line that merely opens one begins a body of several lines."""
        return line.startswith(_BARE_JSON) and (self._begun or line.endswith((b"}", b"]")))

    def _end_event(self, events: list[str]) -> None:
        if self._data:
            events.append(_text(b"\n".join(self._data)))
            self._data.clear()


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")
