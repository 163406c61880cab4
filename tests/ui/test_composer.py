"""Writing, sending and stopping in the composer."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, Qt
from PySide6.QtGui import QGuiApplication, QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from desktop.core.conversation import Draft
from desktop.ui.composer import Composer
from desktop.ui.icons import Icons
from desktop.ui.sources import Taken
from desktop.ui.theme import Theme
from tests.ui.acting import find
from tests.ui.composing import Heard, Paints, button, picture, press, shown_composer


@pytest.fixture
def composer(icons: Icons, tmp_path: Path, qtbot: QtBot) -> Iterator[Composer]:
    with shown_composer(icons, tmp_path, qtbot) as composer:
        yield composer


@pytest.fixture
def heard(composer: Composer) -> Heard:
    return Heard(composer)


def type_composed(composer: Composer, preedit: str, commit: str = "") -> None:
    event = QInputMethodEvent(preedit, [])
    if commit:
        event.setCommitString(commit)
    QApplication.sendEvent(composer.editor, event)


def test_enter_sends_what_was_typed(composer: Composer, heard: Heard) -> None:
    QTest.keyClicks(composer.editor, "Why does it sag?")
    press(composer, Qt.Key.Key_Return)
    assert heard.count("submitted") == 1
    assert composer.draft() == Draft("Why does it sag?")


@pytest.mark.parametrize(
    ("key", "modifier"),
    [
        (Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier),
        (Qt.Key.Key_Enter, Qt.KeyboardModifier.KeypadModifier),
    ],
)
def test_control_enter_and_the_keypad_send_too(
    composer: Composer, heard: Heard, key: Qt.Key, modifier: Qt.KeyboardModifier
) -> None:
    QTest.keyClicks(composer.editor, "a")
    press(composer, key, modifier)
    assert heard.count("submitted") == 1


def test_shift_enter_makes_a_line_that_is_a_plain_line_break(composer: Composer, heard: Heard) -> None:
    QTest.keyClicks(composer.editor, "a")
    press(composer, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClicks(composer.editor, "b")
    assert heard.count("submitted") == 0
    assert composer.draft().text == "a\nb"


@pytest.mark.parametrize("text", ["", "   ", "\n\n"])
def test_nothing_is_never_sent(composer: Composer, heard: Heard, text: str) -> None:
    composer.editor.setPlainText(text)
    press(composer, Qt.Key.Key_Return)
    QTest.mouseClick(button(composer, "sendButton"), Qt.MouseButton.LeftButton)
    assert heard.count("submitted") == 0


def test_a_picture_alone_is_sent(composer: Composer, heard: Heard) -> None:
    composer.set_draft(Draft("", (picture(),)))
    press(composer, Qt.Key.Key_Return)
    assert heard.count("submitted") == 1


def test_enter_in_a_composition_never_sends(composer: Composer, heard: Heard) -> None:
    type_composed(composer, "ni")
    press(composer, Qt.Key.Key_Return)
    assert heard.count("submitted") == 0
    type_composed(composer, "", commit="你")
    assert composer.draft().text == "你"


def test_the_enter_that_ends_a_composition_does_not_send_either(composer: Composer, heard: Heard) -> None:
    type_composed(composer, "nihao")
    type_composed(composer, "", commit="你好")
    press(composer, Qt.Key.Key_Return)  # some input methods pass it on
    assert heard.count("submitted") == 0
    assert composer.draft().text == "你好"
    QTest.qWait(50)
    press(composer, Qt.Key.Key_Return)
    assert heard.count("submitted") == 1


def test_a_composition_that_is_given_up_leaves_enter_as_it_was(composer: Composer, heard: Heard) -> None:
    QTest.keyClicks(composer.editor, "a")
    type_composed(composer, "ni")
    type_composed(composer, "")
    QTest.qWait(50)
    press(composer, Qt.Key.Key_Return)
    assert heard.count("submitted") == 1


def test_text_without_composition_can_be_sent_at_once(composer: Composer, heard: Heard) -> None:
    type_composed(composer, "", commit="😀")  # an emoji picker
    press(composer, Qt.Key.Key_Return)
    assert heard.count("submitted") == 1


def test_while_an_answer_streams_enter_sends_the_next_question_and_the_button_stops(
    composer: Composer, heard: Heard
) -> None:
    composer.set_streaming(True)
    assert composer.editor.placeholderText() == "Ask the next question; it waits its turn"
    assert not button(composer, "sendButton").isVisible()
    QTest.keyClicks(composer.editor, "next")
    assert button(composer, "sendButton").isVisible()
    press(composer, Qt.Key.Key_Return)
    assert (heard.count("submitted"), heard.count("stop_requested")) == (1, 0)
    QTest.mouseClick(button(composer, "stopButton"), Qt.MouseButton.LeftButton)
    assert heard.count("stop_requested") == 1


def test_escape_stops_only_while_an_answer_streams(composer: Composer, heard: Heard) -> None:
    press(composer, Qt.Key.Key_Escape)
    assert heard.count("stop_requested") == 0
    composer.set_streaming(True)
    press(composer, Qt.Key.Key_Escape)
    assert heard.count("stop_requested") == 1
    composer.set_streaming(False)
    assert not button(composer, "stopButton").isVisible()
    assert button(composer, "sendButton").isVisible()
    assert composer.editor.placeholderText() == "Ask anything, or drop a picture"


def test_up_in_an_empty_field_asks_for_the_last_question(composer: Composer, heard: Heard) -> None:
    press(composer, Qt.Key.Key_Up)
    assert heard.count("edit_last_requested") == 1
    QTest.keyClicks(composer.editor, "a")
    press(composer, Qt.Key.Key_Up)
    assert heard.count("edit_last_requested") == 1


def test_the_field_grows_with_its_text_to_ten_lines_and_then_scrolls(composer: Composer) -> None:
    heights = []
    for lines in (1, 2, 5, 10, 11, 40):
        composer.editor.setPlainText("\n".join("line" for _ in range(lines)))
        QApplication.processEvents()
        heights.append(composer.editor.height())
    one = heights[0]
    assert heights == [one, 2 * one, 5 * one, 10 * one, 10 * one, 10 * one]
    composer.editor.moveCursor(composer.editor.textCursor().MoveOperation.End)
    assert composer.editor.cursorRect().bottom() <= composer.editor.viewport().height()
    composer.editor.clear()
    QApplication.processEvents()
    assert composer.editor.height() == one


def test_a_long_line_wraps_and_grows_too(composer: Composer) -> None:
    one = composer.editor.height()
    composer.editor.setPlainText("word " * 60)
    QApplication.processEvents()
    wide = composer.editor.height()
    assert wide >= 2 * one
    composer.window().resize(500, 700)
    QApplication.processEvents()
    assert composer.editor.height() > wide


def test_twenty_thousand_lines_are_pasted_without_a_halt(composer: Composer) -> None:
    text = "\n".join(f"line {number} of a long log file, with some words in it" for number in range(20_000))
    QGuiApplication.clipboard().setText(text)
    started = time.perf_counter()
    QTest.keyClick(composer.editor, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    QApplication.processEvents()
    duration_s = time.perf_counter() - started
    assert composer.draft().text == text
    assert duration_s < 0.5  # 0.1 s on an idle core
    started = time.perf_counter()
    QTest.keyClicks(composer.editor, "a")
    QApplication.processEvents()
    assert time.perf_counter() - started < 0.2


def test_a_change_of_the_draft_is_told_but_not_a_draft_that_is_put_in(composer: Composer, heard: Heard) -> None:
    composer.set_draft(Draft("old", (picture(),)))
    assert heard.count("draft_changed") == 0
    QTest.keyClicks(composer.editor, "er")
    assert heard.count("draft_changed") == 2
    assert composer.draft() == Draft("older", (picture(),))


def test_a_web_address_is_asked_about_and_text_is_written_at_the_caret(composer: Composer, heard: Heard) -> None:
    QTest.keyClicks(composer.editor, "ab")
    press(composer, Qt.Key.Key_Left)
    composer.take(Taken(text="X"))
    assert composer.draft().text == "aXb"
    composer.take(Taken(link="https://example.org/a.png"))
    assert heard.last("link_dropped") == "https://example.org/a.png"


def test_pasted_formatted_text_becomes_plain(composer: Composer) -> None:
    mime = QMimeData()
    mime.setHtml("<b>bold</b> text")
    mime.setText("bold text")
    QGuiApplication.clipboard().setMimeData(mime)
    press(composer, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert composer.draft().text == "bold text"


def test_hint_and_estimate_are_shown(composer: Composer) -> None:
    composer.set_token_estimate(1234)
    composer.set_hint("This model sees no pictures.")
    texts = [label.text() for label in composer.findChildren(QLabel) if isinstance(label, QLabel) and label.isVisible()]
    assert "This model sees no pictures." in texts
    assert any(text.startswith("≈ 1") and text.endswith("234 tokens") for text in texts)
    composer.set_token_estimate(1)
    assert find(composer, QLabel, "tokenEstimate").text() == "≈ 1 token"


def test_fixed_names_are_bare_accessible_identifiers(composer: Composer) -> None:
    composer.set_streaming(True)
    for object_name in ("composer", "attachButton", "sendButton", "stopButton", "attachmentList"):
        found = composer.findChild(QWidget, object_name)
        assert isinstance(found, QWidget)
        assert found.accessibleIdentifier() == object_name
        assert found.accessibleName()


def test_the_attach_button_asks_for_files_and_a_click_on_the_card_puts_the_caret_in(
    composer: Composer, heard: Heard
) -> None:
    QTest.mouseClick(button(composer, "attachButton"), Qt.MouseButton.LeftButton)
    assert heard.count("attach_requested") == 1
    composer.editor.clearFocus()
    card = composer.findChild(QLabel, "tokenEstimate")
    assert isinstance(card, QLabel)
    QTest.mouseClick(composer, Qt.MouseButton.LeftButton, pos=card.mapTo(composer, card.rect().topLeft()))
    assert composer.editor.hasFocus()


def test_a_larger_font_makes_everything_larger(composer: Composer, theme: Theme) -> None:
    before = (composer.editor.height(), button(composer, "sendButton").width())
    theme.choose(theme._appearance, 1.5)
    QApplication.processEvents()
    after = (composer.editor.height(), button(composer, "sendButton").width())
    assert after[0] > before[0]
    assert after[1] == 48
    theme.choose(theme._appearance, 1.0)


def test_the_words_in_an_empty_field_are_painted_anew_when_they_change(composer: Composer) -> None:
    QApplication.processEvents()
    paints = Paints(composer.editor.viewport())
    composer.set_streaming(True)
    QApplication.processEvents()
    assert paints.count


def test_the_words_in_an_empty_field_grow_with_the_font_though_the_style_sheet_came_late(
    theme: Theme, icons: Icons, qapp: QApplication
) -> None:
    qapp.setStyleSheet("")
    early = Composer(theme, icons)
    early.show()
    theme.dress()
    QApplication.processEvents()
    theme.choose(theme._appearance, 1.5)
    assert early.editor.viewport().font().pixelSize() == 21
    theme.choose(theme._appearance, 1.0)
    early.deleteLater()
