"""Choosing models and endpoints through the window."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from desktop.core.conversation import Status
from tests.gateway import Gateway, answer
from tests.ui.acting import find
from tests.ui.programs import User, running

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


async def removes_the_endpoint(user: User) -> None:
    await user.program.book.remove_endpoint("loop")


async def switches_the_endpoint_off(user: User) -> None:
    await user.program.book.enable_endpoint("loop", enabled=False)


@pytest.mark.parametrize(
    ("happens", "why"),
    [
        (removes_the_endpoint, "The endpoint “loop” is not there any more."),
        (switches_the_endpoint_off, "The endpoint “Loop” is switched off."),
    ],
)
def test_a_question_to_an_endpoint_that_is_gone_gets_a_failed_answer_and_another_try(
    run: Run, gateway: Gateway, tmp_path: Path, happens: Callable[[User], Coroutine[Any, Any, None]], why: str
) -> None:
    gateway.then(answer("First."), answer("Second."))

    async def scenario() -> None:
        async with running(tmp_path, gateway) as user:
            await user.asks_and_reads("One")
            endpoint = user.program.book.find("loop")
            await happens(user)
            await user.asks_and_reads("Two")
            assert user.answer().status is Status.FAILED
            assert user.answer().notice == f"{why} Choose another model above the conversation, then try again."
            assert user.notices() == []
            await user.program.book.save_endpoint(replace(endpoint, enabled=True), None)
            user.clicks_on_message("retry")
            await user.sees(lambda: user.texts()[-1] == "Second.", "the answer")

    run(scenario())
