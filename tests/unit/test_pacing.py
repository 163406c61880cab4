"""Reading a stream at the pace of frames."""

from __future__ import annotations

import asyncio

import pytest

from desktop.services.pacing import PLENTY_BYTES, READ_SOON_S, READS_AT_ONCE, pace, set_pace


class Stream:
    """A network stream that always has the same bytes."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109 - httpcore's name
        return self._data


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The pauses that are made; they take no time here."""
    made: list[float] = []

    async def sleep(delay: float) -> None:
        made.append(delay)

    monkeypatch.setattr("desktop.services.pacing.asyncio.sleep", sleep)
    return made


async def test_the_first_words_are_read_at_once(pauses: list[float]) -> None:
    stream = Stream(b"word")
    pace(stream)
    for _ in range(READS_AT_ONCE):
        assert await stream.read(65536) == b"word"
    assert not pauses


async def test_a_steady_stream_is_not_read_for_each_token(pauses: list[float]) -> None:
    stream = Stream(b"word")
    pace(stream)
    for _ in range(READS_AT_ONCE + 10):
        await stream.read(65536, timeout=None)
    assert len(pauses) == 10


async def test_a_flood_is_read_without_pauses(pauses: list[float]) -> None:
    stream = Stream(b"x" * PLENTY_BYTES)
    pace(stream)
    for _ in range(10 * READS_AT_ONCE):
        await stream.read(65536)
    assert not pauses


async def test_one_who_waits_for_a_certain_token_looks_more_often(pauses: list[float]) -> None:
    stream = Stream(b"word")
    pace(stream)
    set_pace(stream, READ_SOON_S)
    for _ in range(READS_AT_ONCE + 2):
        await stream.read(65536)
    assert pauses
    assert min(pauses) <= READ_SOON_S + 0.001


async def test_a_pause_can_be_cancelled() -> None:
    stream = Stream(b"word")
    pace(stream)

    async def read_on() -> None:
        while True:
            await stream.read(65536)

    reading = asyncio.create_task(read_on())
    await asyncio.sleep(0)
    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading
