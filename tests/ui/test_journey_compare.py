"""Answers side by side, as a user makes, reads and keeps them."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QLineEdit, QMenu, QWidget

from desktop.core.comparison import with_compared
from desktop.core.conversation import Status
from desktop.core.endpoints import ModelRef
from desktop.ui.message_view import Item, MessageView
from tests.gateway import Gateway, answer, error
from tests.ui.acting import find
from tests.ui.message_views import click
from tests.ui.programs import User, running, write_config

Run = Callable[[Coroutine[Any, Any, Any]], Any]

THINKER = """
[fusion]
enabled = true
endpoint = "loop"
model = "thinker"
"""


class Cards:
    """The page with the answers, as a user sees it."""

    def __init__(self, user: User) -> None:
        self.user = user

    @property
    def page(self) -> QWidget | None:
        """The page, if it is on the screen."""
        page = self.user.window.findChild(QWidget, "compareView")
        return page if isinstance(page, QWidget) and page.isVisible() else None

    @property
    def views(self) -> list[MessageView]:
        """The answers, from left to right."""
        return [card.view for card in self.user.program.compare_view.cards] if self.page else []

    def items(self) -> list[Item]:
        return [item for view in self.views for item in view.items()]

    def texts(self) -> list[str]:
        return [item.text or "" for item in self.items()]

    def heads(self) -> list[str]:
        """Who gave each answer, and with whom."""
        labels = [(f"compareAuthor{n + 1}", f"compareCaption{n + 1}") for n in range(len(self.views))]
        return [" ".join(self.label(each) for each in pair if self.label(each)) for pair in labels]

    def label(self, name: str) -> str:
        label = find(self.user.window, QLabel, name)
        return label.text() if label.isVisible() else ""

    @property
    def summary(self) -> str:
        return self.label("compareSummary") if self.page else ""

    def press(self, name: str) -> None:
        QTest.mouseClick(find(self.user.window, QAbstractButton, name), Qt.MouseButton.LeftButton)

    def marked(self) -> list[list[str]]:
        """What is marked in each answer, place by place."""
        found = []
        for view in self.views:
            [item] = view.items()
            rows = view.stage.conversation.rows(0)
            found.append([row.text[a:b] for row in rows for a, b in view.marks.spans_of(item.id, row)])
        return found

    async def have_ended(self) -> None:
        await self.user.sees(
            lambda: self.items() and all(i.status is not Status.STREAMING for i in self.items()), "ends"
        )


def compares(user: User, *models: str) -> None:
    """Lets the chat ask these models beside its own."""
    features = with_compared(user.program.chats.chat.features, [ModelRef("loop", model) for model in models])
    user.program.chats.change({"features": features})


def test_without_thinking_puts_the_plain_answer_beside_the_fused_one(
    run: Run, gateway: Gateway, tmp_path: Path
) -> None:
    write_config(tmp_path, gateway, THINKER)
    gateway.then(answer("x", thinking="Deep."), answer("The deck follows the cable."), answer("The deck bends down."))

    async def scenario() -> None:
        async with running(tmp_path, gateway) as user:
            await user.asks_and_reads("Why?")
            fused = user.items()[-1]
            cards = Cards(user)
            user.clicks_on_message("without_thinking")
            await user.sees(lambda: cards.texts() == ["The deck follows the cable.", "The deck bends down."], "both")
            assert cards.heads() == ["echo with thinker", "echo alone"]
            await user.sees(lambda: "Differences are marked." in cards.summary, "the line below")
            assert cards.summary.startswith("Thinking first took ")
            assert cards.marked() == [["follows the cable"], ["bends down"]]
            assert [request.json["model"] for request in gateway.chats] == ["thinker", "echo", "echo"]
            QTest.keyClick(user.window, Qt.Key.Key_Escape)
            await user.sees(lambda: cards.page is None, "the chat")
            await user.sees(lambda: [item.id for item in user.items()][-1:] == [fused.id], "the answer from before")
            assert user.items()[-1].choice == (1, 2)

    run(scenario())


def test_the_same_button_again_shows_what_is_there(run: Run, gateway: Gateway, tmp_path: Path) -> None:
    write_config(tmp_path, gateway, THINKER)
    gateway.then(answer("x", thinking="Deep."), answer("Fused."), answer("Plain."))

    async def scenario() -> None:
        async with running(tmp_path, gateway) as user:
            await user.asks_and_reads("Why?")
            cards = Cards(user)
            user.clicks_on_message("without_thinking")
            await user.sees(lambda: cards.texts() == ["Fused.", "Plain."])
            await user.sees(lambda: not user.program.turns.streams(1))
            cards.press("compareClose")
            await user.sees(lambda: cards.page is None and user.texts()[-1:] == ["Fused."])
            user.clicks_on_message("without_thinking")
            await user.sees(lambda: cards.texts() == ["Fused.", "Plain."])
            assert len(gateway.chats) == 3

    run(scenario())


def test_with_thinking_beside_a_plain_answer_and_kept(run: Run, gateway: Gateway, tmp_path: Path) -> None:
    write_config(tmp_path, gateway, THINKER)
    gateway.then(answer("Plain."), answer("x", thinking="Deep."), answer("Fused."))

    async def first() -> None:
        async with running(tmp_path, gateway) as user:
            user.clicks("thinkerOff")
            await user.asks_and_reads("Why?")
            cards = Cards(user)
            user.clicks_on_message("with_thinking")
            await user.sees(lambda: cards.texts() == ["Fused.", "Plain."])
            await cards.have_ended()
            assert cards.items()[0].thinking == "Deep."
            assert cards.heads() == ["echo with thinker", "echo alone"]
            keep = find(user.window, QAbstractButton, "compareKeep1")
            keep.setFocus()
            QTest.keyClick(keep, Qt.Key.Key_Return)
            await user.sees(lambda: cards.page is None and user.texts() == ["Why?", "Fused."])

    async def second() -> None:
        async with running(tmp_path, gateway) as user:
            await user.sees(lambda: user.texts() == ["Why?", "Fused."])
            assert user.items()[-1].choice == (2, 2)

    run(first())
    run(second())


def test_a_plain_answer_offers_no_thinking_where_nobody_thinks(run: Run, gateway: Gateway, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with running(tmp_path, gateway) as user:
            await user.asks_and_reads("Why?")
            assert user.items()[-1].other_way == ""
            with pytest.raises(AssertionError, match="with_thinking is not on the screen"):
                user.clicks_on_message("with_thinking")

    run(scenario())


def test_three_models_answer_at_once_one_fails_and_one_is_kept(run: Run, gateway: Gateway, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with running(tmp_path, gateway) as user:
            compares(user, "second", "third")
            gateway.then(answer("One."), error(400, "No such model"), answer("Three."))
            user.asks("Go")
            cards = Cards(user)
            await user.sees(lambda: len(cards.views) == 3)
            await cards.have_ended()
            assert cards.heads() == ["echo", "second", "third"]
            statuses = sorted(item.status for item in cards.items())
            assert statuses == [Status.DONE, Status.DONE, Status.FAILED]
            failed = next(item for item in cards.items() if item.status is Status.FAILED)
            assert "No such model" in failed.notice
            assert sorted(request.json["model"] for request in gateway.chats) == ["echo", "second", "third"]
            await user.sees(lambda: not user.program.turns.streams(1))
            kept = [item.id for item in cards.items() if item.status is Status.DONE][1]
            place = [item.id for item in cards.items()].index(kept) + 1
            cards.press(f"compareKeep{place}")
            await user.sees(lambda: cards.page is None and user.items()[-1].id == kept)
            assert user.items()[-1].choice[1] == 3
            gateway.then(answer("More."), answer("More."), answer("More."))
            user.asks("And?")
            await user.sees(lambda: cards.texts() == ["More."] * 3)
            assert [m["content"] for m in gateway.chats[-1].json["messages"]][-1] == "And?"

    run(scenario())


def test_stop_ends_all_and_each_can_be_stopped_alone(run: Run, gateway: Gateway, tmp_path: Path) -> None:
    slow = "One two three four five six seven eight nine ten"
    gateway.then(*[answer(slow, tokens_per_s=5)] * 3)

    async def scenario() -> None:
        async with running(tmp_path, gateway) as user:
            compares(user, "second", "third")
            user.asks("Go")
            cards = Cards(user)
            await user.sees(lambda: len(cards.texts()) == 3 and all("One" in text for text in cards.texts()))
            cards.press("compareStop2")
            await user.sees(lambda: cards.items()[1].status is Status.STOPPED)
            assert [item.status for item in cards.items()].count(Status.STREAMING) == 2
            user.clicks("stopButton")
            await user.sees(lambda: [item.status for item in cards.items()] == [Status.STOPPED] * 3)
            assert all(text.startswith("One") for text in cards.texts())

    run(scenario())


def test_answers_of_another_chat_go_on_and_stand_side_by_side_again(run: Run, gateway: Gateway, tmp_path: Path) -> None:
    slow = "One two three four five six seven eight"
    gateway.then(answer("Hi."), *[answer(slow, tokens_per_s=8)] * 2)

    async def scenario() -> None:
        async with running(tmp_path, gateway) as user:
            await user.asks_and_reads("First chat")
            user.program.new_chat()
            compares(user, "second")
            user.asks("Second chat")
            cards = Cards(user)
            await user.sees(lambda: len(cards.texts()) == 2 and all(cards.texts()))
            user.chooses_chat("First chat")
            await user.sees(lambda: user.texts() == ["First chat", "Hi."] and cards.page is None)
            user.chooses_chat("Second chat")
            await user.sees(lambda: cards.texts() == [slow, slow])

    run(scenario())


def test_siblings_of_before_are_compared_after_a_restart(run: Run, gateway: Gateway, tmp_path: Path) -> None:
    gateway.then(answer("Red one."), answer("Red two."))

    async def first() -> None:
        async with running(tmp_path, gateway) as user:
            await user.asks_and_reads("Go")
            user.clicks_on_message("retry", user.items()[-1].id)
            await user.sees(lambda: user.texts() == ["Go", "Red two."] and user.has_ended())

    async def second() -> None:
        async with running(tmp_path, gateway) as user:
            await user.sees(lambda: user.texts() == ["Go", "Red two."])
            user.program.comparisons.act("compare", user.items()[-1].id)
            cards = Cards(user)
            await user.sees(lambda: cards.texts() == ["Red one.", "Red two."])
            await user.sees(lambda: cards.marked() == [["one"], ["two"]])
            click(cards.views[0], "copy")
            assert len(gateway.chats) == 2

    run(first())
    run(second())


def test_a_kill_in_the_middle_loses_no_answer(run: Run, gateway: Gateway, tmp_path: Path) -> None:
    slow = "One two three four five six seven eight nine ten"
    gateway.then(*[answer(slow, tokens_per_s=5)] * 2)

    async def first() -> None:
        async with running(tmp_path, gateway) as user:
            compares(user, "second")
            user.asks("Go")
            cards = Cards(user)
            await user.sees(lambda: len(cards.texts()) == 2 and all("two" in text for text in cards.texts()))

    async def second() -> None:
        async with running(tmp_path, gateway) as user:
            await user.sees(lambda: len(user.items()) == 2)
            assert user.items()[-1].choice == (1, 2)
            user.program.comparisons.act("compare", user.items()[-1].id)
            cards = Cards(user)
            await user.sees(lambda: len(cards.texts()) == 2)
            assert all(text.startswith("One two") for text in cards.texts())
            assert [item.status for item in cards.items()] == [Status.INTERRUPTED] * 2

    run(first())
    run(second())


def test_another_question_is_read_in_the_chat(run: Run, gateway: Gateway, tmp_path: Path) -> None:
    gateway.then(answer("One."), answer("Two."), answer("Three."))

    async def scenario() -> None:
        async with running(tmp_path, gateway) as user:
            compares(user, "second")
            user.asks("Go")
            cards = Cards(user)
            await user.sees(lambda: len(cards.texts()) == 2)
            await cards.have_ended()
            compares(user)
            await user.sees(lambda: not user.program.turns.streams(1))
            user.asks("And?")
            await user.sees(lambda: user.texts()[2:] == ["And?", "Three."] and cards.page is None)

    run(scenario())


def tick(user: User, *models: str) -> None:
    """Ticks models in the open picker and takes them."""
    search = find(user.window, QLineEdit, "modelSearch")
    for model in models:
        search.setText(model)
        QTest.keyClick(search, Qt.Key.Key_Return)
    QTest.mouseClick(find(user.window, QAbstractButton, "modelAskSeveral"), Qt.MouseButton.LeftButton)


def test_several_models_chosen_in_the_picker_are_asked_until_they_are_taken_off(
    run: Run, gateway: Gateway, tmp_path: Path
) -> None:
    gateway.models = [{"id": model} for model in ("echo", "second", "third")]
    gateway.then(answer("One."), answer("Two."), answer("Three."), answer("Alone."))

    async def scenario() -> None:
        async with running(tmp_path, gateway) as user:
            user.program.models.open()
            find(user.window, QAbstractButton, "modelCompare").click()
            tick(user, "second", "third")
            chip = find(user.window, QAbstractButton, "compareModels")
            assert chip.isVisible()
            assert chip.text().strip() == "Asks 3 models"
            user.asks("Go")
            cards = Cards(user)
            await user.sees(lambda: len(cards.views) == 3 and all(cards.texts()))
            assert sorted(request.json["model"] for request in gateway.chats) == ["echo", "second", "third"]
            await user.sees(lambda: not user.program.turns.streams(1))
            cards.press("compareKeep2")
            user.clicks("compareOff")
            assert not chip.isVisible()
            assert await user.asks_and_reads("And?") == "Alone."

    run(scenario())


def test_whom_the_chat_asks_outlives_the_program(run: Run, gateway: Gateway, tmp_path: Path) -> None:
    gateway.then(answer("One."), answer("Two."))

    async def first() -> None:
        async with running(tmp_path, gateway) as user:
            user.program.models.open()
            find(user.window, QAbstractButton, "modelCompare").click()
            tick(user, "second")
            user.asks("Go")
            await user.sees(lambda: len(Cards(user).texts()) == 2)

    async def second() -> None:
        async with running(tmp_path, gateway) as user:
            await user.sees(lambda: len(user.items()) == 2)
            assert find(user.window, QAbstractButton, "compareModels").text().strip() == "Asks 2 models"
            user.program.new_chat()
            assert not find(user.window, QAbstractButton, "compareModels").isVisible()

    run(first())
    run(second())


def test_an_answer_is_compared_with_those_of_other_models(run: Run, gateway: Gateway, tmp_path: Path) -> None:
    gateway.models = [{"id": model} for model in ("echo", "second", "third")]
    gateway.then(answer("One."), answer("Two."), answer("Three."))

    async def scenario() -> None:
        async with running(tmp_path, gateway) as user:
            await user.asks_and_reads("Go")
            first = user.items()[-1].id
            user.program.comparisons.act("compare_with", first)
            tick(user, "second", "third")
            cards = Cards(user)
            await user.sees(lambda: len(cards.views) == 3 and all(cards.texts()))
            await cards.have_ended()
            assert cards.heads() == ["echo", "second", "third"]
            assert cards.texts()[0] == "One."
            assert len(gateway.chats) == 3
            assert not find(user.window, QAbstractButton, "compareModels").isVisible()
            await user.sees(lambda: not user.program.turns.streams(1))
            QTest.keyClick(user.window, Qt.Key.Key_Escape)
            await user.sees(lambda: cards.page is None and user.items()[-1].id == first)

    run(scenario())


def test_the_thinking_on_a_card_is_folded_and_can_be_ended_on_it(run: Run, gateway: Gateway, tmp_path: Path) -> None:
    write_config(tmp_path, gateway, THINKER)
    thoughts = "One two three four five six seven eight nine ten"
    gateway.then(answer("Plain."), answer("x", thinking=thoughts, tokens_per_s=5), answer("Fused."))

    async def scenario() -> None:
        async with running(tmp_path, gateway) as user:
            user.clicks("thinkerOff")
            await user.asks_and_reads("Why?")
            cards = Cards(user)
            user.clicks_on_message("with_thinking")
            await user.sees(lambda: len(cards.items()) == 2 and "two" in (cards.items()[0].thinking or ""))
            assert cards.heads() == ["echo with thinker", "echo alone"]
            assert not cards.views[0].stage.conversation.message(0).thinking_open
            click(cards.views[0], "answer-now")
            await user.sees(lambda: cards.texts() == ["Fused.", "Plain."])
            assert "ten" not in (cards.items()[0].thinking or "")

    run(scenario())


def test_the_menu_of_an_answer_leads_to_its_siblings(run: Run, gateway: Gateway, tmp_path: Path) -> None:
    gateway.then(answer("Red one."), answer("Red two."))

    async def scenario() -> None:
        async with running(tmp_path, gateway) as user:
            await user.asks_and_reads("Go")
            user.clicks_on_message("retry", user.items()[-1].id)
            await user.sees(lambda: user.texts() == ["Go", "Red two."] and user.has_ended())
            user.view.setFocus(Qt.FocusReason.TabFocusReason)
            QTest.keyClick(user.view, Qt.Key.Key_End)
            user.view.open_current_menu()
            menu = find(user.view, QMenu, "messageMenu")
            entries = {action.objectName(): action for action in menu.actions()}
            entries["compareMessage"].trigger()
            menu.close()
            await user.sees(lambda: Cards(user).texts() == ["Red one.", "Red two."])

    run(scenario())


def test_tab_goes_from_card_to_card_and_find_looks_into_the_one_with_the_keyboard(
    run: Run, gateway: Gateway, tmp_path: Path
) -> None:
    gateway.then(answer("Red one."), answer("Red two."))

    async def scenario() -> None:
        async with running(tmp_path, gateway) as user:
            compares(user, "second")
            user.asks("Go")
            cards = Cards(user)
            await user.sees(lambda: len(cards.texts()) == 2 and all(cards.texts()))
            await cards.have_ended()
            await user.sees(lambda: not user.program.turns.streams(1))
            find(user.window, QAbstractButton, "compareClose").setFocus()
            visited = []
            for _ in range(5):
                QTest.keyClick(user.window, Qt.Key.Key_Tab)
                focused = QApplication.focusWidget()
                visited.append(focused.objectName() if focused else "")
            assert visited == ["compareQuestion", "compareKeep1", "compareAnswer1", "compareKeep2", "compareAnswer2"]
            QTest.keyClick(user.window, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
            assert cards.views[1].find_bar.isVisible()
            assert not cards.views[0].find_bar.isVisible()
            QTest.keyClick(user.window, Qt.Key.Key_Escape)
            await user.sees(lambda: not cards.views[1].find_bar.isVisible())
            assert cards.page is not None

    run(scenario())


def test_cards_in_a_narrow_window_are_moved_sideways_to_the_keyboard(
    run: Run, gateway: Gateway, tmp_path: Path
) -> None:
    gateway.then(answer("Red one."), answer("Red two."), answer("Red three."))

    async def scenario() -> None:
        async with running(tmp_path, gateway) as user:
            user.window.resize(500, 600)
            compares(user, "second", "third")
            user.asks("Go")
            cards = Cards(user)
            await user.sees(lambda: len(cards.texts()) == 3 and all(cards.texts()))
            await cards.have_ended()
            last = find(user.window, QAbstractButton, "compareKeep3")
            assert last.visibleRegion().isEmpty()
            last.setFocus(Qt.FocusReason.TabFocusReason)
            await user.sees(lambda: not last.visibleRegion().isEmpty())

    run(scenario())


def test_in_a_narrow_window_the_composer_says_only_how_many_are_asked(
    run: Run, gateway: Gateway, tmp_path: Path
) -> None:
    async def scenario() -> None:
        async with running(tmp_path, gateway) as user:
            compares(user, "second")
            chip = find(user.window, QAbstractButton, "compareModels")
            user.window.resize(1000, 700)
            await user.sees(lambda: chip.text().strip() == "Asks 2 models")
            user.window.resize(480, 560)
            await user.sees(lambda: chip.text().strip() == "2")
            assert "Asks 2 models" in chip.accessibleName()
            assert chip.width() >= chip.sizeHint().width()

    run(scenario())
