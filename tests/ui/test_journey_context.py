"""Chats that grow longer than their model can read: what is left out is said, before and after."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QMenu

from desktop.core.conversation import Status
from desktop.core.endpoints import ModelRef
from tests.gateway import Gateway, answer
from tests.ui.acting import find
from tests.ui.programs import User, running, write_config

Run = Callable[[Coroutine[Any, Any, Any]], Any]

SMALL = '[[model]]\nmatch = "echo"\ncontext_tokens = 1_000\n'
LONG = "long " * 240  # 300 tokens


def small_model(data_dir: Path, gateway: Gateway, more: str = "") -> None:
    write_config(data_dir, gateway)
    config = data_dir / "config.toml"
    config.write_text(config.read_text().replace('model = "echo"', f'model = "echo"\n{more}'), encoding="utf-8")
    (data_dir / "models.toml").write_text(SMALL, encoding="utf-8")


async def knows_the_model(user: User) -> None:
    """What is known of models is read behind the first window."""
    await user.sees(lambda: user.program.models.find(ModelRef("loop", "echo")).context_tokens, "the model's context")


async def asks_long(user: User, text: str) -> None:
    count = len(user.items())
    user.editor.insertPlainText(f"{text} {LONG}")
    user.presses(Qt.Key.Key_Return)
    await user.sees(lambda: len(user.items()) >= count + 2 and user.has_ended(), f"an answer to {text}")


def sent(gateway: Gateway) -> list[str]:
    return [message["content"].split()[0] for message in gateway.chats[-1].json["messages"]]


def hint(user: User) -> str:
    label = find(user.window, QLabel, "composerHint")
    return label.text() if label.isVisible() else ""


def chooses(user: User, entry: str, *, up: int) -> None:
    """An entry in the menu of a message, by keys: so many messages up from the last one."""
    user.view.setFocus()
    for _ in range(up):
        QTest.keyClick(user.view, Qt.Key.Key_Up)
    QTest.keyClick(user.view, Qt.Key.Key_Menu)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    [action] = [action for action in menu.actions() if action.objectName() == entry]
    action.trigger()
    menu.close()


def test_the_oldest_turns_are_left_out_and_that_is_said_before_and_after(
    run: Run, gateway: Gateway, tmp_path: Path
) -> None:
    gateway.then(answer("One."), answer("Two."), answer("Three."))

    async def scenario() -> None:
        small_model(tmp_path, gateway)
        async with running(tmp_path, gateway) as user:
            await knows_the_model(user)
            await asks_long(user, "first")
            await asks_long(user, "second")
            assert (hint(user), user.answer().notice) == ("", "")
            user.editor.insertPlainText(LONG)
            assert hint(user) == "2 messages will be left out: no more than 1k tokens fit echo."
            user.editor.clear()
            await asks_long(user, "third")
            told = "2 messages were left out: the conversation no longer fits the 1k tokens that echo reads."
            assert user.answer().notice == told
            assert sent(gateway) == ["second", "Two.", "third"]

    run(scenario())


def test_a_pinned_message_is_sent_however_old_and_one_left_out_is_not(
    run: Run, gateway: Gateway, tmp_path: Path
) -> None:
    gateway.then(answer("One."), answer("Two."), answer("Three."), answer("Four."))

    async def scenario() -> None:
        small_model(tmp_path, gateway)
        async with running(tmp_path, gateway) as user:
            await knows_the_model(user)
            await asks_long(user, "first")
            await asks_long(user, "second")
            chooses(user, "pinMessage", up=3)
            await user.sees(lambda: user.items()[0].pinned, "the pin")
            await asks_long(user, "third")
            assert sent(gateway) == ["first", "One.", "third"]
            chooses(user, "unpinMessage", up=5)
            await user.sees(lambda: not user.items()[0].pinned, "no pin")
            chooses(user, "excludeMessage", up=0)
            await user.sees(lambda: not user.items()[0].in_context, "the first question left out")
            user.presses(Qt.Key.Key_Escape)
            await asks_long(user, "fourth")
            assert sent(gateway) == ["third", "Three.", "fourth"]
        async with running(tmp_path, gateway) as user:
            await user.sees(lambda: len(user.items()) == 8, "the chat again")
            assert not user.items()[0].in_context

    run(scenario())


def test_whoever_wants_to_be_asked_says_once_for_a_chat_that_messages_may_go(
    run: Run, gateway: Gateway, tmp_path: Path
) -> None:
    gateway.then(answer("One."), answer("Two."), answer("Three."), answer("Four."))

    async def scenario() -> None:
        small_model(tmp_path, gateway, 'context_full = "ask"\n')
        async with running(tmp_path, gateway) as user:
            await knows_the_model(user)
            await asks_long(user, "first")
            await asks_long(user, "second")
            await asks_long(user, "third")
            assert user.answer().status is Status.FAILED
            assert "2 messages would be left out" in user.answer().notice
            assert len(gateway.chats) == 2
            user.clicks_on_message("leave_out")
            await user.sees(lambda: user.has_ended() and user.answer().text == "Three.", "the answer")
            assert sent(gateway) == ["second", "Two.", "third"]
            await asks_long(user, "fourth")
            assert user.answer().text == "Four."

    run(scenario())


def test_a_question_that_is_too_long_is_not_sent_and_says_what_to_do(
    run: Run, gateway: Gateway, tmp_path: Path
) -> None:
    async def scenario() -> None:
        small_model(tmp_path, gateway)
        async with running(tmp_path, gateway) as user:
            await knows_the_model(user)
            user.editor.insertPlainText(LONG * 4)
            assert hint(user) == "This is longer than the 1k tokens that echo reads."
            user.presses(Qt.Key.Key_Return)
            await user.sees(lambda: len(user.items()) == 2 and user.has_ended(), "the answer")
            assert "Shorten the question, or choose a model that reads more." in user.answer().notice
            assert not gateway.chats

    run(scenario())
