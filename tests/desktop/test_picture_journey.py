"""Pictures from other programs, through the window, to a real llama.cpp server that takes them."""

from __future__ import annotations

import asyncio
import importlib.util
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.services import local_model
from desktop.services.local_model import LocalModel
from tests.desktop.projector import make_projector
from tests.desktop.screen import Screen
from tests.desktop.started import NO_KEYRING, Ligature, Start
from tests.unit.pictures import encoded, photo, screenshot

IS_INSTALLED = all(importlib.util.find_spec(name) for name in (local_model.ENGINE, local_model.WEIGHTS_PACKAGE))
pytestmark = [
    pytest.mark.desktop,
    pytest.mark.local_model,
    pytest.mark.skipif(not IS_INSTALLED, reason="the engine or its weights are not installed"),
]
CONFIG = """
[chat]
endpoint = "mine"
model = "SmolLM2-135M-Instruct"

[[endpoint]]
id = "mine"
name = "Mine"
base_url = "{base_url}"
body = {{ temperature = 0.0, max_tokens = 40 }}
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """Address and key of a server whose model takes pictures."""
    model = LocalModel(projector=make_projector(tmp_path_factory.mktemp("projector") / "projector.gguf"))
    with asyncio.Runner() as runner:
        yield runner.run(model.ensure_running())
        runner.run(model.stop())


@pytest.fixture
def ligature(start: Start, server: tuple[str, str], tmp_path: Path) -> Ligature:
    """The program, with that server as its endpoint."""
    base_url, key = server
    data_dir = tmp_path / "data"
    data_dir.mkdir()
    (data_dir / "config.toml").write_text(CONFIG.format(base_url=base_url), encoding="utf-8")
    return start(data_dir, {**NO_KEYRING, "LIGATURE_KEY_MINE": key})


def tokens_read(ligature: Ligature) -> str:
    """What the window says of the tokens the server read."""
    return ligature.reader.shown("usageLabel").description.partition("This chat: ")[2].partition(" tokens")[0]


def test_a_pasted_picture_is_sent_and_answered(ligature: Ligature, screen: Screen) -> None:
    screen.own_clipboard("image/png", encoded(screenshot(300, 200)))
    ligature.presses("ctrl+v")
    ligature.reader.shown("attachmentList")
    ligature.asks("Describe this picture in three words.")
    said = ligature.answer(timeout_s=60)
    assert said.description
    assert not ligature.reader.is_shown("attachmentList")
    with_picture = int(tokens_read(ligature))

    ligature.presses("ctrl+n")
    ligature.reader.shown("emptyChat")
    ligature.asks("Describe this picture in three words.")
    ligature.answer(timeout_s=60)
    assert int(tokens_read(ligature)) < with_picture


def test_a_dropped_picture_is_sent_and_answered(ligature: Ligature, screen: Screen, tmp_path: Path) -> None:
    picture = tmp_path / "bridge.jpg"
    picture.write_bytes(encoded(photo(640, 480), "JPEG"))
    source = screen.start(["-m", "tests.desktop.drag_source", json.dumps({"urls": [picture.as_uri()]})])
    screen.window("Drag source")
    source.wait_for("ready")
    screen.drag((190, 140), ligature.reader.shown("emptyChat").middle)
    ligature.reader.shown("attachmentList")
    ligature.asks("What is it?")
    assert ligature.answer(timeout_s=60).description
    assert ligature.quits() == 0


def test_a_model_that_sees_nothing_is_told_before_the_picture_is_sent(
    start: Start, screen: Screen, tmp_path: Path
) -> None:
    ligature = start(tmp_path, NO_KEYRING)
    screen.own_clipboard("image/png", encoded(screenshot(300, 200)))
    ligature.presses("ctrl+v")
    assert "does not see pictures" in ligature.reader.shown("composerHint").name
