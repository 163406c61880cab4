"""The line to the endpoints: the only file that imports httpx, and that when the first request is near.

Order of a chat request: a client is there or is made; the request goes out, and goes out again after a pause while
nothing has come and the failure may pass; bytes become deltas (api_answer.py); whatever happens, the socket is closed
when the generator is. Every error of the library leaves this file as a `UserError`.

Only HTTP/1.1 is spoken: over HTTP/2 the library gives up a stream without telling the server, so that Stop would
stop nothing.
"""

from __future__ import annotations

import asyncio
import importlib
import json
import logging
import ssl
import sys
import time
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import aclosing, closing, suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, cast

from desktop.core.balance import balance_text, record_cost
from desktop.core.deltas import Delta
from desktop.core.endpoint_rules import is_loopback
from desktop.core.endpoints import Endpoint, Model
from desktop.core.errors import EndpointError, KeyRefused, NotFound, UserError
from desktop.core.model_list import is_model_list, models_from
from desktop.services import network_errors
from desktop.services.api_answer import ADDRESS_HINT, Answer, Chunks, DataWatch
from desktop.services.api_call import (
    Call,
    balance_call,
    base_of,
    chat_call,
    goes_direct,
    models_call,
    path_call,
    record_call,
)
from desktop.services.api_check import CheckStep, check
from desktop.services.api_line import Line, Probe
from desktop.services.pacing import READ_EVERY_S, set_pace
from desktop.services.patience import Patience
from desktop.services.presets import presets
from desktop.services.retry import NO_RETRIES, Retries, Waiting

if TYPE_CHECKING:
    from types import ModuleType

    import httpx

__all__ = ["NO_RETRIES", "Api", "CheckStep", "Probe", "Retries", "Waiting", "preload"]

log = logging.getLogger(__name__)

QUESTION_S = 30.0  # how long a list of models or a balance may take to begin
FIND_S = 0.7  # how long a server on this computer may take to say that it is there
KEPT_ALIVE_S = 60.0  # how long an unused connection stays open


def preload() -> None:
    """Imports the network library; for a thread, before anybody waits for it.

    Where rich and click are installed, the library imports them for a command line that nobody uses here: 8 MB and
    40 ms. An entry of None keeps that part from being found, which the library takes for "not installed".
    """
    sys.modules.setdefault("httpx._main", cast("ModuleType", None))
    importlib.import_module("httpx")
    importlib.import_module("truststore")


