"""The screen that the other tests in this folder stand on."""

from __future__ import annotations

import pytest

from tests.desktop.screen import Screen

PROGRAM = """
import json, sys
from PySide6.QtWidgets import QApplication, QLineEdit
application = QApplication(sys.argv)
field = QLineEdit()
field.setWindowTitle("Field")
field.textChanged.connect(lambda text: print(json.dumps({"event": "typed", "text": text}), flush=True))
field.show()
application.exec()
"""


@pytest.mark.desktop
def test_a_program_on_the_screen_gets_real_keys_from_a_real_window_manager(screen: Screen) -> None:
    program = screen.start(["-c", PROGRAM])
    window = screen.window("Field")
    screen.xdotool("windowactivate", "--sync", window, "type", "hi")
    assert program.wait_for("typed")["text"] == "h"
    assert program.wait_for("typed")["text"] == "hi"
