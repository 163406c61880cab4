"""Parameters of a chat, as they are typed, stored, sent and taken back."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QTextEdit

from tests.gateway import Gateway
from tests.ui.acting import collected, find
from tests.ui.programs import User, running

Run = Callable[[Coroutine[Any, Any, Any]], Any]


def system_prompt(user: User) -> QTextEdit:
    user.window.columns.show_right(True)
    user.window.parameter_panel.focus_first()
    return find(user.window, QTextEdit, "systemPrompt")


def test_typed_system_prompt_is_stored_in_pauses_and_never_lost(run: Run, gateway: Gateway, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with running(tmp_path, gateway) as user:
            await user.asks_and_reads("First")
            stored = collected(user.program.chats.chat_stored)
            QTest.keyClicks(system_prompt(user), "Be brief and use SI units.")
            await user.sees(lambda: stored and stored[-1].parameters, "a stored chat")
            assert len(stored) < len("Be brief and use SI units.")
            assert stored[-1].parameters == {"system_prompt": "Be brief and use SI units."}
            QTest.keyClicks(system_prompt(user), "At once.")
            user.program.new_chat()
            await user.sees(lambda: not user.items())
            assert user.window.parameter_panel.parameters() == {}
            user.chooses_chat("First")
            await user.sees(user.items, "the first chat")
            assert "At once." in user.window.parameter_panel.parameters()["system_prompt"]
            QTest.keyClicks(system_prompt(user), "To the end. ")
        async with running(tmp_path, gateway) as user:
            await user.sees(user.items, "the first chat")
            assert "To the end. " in user.window.parameter_panel.parameters()["system_prompt"]

    run(scenario())


def test_what_is_typed_right_before_sending_is_sent(run: Run, gateway: Gateway, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with running(tmp_path, gateway) as user:
            await user.asks_and_reads("First")
            QTest.keyClicks(system_prompt(user), "Be brief.")
            await user.asks_and_reads("Second")
            assert gateway.chats[-1].json["messages"][0] == {"role": "system", "content": "Be brief."}

    run(scenario())


def test_reset_parameters_come_back_by_undo(run: Run, gateway: Gateway, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with running(tmp_path, gateway) as user:
            QTest.keyClicks(system_prompt(user), "Be brief.")
            user.clicks("resetParameters")
            assert system_prompt(user).toPlainText() == ""
            await user.sees(lambda: "All parameters were reset." in user.notices(), "the notice")
            user.clicks("noticeAction")
            assert system_prompt(user).toPlainText() == "Be brief."
            assert "All parameters were reset." not in user.notices()
            await user.asks_and_reads("One")
            assert gateway.chats[-1].json["messages"][0] == {"role": "system", "content": "Be brief."}

    run(scenario())


def test_undo_is_not_offered_in_another_chat(run: Run, gateway: Gateway, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with running(tmp_path, gateway) as user:
            await user.asks_and_reads("One")
            QTest.keyClicks(system_prompt(user), "Be brief.")
            user.clicks("resetParameters")
            await user.sees(lambda: "All parameters were reset." in user.notices(), "the notice")
            user.program.new_chat()
            await user.sees(lambda: user.notices() == [], "no notice")

    run(scenario())
