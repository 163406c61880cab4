"""A deadline that moves on while an answer comes."""

from __future__ import annotations

import asyncio
from unittest.mock import Mock

import pytest

from desktop.services.patience import Patience


def in_s(seconds: float) -> float:
    """A moment on the loop's clock."""
    return asyncio.get_running_loop().time() + seconds


async def test_a_wait_ends_at_the_deadline() -> None:
    patience = Patience(in_s(0.01))
    with pytest.raises(TimeoutError):
        await patience.wait(asyncio.Event().wait())


async def test_a_deadline_that_passed_between_two_waits_ends_the_next_one() -> None:
    patience = Patience(in_s(0.01))
    await patience.wait(asyncio.sleep(0))
    await asyncio.sleep(0.02)
    with pytest.raises(TimeoutError):
        await patience.wait(asyncio.Event().wait())


async def test_what_is_there_is_given_even_after_the_deadline() -> None:
    patience = Patience(in_s(-1))

    async def at_once() -> str:
        return "word"

    assert await patience.wait(at_once()) == "word"


async def test_a_later_deadline_lets_the_wait_go_on() -> None:
    patience = Patience(in_s(0.01))
    came = asyncio.Event()

    async def come_late() -> None:
        patience.extend(in_s(60))
        await asyncio.sleep(0.03)
        came.set()

    coming = asyncio.create_task(come_late())
    assert await patience.wait(came.wait())
    await coming
    patience.close()


async def test_an_earlier_deadline_holds_from_the_next_wait_on() -> None:
    patience = Patience(in_s(60))
    await patience.wait(asyncio.sleep(0))
    patience.extend(in_s(0.01))
    with pytest.raises(TimeoutError):
        await patience.wait(asyncio.Event().wait())


async def test_many_waits_share_one_timer(monkeypatch: pytest.MonkeyPatch) -> None:
    loop = asyncio.get_running_loop()
    call_at = Mock(wraps=loop.call_at)
    monkeypatch.setattr(loop, "call_at", call_at)
    patience = Patience(in_s(60))
    for _ in range(100):
        await patience.wait(asyncio.sleep(0))
        patience.extend(in_s(60))
    assert call_at.call_count == 1
    patience.close()


async def test_a_cancelled_wait_stays_cancelled() -> None:
    patience = Patience(in_s(60))
    waiting = asyncio.create_task(patience.wait(asyncio.Event().wait()))
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    patience.close()
