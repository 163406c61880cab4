"""A user looks at what would be sent and what was, and copies it as a program."""

from __future__ import annotations

import json
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible, QAction, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QListView, QMenu, QPushButton, QTextEdit, QWidget

from desktop.core.comparison import with_compared
from desktop.core.conversation import Draft
from desktop.core.endpoints import ModelRef
from desktop.ui.request_card import RequestCard
from tests.gateway import Gateway, answer
from tests.ui.acting import find
from tests.ui.programs import KEY, User, running, write_config
from tests.unit.pictures import encoded, photo
from tests.until import until

Run = Callable[[Coroutine[Any, Any, Any]], Any]

TWO_MODELS = """
[fusion]
enabled = true
endpoint = "loop"
model = "thinker"
"""
CTRL_SHIFT = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier


async def looks(user: User) -> RequestCard:
    """The request by its keys."""
    user.presses(Qt.Key.Key_R, CTRL_SHIFT)
    return await card_of(user)


async def card_of(user: User) -> RequestCard:
    await until(lambda: any(card.isVisible() for card in user.window.findChildren(RequestCard)), what="the card")
    return find(user.window, RequestCard, "requestCard")


def body_of(card: RequestCard) -> QTextEdit:
    return find(card, QTextEdit, "requestBody")


