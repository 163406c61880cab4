"""What a thread still works at when the program ends disturbs nobody."""

from __future__ import annotations

import os
import subprocess
import sys

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