class Api:
    """All endpoints are reached through one of these. Belongs to one event loop; `aclose()` at the end."""

    def __init__(self, *, version: str, retries: Retries | None = None) -> None:
        self._version = version
        self._retries = retries or Retries()
        self._clients: dict[_ClientKind, httpx.AsyncClient] = {}
        self._making = asyncio.Lock()
        self._used_at: dict[str, float] = {}  # when a base URL was last heard of

    async def stream(
        self,
        endpoint: Endpoint,
        key: str | None,
        body: Mapping[str, Any],
        *,
        on_wait: Callable[[Waiting], None] | None = None,
        on_id: Callable[[str], None] | None = None,
        retries: Retries | None = None,
        read_every_s: float = READ_EVERY_S,
    ) -> AsyncGenerator[Delta, None]:
        """Asks for an answer and gives it piece by piece; closing the generator closes the line at once.

        Whoever leaves it early closes it (`aclosing`): not every loop does that for a generator left behind. Before
        each pause `on_wait` is told, and `on_id` what the endpoint calls the request. Raises UserError; what came
        before it is good.
        """
        call = replace(chat_call(endpoint, key, body), read_every_s=read_every_s)
        answer = await self._open_patiently(call, retries or self._retries, on_wait or _ignore)
        if on_id is not None and answer.request_id:
            on_id(answer.request_id)
        async with aclosing(answer.deltas()) as pieces:
            async for delta in pieces:
                yield delta

    async def models(self, endpoint: Endpoint, key: str | None) -> list[Model]:
        """The endpoint's own list of models."""
        body = await self._ask(models_call(_brisk(endpoint), key))
        if not is_model_list(body):
            raise NotFound(f"{endpoint.name} does not answer with a list of models.", ADDRESS_HINT, status=200)
        return models_from(body, endpoint.id)

    async def balance(self, endpoint: Endpoint, key: str | None) -> str:
        """What is left on the account, as `$4.12`; "" where the endpoint does not tell."""
        if not endpoint.balance_path:
            return ""
        return balance_text(await self._ask(balance_call(_brisk(endpoint), key)))

    async def record_cost(self, endpoint: Endpoint, key: str | None, request_id: str) -> float | None:
        """Dollars that one call has cost, to the endpoint's own account; None where it does not tell, or not yet."""
        if not endpoint.record_path:
            return None
        return record_cost(await self._ask(record_call(_brisk(endpoint), key, request_id)))

    async def question(self, endpoint: Endpoint, key: str | None, path: str, method: str = "GET", **values: str) -> Any:
        """Asks a path on the endpoint's host, in which {names} stand for values; its JSON, None if it says nothing."""
        return await self._ask(path_call(_brisk(endpoint), key, path, method, values))

    async def download(self, server: Endpoint, path: str, max_bytes: int) -> AsyncGenerator[bytes, None]:
        """A file below the server's address, as it comes; raises ConnectionLost if it is larger than expected.

        Whoever leaves it early closes it (`aclosing`).
        """
        answer = await self._open(Call(server, None, f"{base_of(server)}/{path}", read_every_s=0.0))
        received = 0
        async with aclosing(answer.pieces()) as pieces:
            async for piece in pieces:
                received += len(piece)
                if received > max_bytes:
                    raise network_errors.too_long(server)
                yield piece

    async def probe(self, endpoint: Endpoint) -> Probe:
        """Reaches the endpoint without a key; any answer will do, a refusal too."""
        line = Line()
        try:
            answer = await self._open(models_call(_brisk(endpoint), None), line)
            status = answer.status
            await answer.aclose()
        except EndpointError as error:
            status = error.status
        return Probe(network_errors.host_of(endpoint), line.tls, line.connect_s, status)

    async def check(self, endpoint: Endpoint, key: str | None) -> AsyncGenerator[CheckStep, None]:
        """The connection test: each step as it is known; ends after the first that fails."""
        async with aclosing(check(self, endpoint, key)) as steps:
            async for step in steps:
                yield step

    async def find_servers(self, candidates: Sequence[Endpoint] | None = None) -> list[Endpoint]:
        """Those of `candidates` that answer like a model server; the presets on this computer if none are given.

        One that answers only with a key is given with `needs_key` set.
        """
        if candidates is None:
            candidates = [preset for preset in await asyncio.to_thread(presets) if is_loopback(preset.base_url)]
        found = await asyncio.gather(*(self._found(candidate) for candidate in candidates))
        return [server for server in found if server is not None]

    async def warm(self, endpoint: Endpoint) -> None:
        """Connects early, so that the first request need not wait for it. Never fails: the request will tell."""
        with suppress(UserError):
            await self._client(endpoint)
            used_at = self._used_at.get(base_of(endpoint))
            if not is_loopback(endpoint.base_url) and (used_at is None or time.monotonic() - used_at > KEPT_ALIVE_S):
                answer = await self._open(Call(_brisk(endpoint), None, base_of(endpoint), "HEAD"))
                await answer.content()  # a line is used again only if its answer was read to the end

    async def aclose(self) -> None:
        """Closes all connections."""
        clients = list(self._clients.values())
        self._clients.clear()
        for client in clients:
            await client.aclose()

    async def _open_patiently(self, call: Call, retries: Retries, on_wait: Callable[[Waiting], None]) -> Answer:
        """Opens an answer, again and again while there is hope."""
        attempt = 0
        while True:
            try:
                return await self._open(call)
            except UserError as error:
                attempt += 1
                waiting = retries.waiting(attempt, error)
                if waiting is None:
                    raise
            log.info("%s: %s; again in %.1f s", call, waiting.reason, waiting.delay_s)
            on_wait(waiting)
            await asyncio.sleep(waiting.delay_s)

    async def _open(self, call: Call, line: Line | None = None) -> Answer:
        """Sends the request and waits for the head of a good answer; anything else is raised."""
        import httpx

        headers = call.headers(self._version)
        client = await self._client(call.endpoint)
        timeouts = call.endpoint.timeouts
        began_at = asyncio.get_running_loop().time()
        try:
            request = client.build_request(
                call.method,
                call.url,
                headers=headers,
                content=call.content(),
                timeout=httpx.Timeout(None, connect=timeouts.connect_s),
                extensions={"trace": (line or Line()).trace},
            )
            async with asyncio.timeout_at(began_at + timeouts.first_byte_s):
                response = await client.send(request, stream=True)
        except TimeoutError as error:
            raise network_errors.first_byte_timed_out(call.endpoint) from error
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as error:
            raise _before_the_answer(call.endpoint, error) from error
        self._used_at[base_of(call.endpoint)] = time.monotonic()
        set_pace(response.extensions.get("network_stream"), call.read_every_s)
        chunks = _chunks(call, response, began_at + timeouts.first_byte_s)
        answer = Answer(call, response.status_code, response.headers, chunks, response.aclose)
        await answer.refuse_errors()
        return answer

    async def _ask(self, call: Call) -> Any:
        """A question with one JSON answer."""
        answer = await self._open(call)
        content = await answer.content()
        if not content and call.method == "DELETE":
            return None
        try:
            return json.loads(content)
        except ValueError as error:
            text = f"{call.endpoint.name} answers with something that is no JSON."
            raise NotFound(text, ADDRESS_HINT, status=200) from error

    async def _found(self, candidate: Endpoint) -> Endpoint | None:
        brief = replace(candidate.timeouts, connect_s=FIND_S, first_byte_s=FIND_S, gap_s=FIND_S)
        try:
            await self.models(replace(candidate, timeouts=brief), None)
        except KeyRefused:
            return replace(candidate, needs_key=True)
        except UserError:
            return None
        return candidate

    async def _client(self, endpoint: Endpoint) -> httpx.AsyncClient:
        """The client for the endpoint's proxy and certificates; made in a thread, since that takes its time."""
        kind = _ClientKind(endpoint.proxy, endpoint.ca_file, goes_direct(endpoint))
        async with self._making:
            if kind not in self._clients:
                self._clients[kind] = await asyncio.to_thread(_made_client, kind, endpoint)
        return self._clients[kind]


