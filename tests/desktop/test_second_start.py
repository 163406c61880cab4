"""Two real processes on one data folder: what the second was given, the first one shows."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from tests.desktop.files import files_with
from tests.desktop.screen import Screen, wait_until
from tests.desktop.started import NO_KEYRING, Start
from tests.gateway import Gateway
from tests.ui.programs import ENVIRONMENT, write_config
from tests.unit.pictures import encoded, photo

pytestmark = pytest.mark.desktop
LINK = "ligature:new?prompt=What%20is%20this%3F"
KEY = "lig-a-key-that-came-with-a-link-42"


def line_files(data_dir: Path) -> list[str]:
    """What there is for second starts."""
    return sorted(path.name for path in data_dir.iterdir() if path.suffix in {".socket", ".address", ".lock"})


def test_a_second_start_hands_over_its_link_and_its_file(
    start: Start, gateway: Gateway, screen: Screen, tmp_path: Path
) -> None:
    data_dir = tmp_path / "data"
    write_config(data_dir, gateway)
    (tmp_path / "a sky.png").write_bytes(encoded(photo()))
    ligature = start(data_dir, ENVIRONMENT)
    screen.xdotool("windowminimize", "--sync", screen.window("Ligature"))
    assert ligature.second_start(LINK, "a sky.png", folder=tmp_path) == 0
    screen.window("Ligature")  # is to be seen again
    reader = ligature.reader
    reader.wait("composer", lambda node: node.text == "What is this?", "has the prompt of the link")
    reader.wait("attachmentName", lambda node: "a sky" in node.name, "names the picture")
    assert gateway.chats == []
    ligature.presses("Return")
    assert ligature.answer().description.startswith("You said: What is this?")
    assert ligature.quits() == 0
    assert line_files(data_dir) == []


def test_after_a_kill_the_next_start_takes_over(start: Start, gateway: Gateway, tmp_path: Path) -> None:
    write_config(tmp_path, gateway)
    first = start(tmp_path, ENVIRONMENT)
    wait_until(lambda: "ligature.address" in line_files(tmp_path), what="the line for second starts")
    first.program.process.send_signal(signal.SIGKILL)
    first.program.process.wait()
    assert line_files(tmp_path) != []
    second = start(tmp_path, ENVIRONMENT)
    assert second.second_start(LINK) == 0
    second.reader.wait("composer", lambda node: node.text == "What is this?", "has the prompt of the link")
    assert second.quits() == 0
    assert line_files(tmp_path) == []


def test_of_many_starts_at_once_one_stays_and_has_all_their_links(
    screen: Screen, gateway: Gateway, tmp_path: Path
) -> None:
    write_config(tmp_path, gateway)
    arguments = ["-m", "desktop", "--data-dir", str(tmp_path)]
    starts = [screen.start([*arguments, f"ligature:new?prompt=word{number}"], ENVIRONMENT) for number in range(4)]

    def ended() -> list[int]:
        return [status for each in starts if (status := each.process.poll()) is not None]

    wait_until(lambda: len(ended()) == 3, 40, "the end of all starts but one")
    assert ended() == [0, 0, 0]
    [only] = [each for each in starts if each.process.poll() is None]
    only.process.terminate()
    assert only.process.wait(20) == 0
    database = (tmp_path / "ligature.db").read_bytes()
    assert [number for number in range(4) if f"word{number}".encode() not in database] == []


def test_a_link_that_comes_while_the_first_ends_opens_in_the_next(
    start: Start, gateway: Gateway, tmp_path: Path, screen: Screen
) -> None:
    write_config(tmp_path, gateway)
    first = start(tmp_path, ENVIRONMENT)
    first.program.process.terminate()
    second = screen.start(["-m", "desktop", "--data-dir", str(tmp_path), "ligature:new?prompt=Late"], ENVIRONMENT)
    assert first.program.process.wait(20) == 0

    def is_kept() -> bool:
        return any(b"Late" in path.read_bytes() for path in tmp_path.glob("ligature.db*"))

    wait_until(is_kept, what="the prompt in the draft of the second")
    second.process.terminate()
    assert second.process.wait(20) == 0


def test_a_key_in_a_link_is_nowhere_before_the_user_adds_it(start: Start, tmp_path: Path) -> None:
    data_dir = tmp_path / "data"
    ligature = start(data_dir, NO_KEYRING)
    link = f"ligature:endpoint?base_url=https%3A%2F%2Fapi.example.com%2Fv1&name=Example&key={KEY}"
    assert ligature.second_start(link, f"ligature:nonsense?key={KEY}") == 0
    reader = ligature.reader
    reader.wait("endpointHost", lambda node: node.showing and "api.example.com" in node.name, "names the host")
    assert KEY not in (reader.node("endpointKey").text or "")
    ligature.presses("Escape")
    wait_until(lambda: not reader.is_shown("endpointDialog"), what="a closed dialog")
    assert ligature.quits() == 0
    assert files_with(data_dir, KEY) == []
    assert KEY not in ligature.story()
