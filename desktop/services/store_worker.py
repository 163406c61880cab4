"""A thread that works for the store: what is submitted is done one after the other, and waits cost nothing.

The writer has the journal to look after besides: a `Background` says when it is due, and the thread sleeps until then
or until something is submitted. With nothing due it sleeps for ever: no timer fires in an idle program.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Protocol, TypeVar

Result = TypeVar("Result")


async def result_of(future: Future[Result]) -> Result:
    """Waits for a job of a worker."""
    import asyncio  # a window is painted before it is needed, and importing it takes long

    return await asyncio.wrap_future(future)


class Background(Protocol):
    """Work that becomes due by itself."""

    def due_in_s(self) -> float | None:
        """Seconds until there is something to do; None if there is nothing."""

    def do(self) -> None:
        """Does it; never raises."""


class Worker:
    """One daemon thread with a queue; it begins with the first job."""

    def __init__(self, name: str, background: Background | None = None) -> None:
        self._background = background
        self._jobs: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._closed = False
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._starting = threading.Lock()

    def submit(self, work: Callable[[], Result], *, cancellable: bool = False) -> Future[Result]:
        """Queues `work`. What is not cancellable is done even if nobody waits for it any more."""
        if self._closed:
            raise RuntimeError("the store is closed")
        future: Future[Result] = Future()
        if not cancellable:
            future.set_running_or_notify_cancel()

        def job() -> None:
            if not cancellable or future.set_running_or_notify_cancel():
                _settle(future, work)

        self._put(job)
        return future

    def wake(self) -> None:
        """Makes the thread ask its background again when that is due."""
        self._put(_nothing)

    def close(self) -> None:
        """Does all that is queued, then ends the thread."""
        self._closed = True
        self._put(None)
        self._thread.join()

    def _put(self, job: Callable[[], None] | None) -> None:
        """Queues a job; the first one starts the thread, which would cost the program's start some milliseconds."""
        self._jobs.put(job)
        with self._starting:
            if self._thread.ident is None:
                self._thread.start()

    def _run(self) -> None:
        while (job := self._next()) is not None:
            job()
            if self._due_in_s() == 0:
                self._do_background()

    def _next(self) -> Callable[[], None] | None:
        try:
            return self._jobs.get(timeout=self._due_in_s())
        except queue.Empty:
            return _nothing

    def _due_in_s(self) -> float | None:
        return self._background.due_in_s() if self._background is not None else None

    def _do_background(self) -> None:
        if self._background is not None:
            self._background.do()


def _nothing() -> None:
    """The job that only wakes the thread."""


def _settle(future: Future[Result], work: Callable[[], Result]) -> None:
    try:
        future.set_result(work())
    except BaseException as error:  # noqa: BLE001 - whoever waits for the future gets it, whatever it is
        future.set_exception(error)
