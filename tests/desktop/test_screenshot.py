"""A part of the screen, cut out with the mouse or the keys, becomes a picture of the next question."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from PIL import Image

from tests.desktop.screen import Screen, wait_until
from tests.desktop.started import NO_KEYRING, Ligature, Start

pytestmark = pytest.mark.desktop
SHA256_DIGITS = 64


@pytest.fixture
def ligature(start: Start, tmp_path: Path) -> Ligature:
    """The program, ready for a question; other windows lie beside it."""
    return start(tmp_path, NO_KEYRING)


def waits_for_cutter(screen: Screen) -> None:
    screen.window("Choose a part of the screen")


def attached(ligature: Ligature) -> Image.Image:
    """The picture that was attached."""
    ligature.reader.shown("attachmentList")

    def kept() -> list[Path]:
        files = (ligature.data_dir / "attachments").rglob("*")
        return [file for file in files if file.is_file() and len(file.name) == SHA256_DIGITS]

    [path] = wait_until(kept, what="a picture that is kept")
    return Image.open(io.BytesIO(path.read_bytes()))


def test_what_the_mouse_drags_out_is_attached_as_it_was_on_the_screen(
    ligature: Ligature, screen: Screen, tmp_path: Path
) -> None:
    screen.start(["-m", "tests.desktop.drag_source", json.dumps({"text": "a light window"})])
    window = screen.window("Drag source")
    lines = screen.xdotool("getwindowgeometry", "--shell", window).splitlines()
    place = dict(line.split("=") for line in lines)
    left, top = int(place["X"]) + 20, int(place["Y"]) + 20
    screen.xdotool("windowactivate", "--sync", screen.window("Ligature"))
    ligature.reader.press("screenshotButton")
    waits_for_cutter(screen)
    screen.xdotool("mousemove", left, top)
    screen.xdotool("mousedown", 1)
    screen.xdotool("mousemove", left + 60, top + 30)
    screen.xdotool("mousemove", left + 120, top + 60)
    screen.xdotool("mouseup", 1)
    picture = attached(ligature)
    assert (abs(picture.width - 120) <= 1, abs(picture.height - 60) <= 1) == (True, True)
    lightest = max(picture.convert("L").tobytes())
    assert lightest > 200, "the shade over the screen is in the picture"
    assert ligature.quits() == 0


def test_by_keys_a_part_is_put_up_moved_and_taken(ligature: Ligature, screen: Screen) -> None:
    ligature.presses("ctrl+shift+o")
    waits_for_cutter(screen)
    ligature.presses("Right", "Right", "Down", "shift+Left", "Return")
    assert attached(ligature).size == (1360 // 2 - 10, 860 // 2)
    ligature.types("back in the question")
    ligature.reader.wait("composer", lambda node: node.text == "back in the question", "has the keys again")


def test_enter_takes_the_whole_screen(ligature: Ligature, screen: Screen) -> None:
    ligature.presses("ctrl+shift+o")
    waits_for_cutter(screen)
    ligature.presses("Return")
    assert attached(ligature).size == (1360, 860)


def test_escape_leaves_with_nothing_attached(ligature: Ligature, screen: Screen) -> None:
    ligature.presses("ctrl+shift+o")
    waits_for_cutter(screen)
    ligature.presses("Escape")
    screen.window("Ligature")
    ligature.types("still here")
    ligature.reader.wait("composer", lambda node: node.text == "still here", "has the keys again")
    assert not ligature.reader.is_shown("attachmentList")
    assert ligature.quits() == 0
