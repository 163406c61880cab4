"""The loop that is Qt's and asyncio's."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
from collections.abc import Callable, Coroutine
from typing import Any

import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication

Run = Callable[[Coroutine[Any, Any, Any]], Any]


def test_callbacks_come_in_their_order_and_new_ones_in_the_next_round(run: Run) -> None:
    called: list[str] = []

    async def scenario() -> None:
        loop = asyncio.get_running_loop()

        def call_first() -> None:
            called.append("first")
            loop.call_soon(called.append, "third")

        loop.call_soon(call_first)
        loop.call_soon(called.append, "second")
        await asyncio.sleep(0.01)

    run(scenario())
    assert called == ["first", "second", "third"]


def test_a_callback_that_fails_is_reported_and_takes_no_other_along(run: Run) -> None:
    reported: list[Any] = []
    called: list[str] = []

    async def scenario() -> None:
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda _loop, context: reported.append(context["exception"]))
        loop.call_soon(lambda: 1 / 0)
        loop.call_soon(called.append, "second")
        await asyncio.sleep(0.01)

    run(scenario())
    assert isinstance(reported[0], ZeroDivisionError)
    assert called == ["second"]


def test_a_cancelled_callback_is_not_called(run: Run) -> None:
    called: list[str] = []

    async def scenario() -> None:
        loop = asyncio.get_running_loop()
        loop.call_soon(called.append, "soon").cancel()
        loop.call_later(0.001, called.append, "later").cancel()
        loop.call_later(0.01, called.append, "last")
        await asyncio.sleep(0.03)

    run(scenario())
    assert called == ["last"]


def test_a_cancelled_timer_wakes_nobody(run: Run, qapp: QApplication) -> None:
    class Watch(QObject):
        timers = 0

        def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
            self.timers += event.type() == QEvent.Type.Timer
            return False

    watch = Watch()

    async def scenario() -> None:
        loop = asyncio.get_running_loop()
        for _ in range(100):
            loop.call_later(0.005, print).cancel()
        qapp.installEventFilter(watch)
        await asyncio.sleep(0.05)
        qapp.removeEventFilter(watch)

    run(scenario())
    assert watch.timers < 10


def test_a_timer_never_comes_early(run: Run) -> None:
    async def scenario() -> None:
        loop = asyncio.get_running_loop()
        for delay_s in (0.0004, 0.0011, 0.0257):
            due = loop.time() + delay_s
            await asyncio.sleep(delay_s)
            assert loop.time() >= due

    run(scenario())


def test_a_time_limit_ends_what_takes_too_long(run: Run) -> None:
    async def scenario() -> None:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.01):
                await asyncio.Event().wait()

    run(scenario())


def test_a_socket_is_read_on_and_off_and_its_number_may_come_again(run: Run) -> None:
    async def scenario() -> None:
        loop = asyncio.get_running_loop()
        for _ in range(3):  # the system gives the same numbers again
            here, there = socket.socketpair()
            with here, there:
                here.setblocking(False)
                got: asyncio.Queue[bytes] = asyncio.Queue()
                for word in (b"one", b"two"):
                    loop.add_reader(here, lambda: got.put_nowait(here.recv(10)))  # noqa: B023 - gone before the next
                    there.send(word)
                    assert await got.get() == word
                    assert loop.remove_reader(here)
                there.send(b"three")
                await asyncio.sleep(0.01)
                assert got.empty()
                assert not loop.remove_reader(here)

    run(scenario())


def test_work_in_threads_and_calls_from_them_come_back(run: Run) -> None:
    async def scenario() -> None:
        loop = asyncio.get_running_loop()
        called = asyncio.Event()
        assert await asyncio.to_thread(lambda: loop.call_soon_threadsafe(called.set) or 7) == 7
        await called.wait()

    run(scenario())


@pytest.mark.skipif(not hasattr(signal, "SIGUSR1"), reason="no such signals here")
def test_signals_of_the_system_come_through(run: Run) -> None:
    async def scenario() -> None:
        loop = asyncio.get_running_loop()
        came = asyncio.Event()
        loop.add_signal_handler(signal.SIGUSR1, came.set)
        os.kill(os.getpid(), signal.SIGUSR1)
        await came.wait()
        loop.remove_signal_handler(signal.SIGUSR1)

    run(scenario())
