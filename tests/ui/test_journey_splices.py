"""Who thinks first in new chats, and in which words it is passed on: chosen in the settings, seen on the wire."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QFrame, QLabel, QLineEdit, QMenu, QPlainTextEdit, QPushButton, QWidget

from desktop.core.conversation import Status
from desktop.core.fusion import Splice
from desktop.services.splices import Splices
from desktop.ui.nav_list import NavList
from desktop.ui.settings_dialog import SettingsDialog
from desktop.ui.settings_page import SettingsRow
from desktop.ui.splices_dialog import SplicesDialog
from desktop.ui.switch import Switch
from tests.gateway import Gateway, answer, error
from tests.ui.acting import find
from tests.ui.programs import User, running, write_config
from tests.until import until

Run = Callable[[Coroutine[Any, Any, Any]], Any]

TWO_MODELS = """
[fusion]
enabled = true
endpoint = "loop"
model = "thinker"
"""
OWN_TEXT = "Q: {question} T: {thinking}"


async def open_settings(user: User) -> SettingsDialog:
    """Ctrl+, and the arrow keys, to the page about reasoning."""
    user.presses(Qt.Key.Key_Comma, Qt.KeyboardModifier.ControlModifier)
    await until(lambda: user.window.findChild(SettingsDialog) is not None)
    dialog = find(user.window, SettingsDialog, "settingsDialog")
    go_to(find(dialog, NavList, "settingsPages"), "Reasoning")
    await until(find(dialog, QWidget, "settingsReasoning").isVisible)
    return dialog


async def open_texts(user: User, dialog: SettingsDialog) -> SplicesDialog:
    press(dialog, "editSplices")
    await until(lambda: user.window.findChild(SplicesDialog) is not None)
    return find(user.window, SplicesDialog, "splicesDialog")


def go_to(pages: NavList, title: str) -> None:
    pages.setFocus()
    for _ in range(pages.count()):
        if pages.currentItem().text() != title:
            QTest.keyClick(pages, Qt.Key.Key_Down)
    assert pages.currentItem().text() == title


def press(parent: QWidget, name: str) -> None:
    QTest.mouseClick(find(parent, QAbstractButton, name), Qt.MouseButton.LeftButton)


def entries(parent: QWidget, menu: str) -> dict[str, QAction]:
    """Opens a menu with the mouse; what it says."""
    press(parent, menu)
    shown = find(parent, QMenu, f"{menu}Menu")
    return {action.text(): action for action in shown.actions() if action.text()}


def choose(parent: QWidget, menu: str, text: str) -> None:
    action = entries(parent, menu)[text]
    shown = find(parent, QMenu, f"{menu}Menu")
    QTest.mouseClick(shown, Qt.MouseButton.LeftButton, pos=shown.actionGeometry(action).center())


def shown_rows(dialog: QWidget) -> int:
    page = find(dialog, QWidget, "settingsReasoning")
    return sum(row.isVisible() for row in page.findChildren(SettingsRow))


def shown_lines(dialog: QWidget) -> int:
    page = find(dialog, QWidget, "settingsReasoning")
    return sum(line.isVisible() for line in page.findChildren(QFrame) if line.property("look") == "hairline")


def writes(dialog: QWidget, text: str) -> None:
    """Replaces the text by keys."""
    editor = find(dialog, QPlainTextEdit, "spliceText")
    editor.setFocus()
    QTest.keySequence(editor, QKeySequence.StandardKey.SelectAll)
    QTest.keyClicks(editor, text)


def test_who_thinks_first_in_new_chats_is_chosen_in_the_settings(run: Run, gateway: Gateway, tmp_path: Path) -> None:
    write_config(tmp_path, gateway)
    gateway.models = [{"id": "echo"}, {"id": "thinker"}]
    gateway.then(answer("A draft.", thinking="Deep."), answer("Reply."))

    async def scenario() -> None:
        async with running(tmp_path, gateway) as user:
            dialog = await open_settings(user)
            assert not find(dialog, Switch, "fusionSwitch").isChecked()
            assert (shown_rows(dialog), shown_lines(dialog)) == (4, 3)  # none about what the endpoint itself passes on
            choose(dialog, "fusionThinker", "Any other model…")
            search = find(user.window, QLineEdit, "modelSearch")
            await until(search.isVisible)
            QTest.keyClicks(search, "thinker")
            QTest.keyClick(search, Qt.Key.Key_Return)
            thinker = find(dialog, QPushButton, "fusionThinker")
            await until(lambda: thinker.accessibleDescription() == "thinker (Loop)")
            assert find(dialog, Switch, "fusionSwitch").isChecked()
            choose(dialog, "fusionPassOn", "its answer as a draft")
            await until(lambda: "draft" in find(dialog, QPushButton, "fusionPassOn").text())
            assert (shown_rows(dialog), shown_lines(dialog)) == (5, 4)
            passed_on = entries(dialog, "fusionPassOn")
            assert [text for text, action in passed_on.items() if action.isChecked()] == ["its answer as a draft"]
            find(dialog, QMenu, "fusionPassOnMenu").close()
            QTest.keyClick(dialog, Qt.Key.Key_Escape)
        async with running(tmp_path, gateway) as user:
            assert await user.asks_and_reads("Why?") == "Reply."
            think, reply = gateway.chats
            assert (think.json["model"], reply.json["model"]) == ("thinker", "echo")
            assert "A draft." in reply.json["messages"][-1]["content"]
            assert "Deep." not in reply.json["messages"][-1]["content"]

    run(scenario())


def test_by_choice_a_failed_thinking_stops_the_answer(run: Run, gateway: Gateway, tmp_path: Path) -> None:
    write_config(tmp_path, gateway, TWO_MODELS)
    gateway.then(error(400, "No thoughts today."))

    async def scenario() -> None:
        async with running(tmp_path, gateway) as user:
            dialog = await open_settings(user)
            assert find(dialog, QPushButton, "fusionFails_anyway").isChecked()
            press(dialog, "fusionFails_stop")
            await until(lambda: not user.program.book.settings.fusion_answers_anyway)
            QTest.keyClick(dialog, Qt.Key.Key_Escape)
            user.asks("Why?")
            await user.sees(lambda: len(user.items()) == 2 and user.items()[-1].status is Status.FAILED)
            assert len(gateway.chats) == 1

    run(scenario())


def test_an_own_text_is_previewed_kept_and_sent(run: Run, gateway: Gateway, tmp_path: Path) -> None:
    write_config(tmp_path, gateway, TWO_MODELS)
    gateway.then(answer("x", thinking="Deep."), answer("Reply."))

    async def scenario() -> None:
        async with running(tmp_path, gateway) as user:
            settings = await open_settings(user)
            dialog = await open_texts(user, settings)
            writes(dialog, OWN_TEXT)
            preview = find(dialog, QPlainTextEdit, "splicePreview").toPlainText()
            assert preview.startswith("Q: Why is the sky blue? T: Air scatters")
            QTest.keyClick(dialog, Qt.Key.Key_Escape)
            QTest.keyClick(settings, Qt.Key.Key_Escape)
            await until(lambda: Splices(tmp_path).text(Splice.THINKING) == OWN_TEXT)
            assert await user.asks_and_reads("Why?") == "Reply."
            assert gateway.chats[1].json["messages"][-1]["content"] == "Q: Why? T: Deep."

    run(scenario())


def test_a_text_that_loses_a_part_says_so_as_it_is_typed_and_is_not_kept(
    run: Run, gateway: Gateway, tmp_path: Path
) -> None:
    write_config(tmp_path, gateway)

    async def scenario() -> None:
        async with running(tmp_path, gateway) as user:
            dialog = await open_texts(user, await open_settings(user))
            go_to(find(dialog, NavList, "spliceList"), "Its critique")
            message = find(dialog, QLabel, "spliceMessage")
            assert not message.isVisible()
            writes(dialog, "{question} {draft}")
            assert "must say {answer}" in message.text()
            press(dialog, "insert_answer")
            assert not message.isVisible()
            await until(lambda: Splices(tmp_path).text(Splice.CRITIQUE) == "{question} {draft}{answer}")
            press(dialog, "spliceReset")
            await until(lambda: not list((tmp_path / "splices").iterdir()))
            assert not find(dialog, QPushButton, "spliceReset").isEnabled()

    run(scenario())


def test_each_shipped_text_is_shown_filled(run: Run, gateway: Gateway, tmp_path: Path) -> None:
    write_config(tmp_path, gateway)

    async def scenario() -> None:
        async with running(tmp_path, gateway) as user:
            dialog = await open_texts(user, await open_settings(user))
            pages = find(dialog, NavList, "spliceList")
            preview = find(dialog, QPlainTextEdit, "splicePreview")
            previews = set()
            for _ in Splice:
                previews.add(preview.toPlainText())
                assert "Why is the sky blue?" in preview.toPlainText()
                assert "{" not in preview.toPlainText()
                assert not find(dialog, QPushButton, "spliceReset").isEnabled()
                QTest.keyClick(pages, Qt.Key.Key_Down)
            assert len(previews) == len(Splice)
            assert not (tmp_path / "splices").exists()

    run(scenario())
