"""A computer without the model that could run on it."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QLabel

from desktop.services.local_model import how_to_install
from desktop.ui.settings_dialog import SettingsDialog
from tests.gateway import Gateway
from tests.ui.programs import running

Run = Callable[[Coroutine[Any, Any, Any]], Any]


def test_the_settings_tell_how_to_get_the_model(
    run: Run, gateway: Gateway, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def scenario() -> None:
        async with running(tmp_path, gateway) as user:
            monkeypatch.setattr(user.program.services.local_model, "models", list)
            user.clicks("settingsButton")
            dialog = user.window.findChildren(SettingsDialog)[-1]
            dialog.show_page("settingsComputer")
            shown = [label.text() for label in dialog.findChildren(QLabel) if label.isVisible()]
            assert any(f"Not installed. {how_to_install()}" in text for text in shown)

    run(scenario())
