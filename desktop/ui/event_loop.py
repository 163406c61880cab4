"""qasync's event loop, with what happens for every token made cheap.

qasync gives each callback a timer of Qt's, keeps cancelled ones until their time, and makes a new notifier each time
that a transport reads on. Here callbacks that are due at once share one timer, timers are exact and end when they are
cancelled, and a socket keeps its notifier.
"""

from __future__ import annotations

import asyncio
import math
from collections import deque
from collections.abc import Callable
from contextvars import Context
from typing import Any

import qasync
from PySide6.QtCore import QObject, QSocketNotifier, Qt, QTimerEvent
from PySide6.QtWidgets import QApplication

EXACT_BELOW_S = 1.0  # longer timers may be off by five hundredths, and share their wake-ups


class EventLoop(qasync.QEventLoop):  # type: ignore[misc]  # qasync has no types
    """The loop of asyncio that is Qt's loop, too."""

    def __init__(self, application: QApplication) -> None:
        self._callbacks = _Callbacks()
        self._readers: dict[int, _Reader] = {}
        super().__init__(application)

    def call_soon(self, callback: Callable[..., object], *args: Any, context: Context | None = None) -> asyncio.Handle:
        """In the next round of the loop."""
        handle = asyncio.Handle(callback, args, self, context)
        self._callbacks.add(handle)
        return handle

    def call_later(
        self, delay: float, callback: Callable[..., object], *args: Any, context: Context | None = None
    ) -> asyncio.TimerHandle:
        """After so many seconds."""
        return self.call_at(self.time() + delay, callback, *args, context=context)

    def call_at(
        self, when: float, callback: Callable[..., object], *args: Any, context: Context | None = None
    ) -> asyncio.TimerHandle:
        """At a time of this loop's clock."""
        handle = _Timer(when, callback, args, self, context)
        self._callbacks.add_timer(handle, when - self.time())
        return handle

    def close(self) -> None:
        """Calls nothing any more."""
        super().close()
        self._callbacks.stop()
        for reader in self._readers.values():
            reader.stop()

    def _timer_handle_cancelled(self, handle: asyncio.TimerHandle) -> None:
        """Called by the handle."""
        self._callbacks.end_timer(handle)

    def _add_callback(self, handle: asyncio.Handle, _delay: float = 0) -> asyncio.Handle:
        """How asyncio passes on a signal of the system."""
        self._callbacks.add(handle)
        return handle

    def _add_reader(self, fd: int, callback: Callable[..., object], *args: Any) -> None:
        self._check_closed()
        number = qasync._fileno(fd)
        if number not in self._readers:
            self._readers[number] = _Reader(number)
        self._readers[number].start(asyncio.Handle(callback, args, self))

    def _remove_reader(self, fd: int) -> bool:
        reader = self._readers.get(qasync._fileno(fd))
        return reader is not None and reader.stop()


class _Timer(asyncio.TimerHandle):
    """A handle that knows its timer."""

    timer_id = 0


class _Callbacks(QObject):
    """What is to be called, soon or at a time."""

    def __init__(self) -> None:
        super().__init__()
        self._ready: deque[asyncio.Handle] = deque()
        self._ready_timer_id = 0
        self._timers: dict[int, _Timer] = {}

    def add(self, handle: asyncio.Handle) -> None:
        """To be called in the next round."""
        self._ready.append(handle)
        if not self._ready_timer_id:
            self._ready_timer_id = self.startTimer(0)

    def add_timer(self, handle: _Timer, delay_s: float) -> None:
        """To be called at a time, never before it."""
        kind = Qt.TimerType.PreciseTimer if delay_s < EXACT_BELOW_S else Qt.TimerType.CoarseTimer
        handle.timer_id = self.startTimer(max(0, math.ceil(delay_s * 1000)), kind)
        self._timers[handle.timer_id] = handle

    def end_timer(self, handle: asyncio.TimerHandle) -> None:
        """Not to be called any more."""
        if isinstance(handle, _Timer) and self._timers.pop(handle.timer_id, None) is not None:
            self.killTimer(handle.timer_id)

    def stop(self) -> None:
        """Nothing is called any more."""
        self._ready.clear()
        for timer_id in self._timers:
            self.killTimer(timer_id)
        self._timers.clear()

    def timerEvent(self, event: QTimerEvent) -> None:
        timer_id = event.timerId()
        self.killTimer(timer_id)
        if timer_id == self._ready_timer_id:
            self._ready_timer_id = 0
            self._call_ready()
        elif (handle := self._timers.pop(timer_id, None)) is not None:
            handle._run()

    def _call_ready(self) -> None:
        """One round: what is added meanwhile waits for the next, so that Qt has its turn."""
        for _ in range(len(self._ready)):
            if not self._ready:  # called in a round within this one, while something is dragged
                return
            handle = self._ready.popleft()
            if not handle.cancelled():
                handle._run()


class _Reader:
    """Waits for bytes at one file descriptor, on and off."""

    def __init__(self, number: int) -> None:
        self._handle: asyncio.Handle | None = None
        self._notifier = QSocketNotifier(number, QSocketNotifier.Type.Read)
        self._notifier.setEnabled(False)
        self._notifier.activated.connect(self._read)

    def start(self, handle: asyncio.Handle) -> None:
        """Calls this when there are bytes."""
        self._handle = handle
        self._notifier.setEnabled(True)

    def stop(self) -> bool:
        """Waits no more; says whether it did."""
        waited, self._handle = self._handle is not None, None
        self._notifier.setEnabled(False)
        return waited

    def _read(self, *_: object) -> None:
        if self._handle is not None:
            self._handle._run()
