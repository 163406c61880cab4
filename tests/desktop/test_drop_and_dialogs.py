"""What is dropped while a dialog is open does not land behind it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.desktop.screen import Screen, wait_until
from tests.desktop.started import NO_KEYRING, Start
from tests.unit.pictures import encoded, screenshot

pytestmark = pytest.mark.desktop


def test_a_picture_dropped_while_the_settings_are_open_is_not_attached(
    start: Start, screen: Screen, tmp_path: Path
) -> None:
    ligature = start(tmp_path / "data", NO_KEYRING)
    picture = tmp_path / "bridge.png"
    picture.write_bytes(encoded(screenshot(300, 200)))
    middle = ligature.reader.shown("composer").middle
    ligature.presses("ctrl+comma")
    ligature.reader.shown("settingsDialog")
    screen.start(["-m", "tests.desktop.drag_source", json.dumps({"urls": [picture.as_uri()]})]).wait_for("ready")
    source = screen.window("Drag source")
    screen.drag((190, 140), middle)
    screen.xdotool("windowactivate", "--sync", screen.window("Ligature"))
    ligature.presses("Escape")
    wait_until(lambda: not ligature.reader.is_shown("settingsDialog"), what="the settings closed")
    assert not ligature.reader.is_shown("attachmentList")
    screen.xdotool("windowactivate", "--sync", source)
    screen.drag((190, 140), middle)
    ligature.reader.shown("attachmentList")
