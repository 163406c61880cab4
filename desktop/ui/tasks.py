"""Owns the asyncio tasks that slots start: keeps them, reports what goes wrong, cancels them at the end."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from desktop.core.errors import UserError


class Tasks:
    """The tasks of one owner. `on_error` gets every `UserError`; anything else goes to the loop's handler."""

    def __init__(self, on_error: Callable[[UserError], object]) -> None:
        self._on_error = on_error
        self._tasks: set[asyncio.Task[Any]] = set()

    def start(self, coroutine: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        """Starts a task and keeps it until it is done."""
        task = asyncio.get_running_loop().create_task(coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._done)
        return task

    async def finish(self) -> None:
        """Waits for what still runs; for work that must not be cut, such as saving."""
        while self._tasks:
            await asyncio.wait(set(self._tasks))

    async def cancel(self) -> None:
        """Cancels what still runs, and waits until it has ended."""
        for task in self._tasks:
            task.cancel()
        await self.finish()

    def _done(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if task.cancelled():
            return
        error = task.exception()
        if isinstance(error, UserError):
            self._on_error(error)
        elif error is not None:
            task.get_loop().call_exception_handler({"message": "a task failed", "exception": error, "task": task})
