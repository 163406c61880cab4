"""A deadline that moves on while an answer comes."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

Result = TypeVar("Result")


class Patience:
    """Ends a wait at its deadline, on the loop's clock.

    One timer serves all waits: a timer for each would stay with Qt until its time comes, even if it was cancelled,
    and wake the program once for every token that there was.
    """

    def __init__(self, deadline: float) -> None:
        self._deadline = deadline
        self._timer: asyncio.Handle | None = None
        self._timer_due = 0.0
        self._wait: asyncio.Timeout | None = None

    async def wait(self, awaitable: Awaitable[Result]) -> Result:
        """What is waited for, or TimeoutError."""
        try:
            async with asyncio.timeout(None) as self._wait:
                if self._timer is None:
                    self._look()
                return await awaitable
        finally:
            self._wait = None

    def extend(self, deadline: float) -> None:
        """From now on this is the deadline; it may be an earlier one."""
        self._deadline = deadline
        if deadline < self._timer_due:
            self.close()

    def postpone(self, time_s: float) -> None:
        """So much time has not been spent waiting."""
        self._deadline += time_s

    def close(self) -> None:
        """Ends the timer."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _look(self) -> None:
        """Ends the wait if its time has come; looks again when it may have come."""
        loop = asyncio.get_running_loop()
        self._timer = None
        if loop.time() < self._deadline:
            self._timer_due = self._deadline
            self._timer = loop.call_at(self._deadline, self._look)
        elif self._wait is not None:
            self._wait.reschedule(loop.time())
