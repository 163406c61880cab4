"""The model on this computer, put beside the frozen program, and the program without it."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.desktop.screen import Screen
from tests.desktop.started import NO_KEYRING
from tests.desktop.test_local_model_journey import (
    test_a_first_question_is_answered_on_this_computer_and_is_there_after_a_restart,
    test_quitting_in_mid_answer_keeps_what_came_and_leaves_nothing_running,
)

__all__ = [
    "test_a_first_question_is_answered_on_this_computer_and_is_there_after_a_restart",
    "test_quitting_in_mid_answer_keeps_what_came_and_leaves_nothing_running",
]

pytestmark = [pytest.mark.desktop, pytest.mark.local_model]


@pytest.fixture
def command(frozen_with_model: Path) -> Sequence[str]:
    return (str(frozen_with_model),)


def smoke(program: Path, screen: Screen, data_dir: Path) -> dict[str, object]:
    """What `--smoke` reports; it says nothing else, neither here nor in its log."""
    done = subprocess.run(
        [program, "--smoke", "--data-dir", data_dir],
        env={**screen.env, **NO_KEYRING}, capture_output=True, text=True, timeout=180, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    report: dict[str, object] = json.loads(done.stdout)
    return report


def test_the_smoke_test_is_answered_by_the_model(frozen_with_model: Path, screen: Screen, tmp_path: Path) -> None:
    report = smoke(frozen_with_model, screen, tmp_path)
    assert (report["ok"], report["local_model"]) == (True, "answered")


def test_the_smoke_test_does_without_the_model(frozen: Path, screen: Screen, tmp_path: Path) -> None:
    assert not os.path.lexists(frozen.parent / "local-model")
    report = smoke(frozen, screen, tmp_path)
    assert (report["ok"], report["local_model"]) == (True, "not installed")
