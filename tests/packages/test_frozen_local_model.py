"""The model on this computer, put beside the frozen program, and the program without it."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.desktop.screen import Screen
from tests.desktop.test_local_model_journey import (
    test_a_first_question_is_answered_on_this_computer_and_is_there_after_a_restart,
    test_quitting_in_mid_answer_keeps_what_came_and_leaves_nothing_running,
)
from tests.packages.smoke import smoke

__all__ = [
    "test_a_first_question_is_answered_on_this_computer_and_is_there_after_a_restart",
    "test_quitting_in_mid_answer_keeps_what_came_and_leaves_nothing_running",
]

pytestmark = [pytest.mark.desktop, pytest.mark.local_model]


@pytest.fixture
def command(frozen_with_model: Path) -> Sequence[str]:
    return (str(frozen_with_model),)


def test_the_smoke_test_is_answered_by_the_model(frozen_with_model: Path, screen: Screen, tmp_path: Path) -> None:
    report, _ = smoke(frozen_with_model, "--data-dir", tmp_path, env=screen.env)
    assert (report["ok"], report["local_model"]) == (True, "answered")


def test_the_smoke_test_does_without_the_model(frozen: Path, screen: Screen, tmp_path: Path) -> None:
    assert not os.path.lexists(frozen.parent / "local-model")
    report, _ = smoke(frozen, "--data-dir", tmp_path, env=screen.env)
    assert (report["ok"], report["local_model"]) == (True, "not installed")
