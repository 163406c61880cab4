"""Connections that fail, time-outs of each kind, and when a request is made again."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from desktop.core.endpoints import Endpoint, Timeouts
from desktop.core.errors import (
    ConnectFailed,
    KeyRefused,
    NotFound,
    OutOfCredit,
    Overloaded,
    RateLimited,
    RequestRefused,
    TimedOut,
)
from desktop.services.api import Api, Retries, Waiting
from tests.gateway import Framing, Gateway, HangUp, Hold, Pause, Reply, answer, chunk, error, events, raw
from tests.gateway.certificates import self_signed, served
from tests.unit.test_api_stream import BODY, ask, text
from tests.until import until


@pytest.fixture(autouse=True)
def no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


def at(endpoint: Endpoint, base_url: str) -> Endpoint:
    return replace(endpoint, base_url=base_url)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


async def test_a_refused_connection_says_so(api: Api, endpoint: Endpoint) -> None:
    port = free_port()
    with pytest.raises(ConnectFailed, match=f"127.0.0.1:{port} refuses connections") as caught:
        await ask(api, at(endpoint, f"http://127.0.0.1:{port}/v1"))
    assert "running" in caught.value.hint


async def test_an_unknown_name_says_so_at_once(api: Api, endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch) -> None:
    def not_found(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", not_found)
    with pytest.raises(ConnectFailed, match=r"no server named api.example.invalid"):
        await ask_once(api, at(endpoint, "https://api.example.invalid/v1"))


@pytest.mark.parametrize("base_url", ["api.example.com/v1", "ftp://example.com", "http://", "https://exa mple.com"])
async def test_what_is_no_address_says_so_at_once(api: Api, endpoint: Endpoint, base_url: str) -> None:
    with pytest.raises(ConnectFailed):
        await ask_once(api, at(endpoint, base_url))


async def ask_once(api: Api, endpoint: Endpoint) -> None:
    """Fails the test if the request is made again."""

    def not_again(waiting: Waiting) -> None:
        raise AssertionError(waiting)

    async for _ in api.stream(endpoint, None, BODY, on_wait=not_again):
        pass


async def test_a_proxy_that_cannot_be_used_says_so(
    api: Api, endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALL_PROXY", "socks://user:secret@127.0.0.1:1080/")
    with pytest.raises(ConnectFailed, match=r"ALL_PROXY") as caught:
        await ask_once(api, at(endpoint, "https://api.example.com/v1"))
    assert "secret" not in str(caught.value)


async def test_a_proxy_of_the_environment_is_not_asked_for_this_computer(
    api: Api, endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALL_PROXY", "socks://127.0.0.1:1080/")
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{free_port()}")
    assert "You said" in text(await ask(api, endpoint))


async def test_a_proxy_that_is_down_is_named(api: Api, endpoint: Endpoint) -> None:
    proxy = f"127.0.0.1:{free_port()}"
    with pytest.raises(ConnectFailed) as caught:
        await ask(api, replace(endpoint, proxy=f"http://me:secret@{proxy}"))
    assert proxy in caught.value.hint
    assert "secret" not in str(caught.value)


async def test_a_proxy_that_refuses_is_told(api: Api, gateway: Gateway, endpoint: Endpoint) -> None:
    through = replace(endpoint, base_url="https://api.example.com/v1", proxy=f"http://127.0.0.1:{gateway.port}")
    with pytest.raises(ConnectFailed, match=r"The proxy .* refuses"):
        await ask_once(api, through)


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A self-signed certificate for this computer, with its key."""
    return self_signed(tmp_path / "certificate.pem")


@pytest.fixture
def secure_gateway(certificate: Path) -> Iterator[Gateway]:
    with Gateway(tls=served(certificate)) as gateway:
        yield gateway


async def test_a_certificate_that_nobody_knows_is_refused(
    api: Api, secure_gateway: Gateway, endpoint: Endpoint
) -> None:
    with pytest.raises(ConnectFailed, match=r"certificate .* is not trusted: self-signed certificate") as caught:
        await ask_once(api, at(endpoint, secure_gateway.base_url))
    assert "certificate file" in caught.value.hint


