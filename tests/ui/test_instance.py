"""The line between two starts on one data folder: who may use it, what is ignored, and that nothing is left of it."""

from __future__ import annotations

import asyncio
import json
import os
import stat
import subprocess
import sys
import tempfile
from collections.abc import Callable, Coroutine, Iterator
from contextlib import suppress
from multiprocessing.connection import Client
from pathlib import Path
from typing import Any

import pytest

from desktop.core.handover import LARGEST_BYTES, Handover
from desktop.ui.instance import Instance
from tests.until import until

Run = Callable[[Coroutine[Any, Any, Any]], Any]
WITHIN_S = 10.0
OPENED = """
import sys
from pathlib import Path
from PySide6.QtCore import QUrl
from PySide6.QtGui import QFileOpenEvent
from desktop.app import _application
from desktop.ui.instance import Instance
instance = Instance(Path(sys.argv[1]))
application = _application(instance)
for url in sys.argv[2:]:
    application.sendEvent(application, QFileOpenEvent(QUrl(url)))
print(instance.take())
"""


@pytest.fixture
def lock_file(tmp_path: Path) -> Path:
    """Short enough for a socket beside it."""
    return tmp_path / "ligature.lock"


@pytest.fixture
def first(lock_file: Path) -> Iterator[Instance]:
    """Owns the data folder and hears."""
    first = Instance(lock_file)
    assert first.acquire()
    first.listen()
    yield first
    first.release()


def address(lock_file: Path) -> str:
    return lock_file.with_suffix(".address").read_text()


def left(lock_file: Path) -> list[str]:
    return sorted(path.name for path in lock_file.parent.iterdir())


def test_what_a_second_start_brings_arrives(run: Run, first: Instance, lock_file: Path) -> None:
    second = Instance(lock_file)
    assert not second.acquire()
    wanted = ("ligature:chat/1", "/pictures/ü.png")

    async def scenario() -> None:
        assert await asyncio.to_thread(second.hand_over, Handover(wanted), WITHIN_S)
        assert first.take() == list(wanted)
        assert first.take() == []

    run(scenario())


@pytest.mark.skipif(os.name == "nt", reason="a named pipe is nobody else's by itself")
def test_only_the_user_may_connect(first: Instance, lock_file: Path) -> None:
    for path in (Path(address(lock_file)), lock_file.with_suffix(".address")):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    "noise",
    [b"", b"{}", b"\xff" * 1000, json.dumps({"version": 99}).encode(), b" " * (LARGEST_BYTES + 1)],
    ids=["nothing", "no version", "no JSON", "newer", "too large"],
)
def test_noise_on_the_line_is_ignored_and_logged(
    run: Run, first: Instance, lock_file: Path, noise: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    heard: list[bytes] = []

    def makes_noise() -> None:
        with suppress(EOFError, OSError), Client(address(lock_file)) as connection:
            connection.send_bytes(noise)
            heard.append(connection.recv_bytes())  # it hangs up instead

    async def scenario() -> None:
        await asyncio.to_thread(makes_noise)
        await until(lambda: "is ignored" in caplog.text)
        assert await asyncio.to_thread(Instance(lock_file).hand_over, Handover(("a",)), WITHIN_S)
        assert first.take() == ["a"]
        assert heard == []

    run(scenario())


def test_one_who_connects_and_says_nothing_keeps_nobody_waiting(run: Run, first: Instance, lock_file: Path) -> None:
    async def scenario() -> None:
        with Client(address(lock_file)):
            assert await asyncio.to_thread(Instance(lock_file).hand_over, Handover(("a",)), WITHIN_S)
        assert first.take() == ["a"]

    run(scenario())


def test_what_comes_while_the_first_ends_is_left_to_the_next(run: Run, first: Instance, lock_file: Path) -> None:
    async def scenario() -> None:
        second = Instance(lock_file)
        first.stop_listening()
        assert not await asyncio.to_thread(second.hand_over, Handover(("a",)), WITHIN_S)
        assert first.take() == []
        first.release()
        assert second.acquire()
        second.release()

    run(scenario())


def test_nothing_is_left_of_the_line_after_the_end(lock_file: Path) -> None:
    first = Instance(lock_file)
    assert first.acquire()
    first.listen()
    assert len(left(lock_file)) > 1
    first.release()
    assert left(lock_file) == []


def test_a_folder_with_a_long_name_has_its_line_elsewhere(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    short = Path(tempfile.mkdtemp())
    monkeypatch.setattr(tempfile, "tempdir", str(short))
    lock_file = tmp_path / ("long" * 40) / "ligature.lock"
    first = Instance(lock_file)
    assert first.acquire()
    first.listen()

    async def scenario() -> None:
        assert await asyncio.to_thread(Instance(lock_file).hand_over, Handover(("a",)), WITHIN_S)

    run(scenario())
    [folder] = short.iterdir()
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    first.release()
    assert left(lock_file) == []
    short.rmdir()  # and so it is empty


def test_what_a_killed_start_left_is_removed_by_the_next(lock_file: Path) -> None:
    killing = (
        "import os, sys; from pathlib import Path; from desktop.ui.instance import Instance\n"
        "instance = Instance(Path(sys.argv[1])); instance.acquire(); instance.listen(); os.kill(os.getpid(), 9)"
    )
    subprocess.run([sys.executable, "-c", killing, str(lock_file)], check=False, timeout=30)
    assert len(left(lock_file)) > 1
    second = Instance(lock_file)
    assert not second.hand_over(Handover(), WITHIN_S)
    assert second.acquire()
    second.listen()
    second.release()
    assert left(lock_file) == []


def test_an_address_that_somebody_wrote_removes_no_file_of_the_users(lock_file: Path, tmp_path: Path) -> None:
    precious = tmp_path / "precious"
    precious.write_text("chats")
    lock_file.with_suffix(".address").write_text(str(precious))
    first = Instance(lock_file)
    assert first.acquire()
    first.listen()
    first.release()
    assert precious.read_text() == "chats"


def test_what_the_system_wants_opened_is_received(lock_file: Path) -> None:
    printed = subprocess.run(
        [
            sys.executable,
            "-c",
            OPENED,
            str(lock_file),
            "ligature:new?prompt=a%20b%26c",
            "file:///pictures/%C3%BC%20x.png",
        ],
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        stdout=subprocess.PIPE,
        text=True,
        timeout=30,
        check=True,
    ).stdout
    assert printed.strip() == str(["ligature:new?prompt=a%20b%26c", "/pictures/ü x.png"])
