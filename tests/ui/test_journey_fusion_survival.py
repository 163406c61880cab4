"""A kill in the middle of a fused answer: what was thought is there again, and Continue goes on with the answer."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from desktop.core.conversation import Status
from tests.gateway import Gateway, answer
from tests.ui.programs import running, write_config

Run = Callable[[Coroutine[Any, Any, Any]], Any]

TWO_MODELS = """
[fusion]
enabled = true
endpoint = "loop"
model = "thinker"
"""
THOUGHTS = " ".join(f"thought{number}" for number in range(60))
NEVER = 10**6  # characters
LONG_S = 60.0


@contextmanager
def asking(data_dir: Path, *, tells_after: int = NEVER) -> Iterator[subprocess.Popen[str]]:
    """Another program that has asked a question; it is killed at the end."""
    command = [sys.executable, "-m", "tests.ui.asking_child", str(data_dir), str(tells_after)]
    child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    try:
        yield child
    finally:
        child.kill()
        child.wait()
        child.stdout.close()


def goes_on(run: Run, gateway: Gateway, data_dir: Path, thinking: Callable[[str], bool]) -> None:
    """After a restart the thinking is there, and Continue asks the model that answers, and only that."""
    before = len(gateway.chats)
    gateway.then(answer("The answer."))

    async def scenario() -> None:
        async with running(data_dir, gateway) as user:
            await user.sees(lambda: len(user.items()) == 2 and user.items()[1].thinking, "the thinking")
            item = user.answer()
            assert item.thinking is not None
            assert thinking(item.thinking)
            assert (item.status, item.text) == (Status.INTERRUPTED, "")
            assert "Interrupted" in item.notice
            user.clicks_on_message("continue")
            await user.sees(lambda: user.texts()[1] == "The answer.", "the answer")
            assert user.answer().thinking == item.thinking
            [request] = gateway.chats[before:]
            assert request.json["model"] == "echo"
            assert item.thinking in request.json["messages"][-1]["content"]
            assert "Go" in request.json["messages"][-1]["content"]

    run(scenario())


def test_a_kill_in_mid_thinking_loses_no_more_than_a_moment(run: Run, gateway: Gateway, tmp_path: Path) -> None:
    gateway.then(answer("Late.", thinking=THOUGHTS, tokens_per_s=40))
    write_config(tmp_path, gateway, TWO_MODELS)
    with asking(tmp_path, tells_after=300) as child:
        assert child.stdout is not None
        seen = int(child.stdout.readline())
    lag = 200  # characters: a quarter of a second of this stream, and what the window shows early
    goes_on(run, gateway, tmp_path, lambda thinking: THOUGHTS.startswith(thinking) and len(thinking) > seen - lag)


def test_a_kill_as_the_thinking_ends_loses_nothing_that_was_kept(run: Run, gateway: Gateway, tmp_path: Path) -> None:
    gateway.then(answer("Late. " * 999, thinking=THOUGHTS, tokens_per_s=200))
    gateway.default = answer("Never read.", head_delay_s=LONG_S)
    write_config(tmp_path, gateway, TWO_MODELS)
    with asking(tmp_path):
        gateway.wait(lambda: gateway.chats and gateway.chats[0].hung_up_at, LONG_S)
    goes_on(run, gateway, tmp_path, THOUGHTS.startswith)


def test_a_kill_after_the_thinking_loses_not_a_word_of_it(run: Run, gateway: Gateway, tmp_path: Path) -> None:
    gateway.then(answer("Late.", thinking=THOUGHTS, tokens_per_s=200))
    gateway.default = answer("Never read.", head_delay_s=LONG_S)
    write_config(tmp_path, gateway, TWO_MODELS)
    with asking(tmp_path):
        gateway.wait(lambda: len(gateway.chats) == 2, LONG_S)
    goes_on(run, gateway, tmp_path, lambda thinking: thinking == THOUGHTS)
