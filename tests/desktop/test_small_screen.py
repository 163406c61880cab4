"""The first window on a screen that is smaller than it usually is."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.desktop.screen import Screen, missing_programs
from tests.desktop.started import FROM_THE_CHECKOUT

pytestmark = pytest.mark.desktop
WIDTH, HEIGHT = 1280, 720


def test_the_first_window_is_all_on_a_small_screen(tmp_path: Path) -> None:
    if missing := missing_programs():
        pytest.skip(f"not installed: {', '.join(missing)}")
    screen = Screen(tmp_path, size=f"{WIDTH}x{HEIGHT}x24")
    try:
        screen.start([*FROM_THE_CHECKOUT, "--data-dir", str(tmp_path / "data")], python=False)
        window = screen.window("Ligature")
        told = screen.xdotool("getwindowgeometry", "--shell", window).splitlines()
        size = {key: int(value) for key, _, value in (line.partition("=") for line in told)}
        assert size["WIDTH"] <= WIDTH
        assert size["HEIGHT"] < HEIGHT, "there is room for its title bar"
    finally:
        screen.close()
