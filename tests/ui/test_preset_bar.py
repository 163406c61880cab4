"""Presets of parameters, used with keyboard and mouse."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLineEdit, QMenu

from desktop.ui.icons import Icons
from desktop.ui.parameter_panel import ParameterPanel
from desktop.ui.theme import Theme
from tests.ui.acting import collected, find
from tests.ui.parameter_acting import (
    choose,
    open_presets,
    preset_text,
    shown_panel,
    shown_text,
    slider,
    type_into,
    value_edit,
)


@pytest.fixture
def panel(theme: Theme, icons: Icons) -> Iterator[ParameterPanel]:
    yield from shown_panel(theme, icons)


def entries(menu: QMenu) -> list[str]:
    return [action.text() for action in menu.actions() if not action.isSeparator()]


def test_preset_is_saved_chosen_changed_and_saved_again(panel: ParameterPanel) -> None:
    presets = collected(panel.presets_changed)
    panel.set_parameters({"temperature": 0.3})
    choose(open_presets(panel), "Save as…")
    field = find(panel, QLineEdit, "presetName")
    assert field.hasFocus()
    QTest.keyClicks(field, "Careful & slow")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert presets == [{"Careful & slow": {"temperature": 0.3}}]
    assert preset_text(panel) == "Preset: Careful && slow"
    type_into(value_edit(panel, "temperature"), "0.4")
    assert preset_text(panel).startswith("Preset: Careful && slow · ch")
    choose(open_presets(panel), "Save the changes")
    assert presets[-1] == {"Careful & slow": {"temperature": 0.4}}
    assert preset_text(panel) == "Preset: Careful && slow"


def test_preset_is_chosen_and_left(panel: ParameterPanel) -> None:
    panel.set_presets({"Careful": {"temperature": 0.3}, "Wild": {"top_p": 0.9, "n": 2}})
    changes = collected(panel.changed)
    choose(open_presets(panel), "Wild")
    assert changes == [{"top_p": 0.9, "n": 2}]
    assert value_edit(panel, "top_p").text() == "0.9"
    menu = open_presets(panel)
    assert [action.text() for action in menu.actions() if action.isChecked()] == ["Wild"]
    choose(menu, "No preset")
    assert changes[-1] == {}
    assert preset_text(panel) == "No preset"


def test_what_a_preset_replaces_is_told_unless_another_preset_keeps_it(panel: ParameterPanel) -> None:
    panel.set_presets({"Careful": {"temperature": 0.3}, "Wild": {"n": 2}})
    replaced = collected(panel.replaced)
    panel.set_parameters({"temperature": 0.3})
    choose(open_presets(panel), "Wild")
    assert replaced == []
    panel.set_parameters({"seed": 7})
    choose(open_presets(panel), "Wild")
    assert replaced == [{"seed": 7}]
    panel.change_to(replaced[0])
    assert panel.parameters() == {"seed": 7}
    assert value_edit(panel, "seed").text() == "7"


def test_preset_is_renamed_and_deleted(panel: ParameterPanel) -> None:
    panel.set_presets({"Careful": {"temperature": 0.3}, "Wild": {"n": 2}})
    panel.set_parameters({"temperature": 0.3})
    presets = collected(panel.presets_changed)
    choose(open_presets(panel), "Rename…")
    field = find(panel, QLineEdit, "presetName")
    type_into(field, "Wild")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert shown_text(panel, "presetProblem") == "There is a preset of this name already."
    type_into(field, "Calm")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert presets == [{"Calm": {"temperature": 0.3}, "Wild": {"n": 2}}]
    choose(open_presets(panel), "Delete")
    assert presets[-1] == {"Wild": {"n": 2}}
    assert preset_text(panel) == "No preset"
    assert panel.parameters() == {"temperature": 0.3}


def test_escape_gives_naming_up(panel: ParameterPanel) -> None:
    presets = collected(panel.presets_changed)
    choose(open_presets(panel), "Save as…")
    field = find(panel, QLineEdit, "presetName")
    QTest.keyClicks(field, "Name")
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert not field.isVisible()
    assert find(panel, QAbstractButton, "presetButton").hasFocus()
    assert presets == []


def test_without_a_preset_none_can_be_renamed(panel: ParameterPanel) -> None:
    menu = open_presets(panel)
    assert entries(menu) == ["No preset", "Save as…"]
    menu.close()


def test_changed_preset_stays_chosen_when_presets_are_offered_anew(panel: ParameterPanel) -> None:
    panel.set_presets({"Careful": {"temperature": 0.3}})
    panel.set_parameters({"temperature": 0.3})
    QTest.keyClick(slider(panel, "temperature"), Qt.Key.Key_Right)
    panel.set_presets({"Careful": {"temperature": 0.3}, "Wild": {"n": 2}})
    assert preset_text(panel) == "Preset: Careful · changed"
