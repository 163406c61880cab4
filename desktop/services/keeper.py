"""Saves what must not be lost, again and again: a disk that is full now may have room in a minute."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from desktop.core.errors import StorageError

Result = TypeVar("Result")

RETRY_AFTER_S = 1.0


class Keeper:
    """Tries until it is done, or until there is no more time to wait."""

    def __init__(self) -> None:
        self.waits = False  # something is not saved yet
        self._hurried = asyncio.Event()

    def hurry(self) -> None:
        """The program ends: one more try is the last."""
        self._hurried.set()

    async def keep(self, save: Callable[[], Awaitable[Result]], on_failure: Callable[[StorageError], object]) -> Result:
        """What `save` gives. `on_failure` is told once; a StorageError is raised when there was no more time."""
        while True:
            is_last = self._hurried.is_set()
            try:
                result = await save()
            except StorageError as error:
                if is_last:
                    raise
                if not self.waits:
                    self.waits = True
                    on_failure(error)
            else:
                self.waits = False
                return result
            try:
                await asyncio.wait_for(self._hurried.wait(), RETRY_AFTER_S)
            except TimeoutError:
                continue
