"""The gateway: an OpenAI-compatible server on the loopback device, scripted by whoever started it.

It runs on a loop of its own in a thread of its own, so that tests of the window and benchmarks can use it too.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from typing import Any, Self

from tests.gateway.answers import answer, json_body
from tests.gateway.errors import error
from tests.gateway.wire import HangUpReader, Reply, Request, Response, read_request, write_response

MODELS: tuple[Mapping[str, Any], ...] = (
    {"id": "echo", "object": "model", "owned_by": "gateway"},
    {"id": "thinker", "object": "model", "owned_by": "gateway"},
)


class Gateway:
    """Answers chat requests with what was scripted, and remembers every request.

    `then(reply, …)` scripts the next chat requests, one reply each; after them comes `default`. `routes` holds
    replies for whole paths, such as `routes["/v1/models"]`. Where `key` is set, any other key gets a 401.
    """

    def __init__(self, *, port: int = 0, tls: ssl.SSLContext | None = None) -> None:
        self.requests: list[Request] = []
        self.default: Reply = echo
        self.key: str | None = None
        self.models: list[Mapping[str, Any]] = list(MODELS)
        self.routes: dict[str, Reply] = {}
        self.connections = 0
        self._scripted: deque[Reply] = deque()
        self._socket = socket.create_server(("127.0.0.1", port))
        self._tls = tls
        self._loop = asyncio.new_event_loop()
        self._stopping = asyncio.Event()
        self._serving: set[asyncio.Task[None]] = set()
        self._thread = threading.Thread(target=self._run, name="gateway", daemon=True)

    @property
    def base_url(self) -> str:
        """What an endpoint's `base_url` is to be."""
        return f"{'https' if self._tls else 'http'}://127.0.0.1:{self.port}/v1"

    @property
    def port(self) -> int:
        """Where it listens; known as soon as it is made."""
        return int(self._socket.getsockname()[1])

    @property
    def chats(self) -> list[Request]:
        """The chat requests so far."""
        return [request for request in self.requests if request.path.endswith("/chat/completions")]

    def then(self, *replies: Reply) -> Self:
        """Scripts the next chat requests."""
        self._scripted.extend(replies)
        return self

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._stopping.set)
        self._thread.join()

    def wait(self, predicate: Callable[[], object], timeout_s: float = 10.0) -> None:
        """Blocks until `predicate()` holds; for callers without a loop. Others have tests.until."""
        deadline = time.monotonic() + timeout_s
        while not predicate():
            if time.monotonic() > deadline:
                raise AssertionError(f"not within {timeout_s} s: {predicate}")
            time.sleep(0.002)

    def _run(self) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._serve())

    async def _serve(self) -> None:
        server = await self._loop.create_server(self._protocol, sock=self._socket, ssl=self._tls)
        await self._stopping.wait()
        server.close()
        for task in self._serving:
            task.cancel()
        await asyncio.gather(*self._serving, return_exceptions=True)

    def _protocol(self) -> asyncio.StreamReaderProtocol:
        reader = HangUpReader()

        def connected(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            task = self._loop.create_task(self._connection(reader, writer))
            self._serving.add(task)
            task.add_done_callback(self._serving.discard)

        return asyncio.StreamReaderProtocol(reader, connected)

    async def _connection(self, reader: HangUpReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        connection = self.connections
        try:
            while (request := await read_request(reader, connection)) is not None:
                self.requests.append(request)
                if not await self._answer(reader, writer, request):
                    return
            if not reader.at_eof():  # such as a TLS handshake
                writer.write(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # the client went away in mid-request
        finally:
            writer.close()

    async def _answer(self, reader: HangUpReader, writer: asyncio.StreamWriter, request: Request) -> bool:
        """Plays the answer until it is done or the client hangs up; says whether to go on listening."""
        playing = self._loop.create_task(write_response(writer, request, self._response(request)))
        gone = self._loop.create_task(reader.hung_up.wait())
        try:
            await asyncio.wait({playing, gone}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            gone.cancel()
            playing.cancel()
        [result] = await asyncio.gather(playing, return_exceptions=True)
        if isinstance(result, bool):
            request.answered_at = time.monotonic()
            return result
        request.hung_up_at = reader.hung_up_at
        return False

    def _response(self, request: Request) -> Response:
        reply = self._reply(request)
        return reply if isinstance(reply, Response) else reply(request)

    def _reply(self, request: Request) -> Reply:
        if self.key is not None and request.headers.get("authorization") != f"Bearer {self.key}":
            return error(401, "Incorrect API key provided.", code="invalid_api_key")
        if request.path in self.routes:
            return self.routes[request.path]
        if request.path == "/v1/models":
            return json_body({"object": "list", "data": self.models})
        if request.path == "/v1/chat/completions" and request.method == "POST":
            return self._scripted.popleft() if self._scripted else self.default
        return error(404, f"No such address: {request.path}")


def echo(request: Request) -> Response:
    """Says back what the user said last."""
    content = request.json["messages"][-1]["content"]
    if not isinstance(content, str):
        content = " ".join(part.get("text", "[picture]") for part in content)
    return answer(f"You said: {content}", model=request.json.get("model", ""))(request)
