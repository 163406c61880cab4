"""Lists of models, balances, servers on this computer, and connecting early."""

from __future__ import annotations

import socket
import time
from dataclasses import replace
from typing import Any

import pytest

from desktop.core.endpoints import Endpoint, Price
from desktop.core.errors import KeyRefused, NotFound
from desktop.services.api import Api
from tests.gateway import Framing, Gateway, Hold, Reply, error, json_body, raw
from tests.unit.test_api_failures import free_port
from tests.unit.test_api_stream import ask

ROW = {
    "id": "gpt-4o",
    "context_length": 128000,
    "price": {"input_token": "$2.500 / M tokens", "output_token": "$10.000 / M tokens"},
}


async def test_models_are_listed_with_what_is_known(api: Api, gateway: Gateway, endpoint: Endpoint) -> None:
    gateway.models = [ROW]
    [model] = await api.models(replace(endpoint, models_query="llm=1"), "key")
    assert (model.endpoint_id, model.id, model.context_tokens) == (endpoint.id, "gpt-4o", 128000)
    assert model.price == Price(2.5, 10.0)
    assert gateway.requests[0].query == "llm=1"
    assert gateway.requests[0].headers["authorization"] == "Bearer key"


async def test_an_address_that_goes_on_too_far_is_cut(api: Api, endpoint: Endpoint) -> None:
    too_far = replace(endpoint, base_url=f"{endpoint.base_url}/chat/completions/")
    assert await api.models(too_far, None)


@pytest.mark.parametrize("reply", [json_body({"hello": "world"}), raw(b"OK", headers={"Content-Type": "text/plain"})])
async def test_what_is_no_list_points_at_the_address(
    api: Api, gateway: Gateway, endpoint: Endpoint, reply: Reply
) -> None:
    gateway.routes["/v1/models"] = reply
    with pytest.raises(NotFound) as caught:
        await api.models(endpoint, None)
    assert "/v1" in caught.value.hint


async def test_a_balance_is_told_where_there_is_one(api: Api, gateway: Gateway, endpoint: Endpoint) -> None:
    gateway.routes["/dashboard/balance"] = json_body({"code": 0, "data": {"balance": "4.1234"}})
    assert await api.balance(replace(endpoint, balance_path="/dashboard/balance"), "key") == "$4.12"
    assert await api.balance(endpoint, "key") == ""


RECORDS = [
    ({"code": 0, "data": {"cost": 0.0059, "input_token": 5}}, 0.0059),
    ({"code": 0, "data": {"cost": "0.25"}}, 0.25),
    ({"code": 0, "data": {"cost": 0}}, 0.0),
    ({"code": 404, "msg": "not found"}, None),
    ({"code": 0, "data": {"cost": -1}}, None),
    ({"code": 0, "data": {"cost": "soon"}}, None),
    ([], None),
]


@pytest.mark.parametrize(("body", "dollars"), RECORDS)
async def test_what_a_call_has_cost_is_read_from_its_record(
    api: Api, gateway: Gateway, endpoint: Endpoint, body: object, dollars: float | None
) -> None:
    gateway.routes["/dashboard/record/a%2Fb"] = json_body(body)
    with_records = replace(endpoint, record_path="/dashboard/record/{request_id}")
    assert await api.record_cost(with_records, "key", "a/b") == dollars
    assert await api.record_cost(endpoint, "key", "a/b") is None


async def test_servers_on_this_computer_are_found_and_others_not_waited_for(
    api: Api, gateway: Gateway, endpoint: Endpoint
) -> None:
    with Gateway() as silent, Gateway() as locked:
        silent.routes["/v1/models"] = raw(Hold(), framing=Framing.RAW)
        locked.key = "secret"
        there = replace(endpoint, id="there", needs_key=False)
        asks_for_a_key = replace(there, id="asks", base_url=locked.base_url)
        nowhere = replace(endpoint, id="nowhere", base_url=f"http://127.0.0.1:{free_port()}/v1")
        says_nothing = replace(endpoint, id="silent", base_url=silent.base_url)
        began_at = time.monotonic()
        found = await api.find_servers([there, nowhere, says_nothing, asks_for_a_key])
    assert found == [there, replace(asks_for_a_key, needs_key=True)]
    assert time.monotonic() - began_at < 2.0


async def test_the_presets_on_this_computer_are_looked_for(api: Api) -> None:
    assert isinstance(await api.find_servers(), list)


@pytest.fixture
def elsewhere(endpoint: Endpoint, gateway: Gateway, monkeypatch: pytest.MonkeyPatch) -> Endpoint:
    """The gateway under a name that is not this computer's."""
    look_up = socket.getaddrinfo

    def with_our_name(host: Any, *args: Any, **how: Any) -> Any:
        return look_up("127.0.0.1" if host in {"gateway.test", b"gateway.test"} else host, *args, **how)

    monkeypatch.setattr(socket, "getaddrinfo", with_our_name)
    monkeypatch.setenv("NO_PROXY", "gateway.test")
    return replace(endpoint, base_url=f"http://gateway.test:{gateway.port}/v1")


async def test_a_warm_line_is_used_by_the_first_request(api: Api, gateway: Gateway, elsewhere: Endpoint) -> None:
    await api.warm(elsewhere)
    await api.warm(elsewhere)
    await ask(api, elsewhere)
    assert [(request.method, request.connection) for request in gateway.requests] == [("HEAD", 1), ("POST", 1)]


async def test_a_line_without_encryption_is_called_so(api: Api, elsewhere: Endpoint) -> None:
    steps = [step async for step in api.check(elsewhere, None)]
    assert "not encrypted" in steps[0].text


async def test_warming_never_fails(api: Api, endpoint: Endpoint) -> None:
    await api.warm(replace(endpoint, base_url="nonsense"))
    await api.warm(replace(endpoint, base_url="https://127.0.0.1:1/v1", proxy="socks://nowhere"))


async def test_a_refused_key_is_told_for_lists_too(api: Api, gateway: Gateway, endpoint: Endpoint) -> None:
    gateway.routes["/v1/models"] = error(401, "No.")
    with pytest.raises(KeyRefused):
        await api.models(endpoint, "key")
