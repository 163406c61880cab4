"""The settings, used with keyboard and mouse."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible, QKeySequence, QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QLabel,
    QMainWindow,
    QPlainTextEdit,
    QPushButton,
    QToolButton,
    QWidget,
)

from desktop.core.endpoints import Endpoint
from desktop.services.settings import Settings
from desktop.ui.endpoint_dialog import EndpointDialog
from desktop.ui.icons import Icons
from desktop.ui.nav_list import NavList
from desktop.ui.settings_dialog import SettingsDialog
from desktop.ui.settings_page import SettingsPage
from desktop.ui.switch import Switch
from desktop.ui.theme import Appearance, Theme
from tests.ui.acting import collected, find, show
from tests.ui.forms import discard

GATEWAY = Endpoint("ai302", "302.AI", "https://api.302.ai/v1")
OLLAMA = Endpoint("ollama", "Ollama", "http://127.0.0.1:11434/v1", needs_key=False)
SETTINGS = Settings(endpoints=(GATEWAY, OLLAMA))


class Window(QMainWindow):
    """What waits under the dialog."""

    def __init__(self) -> None:
        super().__init__()
        self.resize(1000, 640)
        self.editor = QPlainTextEdit()
        self.setCentralWidget(self.editor)


@pytest.fixture
def window() -> Iterator[Window]:
    window = Window()
    show(window)
    window.editor.setFocus()
    yield window
    discard(window)


@pytest.fixture
def dialog(theme: Theme, icons: Icons, window: Window) -> SettingsDialog:
    dialog = SettingsDialog(theme, icons, window)
    show_settings(dialog, SETTINGS)
    dialog.open()
    QApplication.processEvents()
    return dialog


def show_settings(dialog: SettingsDialog, settings: Settings, keys: dict[str, str] | None = None) -> None:
    states = {"ai302": "Key in the keyring", "ollama": ""} if keys is None else keys
    dialog.show_settings(settings, states, "gpt-4o", "SmolLM2 135M", "/home/somebody/data")


def press(dialog: SettingsDialog, name: str) -> None:
    control = find(dialog, QWidget, name)
    assert control.isVisible(), f"{name} is not seen"
    QTest.mouseClick(control, Qt.MouseButton.LeftButton, pos=control.rect().center())


def go(dialog: SettingsDialog, title: str) -> None:
    pages = find(dialog, NavList, "settingsPages")
    item = pages.findItems(title, Qt.MatchFlag.MatchExactly)[0]
    QTest.mouseClick(pages.viewport(), Qt.MouseButton.LeftButton, pos=pages.visualItemRect(item).center())
    QApplication.processEvents()


def seen(dialog: SettingsDialog) -> str:
    """All texts that are on the page."""
    return "\n".join(label.accessibleName() or label.text() for label in dialog.findChildren(QLabel) if shown(label))


def shown(widget: QWidget) -> bool:
    return widget.isVisible() and not widget.visibleRegion().isEmpty()


def test_the_arrow_keys_go_through_the_pages(dialog: SettingsDialog) -> None:
    pages = find(dialog, NavList, "settingsPages")
    assert QApplication.focusWidget() is pages
    titles = []
    for _ in range(pages.count()):
        page = next(page for page in dialog.findChildren(SettingsPage) if page.isVisible())
        titles.append(page.accessibleName())
        QTest.keyClick(pages, Qt.Key.Key_Down)
    pages_shown = ["General", "Endpoints", "New chats", "Models", "Reasoning", "Memory", "This computer"]
    assert titles[:7] == pages_shown
    assert titles[7].startswith("Ligature ")


def test_escape_closes_and_gives_the_keyboard_back(window: Window, dialog: SettingsDialog) -> None:
    stopped = collected(QShortcut(QKeySequence(Qt.Key.Key_Escape), window).activated)
    QTest.keyClick(find(dialog, NavList, "settingsPages"), Qt.Key.Key_Escape)
    assert not dialog.isVisible()
    assert stopped == []
    assert QApplication.focusWidget() is window.editor


def test_the_cross_closes(dialog: SettingsDialog) -> None:
    press(dialog, "settingsClose")
    assert not dialog.isVisible()


def test_tab_stays_inside_and_reaches_every_control_of_the_page(dialog: SettingsDialog) -> None:
    visited = []
    for _ in range(7):
        focused = QApplication.focusWidget()
        assert focused is not None
        visited.append(focused.objectName())
        QTest.keyClick(focused, Qt.Key.Key_Tab)
    assert visited[0] == "settingsPages"
    assert {"appearance_system", "fontSmaller", "fontLarger", "notifySwitch", "settingsClose"} < set(visited)


def test_appearance_is_chosen_by_press_and_by_arrow_key(dialog: SettingsDialog) -> None:
    changed = collected(dialog.appearance_changed)
    press(dialog, "appearance_dark")
    QTest.keyClick(find(dialog, QPushButton, "appearance_dark"), Qt.Key.Key_Left)
    assert changed == ["dark", "light"]
    assert find(dialog, QPushButton, "appearance_light").isChecked()


def test_text_grows_shrinks_and_comes_back(dialog: SettingsDialog) -> None:
    changed = collected(dialog.font_scale_changed)
    assert not find(dialog, QToolButton, "fontReset").isEnabled()
    press(dialog, "fontLarger")
    press(dialog, "fontLarger")
    assert find(dialog, QLabel, "fontScale").text() == "120 %"
    press(dialog, "fontReset")
    press(dialog, "fontSmaller")
    assert changed == [1.1, 1.2, 1.0, 0.9]


def test_text_stops_growing_at_its_limit(dialog: SettingsDialog) -> None:
    show_settings(dialog, replace(SETTINGS, font_scale=2.0))
    assert not find(dialog, QPushButton, "fontLarger").isEnabled()
    assert find(dialog, QPushButton, "fontSmaller").isEnabled()


def test_showing_what_is_set_is_no_change(dialog: SettingsDialog) -> None:
    changed = [
        collected(signal)
        for signal in (
            dialog.appearance_changed,
            dialog.font_scale_changed,
            dialog.fold_thinking_changed,
            dialog.notify_changed,
            dialog.endpoint_enabled_changed,
        )
    ]
    off = (replace(GATEWAY, enabled=False),)
    show_settings(dialog, Settings(endpoints=off, appearance="dark", font_scale=1.3, fold_thinking=False, notify=False))
    assert changed == [[], [], [], [], []]
    assert find(dialog, QPushButton, "appearance_dark").isChecked()
    assert not find(dialog, Switch, "foldThinkingSwitch").isChecked()
    assert not find(dialog, Switch, "notifySwitch").isChecked()


def test_notifications_are_switched_with_the_space_bar(dialog: SettingsDialog) -> None:
    changed = collected(dialog.notify_changed)
    switch = find(dialog, Switch, "notifySwitch")
    switch.setFocus()
    QTest.keyClick(switch, Qt.Key.Key_Space)
    press(dialog, "notifySwitch")
    assert changed == [False, True]


def test_endpoints_are_listed_with_their_keys_state(dialog: SettingsDialog) -> None:
    go(dialog, "Endpoints")
    assert "302.AI\nhttps://api.302.ai/v1 · Key in the keyring" in seen(dialog)
    assert "http://127.0.0.1:11434/v1 · no key needed" in seen(dialog)


def test_a_key_that_nobody_has_looked_for_yet_is_not_called_missing(dialog: SettingsDialog) -> None:
    go(dialog, "Endpoints")
    show_settings(dialog, SETTINGS, {})
    assert "no key" not in seen(dialog)
    show_settings(dialog, SETTINGS, {"ai302": ""})
    assert "https://api.302.ai/v1 · no key" in seen(dialog)


def test_an_endpoint_is_added_changed_and_switched(dialog: SettingsDialog) -> None:
    go(dialog, "Endpoints")
    added = collected(dialog.add_endpoint_requested)
    edited = collected(dialog.edit_endpoint_requested)
    switched = collected(dialog.endpoint_enabled_changed)
    press(dialog, "addEndpoint")
    press(dialog, "endpointEdit_ollama")
    press(dialog, "endpointEnabled_ai302")
    assert len(added) == 1
    assert edited == ["ollama"]
    assert switched == [("ai302", False)]


def test_removing_an_endpoint_asks_once_more_in_its_row(dialog: SettingsDialog) -> None:
    go(dialog, "Endpoints")
    removed = collected(dialog.remove_endpoint_requested)
    press(dialog, "endpointRemove_ai302")
    assert "Remove 302.AI and its key?" in seen(dialog)
    keep = find(dialog, QPushButton, "endpointKeep_ai302")
    assert QApplication.focusWidget() is keep
    QTest.keyClick(keep, Qt.Key.Key_Space)
    assert "Remove 302.AI and its key?" not in seen(dialog)
    assert removed == []
    press(dialog, "endpointRemove_ai302")
    press(dialog, "endpointRemoveConfirm_ai302")
    assert removed == ["ai302"]


def test_when_a_removed_endpoint_goes_the_keyboard_stays_in_the_dialog(dialog: SettingsDialog) -> None:
    go(dialog, "Endpoints")
    press(dialog, "endpointRemove_ai302")
    show_settings(dialog, Settings(endpoints=(OLLAMA,)))
    QApplication.processEvents()
    assert "302.AI" not in seen(dialog)
    assert QApplication.focusWidget() is find(dialog, QPushButton, "addEndpoint")
    show_settings(dialog, Settings())
    assert "There is none yet" in seen(dialog)


def test_new_values_leave_the_keyboard_where_it_is(dialog: SettingsDialog) -> None:
    go(dialog, "Endpoints")
    edit = find(dialog, QToolButton, "endpointEdit_ollama")
    edit.setFocus()
    show_settings(dialog, replace(SETTINGS, endpoints=(replace(GATEWAY, enabled=False), OLLAMA)))
    assert QApplication.focusWidget() is edit
    assert not find(dialog, Switch, "endpointEnabled_ai302").isChecked()


def test_a_dialog_opened_from_here_lies_above_and_gives_the_keyboard_back(
    theme: Theme, icons: Icons, window: Window, dialog: SettingsDialog
) -> None:
    go(dialog, "Endpoints")
    above = EndpointDialog(theme, icons, [GATEWAY], dialog)
    find(dialog, QPushButton, "addEndpoint").setFocus()
    above.open()
    QApplication.processEvents()
    assert above.geometry() == window.rect()
    focused = QApplication.focusWidget()
    assert focused is not None
    assert above.isAncestorOf(focused)
    QTest.keyClick(focused, Qt.Key.Key_Escape)
    assert not above.isVisible()
    assert dialog.isVisible()
    assert QApplication.focusWidget() is find(dialog, QPushButton, "addEndpoint")


def test_the_model_of_new_chats_is_named_and_chosen(dialog: SettingsDialog) -> None:
    go(dialog, "New chats")
    chosen = collected(dialog.choose_default_model_requested)
    assert "gpt-4o" in seen(dialog)
    press(dialog, "chooseDefaultModel")
    assert len(chosen) == 1


def test_this_computer_names_its_model_and_the_data_folder(dialog: SettingsDialog) -> None:
    go(dialog, "This computer")
    opened = collected(dialog.open_data_folder_requested)
    assert "SmolLM2 135M" in seen(dialog)
    assert "/home/somebody/data" in seen(dialog)
    press(dialog, "openDataFolder")
    assert len(opened) == 1
    dialog.show_settings(SETTINGS, {}, "", "", "/data")
    assert "Not installed." in seen(dialog)


def test_what_has_the_keyboard_is_in_view(dialog: SettingsDialog, window: Window) -> None:
    window.resize(700, 420)
    go(dialog, "About")
    copy = find(dialog, QPushButton, "copySystem")
    for _ in range(30):
        focused = QApplication.focusWidget()
        assert focused
        if focused is copy:
            break
        QTest.keyClick(focused, Qt.Key.Key_Tab)
    assert copy.hasFocus()
    QApplication.processEvents()
    assert copy.visibleRegion().boundingRect().height() == copy.height()


def test_a_screen_reader_hears_what_each_switch_is_for(dialog: SettingsDialog) -> None:
    go(dialog, "Endpoints")
    switch = QAccessible.queryAccessibleInterface(find(dialog, Switch, "endpointEnabled_ollama"))
    assert switch.text(QAccessible.Text.Name) == "Use Ollama"
    assert switch.role() is QAccessible.Role.CheckBox


@pytest.mark.parametrize("scale", [1.0, 1.6])
def test_in_a_small_window_nothing_is_cut_off_at_the_side(
    theme: Theme, window: Window, dialog: SettingsDialog, scale: float
) -> None:
    window.resize(480, 560)
    theme.choose(Appearance.LIGHT, scale)
    for title in ("General", "Endpoints", "New chats", "Reasoning", "This computer"):
        go(dialog, title)
        for control in dialog.findChildren(QPushButton):
            if shown(control):
                assert control.width() >= control.minimumSizeHint().width()
                right = control.mapTo(dialog.card, QPoint(control.width(), 0)).x()
                assert right <= dialog.card.width()
    theme.choose(Appearance.LIGHT, 1.0)
