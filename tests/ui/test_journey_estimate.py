"""What the next question would cost stands in the composer before it is sent."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QLabel

from desktop.core.endpoints import ModelRef
from tests.gateway import Gateway, answer
from tests.ui.acting import find
from tests.ui.programs import User, running, write_config

Run = Callable[[Coroutine[Any, Any, Any]], Any]

PRICED: list[Mapping[str, Any]] = [
    {"id": "echo", "pricing": {"prompt": "0.001", "completion": "0.002"}},
    {"id": "thinker", "pricing": {"prompt": "0.003", "completion": "0.004"}},
    {"id": "unpriced"},
]
FUSION = """
[fusion]
enabled = true
endpoint = "loop"
model = "thinker"
"""


@pytest.fixture(autouse=True)
def elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """What answers on this computer is free, whatever its list says; the gateway plays a server elsewhere."""
    monkeypatch.setattr("desktop.services.known_models.is_loopback", lambda _url: False)


def dollars(user: User) -> float:
    """The estimate's cost; 0 where none is shown."""
    text = find(user.window, QLabel, "tokenEstimate").text()
    return float(text.partition(" · ≈ $")[2].replace(",", "") or 0)


async def knows_prices(user: User) -> None:
    """The list of models has come in."""
    user.program.models.refresh("loop")
    await user.sees(lambda: user.program.models.find(ModelRef("loop", "echo")).price is not None, "prices")


def test_the_estimate_has_the_cost_of_the_whole_context(run: Run, gateway: Gateway, tmp_path: Path) -> None:
    gateway.models = PRICED
    gateway.then(answer("one two three"))

    async def scenario() -> None:
        async with running(tmp_path, gateway) as user:
            await knows_prices(user)
            assert dollars(user) == 0
            user.types("Why does it sag?")
            first = dollars(user)
            assert first == pytest.approx(400 * 0.002 + 8 * 0.001, abs=0.01)
            await user.asks_and_reads(" Really")
            user.types("And now?")
            run_before = next(iter(user.program.chats.open_chat.runs.values()))
            assert run_before.usage is not None
            context, wrote = run_before.usage.total_tokens, run_before.usage.completion_tokens
            assert dollars(user) == pytest.approx((context + 2 + 4) * 0.001 + wrote * 0.002, abs=0.01)

    run(scenario())


def test_both_models_of_a_fused_answer_are_paid(run: Run, gateway: Gateway, tmp_path: Path) -> None:
    gateway.models = PRICED
    write_config(tmp_path, gateway, FUSION)

    async def scenario() -> None:
        async with running(tmp_path, gateway) as user:
            await knows_prices(user)
            user.types("Why?")
            fused = dollars(user)
            assert fused == pytest.approx(800 * 0.004 + (800 * 0.001 + 400 * 0.002), abs=0.05)
            user.clicks("thinkerOff")
            assert 0 < dollars(user) < fused / 2

    run(scenario())


def test_nothing_is_said_of_what_is_not_known(run: Run, gateway: Gateway, tmp_path: Path) -> None:
    gateway.models = PRICED

    async def scenario() -> None:
        async with running(tmp_path, gateway) as user:
            await knows_prices(user)
            user.types("Why?")
            assert dollars(user) > 0
            user.program.models.pick(ModelRef("loop", "unpriced"))
            assert find(user.window, QLabel, "tokenEstimate").text() == "≈ 1 token"

    run(scenario())
