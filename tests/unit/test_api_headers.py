"""What is sent: the headers of the contract, the endpoint's own, and never a key where none belongs."""

from __future__ import annotations

import logging
from dataclasses import replace

import pytest

from desktop.core.endpoints import Endpoint
from desktop.core.errors import EndpointError, KeyRefused, RequestRefused
from desktop.services.api import Api
from tests.gateway import Gateway, answer, error, error_json, events
from tests.unit.test_api_stream import ask

KEY = "sk-abcdefghijklmnop1234567890"


async def test_the_contracts_headers_are_sent(api: Api, gateway: Gateway, endpoint: Endpoint) -> None:
    await ask(api, endpoint, KEY)
    headers = gateway.chats[0].headers
    assert headers["content-type"] == "application/json"
    assert "application/json" in headers["accept"]
    assert headers["authorization"] == f"Bearer {KEY}"
    assert headers["user-agent"] == "Ligature/1.0"
    assert headers["accept-encoding"] == "identity"


async def test_without_a_key_no_authorization_is_sent(api: Api, gateway: Gateway, endpoint: Endpoint) -> None:
    await ask(api, replace(endpoint, headers={"X-Key": "{key}"}), None)
    assert "authorization" not in gateway.chats[0].headers
    assert "x-key" not in gateway.chats[0].headers


async def test_an_endpoint_may_want_the_key_elsewhere(api: Api, gateway: Gateway, endpoint: Endpoint) -> None:
    await ask(api, replace(endpoint, headers={"api-key": "{key}", "X-Title": "Ligature"}), KEY)
    headers = gateway.chats[0].headers
    assert headers["api-key"] == KEY
    assert headers["x-title"] == "Ligature"
    assert "authorization" not in headers


async def test_white_space_around_a_key_is_left_out(api: Api, gateway: Gateway, endpoint: Endpoint) -> None:
    await ask(api, endpoint, f" {KEY}\n")
    assert gateway.chats[0].headers["authorization"] == f"Bearer {KEY}"


@pytest.mark.parametrize("key", ["sk-ключ", "sk-a\nb", "sk-a\x00", "“sk-abc”"])
async def test_a_key_that_cannot_stand_in_a_header_is_never_sent(
    api: Api, gateway: Gateway, endpoint: Endpoint, key: str
) -> None:
    with pytest.raises(KeyRefused) as caught:
        await ask(api, endpoint, key)
    assert key not in str(caught.value)
    assert not gateway.requests


async def test_a_header_that_cannot_be_sent_is_named(api: Api, gateway: Gateway, endpoint: Endpoint) -> None:
    with pytest.raises(RequestRefused, match=r"X-Title"):
        await ask(api, replace(endpoint, headers={"X-Title": "Ligatüre"}), KEY)
    assert not gateway.requests


async def test_a_key_that_the_endpoint_echoes_is_nowhere_to_be_read(
    api: Api, gateway: Gateway, endpoint: Endpoint, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    gateway.then(error(401, f"Incorrect API key provided: {KEY}. You can find it at https://example.com."))
    with pytest.raises(KeyRefused) as caught:
        await ask(api, endpoint, KEY)
    assert KEY not in f"{caught.value} {caught.value!r} {caught.value.__cause__!r}"
    assert KEY not in caplog.text


async def test_a_key_that_a_stream_echoes_is_nowhere_to_be_read(api: Api, gateway: Gateway, endpoint: Endpoint) -> None:
    gateway.then(events(error_json(401, f"Incorrect API key provided: {KEY}.")))
    with pytest.raises(EndpointError) as caught:
        await ask(api, endpoint, KEY)
    assert KEY not in f"{caught.value} {caught.value!r} {caught.value.__cause__!r}"


async def test_a_missing_key_is_asked_for(api: Api, gateway: Gateway, endpoint: Endpoint) -> None:
    gateway.key = KEY
    with pytest.raises(KeyRefused, match=r"needs a key"):
        await ask(api, endpoint, None)


async def test_half_a_character_does_not_break_the_request(api: Api, gateway: Gateway, endpoint: Endpoint) -> None:
    gateway.then(answer("Fine."))
    await ask(api, endpoint, user="a\ud83d")
    assert gateway.chats[0].json["user"] == "a?"
