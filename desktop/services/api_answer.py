"""From the bytes of an answer to its deltas, and the rules for when an answer is whole.

An answer is whole when its end was told: by `[DONE]`, or by a finish reason for each of its choices. What ends
otherwise is a broken line, however politely it was closed.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Mapping
from contextlib import aclosing, suppress

from desktop.core.deltas import CitationsDelta, Delta, FinishDelta, UsageDelta
from desktop.core.errors import EndpointError, KeyRefused, NetworkError, NotFound, UserError
from desktop.core.secrets import redact
from desktop.core.stream import StreamDecoder, decode_body
from desktop.core.wire_errors import error_from
from desktop.services.api_call import Call
from desktop.services.network_errors import connection_lost

ERROR_BODY_BYTES = 256 * 1024  # more of an error's body is not read
ERROR_BODY_S = 5.0
DRAIN_S = 0.5  # how long after its end an answer may still hold the line, so that the connection can be used again

REQUEST_ID_HEADER = "request-id"
ADDRESS_HINT = "Check the address: for most services it ends in /v1."

Chunks = AsyncGenerator[bytes, None]


class DataWatch:
    """Tells data from keep-alives: comment lines, blank lines and bare `data:` say nothing."""

    def __init__(self) -> None:
        self._line_start = b""

    def sees_data(self, chunk: bytes) -> bool:
        """Whether there is anything but keep-alives in the next bytes."""
        if not self._line_start and chunk.startswith(b"data: {") and chunk.endswith(b"\n"):  # as nearly all are
            return True
        lines = re.split(rb"[\r\n]", self._line_start + chunk)
        self._line_start = lines[-1][:8]  # enough to know what kind of line goes on in the next chunk
        return any(self._is_data(line) for line in lines)

    @staticmethod
    def _is_data(line: bytes) -> bool:
        line = line.strip()
        return bool(line) and not line.startswith(b":") and line != b"data:"


class _Progress:
    """Which choices have begun, and which have told their end."""

    def __init__(self) -> None:
        self._begun: set[int] = set()
        self._finished: set[int] = set()

    def note(self, deltas: Iterable[Delta]) -> Iterable[Delta]:
        """The same deltas, noted."""
        for delta in deltas:
            if isinstance(delta, FinishDelta):
                self._finished.add(delta.choice)
            elif not isinstance(delta, UsageDelta | CitationsDelta) and hasattr(delta, "choice"):
                self._begun.add(delta.choice)
            yield delta

    @property
    def is_whole(self) -> bool:
        """Whether all that began has ended."""
        return bool(self._finished) and self._begun <= self._finished


class Answer:
    """An answer that has begun: its head is here, its bytes come."""

    def __init__(
        self,
        call: Call,
        status: int,
        headers: Mapping[str, str],
        chunks: Chunks,
        close: Callable[[], Awaitable[None]],
    ) -> None:
        self.status = status
        self._call = call
        self._headers = headers
        self._kind = headers.get("content-type", "").lower()
        self._chunks = chunks
        self._close = close

    @property
    def request_id(self) -> str:
        """What the endpoint calls this request, if it tells."""
        return self._headers.get(REQUEST_ID_HEADER, "")

    async def aclose(self) -> None:
        """Closes the line, or gives it back if the answer was read to its end."""
        await self._close()  # first: the library's own iterators then have nothing left to wait for when they end
        await self._chunks.aclose()

    async def content(self) -> bytes:
        """The whole body."""
        async with aclosing(self):
            return b"".join([chunk async for chunk in self._chunks])

    async def pieces(self) -> Chunks:
        """The body as it comes."""
        async with aclosing(self):
            async for chunk in self._chunks:
                yield chunk

    async def deltas(self) -> AsyncGenerator[Delta, None]:
        """The answer in pieces, whether it comes as an event stream or as one body, and whatever it is called."""
        try:
            async with aclosing(self), aclosing(self._read()) as pieces:
                async for delta in pieces:
                    yield delta
        except EndpointError as error:  # told in the body, which knows neither the endpoint nor its key
            error.text = redact(error.text.replace("The endpoint", self._call.endpoint.name, 1), self._call.key)
            error.args = (error.text,)
            error.code = redact(error.code, self._call.key)
            raise

    async def _read(self) -> AsyncGenerator[Delta, None]:
        beginning = b"" if "event-stream" in self._kind else await self._first_data()
        if beginning.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"{", b"[")):
            for delta in decode_body(beginning + await self.content()):
                yield delta
            return
        async with aclosing(self._streamed(beginning)) as pieces:
            async for delta in pieces:
                yield delta

    async def _first_data(self) -> bytes:
        """The bytes up to the first that are not blank: some endpoints send blank lines while they think."""
        beginning = b""
        while not beginning.strip() and (chunk := await anext(self._chunks, None)) is not None:
            beginning += chunk
        return beginning

    async def _streamed(self, beginning: bytes) -> AsyncGenerator[Delta, None]:
        decoder = StreamDecoder()
        progress = _Progress()
        broken: NetworkError | None = None
        chunk: bytes | None = beginning
        while chunk is not None:
            for line in chunk.splitlines(keepends=True):  # so that an error takes nothing along that came before it
                for delta in progress.note(decoder.feed(line)):
                    yield delta
            try:
                chunk = None if decoder.done else await anext(self._chunks, None)
            except NetworkError as error:
                broken, chunk = error, None
        for delta in progress.note(decoder.finish()):
            yield delta
        if decoder.done:
            await _drain(self._chunks)
        elif not progress.is_whole:
            raise broken or connection_lost(self._call.endpoint)

    async def refuse_errors(self) -> None:
        """Raises what the endpoint says if it is not an answer, and closes the line."""
        endpoint = self._call.endpoint
        if 200 <= self.status < 300:
            if "text/html" in self._kind:
                await self.aclose()
                raise NotFound(f"{endpoint.name} answers with a web page.", ADDRESS_HINT, status=self.status)
            return
        if 300 <= self.status < 400:
            await self.aclose()
            place = self._headers.get("location", "another address")
            hint = "Enter the new address in the endpoint's settings."
            raise NotFound(f"{endpoint.name} has moved to {place}.", hint, status=self.status)
        body = await self._beginning()
        error = error_from(self.status, self._headers, body, endpoint_name=endpoint.name, key=self._call.key)
        if isinstance(error, KeyRefused) and not self._call.key:
            raise KeyRefused(f"{endpoint.name} needs a key.", "Enter it in the settings.", status=self.status)
        raise error

    async def _beginning(self) -> bytes:
        """As much of an error's body as is worth reading, and as comes soon."""
        body = b""
        async with aclosing(self):
            with suppress(TimeoutError, UserError):
                async with asyncio.timeout(ERROR_BODY_S):
                    async for chunk in self._chunks:
                        body += chunk
                        if len(body) > ERROR_BODY_BYTES:
                            break
        return body


async def _drain(chunks: Chunks) -> None:
    with suppress(TimeoutError, UserError):
        async with asyncio.timeout(DRAIN_S):
            async for _ in chunks:
                pass
