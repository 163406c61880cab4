"""HTTP/1.1 by hand: every byte, pause and hang-up of an answer is a step that a test can script.

A `Response` is written exactly as its steps say. Framing says how the end of the body is told: `CHUNKED` makes each
bytes step one chunk, `LENGTH` counts the bytes first, `CLOSE` ends by closing, `RAW` sends the steps with no status
line, headers or framing of ours.
"""

from __future__ import annotations

import asyncio
import json
import socket
import struct
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum, auto
from http import HTTPStatus
from typing import Any, Self


@dataclass(frozen=True)
class Pause:
    """Nothing is sent for so long. Pauses are counted from the first byte on, so that they do not drift."""

    seconds: float


@dataclass(frozen=True)
class Hold:
    """Nothing more is sent, until the client hangs up or the gateway stops."""


@dataclass(frozen=True)
class HangUp:
    """The connection is closed here and now: in order, or with a reset."""

    reset: bool = False


Step = bytes | Pause | Hold | HangUp


class Framing(Enum):
    """How the client knows where the body ends."""

    CHUNKED = auto()
    LENGTH = auto()
    CLOSE = auto()
    RAW = auto()


@dataclass
class Request:
    """What a client sent, and when what happened: times are `time.monotonic()`."""

    method: str
    path: str  # without the query
    query: str
    headers: Mapping[str, str]  # names in lower case
    body: bytes
    received_at: float
    connection: int  # counts connections from 1, so that tests see what was reused
    sent_at: list[float] = field(default_factory=list)  # one for each bytes step
    answered_at: float | None = None  # the last step was done
    hung_up_at: float | None = None  # the client closed the connection before that

    @property
    def json(self) -> Any:
        """The body, read as JSON."""
        return json.loads(self.body)


@dataclass(frozen=True)
class Response:
    """What the gateway answers, step by step."""

    steps: tuple[Step, ...] = ()
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    framing: Framing = Framing.CHUNKED
    head_delay_s: float = 0.0  # before the status line
    body_delay_s: float = 0.0  # between the headers and the first byte of the body

    def with_headers(self, headers: Mapping[str, str]) -> Self:
        """The same with more headers."""
        return replace(self, headers={**self.headers, **headers})

    def in_pieces(self, size: int) -> Self:
        """The same bytes, cut into pieces of `size` bytes without regard to what they mean."""
        steps: list[Step] = []
        for step in self.steps:
            if isinstance(step, bytes):
                steps += [step[start : start + size] for start in range(0, len(step), size)]
            else:
                steps.append(step)
        return replace(self, steps=tuple(steps))

    def in_one_piece(self) -> Self:
        """All bytes at once, without the pauses between them."""
        return replace(self, steps=(b"".join(step for step in self.steps if isinstance(step, bytes)),))

    def cut(self, after: int, *then: Step) -> Self:
        """Only the first `after` pieces of bytes, followed by `then`: `answer.cut(3, HangUp(reset=True))`."""
        steps: list[Step] = []
        for step in self.steps:
            after -= isinstance(step, bytes)
            if after < 0:
                break
            steps.append(step)
        return replace(self, steps=(*steps, *then))


Reply = Response | Callable[[Request], Response]


class HangUpReader(asyncio.StreamReader):
    """A stream reader that notes the moment in which the client goes away."""

    def __init__(self) -> None:
        super().__init__(limit=64 * 1024 * 1024)
        self.hung_up = asyncio.Event()
        self.hung_up_at = 0.0

    def feed_eof(self) -> None:
        self._note()
        super().feed_eof()

    def set_exception(self, exc: BaseException) -> None:
        self._note()
        super().set_exception(exc)  # type: ignore[arg-type]  # typeshed says Exception, asyncio gives any

    def _note(self) -> None:
        if not self.hung_up.is_set():
            self.hung_up_at = time.monotonic()
            self.hung_up.set()


async def read_request(reader: asyncio.StreamReader, connection: int) -> Request | None:
    """The next request of a connection, or None when the client has closed it or does not speak HTTP."""
    try:
        begin = await reader.readexactly(1)
        if not begin.isalpha():
            return None
        head = begin + await reader.readuntil(b"\r\n\r\n")
    except (asyncio.IncompleteReadError, ConnectionError):
        return None
    first, *lines = head.decode("latin-1").split("\r\n")[:-2]
    method, target, _ = first.split(" ", 2)
    path, _, query = target.partition("?")
    headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Request(method, path, query, headers, body, time.monotonic(), connection)


async def write_response(writer: asyncio.StreamWriter, request: Request, response: Response) -> bool:
    """Does all steps; says whether the connection can serve another request."""
    await asyncio.sleep(response.head_delay_s)
    if response.framing is not Framing.RAW:
        writer.write(_head(response))
        await writer.drain()
        if request.method == "HEAD":
            return True
    await asyncio.sleep(response.body_delay_s)
    due = time.monotonic()
    for step in response.steps:
        match step:
            case Pause(seconds):
                due += seconds
                await asyncio.sleep(due - time.monotonic())
            case Hold():
                await asyncio.Event().wait()
            case HangUp(reset):
                _hang_up(writer, reset=reset)
                return False
            case _:
                writer.write(_framed(step, response.framing))
                request.sent_at.append(time.monotonic())
                await writer.drain()
    if response.framing is Framing.CHUNKED:
        writer.write(b"0\r\n\r\n")
    await writer.drain()
    return response.framing in {Framing.CHUNKED, Framing.LENGTH}


def _head(response: Response) -> bytes:
    """The status line and the headers."""
    headers = dict(response.headers)
    if response.framing is Framing.CHUNKED:
        headers["Transfer-Encoding"] = "chunked"
    elif response.framing is Framing.LENGTH:
        headers["Content-Length"] = str(sum(len(step) for step in response.steps if isinstance(step, bytes)))
    else:
        headers["Connection"] = "close"
    reason = HTTPStatus(response.status).phrase if response.status in HTTPStatus._value2member_map_ else "Unknown"
    lines = [f"HTTP/1.1 {response.status} {reason}", *(f"{name}: {value}" for name, value in headers.items())]
    return "\r\n".join([*lines, "", ""]).encode("latin-1")


def _framed(data: bytes, framing: Framing) -> bytes:
    if framing is not Framing.CHUNKED:
        return data
    return b"%x\r\n%s\r\n" % (len(data), data) if data else b""


def _hang_up(writer: asyncio.StreamWriter, *, reset: bool) -> None:
    if reset:  # a linger time of 0 makes the close a reset
        linger = struct.pack("ii", 1, 0)
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        writer.transport.abort()
    else:
        writer.close()
