"""The connection test tells each step that held, and of the first that did not exactly what to do."""

from __future__ import annotations

from dataclasses import replace

import pytest

from desktop.core.endpoints import Endpoint
from desktop.services.api import Api, CheckStep
from tests.gateway import Gateway, answer, error, json_body
from tests.unit.test_api_failures import free_port

KEY = "sk-right"
PRICED = {"id": "cheap", "price": {"input_token": "$1.0 / M tokens", "output_token": "$2.0 / M tokens"}}


@pytest.fixture
def cautious(gateway: Gateway) -> Gateway:
    """The gateway when it demands a key for everything."""
    gateway.key = KEY
    return gateway


async def check(api: Api, endpoint: Endpoint, key: str | None = KEY) -> list[CheckStep]:
    return [step async for step in api.check(endpoint, key)]


def names(steps: list[CheckStep]) -> list[tuple[str, bool]]:
    return [(step.name, step.ok) for step in steps]


async def test_all_is_well(api: Api, cautious: Gateway, endpoint: Endpoint) -> None:
    cautious.models = [PRICED, {"id": "other", "capabilities": {"vision": True}}]
    cautious.routes["/dashboard/balance"] = json_body({"code": 0, "data": {"balance": 4.12}})
    steps = await check(api, replace(endpoint, balance_path="/dashboard/balance", test_model="cheap"))
    assert names(steps) == [("Reachable", True), ("Key accepted", True), ("2 models", True), ("First token", True)]
    assert steps[0].text.startswith("127.0.0.1:")
    assert steps[0].text.endswith("s")
    assert steps[1].text == "balance $4.12"
    assert steps[2].text == "1 see"
    assert steps[3].text.startswith("cheap, ")
    assert steps[3].text.endswith("s, $0.000018")  # 10 tokens in, 4 out
    assert cautious.chats[0].json["max_tokens"] == 16


async def test_a_server_that_is_not_there(api: Api, endpoint: Endpoint) -> None:
    [step] = await check(api, replace(endpoint, base_url=f"http://127.0.0.1:{free_port()}/v1"))
    assert (step.name, step.ok) == ("Not reachable", False)
    assert "refuses connections" in step.text
    assert step.hint


async def test_a_wrong_key(api: Api, cautious: Gateway, endpoint: Endpoint) -> None:
    steps = await check(api, endpoint, "sk-wrong")
    assert names(steps) == [("Reachable", True), ("Key not accepted", False)]
    assert steps[-1].hint == "Enter the key again, or get another one."
    assert not cautious.chats


async def test_a_missing_key(api: Api, cautious: Gateway, endpoint: Endpoint) -> None:
    steps = await check(api, endpoint, None)
    assert names(steps) == [("Reachable", True), ("Key not accepted", False)]
    assert "needs a key" in steps[-1].text


async def test_a_public_list_proves_no_key(api: Api, gateway: Gateway, endpoint: Endpoint) -> None:
    gateway.default = error(401, "Incorrect API key provided.")
    steps = await check(api, endpoint)
    assert names(steps) == [("Reachable", True), ("Key not accepted", False)]


async def test_a_first_token_proves_the_key(api: Api, gateway: Gateway, endpoint: Endpoint) -> None:
    steps = await check(api, endpoint)
    assert names(steps) == [("Reachable", True), ("Key accepted", True), ("2 models", True), ("First token", True)]


async def test_a_server_without_keys(api: Api, gateway: Gateway, endpoint: Endpoint) -> None:
    steps = await check(api, replace(endpoint, needs_key=False), None)
    assert names(steps)[1] == ("No key needed", True)
    assert steps[-1].ok


async def test_an_address_without_its_v1(api: Api, gateway: Gateway, endpoint: Endpoint) -> None:
    bare = endpoint.base_url.removesuffix("/v1")
    steps = await check(api, replace(endpoint, base_url=bare))
    assert names(steps) == [("Reachable", True), ("No models", False)]
    assert steps[-1].hint == f"Use the address {endpoint.base_url}."


async def test_an_endpoint_that_lists_no_models_is_tried_all_the_same(
    api: Api, gateway: Gateway, endpoint: Endpoint
) -> None:
    gateway.routes["/v1/models"] = error(404, "Not here.")
    steps = await check(api, replace(endpoint, test_model="echo"))
    assert names(steps) == [("Reachable", True), ("Key accepted", True), ("Models", True), ("First token", True)]


async def test_a_server_without_any_model(api: Api, gateway: Gateway, endpoint: Endpoint) -> None:
    gateway.models = []
    steps = await check(api, replace(endpoint, needs_key=False), None)
    assert names(steps)[-1] == ("No answer", False)
    assert "no model to try" in steps[-1].text


async def test_an_empty_account_is_told_at_the_first_token(api: Api, cautious: Gateway, endpoint: Endpoint) -> None:
    cautious.then(error(402, "Insufficient balance."))
    steps = await check(api, endpoint)
    assert names(steps)[-1] == ("No answer", False)
    assert steps[-1].text.startswith("echo: ")


async def test_no_step_is_tried_again(api: Api, cautious: Gateway, endpoint: Endpoint) -> None:
    cautious.default = error(503, "Not now.")
    steps = await check(api, endpoint)
    assert not steps[-1].ok
    assert len(cautious.chats) == 1


async def test_models_that_think_are_asked_by_their_own_limit(api: Api, gateway: Gateway, endpoint: Endpoint) -> None:
    gateway.then(error(400, "Unsupported parameter: 'max_tokens'.", param="max_tokens"), answer("Hello."))
    steps = await check(api, endpoint)
    assert steps[-1].ok
    assert gateway.chats[1].json["max_completion_tokens"] == 16
    assert "max_tokens" not in gateway.chats[1].json
