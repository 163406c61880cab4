"""The parameter panel as a whole, used with keyboard and mouse."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QLineEdit, QTextEdit, QToolButton, QWidget

from desktop.core.parameters import PARAMETERS, Group
from desktop.ui.icons import Icons
from desktop.ui.parameter_panel import ParameterPanel
from desktop.ui.theme import Appearance, Theme
from tests.ui.acting import collected, find, show
from tests.ui.parameter_acting import (
    EVERYTHING,
    choose,
    label,
    open_menu,
    preset_text,
    shown_panel,
    shown_text,
    slider,
    type_into,
    unfold,
    value_edit,
)


@pytest.fixture
def panel(theme: Theme, icons: Icons) -> Iterator[ParameterPanel]:
    yield from shown_panel(theme, icons)


def test_nothing_is_set_at_first(panel: ParameterPanel) -> None:
    assert panel.parameters() == {}
    assert value_edit(panel, "temperature").text() == ""
    assert value_edit(panel, "temperature").placeholderText() == "default"
    assert find(panel, QComboBox, "param_reasoning_effort").currentText() == "default"
    assert label(panel, "parameterNote").text() == "Only what you change is sent."


def test_every_parameter_of_the_table_has_a_named_field(panel: ParameterPanel) -> None:
    unfold(panel)
    for entry in PARAMETERS:
        wanted = "systemPrompt" if entry.name == "system_prompt" else f"param_{entry.name}"
        field = find(panel, QWidget, wanted)
        assert field.accessibleIdentifier() == wanted
        assert field.accessibleName() == entry.label
        assert label(panel, f"{wanted}_label").text() == entry.label


def test_shows_what_is_set_without_a_signal(panel: ParameterPanel) -> None:
    changes = collected(panel.changed)
    panel.set_parameters(EVERYTHING)
    assert panel.parameters() == EVERYTHING
    assert find(panel, QTextEdit, "systemPrompt").toPlainText() == "Answer in SI units."
    assert value_edit(panel, "top_p").text() == "0.5"
    assert slider(panel, "top_p").value() == 10
    assert value_edit(panel, "max_tokens").text() == "4096"
    assert value_edit(panel, "n").text() == "3"
    assert find(panel, QTextEdit, "param_extra").toPlainText() == '{\n  "web-search": true\n}'
    assert changes == []


def test_values_survive_being_set_before_the_panel_is_first_shown(theme: Theme, icons: Icons) -> None:
    panel = ParameterPanel(theme, icons)
    panel.set_presets({"Careful": {"temperature": 0.3}})
    panel.set_parameters({"temperature": 0.3})
    assert panel.parameters() == {"temperature": 0.3}
    show(panel)
    assert value_edit(panel, "temperature").text() == "0.3"
    assert preset_text(panel) == "Preset: Careful"
    panel.close()


def test_what_does_not_hold_is_left_out(panel: ParameterPanel) -> None:
    panel.set_parameters({"temperature": 9, "n": 2, "of another version": 1})
    assert panel.parameters() == {"n": 2}


def test_another_chat_forgets_what_was_wrong(panel: ParameterPanel) -> None:
    type_into(value_edit(panel, "max_tokens"), "0")
    assert shown_text(panel, "param_max_tokens_error").startswith("Max tokens: a whole number at least 1.")
    panel.set_parameters({"n": 2})
    assert shown_text(panel, "param_max_tokens_error") == ""
    assert value_edit(panel, "max_tokens").text() == ""


def test_conflicting_parameter_can_be_changed_and_resets_the_other(panel: ParameterPanel) -> None:
    type_into(value_edit(panel, "temperature"), "0.3")
    assert shown_text(panel, "param_top_p_conflict") == "Temperature is set: change one, not both."
    assert label(panel, "param_top_p_label").property("muted") == "true"
    top_p = slider(panel, "top_p")
    top_p.setFocus()
    QTest.keyClick(top_p, Qt.Key.Key_Left)
    assert panel.parameters() == {"top_p": 0.95}
    assert value_edit(panel, "temperature").text() == ""
    assert shown_text(panel, "param_top_p_conflict") == ""
    assert shown_text(panel, "param_temperature_conflict") == "Top p is set: change one, not both."


@pytest.mark.parametrize("target", ["param_temperature_label", "param_temperature"])
def test_double_click_resets_one(panel: ParameterPanel, target: str) -> None:
    panel.set_parameters({"temperature": 0.3, "n": 2})
    widget = find(panel, QWidget, target)
    QTest.mouseDClick(widget, Qt.MouseButton.LeftButton, pos=widget.rect().center())
    assert panel.parameters() == {"n": 2}
    assert value_edit(panel, "temperature").text() == ""


@pytest.mark.parametrize("name", sorted(EVERYTHING))
def test_menu_resets_one(panel: ParameterPanel, name: str) -> None:
    panel.set_parameters(EVERYTHING)
    object_name = "systemPrompt" if name == "system_prompt" else f"param_{name}"
    field = find(panel, QWidget, object_name)
    target = field.viewport() if isinstance(field, QTextEdit) else field
    menu = open_menu(target)
    reset = find(menu, QAction, "resetParameter")
    choose(menu, reset.text())
    assert name not in panel.parameters()
    assert len(panel.parameters()) == len(EVERYTHING) - 1


def test_all_are_reset_by_the_button(panel: ParameterPanel) -> None:
    panel.set_parameters(EVERYTHING)
    changes = collected(panel.changed)
    QTest.mouseClick(find(panel, QToolButton, "resetParameters"), Qt.MouseButton.LeftButton)
    assert changes == [{}]
    assert value_edit(panel, "n").text() == ""


def test_close_button_asks_to_close(panel: ParameterPanel) -> None:
    closed: list[bool] = []
    panel.closed.connect(lambda: closed.append(True))
    QTest.mouseClick(find(panel, QToolButton, "closeParameters"), Qt.MouseButton.LeftButton)
    assert closed == [True]


def test_focus_first_goes_to_the_system_prompt(panel: ParameterPanel) -> None:
    panel.focus_first()
    prompt = find(panel, QTextEdit, "systemPrompt")
    assert prompt.hasFocus()
    QTest.keyClicks(prompt, "Be brief.")
    assert panel.parameters() == {"system_prompt": "Be brief."}


def test_fold_opens_by_keyboard(panel: ParameterPanel) -> None:
    fold = find(panel, QAbstractButton, "moreParameters")
    assert fold.text() == "Stream, logit bias, user, extra fields"
    assert panel.findChild(QLineEdit, "param_user") is None
    fold.setFocus()
    QTest.keyClick(fold, Qt.Key.Key_Space)
    QApplication.processEvents()
    assert value_edit(panel, "user").isVisible()
    QTest.keyClick(fold, Qt.Key.Key_Space)
    assert not value_edit(panel, "user").isVisible()


def test_fold_opens_by_itself_where_a_value_is_set(panel: ParameterPanel) -> None:
    panel.set_parameters({"temperature": 1})
    assert panel.findChild(QLineEdit, "param_user") is None
    panel.set_parameters({"user": "someone"})
    QApplication.processEvents()
    assert value_edit(panel, "user").isVisible()
    assert value_edit(panel, "user").text() == "someone"


@pytest.mark.parametrize("scale", [0.7, 1.0, 2.0])
def test_nothing_is_wider_than_the_column(panel: ParameterPanel, theme: Theme, scale: float) -> None:
    panel.set_parameters(EVERYTHING | {"stop": ["a stop text of so many words that it is wider than the column"]})
    theme.choose(Appearance.DARK, scale)
    QApplication.processEvents()
    assert panel.width() == theme.px(296)
    for entry in PARAMETERS:
        name = "systemPrompt" if entry.name == "system_prompt" else f"param_{entry.name}"
        field = find(panel, QWidget, name)
        right = field.mapTo(panel, QPoint(field.width(), 0)).x()
        assert right <= panel.width() - theme.px(5), name
    theme.choose(Appearance.LIGHT, 1.0)


@pytest.mark.parametrize("percent", [80, 100, 130])
def test_the_handles_of_sliders_are_round_at_every_size(panel: ParameterPanel, theme: Theme, percent: int) -> None:
    theme.choose(Appearance.LIGHT, percent / 100)
    control = slider(panel, "top_p")
    control.setValue(control.minimum())
    QApplication.processEvents()
    image = control.grab().toImage()
    columns = range(theme.px(12))
    colour_of_corner = image.pixelColor(image.width() - 1, 0)
    rows = [y for y in range(image.height()) if any(image.pixelColor(x, y) != colour_of_corner for x in columns)]
    top = [x for x in columns if image.pixelColor(x, rows[0]) != colour_of_corner]
    assert top[0] > 1, "the first row of a circle begins in its middle"
    theme.choose(Appearance.LIGHT, 1.0)


def test_tab_goes_through_the_fields_in_their_order(panel: ParameterPanel) -> None:
    panel.focus_first()
    seen = []
    for _ in range(30):
        focused = QApplication.focusWidget()
        assert focused is not None
        seen.append(focused.objectName())
        QTest.keyClick(focused, Qt.Key.Key_Tab)
    wanted = ["systemPrompt"] + [f"param_{entry.name}" for entry in PARAMETERS[1:] if entry.group is Group.MAIN]
    assert [name for name in seen[: seen.index("moreParameters")] if name in wanted] == wanted


def test_same_values_once_more_do_not_disturb_typing(panel: ParameterPanel) -> None:
    panel.changed.connect(panel.set_parameters)
    temperature = value_edit(panel, "temperature")
    temperature.setFocus()
    seen = []
    for key in "0.30":
        QTest.keyClicks(temperature, key)
        seen.append(temperature.text())
    assert seen == ["0", "0.", "0.3", "0.30"]
    assert panel.parameters() == {"temperature": 0.3}


def test_unfolding_leaves_what_is_being_typed(panel: ParameterPanel) -> None:
    type_into(value_edit(panel, "max_tokens"), "0")
    unfold(panel)
    assert value_edit(panel, "max_tokens").text() == "0"
    assert shown_text(panel, "param_max_tokens_error") != ""
