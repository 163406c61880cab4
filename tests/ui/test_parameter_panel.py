"""The parameter panel, used with keyboard and mouse."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QAction, QContextMenuEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QSlider,
    QToolButton,
    QWidget,
)

from desktop.core.parameters import PARAMETERS, Group
from desktop.ui.icons import Icons
from desktop.ui.parameter_panel import ParameterPanel
from desktop.ui.theme import Appearance, Theme
from tests.ui.acting import collected, find, show

EVERYTHING: dict[str, Any] = {
    "system_prompt": "Answer in SI units.",
    "top_p": 0.5,
    "max_tokens": 4096,
    "stop": ["END", "\n\n"],
    "presence_penalty": -1.5,
    "frequency_penalty": 0.1,
    "n": 3,
    "reasoning_effort": "medium",
    "stream": False,
    "seed": 2**63 - 1,
    "response_format": {"type": "json_object"},
    "logit_bias": {"50256": -100, "12": 2.5},
    "user": "someone",
    "extra": {"web-search": True},
}


@pytest.fixture
def panel(theme: Theme, icons: Icons) -> Iterator[ParameterPanel]:
    panel = ParameterPanel(theme, icons)
    panel.setFixedHeight(860)
    show(panel)
    yield panel
    panel.close()
    panel.deleteLater()
    QCoreApplication.sendPostedEvents(panel, QEvent.Type.DeferredDelete)


def value_edit(panel: ParameterPanel, name: str) -> QLineEdit:
    return find(panel, QLineEdit, f"param_{name}")


def slider(panel: ParameterPanel, name: str) -> QSlider:
    return find(panel, QSlider, f"param_{name}_slider")


def label(panel: ParameterPanel, name: str) -> QLabel:
    return find(panel, QLabel, name)


def shown_text(panel: ParameterPanel, name: str) -> str:
    """What a label says, or nothing while it is hidden."""
    found = label(panel, name)
    return found.text() if found.isVisible() else ""


def type_into(edit: QWidget, text: str) -> None:
    """Replaces what stands in a field, key by key."""
    edit.setFocus()
    QTest.keyClick(edit, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(edit, Qt.Key.Key_Delete)
    QTest.keyClicks(edit, text)


def unfold(panel: ParameterPanel) -> None:
    fold = find(panel, QAbstractButton, "moreParameters")
    if not fold.isChecked():
        fold.click()
    QApplication.processEvents()


def open_menu(widget: QWidget) -> QMenu:
    """The menu that the context menu key opens."""
    event = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(3, 3), widget.mapToGlobal(QPoint(3, 3)))
    QApplication.sendEvent(widget, event)
    return open_popup()


def open_popup() -> QMenu:
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    return menu


def choose(menu: QMenu, text: str) -> None:
    """Chooses an entry by keyboard. The offscreen platform gives no window the focus back when a menu closes."""
    owner = menu.parent()
    assert isinstance(owner, QWidget)
    entry = next(action for action in menu.actions() if action.text() == text)
    menu.setActiveAction(entry)
    QTest.keyClick(menu, Qt.Key.Key_Return)
    owner.activateWindow()
    QApplication.processEvents()


def entries(menu: QMenu) -> list[str]:
    return [action.text() for action in menu.actions() if not action.isSeparator()]


def open_presets(panel: ParameterPanel) -> QMenu:
    button = find(panel, QAbstractButton, "presetButton")
    button.setFocus()
    QTest.keyClick(button, Qt.Key.Key_Space)
    return open_popup()


def preset_text(panel: ParameterPanel) -> str:
    return find(panel, QAbstractButton, "presetButton").text()


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
    assert find(panel, QPlainTextEdit, "systemPrompt").toPlainText() == "Answer in SI units."
    assert value_edit(panel, "top_p").text() == "0.5"
    assert slider(panel, "top_p").value() == 10
    assert value_edit(panel, "max_tokens").text() == "4096"
    assert value_edit(panel, "n").text() == "3"
    assert find(panel, QPlainTextEdit, "param_extra").toPlainText() == '{\n  "web-search": true\n}'
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


def test_slider_moves_by_keys(panel: ParameterPanel) -> None:
    changes = collected(panel.changed)
    temperature = slider(panel, "temperature")
    temperature.setFocus()
    QTest.keyClick(temperature, Qt.Key.Key_Left)
    QTest.keyClick(temperature, Qt.Key.Key_Left)
    QTest.keyClick(temperature, Qt.Key.Key_PageDown)
    assert changes == [{"temperature": 0.9}, {"temperature": 0.8}, {"temperature": 0.3}]
    assert value_edit(panel, "temperature").text() == "0.3"


def test_slider_goes_where_it_is_clicked(panel: ParameterPanel) -> None:
    penalty = slider(panel, "presence_penalty")
    QTest.mouseClick(penalty, Qt.MouseButton.LeftButton, pos=QPoint(penalty.width() - 3, penalty.height() // 2))
    assert panel.parameters() == {"presence_penalty": 2.0}


def test_wheel_leaves_values_alone(panel: ParameterPanel) -> None:
    for control in (slider(panel, "temperature"), find(panel, QComboBox, "param_reasoning_effort")):
        control.setFocus()
        middle = QPointF(control.rect().center())
        turn = QWheelEvent(
            middle,
            control.mapToGlobal(middle),
            QPoint(),
            QPoint(0, -120),
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(control, turn)
    assert panel.parameters() == {}


def test_number_is_typed_beside_its_label(panel: ParameterPanel) -> None:
    type_into(value_edit(panel, "temperature"), "1,25")
    assert panel.parameters() == {"temperature": 1.25}
    assert value_edit(panel, "temperature").text() == "1,25"
    QTest.keyClick(value_edit(panel, "temperature"), Qt.Key.Key_Up)
    assert panel.parameters() == {"temperature": 1.35}


def test_emptied_field_is_default_again(panel: ParameterPanel) -> None:
    changes = collected(panel.changed)
    type_into(value_edit(panel, "max_tokens"), "7")
    type_into(value_edit(panel, "max_tokens"), "")
    assert changes == [{"max_tokens": 7}, {}]


def test_wrong_number_says_why_and_keeps_the_last_valid_one(panel: ParameterPanel) -> None:
    panel.set_parameters({"temperature": 0.3})
    changes = collected(panel.changed)
    QTest.keyClicks(value_edit(panel, "temperature"), "x")
    assert shown_text(panel, "param_temperature_error") == "Temperature: a number from 0 to 2."
    assert panel.parameters() == {"temperature": 0.3}
    assert changes == []
    QTest.keyClick(value_edit(panel, "temperature"), Qt.Key.Key_Backspace)
    assert shown_text(panel, "param_temperature_error") == ""


def test_another_chat_forgets_what_was_wrong(panel: ParameterPanel) -> None:
    type_into(value_edit(panel, "max_tokens"), "0")
    assert shown_text(panel, "param_max_tokens_error") == "Max tokens: a whole number at least 1."
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
    target = field.viewport() if isinstance(field, QPlainTextEdit) else field
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
    prompt = find(panel, QPlainTextEdit, "systemPrompt")
    assert prompt.hasFocus()
    QTest.keyClicks(prompt, "Be brief.")
    assert panel.parameters() == {"system_prompt": "Be brief."}


def test_system_prompt_grows_with_its_text(panel: ParameterPanel) -> None:
    prompt = find(panel, QPlainTextEdit, "systemPrompt")
    height = prompt.height()
    prompt.setPlainText("one line\n" * 7)
    QApplication.processEvents()
    assert prompt.height() > height


def test_stop_texts_are_added_by_enter_and_removed_by_click_and_key(panel: ParameterPanel) -> None:
    entry = value_edit(panel, "stop")
    for text in ("END", r"\n\n"):
        type_into(entry, text)
        QTest.keyClick(entry, Qt.Key.Key_Return)
    assert panel.parameters() == {"stop": ["END", "\n\n"]}
    chip = find(panel, QAbstractButton, "param_stop_1")
    assert chip.text() == r"\n\n"
    QTest.keyClick(chip, Qt.Key.Key_Delete)
    assert panel.parameters() == {"stop": ["END"]}
    assert entry.hasFocus()
    QTest.mouseClick(find(panel, QAbstractButton, "param_stop_0"), Qt.MouseButton.LeftButton)
    assert panel.parameters() == {}


def test_no_more_than_four_stop_texts(panel: ParameterPanel) -> None:
    panel.set_parameters({"stop": ["a", "b", "c", "d"]})
    entry = value_edit(panel, "stop")
    type_into(entry, "e")
    QTest.keyClick(entry, Qt.Key.Key_Return)
    assert shown_text(panel, "param_stop_error") == "Stop: at most 4 texts."
    assert panel.parameters() == {"stop": ["a", "b", "c", "d"]}
    QTest.keyClick(entry, Qt.Key.Key_Backspace)
    QTest.keyClick(entry, Qt.Key.Key_Backspace)
    assert panel.parameters() == {"stop": ["a", "b", "c"]}
    assert shown_text(panel, "param_stop_error") == ""


def test_stop_text_is_taken_when_the_keyboard_goes_on(panel: ParameterPanel) -> None:
    entry = value_edit(panel, "stop")
    type_into(entry, "END")
    QTest.keyClick(entry, Qt.Key.Key_Tab)
    assert panel.parameters() == {"stop": ["END"]}


def test_choices_are_stepped(panel: ParameterPanel) -> None:
    more = find(panel, QToolButton, "param_n_more")
    QTest.mouseClick(more, Qt.MouseButton.LeftButton)
    QTest.mouseClick(more, Qt.MouseButton.LeftButton)
    assert panel.parameters() == {"n": 3}
    for _ in range(5):
        QTest.mouseClick(find(panel, QToolButton, "param_n_less"), Qt.MouseButton.LeftButton)
    assert panel.parameters() == {"n": 1}


def test_reasoning_effort_is_chosen_by_keyboard(panel: ParameterPanel) -> None:
    effort = find(panel, QComboBox, "param_reasoning_effort")
    effort.setFocus()
    QTest.keyClicks(effort, "hi")
    assert panel.parameters() == {"reasoning_effort": "high"}
    QTest.keyClick(effort, Qt.Key.Key_Home)
    assert panel.parameters() == {}


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


def test_stream_goes_through_on_off_and_default(panel: ParameterPanel) -> None:
    unfold(panel)
    stream = find(panel, QAbstractButton, "param_stream")
    seen = []
    for _ in range(3):
        QTest.keyClick(stream, Qt.Key.Key_Space)
        seen.append(panel.parameters())
    assert seen == [{"stream": True}, {"stream": False}, {}]


def test_logit_bias_is_a_table(panel: ParameterPanel) -> None:
    unfold(panel)
    table = find(panel, QWidget, "param_logit_bias")
    add = find(table, QAbstractButton, "param_logit_biasAdd")
    for token, bias in (("50256", "-100"), ("12", "2,5")):
        add.click()
        first = next(edit for edit in table.findChildren(QLineEdit) if edit.hasFocus())
        QTest.keyClicks(first, token)
        second = first.nextInFocusChain()
        assert isinstance(second, QLineEdit)
        QTest.keyClicks(second, bias)
    assert panel.parameters() == {"logit_bias": {"50256": -100, "12": 2.5}}
    remove = find(table, QToolButton, "param_logit_biasRemove")
    remove.click()
    assert panel.parameters() == {"logit_bias": {"12": 2.5}}


def test_wrong_bias_says_why(panel: ParameterPanel) -> None:
    panel.set_parameters({"logit_bias": {"12": 2.5}})
    QApplication.processEvents()
    type_into(find(panel, QLineEdit, "param_logit_biasSecond"), "101")
    assert shown_text(panel, "param_logit_bias_error") == "Logit bias: a number from −100 to 100."
    assert panel.parameters() == {"logit_bias": {"12": 10}}


def test_json_is_checked_as_it_is_typed(panel: ParameterPanel) -> None:
    unfold(panel)
    extra = find(panel, QPlainTextEdit, "param_extra")
    type_into(extra, '{"a": 1')
    assert shown_text(panel, "param_extra_error").startswith("Extra fields: this is not valid JSON")
    assert panel.parameters() == {}
    QTest.keyClicks(extra, "}")
    assert shown_text(panel, "param_extra_error") == ""
    assert panel.parameters() == {"extra": {"a": 1}}


def test_text_set_by_assistive_technology_counts(panel: ParameterPanel) -> None:
    value_edit(panel, "temperature").setText("0.7")
    assert panel.parameters() == {"temperature": 0.7}


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


def test_changed_preset_stays_chosen_when_presets_are_offered_anew(panel: ParameterPanel) -> None:
    panel.set_presets({"Careful": {"temperature": 0.3}})
    panel.set_parameters({"temperature": 0.3})
    QTest.keyClick(slider(panel, "temperature"), Qt.Key.Key_Right)
    panel.set_presets({"Careful": {"temperature": 0.3}, "Wild": {"n": 2}})
    assert preset_text(panel) == "Preset: Careful · changed"


def test_unfolding_leaves_what_is_being_typed(panel: ParameterPanel) -> None:
    type_into(value_edit(panel, "max_tokens"), "0")
    unfold(panel)
    assert value_edit(panel, "max_tokens").text() == "0"
    assert shown_text(panel, "param_max_tokens_error") != ""
