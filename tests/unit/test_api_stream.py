"""Answers come through real sockets as deltas, in every form, and a line that breaks is told from an end."""

from __future__ import annotations

import asyncio
import json
import time
from contextlib import aclosing
from typing import Any

import pytest

from desktop.core.conversation import Finish
from desktop.core.deltas import Delta, FinishDelta, TextDelta, ThinkingDelta, UsageDelta
from desktop.core.endpoints import Endpoint
from desktop.core.errors import ConnectFailed, ConnectionLost, EndpointError, NotFound
from desktop.services.api import NO_RETRIES, Api
from tests.gateway import Answer, Framing, Gateway, HangUp, Hold, Pause, answer, chunk, error_json, events, raw
from tests.until import until

BODY = {"model": "echo", "messages": [{"role": "user", "content": "Hi"}], "stream": True}


async def ask(api: Api, endpoint: Endpoint, key: str | None = None, **body: Any) -> list[Delta]:
    return [delta async for delta in api.stream(endpoint, key, {**BODY, **body})]


async def gather(api: Api, endpoint: Endpoint, deltas: list[Delta]) -> None:
    """Like `ask`, but what came before an error is kept."""
    async for delta in api.stream(endpoint, None, BODY):
        deltas.append(delta)  # noqa: PERF401 - a comprehension would lose them


def text(deltas: list[Delta], choice: int = 0) -> str:
    return "".join(delta.text for delta in deltas if isinstance(delta, TextDelta) and delta.choice == choice)


def thinking(deltas: list[Delta]) -> str:
    return "".join(delta.text for delta in deltas if isinstance(delta, ThinkingDelta))


@pytest.mark.parametrize("stream", [True, False])
async def test_an_answer_comes_streamed_and_whole(api: Api, gateway: Gateway, endpoint: Endpoint, stream: bool) -> None:
    gateway.then(answer("One two three.", thinking="Hm, let me see."))
    deltas = await ask(api, endpoint, stream=stream)
    assert text(deltas) == "One two three."
    assert thinking(deltas) == "Hm, let me see."
    assert [delta.finish for delta in deltas if isinstance(delta, FinishDelta)] == [Finish.STOP]
    assert [delta.usage.prompt_tokens for delta in deltas if isinstance(delta, UsageDelta)] == [10]


@pytest.mark.parametrize(
    "reply",
    [
        answer("Ünï\u2028çødé 香港 🎉 end.", crlf=True),
        answer("Ünï\u2028çødé 香港 🎉 end.", bom=True, comments=1),
        answer("Ünï\u2028çødé 香港 🎉 end.", space=False, usage=None),
        answer("Ünï\u2028çødé 香港 🎉 end.", last_blank_line=False),
        answer("Ünï\u2028çødé 香港 🎉 end.", done=False),
    ],
)
@pytest.mark.parametrize("size", [1, 7, 4096])
async def test_no_form_or_chunking_changes_a_word(
    api: Api, gateway: Gateway, endpoint: Endpoint, reply: Answer, size: int
) -> None:
    gateway.then(reply.streamed().in_pieces(size))
    assert text(await ask(api, endpoint)) == "Ünï\u2028çødé 香港 🎉 end."


async def test_a_body_after_blank_lines_is_read(api: Api, gateway: Gateway, endpoint: Endpoint) -> None:
    gateway.then(answer("Late.", leading_blank_lines=3))
    assert text(await ask(api, endpoint, stream=False)) == "Late."


@pytest.mark.parametrize("kind", ["application/json", "text/plain", ""])
async def test_a_whole_body_where_a_stream_was_asked_for_is_read(
    api: Api, gateway: Gateway, endpoint: Endpoint, kind: str
) -> None:
    whole = {"choices": [{"index": 0, "message": {"content": "Whole."}, "finish_reason": "stop"}]}
    gateway.then(raw(json.dumps(whole, indent=2).encode(), headers={"Content-Type": kind}).in_pieces(5))
    assert text(await ask(api, endpoint)) == "Whole."


@pytest.mark.parametrize("kind", ["application/json", "text/plain", ""])
async def test_a_stream_by_any_other_name_is_read(api: Api, gateway: Gateway, endpoint: Endpoint, kind: str) -> None:
    gateway.then(answer("Streamed all the same.", headers={"Content-Type": kind}))
    assert text(await ask(api, endpoint)) == "Streamed all the same."


async def test_the_first_words_are_there_while_the_rest_is_not(api: Api, gateway: Gateway, endpoint: Endpoint) -> None:
    gateway.then(answer("One two three.").streamed().cut(2, Hold()))
    async with aclosing(api.stream(endpoint, None, BODY)) as deltas:
        first = await asyncio.wait_for(anext(deltas), 1.0)
    assert first == TextDelta(0, "One")


async def test_one_connection_serves_many_answers(api: Api, gateway: Gateway, endpoint: Endpoint) -> None:
    for _ in range(3):
        await ask(api, endpoint)
    assert gateway.connections == 1


