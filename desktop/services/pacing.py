"""Reads a steady stream at most once a frame, so that many tokens cost one wake-up.

Waking up for a token costs far more than reading it: notifiers, timers and tasks, all with cold caches. What comes in
between waits in the system's buffer and is there at the next look.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

READ_EVERY_S = 0.028
READ_SOON_S = 0.008  # by one who waits for a certain token, to end the stream there
READS_AT_ONCE = 4  # the head, the role and the first words are not held up
PLENTY_BYTES = 16 * 1024  # a read of so much is no trickle: the rest is wanted soon

Read = Callable[..., Awaitable[bytes]]


class Pace:
    """When the next read is due: at once after a silence, once a frame in a steady stream, or every `every_s`."""

    def __init__(self) -> None:
        self.every_s = READ_EVERY_S
        self._due = 0.0  # on the loop's clock; runs behind it by what may still be read at once

    async def wait(self) -> None:
        """Returns when the next read is due."""
        now = asyncio.get_running_loop().time()
        self._due = max(self._due, now - READS_AT_ONCE * self.every_s) + self.every_s
        if self._due > now:
            await asyncio.sleep(self._due - now)

    def forget(self) -> None:
        """The next reads are due at once."""
        self._due = 0.0


def pace(stream: Any) -> None:
    """Has a network stream of the HTTP library read at this pace; the library calls nothing but its `read`."""
    stream.pace = Pace()
    stream.read = _paced(stream.read, stream.pace)


def set_pace(stream: Any, every_s: float) -> None:
    """Changes the pace of a stream for the answer that comes now."""
    its_pace = getattr(stream, "pace", None)
    if isinstance(its_pace, Pace):
        its_pace.every_s = every_s


def _paced(read: Read, its_pace: Pace) -> Read:
    async def paced_read(max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109 - the library's name
        await its_pace.wait()
        data = await read(max_bytes, timeout)
        if len(data) >= PLENTY_BYTES:
            its_pace.forget()
        return data

    return paced_read