@dataclass(frozen=True, slots=True)
class _ClientKind:
    """What makes endpoints need different clients."""

    proxy: str
    ca_file: str
    direct: bool  # past the proxies of the environment


async def _chunks(call: Call, response: httpx.Response, deadline: float) -> Chunks:
    """The bytes as they come, each wait timed by the data, not by the keep-alives between.

    `deadline`, on the loop's clock, is that of the first data.
    """
    import httpx

    endpoint = call.endpoint
    loop = asyncio.get_running_loop()
    watch = DataWatch()
    timed_out = network_errors.first_byte_timed_out
    with closing(Patience(deadline)) as patience:
        async with aclosing(_body(response)) as source:
            while True:
                try:
                    chunk = await patience.wait(anext(source, None))
                except TimeoutError as error:
                    raise timed_out(endpoint) from error
                except (httpx.HTTPError, httpx.StreamError) as error:
                    raise network_errors.connection_lost(endpoint) from error
                if chunk is None:
                    return
                if watch.sees_data(chunk):
                    timed_out = network_errors.gap_timed_out
                    patience.extend(loop.time() + endpoint.timeouts.gap_s)
                given_at = loop.time()
                yield chunk
                patience.postpone(loop.time() - given_at)  # the reader may take its time


def _body(response: httpx.Response) -> Chunks:
    """The bytes of a body; one that nobody compressed comes past two of the library's layers, for each token."""
    if response.headers.get("content-encoding"):
        return cast("Chunks", response.aiter_bytes())
    return cast("Chunks", aiter(cast("httpx.AsyncByteStream", response.stream)))


def _before_the_answer(endpoint: Endpoint, error: Exception) -> UserError:
    """What a failure means that comes before any answer."""
    import httpx

    match error:
        case httpx.ConnectTimeout():
            return network_errors.connect_timed_out(endpoint)
        case httpx.ProxyError():
            return network_errors.proxy_failed(endpoint, str(error))
        case httpx.InvalidURL() | httpx.UnsupportedProtocol():
            return network_errors.bad_address(endpoint)
        case httpx.RemoteProtocolError():
            return network_errors.no_http(endpoint, error)
        case _:
            return network_errors.connect_failed(endpoint, error)


def _made_client(kind: _ClientKind, endpoint: Endpoint) -> httpx.AsyncClient:
    preload()
    import httpx
    import truststore

    context = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    if kind.ca_file:
        try:
            context.load_verify_locations(kind.ca_file)
        except OSError as error:  # ssl.SSLError is one too
            raise network_errors.unusable_certificates(endpoint) from error
    try:
        return httpx.AsyncClient(
            verify=context,
            proxy=kind.proxy or None,
            trust_env=not kind.direct,
            limits=httpx.Limits(max_connections=None, max_keepalive_connections=20, keepalive_expiry=KEPT_ALIVE_S),
        )
    except (ValueError, ImportError) as error:  # such as socks://, which some desktops set
        raise network_errors.unusable_proxy(endpoint) from error


def _brisk(endpoint: Endpoint) -> Endpoint:
    """The endpoint with the patience that a simple question deserves."""
    first_byte_s = min(endpoint.timeouts.first_byte_s, QUESTION_S)
    return replace(endpoint, timeouts=replace(endpoint.timeouts, first_byte_s=first_byte_s))


def _ignore(_: Waiting) -> None:
    pass
