"""Journeys: what was said long ago is found again, in one chat and over all of them."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFrame, QLabel, QLineEdit, QListView

from desktop.core.conversation import Status, TextPart
from desktop.services.paths import Paths
from desktop.services.store import Store
from desktop.ui.program import LAST_CHAT
from tests.gateway import Gateway, answer
from tests.ui.acting import find, press
from tests.ui.programs import User, running

Run = Callable[[Coroutine[Any, Any, Any]], Any]
CONTROL = Qt.KeyboardModifier.ControlModifier


async def store_long_chat(data_dir: Path, count: int) -> None:
    """A chat of so many questions and answers, the third answer with a needle; the last chat that was open."""
    paths = Paths.under(data_dir)
    paths.create()
    store = Store(paths.database_file)
    chat = await store.create_chat(endpoint_id="loop", model="echo")
    parent = None
    for number in range(count):
        question = await store.add_question(chat.id, parent, [TextPart(f"Question {number}?")])
        run, [message] = await store.begin_run(chat.id, question.id, endpoint_id="loop", model="echo", parameters={})
        needle = " with the **silver** needle" if number == 2 else ""
        store.journal(run.id, 0, "text", f"Answer {number}{needle}. " + "More. " * 80)
        await store.end_run(run.id, status=Status.DONE)
        parent = message.id
    await store.remember(LAST_CHAT, chat.id)
    store.close()


def count(user: User) -> str:
    return find(user.window, QLabel, "findCount").text()


def marked(user: User) -> str:
    """The current match on the screen."""
    for placed in user.view.stage.scroller.placed:
        span = user.view.finder.current_in(placed.message, placed.row)
        if span is not None:
            return placed.row.text[span[0] : span[1]]
    return ""


def test_what_was_said_long_ago_is_found_though_its_text_was_not_read(
    run: Run, gateway: Gateway, tmp_path: Path
) -> None:
    async def scenario() -> None:
        await store_long_chat(tmp_path, 60)
        async with running(tmp_path, gateway) as user:
            await user.sees(lambda: len(user.items()) == 120, "the chat of the last time")
            assert user.items()[5].unread
            user.presses(Qt.Key.Key_F, CONTROL)
            QTest.keyClicks(find(user.window, QLineEdit, "findText"), "silver needle")
            await user.sees(lambda: marked(user) == "silver needle", "the needle")
            assert count(user) == "1 of 1"
            QTest.keyClick(find(user.window, QLineEdit, "findText"), Qt.Key.Key_Escape)
            assert not find(user.window, QFrame, "findBar").isVisible()

    run(scenario())


def test_a_result_of_the_search_over_all_chats_opens_with_its_words_marked(
    run: Run, gateway: Gateway, tmp_path: Path
) -> None:
    async def scenario() -> None:
        await store_long_chat(tmp_path, 40)
        async with running(tmp_path, gateway) as user:
            gateway.then(answer("Fine."))
            await user.sees(lambda: len(user.items()) == 80, "the chat of the last time")
            user.clicks("newChat")
            assert await user.asks_and_reads("How are you?") == "Fine."
            QTest.keyClicks(find(user.window, QLineEdit, "chatSearch"), "needle silver")
            results = find(user.window, QListView, "searchResults")
            await user.sees(lambda: results.isVisible() and results.model().rowCount() == 1, "a result")
            press(results, str(results.model().index(0, 0).data()))
            await user.sees(lambda: marked(user) in {"needle", "silver"}, "the words")
            assert count(user) == "1 of 1"

    run(scenario())