async def test_a_certificate_file_of_ones_own_is_trusted(
    api: Api, secure_gateway: Gateway, endpoint: Endpoint, certificate: Path
) -> None:
    secure = replace(endpoint, base_url=secure_gateway.base_url, ca_file=str(certificate))
    assert "You said" in text(await ask(api, secure))
    assert (await api.probe(secure)).tls == ""  # the connection was there already
    await api.aclose()
    assert (await api.probe(secure)).tls == "TLS 1.3"


@pytest.mark.parametrize("content", [None, "no certificate"])
async def test_a_certificate_file_that_is_none_says_so(
    api: Api, endpoint: Endpoint, tmp_path: Path, content: str | None
) -> None:
    file = tmp_path / "ca.pem"
    if content:
        file.write_text(content)
    with pytest.raises(ConnectFailed, match=r"ca.pem cannot be read"):
        await ask(api, replace(endpoint, ca_file=str(file)))


async def test_https_to_a_server_without_it_says_so(api: Api, gateway: Gateway, endpoint: Endpoint) -> None:
    with pytest.raises(ConnectFailed, match=r"does not speak TLS"):
        await ask(api, at(endpoint, gateway.base_url.replace("http:", "https:")))


def patient(endpoint: Endpoint, **seconds: float) -> Endpoint:
    return replace(endpoint, timeouts=replace(Timeouts(5.0, 5.0, 5.0), **seconds))


async def test_a_connection_that_nobody_takes_times_out(api: Api, endpoint: Endpoint) -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=0) as server:
        port = server.getsockname()[1]
        waiting = [socket.socket() for _ in range(4)]
        for line in waiting:  # fill the queue, so that the next one is not taken up
            line.setblocking(False)
            line.connect_ex(("127.0.0.1", port))
        try:
            with pytest.raises(TimedOut, match=r"could not be reached within 0.3 s"):
                await ask(api, patient(at(endpoint, f"http://127.0.0.1:{port}/v1"), connect_s=0.3))
        finally:
            for line in waiting:
                line.close()


@pytest.mark.parametrize(
    "reply",
    [
        answer(head_delay_s=5.0),
        answer(body_delay_s=5.0),
        raw(*[step for _ in range(100) for step in (b": keep-alive\n\n", Pause(0.05))]),
        raw(*[step for _ in range(100) for step in (b"\n", Pause(0.05))], headers={"Content-Type": "application/json"}),
    ],
    ids=["no head", "no body", "comments only", "blank lines only"],
)
async def test_no_first_data_times_out_whatever_keeps_the_line_busy(
    api: Api, gateway: Gateway, endpoint: Endpoint, reply: Reply
) -> None:
    gateway.then(reply)
    began_at = time.monotonic()
    with pytest.raises(TimedOut, match=r"did not begin to answer within 0.4 s"):
        await ask(api, patient(endpoint, first_byte_s=0.4))
    assert 0.35 < time.monotonic() - began_at < 1.5
    assert len(gateway.chats) == 1
    await until(lambda: gateway.chats[0].hung_up_at)


@pytest.mark.parametrize("keep_alive", [b"", b": keep-alive\r\n\r\n", b"data:\n\n", b":\r\r"])
async def test_a_gap_in_the_data_times_out_whatever_keeps_the_line_busy(
    api: Api, gateway: Gateway, endpoint: Endpoint, keep_alive: bytes
) -> None:
    beginning = events(chunk("One"), chunk("two")).steps
    gateway.then(raw(*beginning, *[step for _ in range(100) for step in (keep_alive, Pause(0.05))], Hold()))
    began_at = time.monotonic()
    with pytest.raises(TimedOut, match=r"Nothing more came from Gateway for 0.4 s"):
        await ask(api, patient(endpoint, gap_s=0.4))
    assert 0.35 < time.monotonic() - began_at < 1.5
    assert len(gateway.chats) == 1


async def test_slow_data_does_not_time_out(api: Api, gateway: Gateway, endpoint: Endpoint) -> None:
    gateway.then(answer("word " * 8, tokens_per_s=8))
    deltas = await ask(api, patient(endpoint, first_byte_s=0.5, gap_s=0.5))
    assert text(deltas) == "word " * 8


