"""How a program that was installed on Windows runs the installer of its next version."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from desktop.services.installation import Installation
from desktop.services.update_staging import stage

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the installer here is a shell script")


def test_a_restart_tells_the_installer_what_to_start_the_program_with(tmp_path: Path) -> None:
    installed = Installation("nsis", tmp_path, tmp_path, tmp_path / "ligature.exe", updates_itself=True)
    setup, note = tmp_path / "setup.exe", tmp_path / "note"
    setup.write_text(f'#!/bin/sh\necho "$@ then $LIGATURE_ARGUMENTS" > {note}\n', encoding="utf-8")
    setup.chmod(0o755)
    staged = stage(installed, setup, "1.1", ["--data-dir", r"C:\my chats"], verify=lambda _file: None)
    assert staged.restart().wait(20) == 0
    assert note.read_text(encoding="utf-8") == '/S /RELAUNCH then --data-dir "C:\\my chats"\n'
