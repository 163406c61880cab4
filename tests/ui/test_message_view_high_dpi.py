"""The conversation on screens of every scale: what is moved and painted bit by bit is what a repaint gives."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest


@pytest.mark.parametrize("factor", ["1", "1.25", "1.5", "2"])
def test_every_step_leaves_the_screen_as_a_repaint_would(factor: str) -> None:
    environment = {**os.environ, "QT_SCALE_FACTOR": factor, "QT_QPA_PLATFORM": "offscreen"}
    child = [sys.executable, "-m", "tests.ui.high_dpi_child"]
    done = subprocess.run(child, env=environment, capture_output=True, text=True, timeout=120, check=True)
    result = json.loads(done.stdout)
    assert result["ratio"] == float(factor)
    assert result["steps"] > 50
    assert result["differences"] == []
