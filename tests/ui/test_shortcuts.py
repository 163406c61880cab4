"""The table of shortcuts, and the dialog that lists it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton, QWidget

from desktop.ui.scroll_column import ScrollColumn
from desktop.ui.shortcuts import ACTIONS, Action, ShortcutsDialog
from desktop.ui.theme import Theme
from tests.ui.acting import collected, find, show
from tests.ui.forms import discard, press


@pytest.fixture
def dialog(theme: Theme) -> Iterator[ShortcutsDialog]:
    window = QWidget()
    window.resize(700, 500)
    show(window)
    dialog = ShortcutsDialog(theme, window)
    dialog.open()
    yield dialog
    discard(window)


@pytest.mark.parametrize("platform", ["linux", "win32", "darwin"])
def test_no_two_actions_share_a_key(platform: str) -> None:
    keys = [QKeySequence(key).toString() for action in ACTIONS for key in action.keys_on(platform)]
    assert sorted(keys) == sorted(set(keys))


def test_no_action_wants_a_key_that_macos_takes_for_itself() -> None:
    taken = {"Ctrl+M", "Ctrl+H", "Ctrl+Tab", "Ctrl+Shift+Tab", "Ctrl+Space", "Ctrl+Shift+3", "Ctrl+Shift+4"}
    assert not taken & {key for action in ACTIONS for key in action.keys_on("darwin")}
    assert [action.keys_on("darwin") for action in ACTIONS if action.name == "model_picker"] == [("Ctrl+Shift+M",)]


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.name)
def test_every_action_has_keys_that_qt_knows(action: Action) -> None:
    assert action.text
    assert action.keys
    for key in action.keys:
        sequence = QKeySequence(key)
        assert sequence.count() == 1
        assert sequence.matches(QKeySequence(Qt.Key.Key_unknown)) is QKeySequence.SequenceMatch.NoMatch


def test_no_shortcut_of_the_window_takes_a_key_that_editing_text_needs() -> None:
    editing = {"Ctrl+" + letter for letter in "ACVXZY"} | {"Ctrl+Left", "Ctrl+Right", "Ctrl+Home", "Ctrl+End", "Del"}
    for action in ACTIONS:
        if not action.handled_by_widget:
            assert not editing & set(action.keys), action.name


def test_the_dialog_lists_every_action_and_escape_closes_it(dialog: ShortcutsDialog) -> None:
    for action in ACTIONS:
        assert find(dialog, QLabel, f"shortcut_{action.name}").text() == action.text
    assert find(dialog, QLabel, "shortcut_search").accessibleName() == "Search all chats: Ctrl+K"
    finished = collected(dialog.finished)
    press(Qt.Key.Key_Escape)
    assert finished


def test_the_dialog_is_a_card_over_the_window_that_the_keys_scroll(dialog: ShortcutsDialog) -> None:
    scroll = find(dialog, ScrollColumn, "shortcutsScroll")
    assert not dialog.isWindow()
    press(Qt.Key.Key_Down)
    assert scroll.verticalScrollBar().value() > 0


def test_the_dialog_has_a_button_that_closes_it(dialog: ShortcutsDialog) -> None:
    finished = collected(dialog.finished)
    QTest.mouseClick(find(dialog, QPushButton, "shortcutsClose"), Qt.MouseButton.LeftButton)
    assert finished