async def test_a_reader_that_takes_its_time_does_not_time_out(api: Api, gateway: Gateway, endpoint: Endpoint) -> None:
    gateway.then(answer("One two three."))
    seen = []
    async for delta in api.stream(patient(endpoint, gap_s=0.1), None, BODY):
        seen.append(delta)
        await asyncio.sleep(0.15)
    assert text(seen) == "One two three."


PASSING = [429, 500, 502, 503, 504, 524, 529]


@pytest.mark.parametrize("status", PASSING)
async def test_what_may_pass_is_tried_again(api: Api, gateway: Gateway, endpoint: Endpoint, status: int) -> None:
    gateway.then(error(status, "Not now."), error(status, "Not now.", envelope="html"), answer("Now."))
    waits: list[Waiting] = []
    deltas = [delta async for delta in api.stream(endpoint, None, BODY, on_wait=waits.append)]
    assert text(deltas) == "Now."
    assert [(wait.attempt, wait.of) for wait in waits] == [(1, 3), (2, 3)]
    assert waits[1].delay_s > waits[0].delay_s > 0
    assert waits[0].reason


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (error(400, "No."), RequestRefused),
        (error(401, "No."), KeyRefused),
        (error(402, "No credit."), OutOfCredit),
        (error(403, "No."), KeyRefused),
        (error(404, "No such model."), NotFound),
        (error(413, "Too large."), RequestRefused),
        (error(422, "No.", envelope="detail"), RequestRefused),
    ],
)
async def test_what_will_not_pass_is_told_at_once(
    api: Api, gateway: Gateway, endpoint: Endpoint, reply: Reply, kind: type[Exception]
) -> None:
    gateway.then(reply)
    with pytest.raises(kind):
        await ask(api, endpoint, "key")
    assert len(gateway.chats) == 1


async def test_the_last_try_tells_the_error(api: Api, gateway: Gateway, endpoint: Endpoint) -> None:
    gateway.default = error(503, "Not now.")
    with pytest.raises(Overloaded):
        await ask(api, endpoint)
    assert len(gateway.chats) == 4


async def test_a_connection_closed_without_an_answer_is_tried_again(
    api: Api, gateway: Gateway, endpoint: Endpoint
) -> None:
    gateway.then(raw(HangUp(), framing=Framing.RAW), raw(HangUp(reset=True), framing=Framing.RAW), answer("Now."))
    assert text(await ask(api, endpoint)) == "Now."


async def test_nothing_is_tried_again_after_the_first_byte(api: Api, gateway: Gateway, endpoint: Endpoint) -> None:
    gateway.then(events(chunk("One")).cut(1, HangUp(reset=True)), answer("Twice."))
    with pytest.raises(Exception, match=r"broke off"):
        await ask(api, endpoint)
    assert len(gateway.chats) == 1


async def test_retry_after_is_honoured(api: Api, gateway: Gateway, endpoint: Endpoint) -> None:
    gateway.then(error(429, "Too fast.", headers={"Retry-After": "0.4"}), answer("Now."))
    assert text(await ask(api, endpoint)) == "Now."
    first, second = (request.received_at for request in gateway.chats)
    assert 0.39 <= second - first < 0.8


async def test_a_retry_after_that_nobody_waits_for_is_told(api: Api, gateway: Gateway, endpoint: Endpoint) -> None:
    gateway.then(error(429, "Too fast.", headers={"Retry-After": "3600"}))
    with pytest.raises(RateLimited):
        await ask(api, endpoint)
    assert len(gateway.chats) == 1


async def test_a_pause_can_be_cancelled(gateway: Gateway, endpoint: Endpoint) -> None:
    gateway.default = error(503, "Not now.")
    api = Api(version="1.0", retries=Retries(first_delay_s=30.0))
    waits: list[Waiting] = []

    async def scenario() -> None:
        async for _ in api.stream(endpoint, None, BODY, on_wait=waits.append):
            pass

    task = asyncio.ensure_future(scenario())
    await until(lambda: waits)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(task, 1.0)
    await api.aclose()
