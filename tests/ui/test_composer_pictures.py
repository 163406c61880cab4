"""Pictures in the composer."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from desktop.core.conversation import Draft
from desktop.ui.composer import Composer
from desktop.ui.icons import Icons
from desktop.ui.sources import BytesSource, FileSource, Taken
from tests.ui.composing import Heard, picture, press, shown_composer


@pytest.fixture
def composer(icons: Icons, tmp_path: Path, qtbot: QtBot) -> Iterator[Composer]:
    with shown_composer(icons, tmp_path, qtbot) as composer:
        yield composer


@pytest.fixture
def heard(composer: Composer) -> Heard:
    return Heard(composer)


def remove_buttons(composer: Composer) -> list[QToolButton]:
    return [
        found
        for found in composer.findChildren(QToolButton, "removeAttachment")
        if isinstance(found, QToolButton) and found.isVisible()
    ]


def test_a_tile_shows_name_size_and_picture(composer: Composer) -> None:
    composer.set_draft(Draft("", (picture(),)))
    QApplication.processEvents()
    texts = [label.text() for label in composer.attachment_list.findChildren(QLabel) if isinstance(label, QLabel)]
    assert "picture-1.png" in texts
    assert "640 × 480 · 244 kB" in texts
    seen = composer.attachment_list.grab().toImage()
    assert seen.pixelColor(20, 30).name() == "#ff0000"


def test_pictures_are_taken_out_by_mouse(composer: Composer, heard: Heard) -> None:
    composer.set_draft(Draft("a", (picture(1), picture(2))))
    QApplication.processEvents()
    first = remove_buttons(composer)[0]
    assert first.accessibleName() == "Remove picture-1.png"
    QTest.mouseClick(first, Qt.MouseButton.LeftButton)
    assert composer.draft().attachments == (picture(2),)
    assert heard.count("draft_changed") == 1


def test_pictures_are_walked_through_and_taken_out_by_keyboard(composer: Composer, qtbot: QtBot) -> None:
    composer.set_draft(Draft("a", (picture(1), picture(2), picture(3))))
    QApplication.processEvents()
    press(composer, Qt.Key.Key_Tab, Qt.KeyboardModifier.ShiftModifier)
    focused = QApplication.focusWidget()
    assert focused is remove_buttons(composer)[2]
    QTest.keyClick(focused, Qt.Key.Key_Left)
    focused = QApplication.focusWidget()
    assert focused is remove_buttons(composer)[1]
    QTest.keyClick(focused, Qt.Key.Key_Delete)
    assert composer.draft().attachments == (picture(1), picture(3))
    for _ in range(2):
        focused = QApplication.focusWidget()
        assert focused is not None
        QTest.keyClick(focused, Qt.Key.Key_Backspace)
    assert composer.draft().attachments == ()
    assert composer.editor.hasFocus()
    assert not composer.attachment_list.isVisible()


def test_many_pictures_scroll_inside_the_card(composer: Composer) -> None:
    composer.set_draft(Draft("a", tuple(picture(number) for number in range(30))))
    for _ in range(3):
        QApplication.processEvents()
    bar = composer.attachment_list.verticalScrollBar()
    assert bar.maximum() > 0
    assert composer.height() < composer.window().height() / 2


def test_what_is_still_prepared_is_shown_but_not_part_of_the_draft(composer: Composer, heard: Heard) -> None:
    composer.add_pending("key", "large.jpg")
    QApplication.processEvents()
    assert composer.attachment_list.isVisible()
    assert composer.draft().attachments == ()
    composer.pending_done("key", picture())
    assert composer.draft().attachments == (picture(),)
    assert heard.count("draft_changed") == 1


def test_a_question_waits_for_its_pictures(composer: Composer, heard: Heard) -> None:
    QTest.keyClicks(composer.editor, "what is this?")
    composer.add_pending("one", "1.jpg")
    composer.add_pending("two", "2.jpg")
    press(composer, Qt.Key.Key_Return)
    composer.pending_done("one", picture(1))
    assert heard.count("submitted") == 0
    composer.pending_done("two", picture(2))
    assert heard.count("submitted") == 1
    assert composer.draft().attachments == (picture(1), picture(2))


def test_a_question_whose_picture_failed_is_not_sent_by_itself(composer: Composer, heard: Heard) -> None:
    QTest.keyClicks(composer.editor, "what is this?")
    composer.add_pending("one", "1.jpg")
    composer.add_pending("two", "2.jpg")
    press(composer, Qt.Key.Key_Return)
    composer.pending_failed("one")
    composer.pending_done("two", picture(2))
    assert heard.count("submitted") == 0


def test_what_was_taken_out_while_it_was_prepared_does_not_come_back(composer: Composer, heard: Heard) -> None:
    composer.add_pending("key", "large.jpg")
    QApplication.processEvents()
    QTest.mouseClick(remove_buttons(composer)[0], Qt.MouseButton.LeftButton)
    assert heard.last("pending_removed") == "key"
    composer.pending_done("key", picture())
    assert composer.draft() == Draft()
    assert not composer.attachment_list.isVisible()


def test_pictures_of_another_chat_that_are_still_prepared_do_not_come_into_this_one(composer: Composer) -> None:
    composer.add_pending("key", "large.jpg")
    composer.set_draft(Draft("another chat"))
    composer.pending_done("key", picture())
    assert composer.draft() == Draft("another chat")


def test_a_picture_in_the_clipboard_is_handed_on(composer: Composer, heard: Heard) -> None:
    image = QImage(3, 2, QImage.Format.Format_RGB32)
    image.fill(QColor("red"))
    QGuiApplication.clipboard().setImage(image)
    press(composer, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    (source,) = heard.last("sources_dropped")
    assert isinstance(source, BytesSource)
    assert QImage.fromData(source.data).size() == image.size()
    assert composer.draft().text == ""


def test_more_than_a_hundred_files_are_asked_about_first(composer: Composer, heard: Heard) -> None:
    files = tuple(FileSource(Path(f"/pictures/{number}.png")) for number in range(101))
    composer.take(Taken(files[:100]))
    assert (heard.count("sources_dropped"), heard.count("many_sources_dropped")) == (1, 0)
    composer.take(Taken(files))
    assert heard.last("many_sources_dropped") == list(files)


def test_the_pictures_stand_before_the_text_for_the_tab_key_whatever_else_the_window_has(composer: Composer) -> None:
    [conversation] = [label for label in composer.window().findChildren(QLabel) if label.text() == "conversation"]
    conversation.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    composer.set_draft(Draft("", (picture(1), picture(2))))
    QApplication.processEvents()
    first, second = remove_buttons(composer)
    stops: list[QWidget | None] = []
    for _ in range(3):
        press(composer, Qt.Key.Key_Tab, Qt.KeyboardModifier.ShiftModifier)
        stops.append(QApplication.focusWidget())
    assert stops == [second, first, conversation]
