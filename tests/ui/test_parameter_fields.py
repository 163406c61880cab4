"""The fields of the parameter panel, used with keyboard and mouse."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QLineEdit, QTextEdit, QToolButton, QWidget

from desktop.ui.icons import Icons
from desktop.ui.parameter_panel import ParameterPanel
from desktop.ui.theme import Theme
from tests.ui.acting import collected, find
from tests.ui.parameter_acting import choose, open_popup, shown_panel, shown_text, slider, type_into, unfold, value_edit


@pytest.fixture
def panel(theme: Theme, icons: Icons) -> Iterator[ParameterPanel]:
    yield from shown_panel(theme, icons)


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
    wrong = "Temperature: a number from 0 to 2. Until then 0.3 is sent."
    assert shown_text(panel, "param_temperature_error") == wrong
    assert panel.parameters() == {"temperature": 0.3}
    assert changes == []
    QTest.keyClick(value_edit(panel, "temperature"), Qt.Key.Key_Backspace)
    assert shown_text(panel, "param_temperature_error") == ""


def test_beginning_of_a_wrong_number_is_not_sent(panel: ParameterPanel) -> None:
    changes = collected(panel.changed)
    type_into(value_edit(panel, "max_tokens"), "12 %")
    wrong = "Max tokens: a whole number at least 1. Until then it is not sent."
    assert shown_text(panel, "param_max_tokens_error") == wrong
    assert value_edit(panel, "max_tokens").property("wrong")
    assert panel.parameters() == {}
    assert changes[-1] == {}


def test_what_was_set_before_typing_holds_until_what_is_typed_can_be_sent(panel: ParameterPanel) -> None:
    edit = value_edit(panel, "max_tokens")
    type_into(edit, "4096")
    QTest.keyClick(edit, Qt.Key.Key_Tab)
    type_into(edit, "12a")
    assert panel.parameters() == {"max_tokens": 4096}
    QTest.keyClick(edit, Qt.Key.Key_Tab)
    assert shown_text(panel, "param_max_tokens_error").endswith("Until then 4096 is sent.")
    assert panel.parameters() == {"max_tokens": 4096}
    edit.setFocus()
    QTest.keyClick(edit, Qt.Key.Key_End)
    QTest.keyClick(edit, Qt.Key.Key_Backspace)
    assert panel.parameters() == {"max_tokens": 12}
    assert shown_text(panel, "param_max_tokens_error") == ""


def test_wrong_number_gives_back_what_its_beginning_has_reset(panel: ParameterPanel) -> None:
    panel.set_parameters({"temperature": 0.3})
    type_into(value_edit(panel, "top_p"), "0.5x")
    assert panel.parameters() == {"temperature": 0.3}
    assert value_edit(panel, "temperature").text() == "0.3"
    assert slider(panel, "top_p").value() == slider(panel, "top_p").maximum()


def test_what_is_wrong_is_given_up_where_nobody_sees_it_any_more(panel: ParameterPanel) -> None:
    panel.set_parameters({"max_tokens": 7})
    type_into(value_edit(panel, "max_tokens"), "7x")
    panel.hide()
    panel.show()
    assert value_edit(panel, "max_tokens").text() == "7"
    assert shown_text(panel, "param_max_tokens_error") == ""


def test_system_prompt_grows_with_its_text(panel: ParameterPanel) -> None:
    prompt = find(panel, QTextEdit, "systemPrompt")
    height = prompt.height()
    prompt.setPlainText("one line\n" * 7)
    QApplication.processEvents()
    assert prompt.height() > height


def test_system_prompt_has_room_between_its_lines(panel: ParameterPanel) -> None:
    prompt = find(panel, QTextEdit, "systemPrompt")
    panel.set_parameters({"system_prompt": "one"})
    prompt.setFocus()
    QTest.keyClick(prompt, Qt.Key.Key_End)
    QTest.keyClick(prompt, Qt.Key.Key_Return)
    QTest.keyClicks(prompt, "two")
    assert panel.parameters() == {"system_prompt": "one\ntwo"}
    first, second = (prompt.document().findBlockByNumber(number) for number in (0, 1))
    layout = prompt.document().documentLayout()
    distance = layout.blockBoundingRect(second).top() - layout.blockBoundingRect(first).top()
    assert distance > 1.2 * prompt.fontMetrics().lineSpacing()


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
    assert shown_text(panel, "param_stop_error").startswith("Stop: at most 4 texts.")
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


def test_reasoning_effort_is_chosen_from_a_menu(panel: ParameterPanel) -> None:
    effort = find(panel, QComboBox, "param_reasoning_effort")
    effort.setFocus()
    QTest.keyClick(effort, Qt.Key.Key_Space)
    menu = open_popup()
    assert [action.text() for action in menu.actions() if action.isChecked()] == ["default"]
    choose(menu, "medium")
    assert panel.parameters() == {"reasoning_effort": "medium"}
    QTest.mouseClick(effort, Qt.MouseButton.LeftButton)
    choose(open_popup(), "default")
    assert panel.parameters() == {}


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
    token, bias = (find(panel, QLineEdit, f"param_logit_bias{part}") for part in ("First", "Second"))
    type_into(bias, "150")
    assert shown_text(panel, "param_logit_bias_error").startswith("Logit bias: a number from −100 to 100. Until then")
    assert panel.parameters() == {"logit_bias": {"12": 2.5}}
    assert [bool(edit.property("wrong")) for edit in (token, bias)] == [False, True]
    QTest.keyClick(bias, Qt.Key.Key_Backspace)
    assert panel.parameters() == {"logit_bias": {"12": 15}}
    assert not bias.property("wrong")
    type_into(token, "a")
    assert [bool(edit.property("wrong")) for edit in (token, bias)] == [True, False]


def test_json_is_checked_as_it_is_typed(panel: ParameterPanel) -> None:
    unfold(panel)
    extra = find(panel, QTextEdit, "param_extra")
    type_into(extra, '{"a": 1')
    assert shown_text(panel, "param_extra_error").startswith("Extra fields: this is not valid JSON")
    assert panel.parameters() == {}
    QTest.keyClicks(extra, "}")
    assert shown_text(panel, "param_extra_error") == ""
    assert panel.parameters() == {"extra": {"a": 1}}


def test_text_set_by_assistive_technology_counts(panel: ParameterPanel) -> None:
    value_edit(panel, "temperature").setText("0.7")
    assert panel.parameters() == {"temperature": 0.7}