@pytest.mark.parametrize("closing", ["cancel", "close"])
async def test_stop_closes_the_wire_within_100_ms(api: Api, gateway: Gateway, endpoint: Endpoint, closing: str) -> None:
    gateway.then(answer("word " * 1000, tokens_per_s=50))
    deltas = api.stream(endpoint, None, BODY)
    await anext(deltas)
    if closing == "cancel":
        task = asyncio.ensure_future(_all(deltas))
        await asyncio.sleep(0.05)
        stopped_at = time.monotonic()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    else:
        stopped_at = time.monotonic()
        await deltas.aclose()
    await until(lambda: gateway.chats[0].hung_up_at)
    assert (gateway.chats[0].hung_up_at or 0) - stopped_at < 0.1


async def _all(deltas: Any) -> None:
    async for _ in deltas:
        pass


async def test_stop_before_any_answer_closes_the_wire_too(api: Api, gateway: Gateway, endpoint: Endpoint) -> None:
    gateway.then(answer(head_delay_s=5.0))
    task = asyncio.ensure_future(ask(api, endpoint))
    await until(lambda: gateway.chats)
    stopped_at = time.monotonic()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await until(lambda: gateway.chats[0].hung_up_at)
    assert (gateway.chats[0].hung_up_at or 0) - stopped_at < 0.1


@pytest.mark.parametrize("reset", [True, False])
async def test_a_broken_line_is_told_after_what_came(
    api: Api, gateway: Gateway, endpoint: Endpoint, reset: bool
) -> None:
    gateway.then(answer("One two three.").streamed().cut(3, Pause(0.05), HangUp(reset)))
    deltas: list[Delta] = []
    with pytest.raises(ConnectionLost) as caught:
        await gather(api, endpoint, deltas)
    assert text(deltas) == "One two"
    assert "Gateway" in caught.value.text
    assert len(gateway.chats) == 1


async def test_an_end_without_any_end_mark_is_a_broken_line(api: Api, gateway: Gateway, endpoint: Endpoint) -> None:
    gateway.then(events(chunk("Half an")))
    with pytest.raises(ConnectionLost):
        await ask(api, endpoint)


async def test_one_choice_without_its_end_is_a_broken_line(api: Api, gateway: Gateway, endpoint: Endpoint) -> None:
    gateway.then(events(chunk("A", index=0), chunk("B", index=1), chunk(index=0, finish="stop")))
    with pytest.raises(ConnectionLost):
        await ask(api, endpoint)


@pytest.mark.parametrize(
    "end",
    [(chunk(finish="stop"), HangUp(reset=True)), (chunk(finish="stop"), HangUp()), ("[DONE]", HangUp(reset=True))],
)
async def test_a_line_that_breaks_after_the_end_is_no_error(
    api: Api, gateway: Gateway, endpoint: Endpoint, end: tuple[Any, HangUp]
) -> None:
    stream = events(chunk("All."), end[0])
    gateway.then(stream.cut(2, Pause(0.05), end[1]))
    assert text(await ask(api, endpoint)) == "All."


async def test_a_server_that_holds_the_line_after_done_is_not_waited_for(
    api: Api, gateway: Gateway, endpoint: Endpoint
) -> None:
    gateway.then(events(chunk("All."), "[DONE]").cut(2, Hold()))
    began_at = time.monotonic()
    assert text(await ask(api, endpoint)) == "All."
    assert time.monotonic() - began_at < 1.5


@pytest.mark.parametrize("pieces", [True, False])
async def test_an_error_in_mid_stream_is_raised_after_what_came(
    api: Api, gateway: Gateway, endpoint: Endpoint, pieces: bool
) -> None:
    stream = events(chunk("Half."), error_json(502, "The provider went away.", envelope="openrouter"))
    gateway.then(stream if pieces else stream.in_one_piece())
    deltas: list[Delta] = []
    with pytest.raises(EndpointError, match=r"Gateway .*The provider went away"):
        await gather(api, endpoint, deltas)
    assert text(deltas) == "Half."
    assert len(gateway.chats) == 1


async def test_a_web_page_instead_of_an_answer_points_at_the_address(
    api: Api, gateway: Gateway, endpoint: Endpoint
) -> None:
    gateway.then(raw(b"<html>Welcome</html>", headers={"Content-Type": "text/html"}))
    with pytest.raises(NotFound) as caught:
        await ask(api, endpoint)
    assert "web page" in caught.value.text
    assert "/v1" in caught.value.hint


async def test_what_speaks_no_http_is_told(api: Api, gateway: Gateway, endpoint: Endpoint) -> None:
    gateway.then(raw(b"220 mail.example.com ESMTP\r\n\r\n", HangUp(), framing=Framing.RAW))
    with pytest.raises(ConnectFailed, match=r"does not speak HTTP"):
        await _all(api.stream(endpoint, None, BODY, retries=NO_RETRIES))
