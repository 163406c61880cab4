"""What goes on while the program ends disturbs nobody: a thread that still works, a library that still talks."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = """
import threading
from PySide6.QtWidgets import QApplication
application = QApplication([])
from desktop.ui.message_view import languages

ending = threading.Event()
languages.load = lambda _language: ending.wait(10) and None
colors = languages.Languages(application)
colors.get("python")
threading.Timer(0.3, ending.set).start()
{end}
"""


@pytest.mark.parametrize("end", ["", "application.shutdown()"])
def test_a_program_that_ends_while_colours_are_fetched_says_nothing(end: str) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", PROGRAM.format(end=end)],
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "")


def test_what_qt_says_after_the_end_of_the_program_ends_it_no_other_way(tmp_path: Path) -> None:
    """With this switch Qt tells of each plugin that it lets go, the last thing that a process does."""
    ended = subprocess.run(
        [sys.executable, "-m", "desktop", "--smoke", "--data-dir", tmp_path],
        env={
            **os.environ,
            "QT_QPA_PLATFORM": "offscreen",
            "QT_DEBUG_PLUGINS": "1",
            "PYTHONPATH": os.pathsep.join(sys.path),
        },
        capture_output=True,
        text=True,
        timeout=150,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr[-2000:]
