"""The whole journey with nothing but what is installed: no key, no keyring, no settings, and the real model."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from desktop.services import local_model
from tests.desktop.screen import wait_until
from tests.desktop.screen_reader import Node
from tests.desktop.started import NO_KEYRING, Ligature, Start

IS_INSTALLED = all(importlib.util.find_spec(name) for name in (local_model.ENGINE, local_model.WEIGHTS_PACKAGE))
pytestmark = [
    pytest.mark.desktop,
    pytest.mark.local_model,
    pytest.mark.skipif(not IS_INSTALLED, reason="the engine or its weights are not installed"),
]
QUESTION = "Tell me in five sentences what a bridge is."


def test_a_first_question_is_answered_on_this_computer_and_is_there_after_a_restart(
    start: Start, tmp_path: Path
) -> None:
    data_dir = tmp_path / "data"
    ligature = start(data_dir, NO_KEYRING)
    ligature.reader.shown("firstRun")
    ligature.asks(QUESTION)
    partial = first_words(ligature).description
    server = ligature.children()
    said = ligature.answer(timeout_s=60)
    assert said.description.startswith(partial)
    assert len(said.description) > 20
    assert said.name.startswith("SmolLM2 135M: ")
    assert len(server) == 1
    assert ligature.quits() == 0
    wait_until(lambda: not Path(f"/proc/{server[0]}").exists(), what="the end of the model's process")

    again = start(data_dir, NO_KEYRING)
    assert [node.description for node in again.messages()] == [QUESTION, said.description]
    assert again.children() == []  # it is started when it is needed
    assert again.quits() == 0


def test_quitting_in_mid_answer_keeps_what_came_and_leaves_nothing_running(start: Start, tmp_path: Path) -> None:
    ligature = start(tmp_path, NO_KEYRING)
    ligature.asks("Write a very long story about a river, with as many details as you can.")
    partial = first_words(ligature).description
    [server] = ligature.children()
    assert ligature.quits() == 0
    wait_until(lambda: not Path(f"/proc/{server}").exists(), what="the end of the model's process")
    again = start(tmp_path, NO_KEYRING)
    assert again.answer().description.startswith(partial)
    assert again.quits() == 0


def first_words(ligature: Ligature) -> Node:
    """The answer while it streams."""

    def streaming() -> Node | None:
        return next((node for node in ligature.messages()[1:] if node.busy and node.description), None)

    return wait_until(streaming, 60, "streamed words")
