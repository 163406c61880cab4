"""Choosing models and endpoints through the window."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from tests.gateway import Gateway
from tests.ui.acting import find
from tests.ui.programs import running

Run = Callable[[Coroutine[Any, Any, Any]], Any]


def test_an_endpoint_is_added_from_the_model_picker_by_keyboard(run: Run, gateway: Gateway, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with running(tmp_path, gateway) as user:
            user.clicks("modelButton")
            focused = QApplication.focusWidget()
            assert focused is not None
            QTest.keyClick(focused, Qt.Key.Key_Backtab)  # the search is first, so that this is the last
            last = QApplication.focusWidget()
            assert last is not None
            assert last.accessibleName() == "Add an endpoint"
            QTest.keyClick(last, Qt.Key.Key_Space)
            await user.sees(lambda: user.window.findChild(QWidget, "endpointDialog"), "the endpoint dialog")
            assert not find(user.window, QWidget, "modelPicker").isVisible()

    run(scenario())
