"""What answers were billed with and what is left, as a user sees it after an answer."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QLabel

from desktop.core.endpoints import Price
from desktop.ui import billing_controller
from tests.gateway import Gateway, answer, error, json_body
from tests.gateway.wire import Request, Response
from tests.ui.acting import find
from tests.ui.programs import User, running, write_config
from tests.until import until

Run = Callable[[Coroutine[Any, Any, Any]], Any]

BOOKS = """
balance_path = "/dashboard/balance"
record_path = "/dashboard/record/{request_id}"
"""
PRICED = {"id": "echo", "price": {"input_token": "$100 / M tokens", "output_token": "$2500 / M tokens"}}


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(billing_controller, "RECORD_AFTER_S", (0.0, 0.01, 0.02))
    monkeypatch.setattr("desktop.services.known_models.is_loopback", lambda _url: False)  # what is here is free


def foot(user: User) -> str:
    """What stands at the foot of the list of chats."""
    return find(user.window, QLabel, "endpointLabel").text()


def told(request_id: str = "r1") -> Any:
    """An answer whose head tells what the endpoint calls it."""
    return answer("Yes.", headers={"request-id": request_id})


def test_what_was_billed_stands_beside_the_estimate_and_outlives_the_program(
    run: Run, gateway: Gateway, tmp_path: Path
) -> None:
    write_config(tmp_path, gateway, BOOKS)
    gateway.models = [PRICED]
    tries = 0

    def record(_request: Request) -> Response:
        nonlocal tries
        tries += 1
        return json_body({"code": 1} if tries == 1 else {"code": 0, "data": {"cost": 0.0031}})

    gateway.routes["/dashboard/record/r1"] = record
    gateway.routes["/dashboard/balance"] = json_body({"code": 0, "data": {"balance": "4.12"}})
    gateway.then(told())

    async def scenario() -> None:
        async with running(tmp_path, gateway) as user:
            user.program.models.refresh("loop")
            await until(lambda: user.program.models.find(user.program.chats.model).price == Price(100.0, 2500.0))
            await user.asks_and_reads("Is it so?")
            await user.sees(lambda: user.items()[-1].footer.endswith(" · $0.0035 · billed $0.0031"))
            assert "$0.0031" in user.window.usage_label.text()
            await user.sees(lambda: foot(user) == "Loop · $4.12 left")
        async with running(tmp_path, gateway) as user:
            await user.sees(lambda: len(user.items()) == 2)
            assert user.items()[-1].footer.endswith("billed $0.0031")
            assert "$0.0031" in user.window.usage_label.text()

    run(scenario())


def test_the_balance_is_asked_at_most_once_a_minute(run: Run, gateway: Gateway, tmp_path: Path) -> None:
    write_config(tmp_path, gateway, BOOKS)
    gateway.routes["/dashboard/balance"] = json_body({"code": 0, "data": {"balance": 4.12}})

    async def scenario() -> None:
        async with running(tmp_path, gateway) as user:
            await user.asks_and_reads("One")
            await user.sees(lambda: foot(user) == "Loop · $4.12 left")
            await user.asks_and_reads("Two")
            await user.asks_and_reads("Three")
            assert [request.path for request in gateway.requests].count("/dashboard/balance") == 1
            user.program.new_chat()
            assert foot(user) == "Loop · $4.12 left"

    run(scenario())


def test_books_that_cannot_be_read_are_never_in_the_way(run: Run, gateway: Gateway, tmp_path: Path) -> None:
    write_config(tmp_path, gateway, BOOKS)
    gateway.routes["/dashboard/balance"] = error(500, "No books today.")
    gateway.routes["/dashboard/record/r1"] = error(500, "No books today.")
    gateway.then(told())

    async def scenario() -> None:
        async with running(tmp_path, gateway) as user:
            assert await user.asks_and_reads("Is it so?") == "Yes."
            await until(lambda: [request.path for request in gateway.requests].count("/dashboard/record/r1") >= 3)
            assert user.notices() == []
            assert foot(user) == "Loop"
            assert "billed" not in user.items()[-1].footer

    run(scenario())