def copied_body(card: RequestCard) -> Any:
    """The whole body, as somebody copies it."""
    body = body_of(card)
    QTest.keyClick(body, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(body, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    return json.loads(clipboard())


def clipboard() -> str:
    return QGuiApplication.clipboard().text()


def rows_of(card: RequestCard) -> list[str]:
    """What a screen reader says of the messages."""
    model = find(card, QListView, "requestOutline").model()
    role = Qt.ItemDataRole.AccessibleTextRole
    return [str(model.index(row, 0).data(role)) for row in range(model.rowCount())]


def choose(menu: QMenu, language: str) -> None:
    """An entry by the keyboard."""
    [action] = [action for action in menu.actions() if action.text() == language]
    menu.setActiveAction(action)
    QTest.keyClick(menu, Qt.Key.Key_Return)


def menu_of_last(user: User) -> QMenu:
    """The menu of the last message, by keys."""
    user.view.setFocus()
    QTest.keyClick(user.view, Qt.Key.Key_End)
    QTest.keyClick(user.view, Qt.Key.Key_Menu)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    return menu


def act(menu: QMenu, object_name: str) -> None:
    """An entry of a menu, or of a menu in it."""
    find(menu, QAction, object_name).trigger()
    menu.close()


def all_texts(widget: QWidget) -> str:
    """Everything that is written anywhere in a window, seen or heard."""
    texts: list[str] = []
    for child in [widget, *widget.findChildren(QWidget)]:
        texts += [child.accessibleName(), child.accessibleDescription(), child.toolTip()]
        if isinstance(child, QLabel | QAbstractButton):
            texts.append(child.text())
        if isinstance(child, QTextEdit):
            texts.append(child.toPlainText())
        interface = QAccessible.queryAccessibleInterface(child)
        if interface is not None and interface.textInterface() is not None:
            texts.append(interface.textInterface().text(0, interface.textInterface().characterCount()))
    return "\n".join(texts)


def test_the_keys_show_what_send_would_send(run: Run, gateway: Gateway, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with running(tmp_path, gateway) as user:
            user.program.chats.change({"parameters": {"system_prompt": "Be brief.", "temperature": 0.3}})
            await user.asks_and_reads("First?")
            user.types("Why?")
            card = await looks(user)
            shown = json.loads(body_of(card).toPlainText())
            assert shown == copied_body(card)
            assert rows_of(card) == [
                "system, 7 tokens: Be brief.",
                "user, 6 tokens: First?",
                "assistant, 8 tokens: You said: First?",
                "user, 5 tokens: Why?",
            ]
            assert find(card, QLabel, "requestTotal").text() == "26 tokens in"
            assert find(card, QLabel, "requestAddress").text() == f"POST {gateway.base_url}/chat/completions"
            QTest.keyClick(card, Qt.Key.Key_Escape)
            await until(lambda: not card.isVisible())
            user.presses(Qt.Key.Key_Return)
            await user.sees(lambda: len(gateway.chats) == 2 and user.has_ended())
            assert gateway.chats[-1].json == shown

    run(scenario())


def test_a_picture_is_folded_and_whole_in_what_is_copied(run: Run, gateway: Gateway, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with running(tmp_path, gateway) as user:
            picture = await user.program.services.attachments.add_bytes(encoded(photo(), "JPEG"), "bridge.jpg")
            user.window.composer.set_draft(Draft("Look. 語 👩‍👧", (picture,)))
            card = await looks(user)
            text = body_of(card).toPlainText()
            assert "▸ image/jpeg 640×480, " in text
            assert len(text) < 1000
            whole = copied_body(card)
            outline = find(card, QListView, "requestOutline")
            outline.setFocus()
            QTest.keyClick(outline, Qt.Key.Key_End)
            assert "▸" in body_of(card).textCursor().block().text()
            QTest.keyClick(outline, Qt.Key.Key_Return)
            viewer = find(user.window, QWidget, "pictureCard")
            await until(viewer.isVisible)
            QTest.keyClick(viewer, Qt.Key.Key_Escape)
            QTest.keyClick(card, Qt.Key.Key_Escape)
            await until(lambda: not card.isVisible())
            user.presses(Qt.Key.Key_Return)
            await user.sees(lambda: len(gateway.chats) == 1 and user.has_ended())
            assert gateway.chats[0].json == whole

    run(scenario())


def test_a_click_on_a_folded_picture_opens_it(run: Run, gateway: Gateway, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with running(tmp_path, gateway) as user:
            picture = await user.program.services.attachments.add_bytes(encoded(photo(), "JPEG"), "bridge.jpg")
            user.window.composer.set_draft(Draft("Look.", (picture,)))
            body = body_of(await looks(user))
            cursor = body.document().find("image/jpeg")
            place = body.cursorRect(cursor).center()
            QTest.mouseClick(body.viewport(), Qt.MouseButton.LeftButton, pos=place - QPoint(3, 0))
            await until(lambda: find(user.window, QWidget, "pictureCard").isVisible())

    run(scenario())


def test_the_button_copies_and_its_menu_has_all_languages(run: Run, gateway: Gateway, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with running(tmp_path, gateway) as user:
            user.types("Why?")
            card = await looks(user)
            button = find(card, QPushButton, "copyRequest")
            assert button.accessibleName() == "Copy as Python"
            QTest.mouseClick(button, Qt.MouseButton.LeftButton, pos=QPoint(20, 10))
            assert "httpx.stream(" in clipboard()
            assert 'os.environ["LIGATURE_KEY_LOOP"]' in clipboard()
            assert button.accessibleName() == "Copied"
            QTest.mouseClick(button, Qt.MouseButton.LeftButton, pos=QPoint(button.width() - 8, 10))
            menu = find(button, QMenu, "copyRequestMenu")
            await until(menu.isVisible)
            assert len(menu.actions()) == 16
            choose(menu, "Go")
            assert clipboard().startswith("package main")
            QTest.keyClick(button, Qt.Key.Key_Down)
            await until(menu.isVisible)
            choose(menu, "Shell (curl)")
            assert clipboard().startswith("curl ")
            QTest.keyClick(card, Qt.Key.Key_Escape)
            await until(lambda: not card.isVisible())
        async with running(tmp_path, gateway) as user:
            card = await looks(user)
            assert find(card, QPushButton, "copyRequest").accessibleName() == "Copy as curl"

    run(scenario())


def test_the_parameter_panel_shows_and_copies_the_request(run: Run, gateway: Gateway, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with running(tmp_path, gateway) as user:
            user.types("Why?")
            user.window.resize(1360, 860)
            if not user.window.parameter_panel.isVisible():
                user.window.toggle_parameters()
            await until(user.window.parameter_panel.isVisible)
            user.clicks("showRequest")
            card = await card_of(user)
            QTest.mouseClick(find(card, QAbstractButton, "closeRequest"), Qt.MouseButton.LeftButton)
            await until(lambda: not card.isVisible())
            user.clicks("copyAs")
            menu = find(user.window, QMenu, "copyAsMenu")
            await until(menu.isVisible)
            choose(menu, "PHP")
            await until(lambda: clipboard().startswith("<?php"))
            assert "The request was copied as PHP." in user.notices()

    run(scenario())


def test_an_answers_menu_shows_what_it_was_asked_with(run: Run, gateway: Gateway, tmp_path: Path) -> None:
    write_config(tmp_path, gateway, TWO_MODELS)
    gateway.then(answer("x", thinking="Deep."), answer("Reply."))

    async def scenario() -> None:
        async with running(tmp_path, gateway) as user:
            user.program.chats.change({"parameters": {"temperature": 0.3}})
            await user.asks_and_reads("Why?")
            user.program.chats.change({"parameters": {"temperature": 1.0}, "features": {}})
            user.types("And then?")
            act(menu_of_last(user), "requestMessage")
            card = await card_of(user)
            assert copied_body(card) == gateway.chats[1].json
            tab = find(card, QPushButton, "requestTab1")
            assert (tab.text(), find(card, QPushButton, "requestTab2").text()) == (
                "1 Thinks: thinker",
                "2 Answers: echo",
            )
            QTest.mouseClick(tab, Qt.MouseButton.LeftButton)
            assert copied_body(card) == gateway.chats[0].json
            QTest.keyClick(card, Qt.Key.Key_Escape)
            await until(lambda: not card.isVisible())
            act(menu_of_last(user), "copyAs_ruby")
            await until(lambda: 'require "net/http"' in clipboard())
            assert "Deep." in clipboard()

    run(scenario())


def test_tabs_of_many_requests_keep_their_beginnings(run: Run, gateway: Gateway, tmp_path: Path) -> None:
    write_config(tmp_path, gateway, TWO_MODELS)
    models = [ModelRef("loop", f"a-model-of-a-rather-long-name-{number}") for number in range(3)]

    async def scenario() -> None:
        async with running(tmp_path, gateway) as user:
            user.program.chats.change({"features": with_compared(user.program.chats.chat.features, models)})
            user.types("Why?")
            card = await looks(user)
            tab = find(card, QPushButton, "requestTab1")
            await until(lambda: tab.text().endswith("…"))
            assert tab.text().startswith("1 Thinks")
            assert tab.toolTip() == tab.accessibleName() == "1 Thinks: thinker"
            assert tab.sizeHint().width() <= tab.width()

    run(scenario())


def test_what_is_left_out_is_struck_through_and_says_why(run: Run, gateway: Gateway, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with running(tmp_path, gateway) as user:
            await user.asks_and_reads("First?")
            user.program.conversation.put_into_context(user.items()[0].id, in_context=False)
            await user.sees(lambda: not user.items()[0].in_context)
            user.types("Why?")
            card = await looks(user)
            assert rows_of(card)[0] == "user, 6 tokens: First?. Not sent: You have left this message out."
            assert find(card, QLabel, "requestTotal").text() == "13 tokens in · 1 message left out"
            reasons = find(card, QLabel, "requestReasons")
            assert not reasons.isVisible()
            QTest.mouseClick(find(card, QPushButton, "requestWhy"), Qt.MouseButton.LeftButton)
            assert reasons.isVisible()
            assert reasons.text() == "You have left this message out."

    run(scenario())


def test_the_key_is_nowhere(run: Run, gateway: Gateway, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with running(tmp_path, gateway) as user:
            user.types("Why?")
            card = await looks(user)
            assert find(card, QLabel, "requestKey").text() == f"Bearer ••••••{KEY[-3:]}"
            menu = find(card, QMenu, "copyRequestMenu")
            for action in menu.actions():
                action.trigger()
                assert KEY not in clipboard()
                assert KEY[-6:] not in clipboard()
            assert KEY[-6:] not in all_texts(user.window)

    run(scenario())


def test_an_empty_composer_shows_the_last_question(run: Run, gateway: Gateway, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with running(tmp_path, gateway) as user:
            await user.asks_and_reads("Why?")
            card = await looks(user)
            assert copied_body(card) == gateway.chats[0].json

    run(scenario())
