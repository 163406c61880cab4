"""What a few short requests find out of a model, at gateways that refuse each thing in the ways that are known."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from desktop.core.endpoints import Endpoint, Price
from desktop.core.healing import Cure
from desktop.services.api import Api
from desktop.services.probe import REQUESTS, ProbeStep, expected_cost, probe
from tests.gateway import Gateway, answer, chunk, error, events

CALL = {"index": 0, "id": "a", "type": "function", "function": {"name": "get_weather", "arguments": "{}"}}
CALLS = events(chunk(tool_calls=[CALL]), chunk(finish="tool_calls"), "[DONE]")
HELLO = answer("Hello.")
NO_MAX_TOKENS = error(400, "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead.")
NO_TEMPERATURE = error(400, "Unsupported value: 'temperature' does not support 0.5 with this model.")
NO_USAGE = error(422, "Extra inputs are not permitted: stream_options", envelope="detail")


async def steps(api: Api, endpoint: Endpoint) -> list[ProbeStep]:
    return [step async for step in probe(api, endpoint, "key", "m")]


def said(found: Sequence[ProbeStep]) -> dict[str, str]:
    return {step.name: step.text for step in found}


async def test_a_model_that_takes_everything_is_asked_six_times(api: Api, endpoint: Endpoint, gateway: Gateway) -> None:
    gateway.then(HELLO, HELLO, HELLO, answer("391", thinking="17 · 23 …"), answer("Red."), CALLS)
    found = await steps(api, endpoint)
    assert len(gateway.chats) == REQUESTS
    assert said(found) == {
        "Length limit": "by “max_tokens”",
        "Usage": "told while streaming",
        "Temperature": "can be set",
        "Thinking": "comes as “reasoning_content”",
        "Pictures": "seen",
        "Tools": "called",
    }
    assert all(step.ok for step in found)
    abilities = {name: value for step in found for name, value in step.found.items()}
    assert abilities == {"thinks": True, "thinking_field": "reasoning_content", "sees": True, "tools": True}
    assert [cure for step in found for cure in step.cures] == []
    assert [name for step in found for name in step.accepted] == ["max_tokens", "stream_options", "temperature"]


async def test_what_is_refused_by_name_is_a_cure_and_the_next_requests_have_it(
    api: Api, endpoint: Endpoint, gateway: Gateway
) -> None:
    gateway.then(NO_MAX_TOKENS, HELLO, NO_USAGE, HELLO, NO_TEMPERATURE, HELLO, answer("391"), answer("Red"), CALLS)
    found = await steps(api, endpoint)
    assert [cure for step in found for cure in step.cures] == [
        Cure("max_tokens", "max_completion_tokens"),
        Cure("stream_options"),
        Cure("temperature"),
    ]
    assert said(found)["Length limit"] == "by “max_completion_tokens”"
    last = gateway.chats[-1].json
    assert "max_completion_tokens" in last
    assert not {"max_tokens", "stream_options", "temperature"} & set(last)


@pytest.mark.parametrize(
    "refusal",
    [
        error(400, "Invalid content type. image_url is only supported by certain models."),
        error(404, "No endpoints found that support image input"),
        error(500, "image input is not supported - hint: you may need to provide the mmproj"),
        error(422, "Input should be a valid string", envelope="detail"),
    ],
)
async def test_a_picture_that_is_refused_says_that_the_model_is_blind(
    api: Api, endpoint: Endpoint, gateway: Gateway, refusal: Any
) -> None:
    gateway.then(HELLO, HELLO, HELLO, answer("391"), refusal, CALLS)
    found = await steps(api, endpoint)
    assert (found[4].found, found[4].text) == ({"sees": False}, "refused")
    assert found[5].found == {"tools": True}


async def test_what_came_of_nothing_is_left_open(api: Api, endpoint: Endpoint, gateway: Gateway) -> None:
    gateway.then(HELLO, HELLO, HELLO, answer("391"), answer("A nice square."), answer("It is sunny."))
    found = await steps(api, endpoint)
    assert [dict(step.found) for step in found[3:]] == [{}, {}, {}]


async def test_tools_that_are_refused_are_told(api: Api, endpoint: Endpoint, gateway: Gateway) -> None:
    gateway.then(HELLO, HELLO, HELLO, answer("391"), answer("Red"), error(400, "m does not support tools"))
    assert (await steps(api, endpoint))[5].found == {"tools": False}


@pytest.mark.parametrize(
    ("thinks", "text", "found"),
    [
        (answer("391", thinking="Hm", thinking_as="reasoning"), "comes as “reasoning”", "reasoning"),
        (answer("391", thinking="Hm", thinking_as="<think>"), "comes as “tags”", "tags"),
    ],
)
async def test_where_thinking_stands_is_told(
    api: Api, endpoint: Endpoint, gateway: Gateway, thinks: Any, text: str, found: str
) -> None:
    gateway.then(HELLO, HELLO, HELLO, thinks, answer("Red"), CALLS)
    step = (await steps(api, endpoint))[3]
    assert (step.text, step.found["thinking_field"]) == (text, found)


async def test_a_probe_ends_where_the_endpoint_cannot_be_asked(api: Api, endpoint: Endpoint, gateway: Gateway) -> None:
    gateway.then(HELLO, error(401, "Incorrect API key provided"))
    found = await steps(api, endpoint)
    assert [(step.name, step.ok) for step in found] == [("Length limit", True), ("Usage", False)]
    assert found[-1].hint


def test_the_cost_is_known_before_where_the_price_is() -> None:
    assert expected_cost(None) is None
    assert expected_cost(Price(0.15, 0.6)) == pytest.approx(0.00069)
