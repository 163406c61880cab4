"""Deleting a message: the rest stays, the next request goes without it, and there is a way back."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QPushButton

from tests.gateway import Gateway, answer
from tests.ui.programs import User, running, write_config

Run = Callable[[Coroutine[Any, Any, Any]], Any]
TOO_EARLY = "A message can be deleted when the answer is finished."


async def asks(user: User, text: str) -> None:
    count = len(user.items())
    user.editor.insertPlainText(text)
    user.presses(Qt.Key.Key_Return)
    await user.sees(lambda: len(user.items()) >= count + 2 and user.has_ended(), f"an answer to {text}")


def shown(user: User) -> list[str]:
    return [item.text or "" for item in user.items()]


def goes_up(user: User, count: int) -> None:
    user.view.setFocus()
    for _ in range(count):
        QTest.keyClick(user.view, Qt.Key.Key_Up)


def sent(gateway: Gateway) -> list[str]:
    return [message["content"] for message in gateway.chats[-1].json["messages"]]


async def clicks_undo(user: User) -> None:
    await user.sees(lambda: "The message was deleted." in user.notices(), "the notice")
    [button] = [each for each in user.window.notices.findChildren(QPushButton) if each.text() == "Undo"]
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def test_a_message_is_deleted_by_its_menu_and_comes_back_by_undo(run: Run, gateway: Gateway, tmp_path: Path) -> None:
    gateway.then(answer("One."), answer("Two."), answer("Three."))

    async def scenario() -> None:
        write_config(tmp_path, gateway)
        async with running(tmp_path, gateway) as user:
            await asks(user, "first")
            await asks(user, "second")
            goes_up(user, 2)
            QTest.keyClick(user.view, Qt.Key.Key_Menu)
            menu = QApplication.activePopupWidget()
            assert isinstance(menu, QMenu)
            [entry] = [action for action in menu.actions() if action.objectName() == "deleteMessage"]
            entry.trigger()
            menu.close()
            await user.sees(lambda: shown(user) == ["first", "second", "Two."], "the answer gone")
            await clicks_undo(user)
            await user.sees(lambda: shown(user) == ["first", "One.", "second", "Two."], "all of it again")
            user.window.composer.focus()
            await asks(user, "third")
            assert sent(gateway) == ["first", "One.", "second", "Two.", "third"]

    run(scenario())


def test_what_is_deleted_by_key_is_not_sent_and_stays_gone(run: Run, gateway: Gateway, tmp_path: Path) -> None:
    gateway.then(answer("One."), answer("Two."), answer("Three."))

    async def scenario() -> None:
        write_config(tmp_path, gateway)
        async with running(tmp_path, gateway) as user:
            await asks(user, "first")
            await asks(user, "second")
            goes_up(user, 1)
            QTest.keyClick(user.view, Qt.Key.Key_Delete)
            await user.sees(lambda: shown(user) == ["first", "One.", "Two."], "the question gone")
            assert "The message was deleted." in user.notices()
            user.window.composer.focus()
            await asks(user, "third")
            assert sent(gateway) == ["first", "One.", "Two.", "third"]
        async with running(tmp_path, gateway) as user:
            await user.sees(lambda: shown(user) == ["first", "One.", "Two.", "third", "Three."], "the chat without it")

    run(scenario())


def test_the_key_deletes_nothing_that_is_not_marked(run: Run, gateway: Gateway, tmp_path: Path) -> None:
    gateway.then(answer("One."))

    async def scenario() -> None:
        write_config(tmp_path, gateway)
        async with running(tmp_path, gateway) as user:
            await asks(user, "first")
            user.view.setFocus(Qt.FocusReason.MouseFocusReason)
            QTest.keyClick(user.view, Qt.Key.Key_Delete)
            assert shown(user) == ["first", "One."]
            assert user.window.notices.isHidden()

    run(scenario())


def test_while_an_answer_is_written_only_what_waits_can_be_deleted(run: Run, gateway: Gateway, tmp_path: Path) -> None:
    held = answer("Late answer, word by word.", tokens_per_s=4)
    gateway.then(answer("One."), held, answer("Never."))

    async def scenario() -> None:
        write_config(tmp_path, gateway)
        async with running(tmp_path, gateway) as user:
            await asks(user, "first")
            user.editor.insertPlainText("second")
            user.presses(Qt.Key.Key_Return)
            await user.sees(lambda: len(user.items()) == 4 and not user.has_ended(), "an answer that streams")
            goes_up(user, 3)
            QTest.keyClick(user.view, Qt.Key.Key_Delete)
            await user.sees(lambda: TOO_EARLY in user.notices(), "why not")
            assert shown(user)[0] == "first"
            user.editor.insertPlainText("third")
            user.presses(Qt.Key.Key_Return)
            await user.sees(lambda: shown(user)[-1] == "third", "a question that waits")
            goes_up(user, 0)
            QTest.keyClick(user.view, Qt.Key.Key_End)
            QTest.keyClick(user.view, Qt.Key.Key_Up)
            QTest.keyClick(user.view, Qt.Key.Key_Down)
            QTest.keyClick(user.view, Qt.Key.Key_Delete)
            await user.sees(lambda: "third" not in shown(user), "the waiting question gone")
            await user.sees(user.has_ended, "the end of the answer")
            assert shown(user) == ["first", "One.", "second", "Late answer, word by word."]
            assert len(gateway.chats) == 2

    run(scenario())
