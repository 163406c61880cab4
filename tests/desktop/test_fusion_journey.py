"""Two real models make one answer through the window: two llama.cpp servers, one of which thinks for the other."""

from __future__ import annotations

import asyncio
import importlib.util
import json
import re
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from desktop.services import local_model
from desktop.services.local_model import LocalModel
from tests.desktop.relay import Conversation, Relay
from tests.desktop.screen import wait_until
from tests.desktop.started import NO_KEYRING, Ligature, Start
from tests.desktop.thinking_server import MODEL as THINKER

IS_INSTALLED = all(importlib.util.find_spec(name) for name in (local_model.ENGINE, local_model.WEIGHTS_PACKAGE))
pytestmark = [
    pytest.mark.desktop,
    pytest.mark.local_model,
    pytest.mark.skipif(not IS_INSTALLED, reason="the engine or its weights are not installed"),
]
ANSWERER = "SmolLM2-135M-Instruct"
QUESTION = "What is a bridge?"
LONG_ANSWER = r"""root ::= [A-Za-z ,.]{40,120} "\n</think>\n\n" [A-Za-z ,.]{900,999}"""
ENDLESS_THINKING = "root ::= [A-Za-z ,.]{900,999}"
CONFIG = """
[chat]
endpoint = "answers"
model = "SmolLM2-135M-Instruct"

[fusion]
enabled = true
endpoint = "thinks"
model = "Thinker-135M"

[[endpoint]]
id = "thinks"
name = "Thinks"
base_url = "{thinker}"
body = {{ temperature = 0.0, max_tokens = {thinker_tokens}, grammar = '{grammar}' }}

[[endpoint]]
id = "answers"
name = "Answers"
base_url = "{answerer}"
body = {{ temperature = 0.0, max_tokens = 40 }}
"""


@dataclass(frozen=True)
class Server:
    """One that runs, with its key, and the relay through which it is asked."""

    base_url: str
    key: str
    relay: Relay

    def asked(self) -> Conversation:
        """The one conversation in which its model was asked."""
        [conversation] = self.relay.asked(b"/chat/completions")
        return conversation


@contextmanager
def running(model: LocalModel) -> Iterator[tuple[str, str]]:
    """Address and key of a server, while it runs."""
    with asyncio.Runner() as runner:
        yield runner.run(model.ensure_running())
        runner.run(model.stop())


@pytest.fixture(scope="module")
def plain_server() -> Iterator[tuple[str, str]]:
    with running(LocalModel()) as server:
        yield server


@pytest.fixture(scope="module", params=["field", "unopened"])
def thinking_server(request: pytest.FixtureRequest) -> Iterator[tuple[str, str]]:
    """One that gives its thinking in a field, and one in whose text it stands without an opening tag."""
    command = (sys.executable, "-m", "tests.desktop.thinking_server", request.param)
    with running(LocalModel(command=command)) as server:
        yield server


@pytest.fixture
def thinker(thinking_server: tuple[str, str]) -> Iterator[Server]:
    with Relay(thinking_server[0]) as relay:
        yield Server(*thinking_server, relay)


@pytest.fixture
def answerer(plain_server: tuple[str, str]) -> Iterator[Server]:
    with Relay(plain_server[0]) as relay:
        yield Server(*plain_server, relay)


def started(
    start: Start, data_dir: Path, thinker: Server, answerer: Server, grammar: str, thinker_tokens: int
) -> Ligature:
    """The program with both servers as endpoints."""
    data_dir.mkdir()
    config = CONFIG.format(
        thinker=thinker.relay.base_url,
        answerer=answerer.relay.base_url,
        grammar=grammar,
        thinker_tokens=thinker_tokens,
    )
    (data_dir / "config.toml").write_text(config, encoding="utf-8")
    keys = {"LIGATURE_KEY_THINKS": thinker.key, "LIGATURE_KEY_ANSWERS": answerer.key}
    return start(data_dir, {**NO_KEYRING, **keys})


def prompt(conversation: Conversation) -> str:
    """The question as it stood on the wire."""
    body = json.loads(conversation.asked.rpartition(b"\r\n\r\n")[2])
    return str(body["messages"][-1]["content"])


def thoughts(conversation: Conversation) -> str:
    """What the model wrote before its answer, whichever way that came."""
    chunks = [json.loads(line) for line in re.findall(rb"^data: (\{.*\})\r?$", conversation.answer, re.MULTILINE)]
    deltas = [choice["delta"] for chunk in chunks for choice in chunk["choices"]]
    in_field = "".join(delta.get("reasoning_content") or "" for delta in deltas)
    in_text = "".join(delta.get("content") or "" for delta in deltas)
    return (in_field or in_text.partition("</think>")[0]).strip()


def runs(data_dir: Path) -> list[tuple[str, str, str, str]]:
    """Stage, endpoint, model and status of all runs."""
    with closing(sqlite3.connect(data_dir / "ligature.db")) as connection:
        return list(connection.execute("SELECT stage, endpoint_id, model, status FROM run ORDER BY id"))


def test_one_real_model_thinks_and_another_answers(
    start: Start, tmp_path: Path, thinker: Server, answerer: Server
) -> None:
    ligature = started(start, tmp_path / "data", thinker, answerer, LONG_ANSWER, 600)
    ligature.asks(QUESTION)
    said = ligature.answer(timeout_s=60)
    assert said.name.startswith("SmolLM2-135M-Instruct: ")
    assert len(said.description) > 20

    first, second = thinker.asked(), answerer.asked()
    wait_until(lambda: first.is_over, what="the end of the thinking's connection")
    assert first.left_at > 0, "the program did not hang up"
    assert b"[DONE]" not in first.answer
    assert first.left_at < second.said[0][0]
    assert b"[DONE]" in second.answer
    thought = thoughts(first)
    assert len(thought) > 30
    assert QUESTION in prompt(second)
    assert thought in prompt(second)

    card, *_ = ligature.reader.children(said.id)
    assert card.name.startswith("Thought for ")
    assert f"{THINKER} · ≈ " in card.name
    assert runs(tmp_path / "data") == [("think", "thinks", THINKER, "done"), ("answer", "answers", ANSWERER, "done")]

    assert ligature.quits() == 0
    again = start(tmp_path / "data", NO_KEYRING)
    wait_until(lambda: len(again.messages()) == 2, what="both messages after a restart")
    assert again.messages()[-1].description == said.description
    assert again.quits() == 0


def test_thinking_that_never_ends_is_passed_on_when_its_tokens_are_used_up(
    start: Start, tmp_path: Path, thinker: Server, answerer: Server
) -> None:
    ligature = started(start, tmp_path / "data", thinker, answerer, ENDLESS_THINKING, 30)
    ligature.asks(QUESTION)
    said = ligature.answer(timeout_s=60)
    assert said.description
    thought = thoughts(thinker.asked())
    assert len(thought) > 30
    assert thought in prompt(answerer.asked())
    card, *_ = ligature.reader.children(said.id)
    assert THINKER in card.name
