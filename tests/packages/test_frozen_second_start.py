"""The frozen program beside itself: a second start, and everything it keeps in its own folder."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.desktop.screen import Screen
from tests.desktop.test_second_start import test_a_second_start_hands_over_its_link_and_its_file

__all__ = ["test_a_second_start_hands_over_its_link_and_its_file"]


@pytest.mark.desktop
def test_a_portable_program_keeps_everything_beside_itself(frozen: Path, screen: Screen, tmp_path: Path) -> None:
    folder = tmp_path / "a folder"
    shutil.copytree(frozen.parent, folder, symlinks=True)
    home = tmp_path / "home"
    home.mkdir()
    done = subprocess.run(
        [str(folder / frozen.name), "--portable", "--smoke"],
        env={**screen.env, "HOME": str(home), "XDG_DATA_HOME": "", "XDG_CONFIG_HOME": "", "XDG_STATE_HOME": ""},
        stdout=subprocess.PIPE,
        text=True,
        timeout=120,
        check=True,
    )
    assert json.loads(done.stdout)["ok"]
    assert (folder / "data" / "ligature.db").is_file()
    assert [path for path in home.rglob("*") if "ligature" in path.name] == []
