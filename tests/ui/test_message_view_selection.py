"""Selecting by mouse and keys, over what is not laid out yet, and while the text changes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QGuiApplication, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desktop.ui.icons import Icons
from desktop.ui.message_view import MessageView
from desktop.ui.theme import Appearance, Theme
from tests.ui.message_views import (
    answer,
    ask,
    click,
    close,
    drag,
    long_chat,
    make_view,
    painted,
    point_in,
    show_current,
    streaming,
    texts,
    wait_for,
)

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def view(theme: Theme, icons: Icons) -> Iterator[MessageView]:
    view = make_view(theme, icons)
    view.setFocus()
    yield view
    close(view)


def copied(view: MessageView) -> str:
    QTest.keyClick(view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    return QGuiApplication.clipboard().text()


def twice(view: MessageView, point: QPoint) -> None:
    QTest.mouseClick(view.viewport(), LEFT, pos=point)
    QTest.mouseDClick(view.viewport(), LEFT, pos=point)


@pytest.mark.parametrize("down", [True, False])
def test_a_drag_beyond_the_edge_scrolls_on_over_what_was_never_shown(view: MessageView, down: bool) -> None:
    view.set_items(long_chat(60), follow_end=not down)
    height = view.viewport().height()
    first, last = ("Question 0?", "Question 12?") if down else ("Answer 59.", "Answer 47.")
    start = point_in(view, first, 0 if down else len("Answer 59."))
    beyond = QPoint(start.x(), height + 60 if down else -60)
    QTest.mousePress(view.viewport(), LEFT, pos=start)
    QTest.mouseMove(view.viewport(), beyond)
    wait_for(lambda: last in "".join(placed.row.text for placed in view.stage.scroller.placed))
    QTest.mouseRelease(view.viewport(), LEFT, pos=beyond)
    text = copied(view)
    middle = [f"Question {number}?" for number in (range(2, 10, 2) if down else range(50, 58, 2))]
    assert all(question in text for question in middle)
    before = view.verticalScrollBar().value()
    QTest.qWait(80)
    assert view.verticalScrollBar().value() == before


def test_the_farther_the_pointer_the_faster(view: MessageView) -> None:
    distances = []
    for beyond in (10, 200):
        view.set_items(long_chat(200), follow_end=False)
        view.jump_to_end()
        view.scroll_to_message(0)
        steps: list[int] = []
        view.verticalScrollBar().valueChanged.connect(steps.append)
        start = point_in(view, "Question 0?", 0)
        QTest.mousePress(view.viewport(), LEFT, pos=start)
        QTest.mouseMove(view.viewport(), QPoint(start.x(), view.viewport().height() + beyond))
        wait_for(lambda: len(steps) > 3)  # noqa: B023 - it is called in this round only
        QTest.mouseRelease(view.viewport(), LEFT, pos=start)
        distances.append(steps[2] - steps[1])
        view.verticalScrollBar().valueChanged.disconnect(steps.append)
    assert distances[1] > 3 * distances[0] > 0


def test_shift_and_a_click_extend_the_selection(view: MessageView) -> None:
    view.set_items([answer(1, "One two three four."), answer(2, "Five six.")], follow_end=False)
    QTest.mouseClick(view.viewport(), LEFT, pos=point_in(view, "One two", 4))
    shift = Qt.KeyboardModifier.ShiftModifier
    QTest.mouseClick(view.viewport(), LEFT, shift, point_in(view, "Five six", 4))
    assert copied(view) == "two three four.\n\nFive"
    QTest.mouseClick(view.viewport(), LEFT, shift, point_in(view, "One two", 13))
    assert copied(view) == "two three"


def test_a_double_click_takes_words_of_any_script_in_text_tables_and_code(view: MessageView) -> None:
    text = "我用電腦，打字。\n\n| 名前 | x |\n|--|--|\n| カメラを | y |\n\n```\nsnake_case.method(1)\n```"
    view.set_items([answer(1, text)], follow_end=False)
    twice(view, point_in(view, "我用電腦", 6))
    assert copied(view) == "打字"
    twice(view, point_in(view, "名前", 1))
    assert copied(view) == "名前"
    twice(view, point_in(view, "snake_case", 3))
    assert copied(view) == "snake_case"


def test_dragging_from_a_double_click_takes_whole_words(view: MessageView) -> None:
    view.set_items([answer(1, "One two three four five.")], follow_end=False)
    start, end = point_in(view, "One two", 9), point_in(view, "One two", 16)
    for target, words in ((end, "three four"), (point_in(view, "One two", 1), "One two three")):
        QTest.mouseClick(view.viewport(), LEFT, pos=start)
        second = QMouseEvent(
            QEvent.Type.MouseButtonDblClick, start.toPointF(), start.toPointF(), LEFT, LEFT,
            Qt.KeyboardModifier.NoModifier,
        )  # fmt: skip
        QApplication.sendEvent(view.viewport(), second)
        QTest.mouseMove(view.viewport(), target)
        QTest.mouseRelease(view.viewport(), LEFT, pos=target)
        assert copied(view) == words


def test_a_selection_stays_while_text_arrives_below_it(view: MessageView) -> None:
    view.set_items([streaming(1, "First words here.\n\nSecond ")], follow_end=True)
    drag(view, point_in(view, "First words", 6), point_in(view, "First words", 11))
    for _ in range(30):
        view.feed(1, "text", "paragraph that grows and\n\n- an item\n\n")
        show_current(view)
    assert copied(view) == "words"
    view.replace_item(answer(1, view.items()[0].text or ""))
    assert copied(view) == "words"


def test_a_selection_in_the_paragraph_that_grows_stays(view: MessageView) -> None:
    view.set_items([streaming(1, "First words here")], follow_end=True)
    drag(view, point_in(view, "First words", 6), point_in(view, "First words", 11))
    for word in (" and more", " of them", " to the **end**."):
        view.feed(1, "text", word)
        show_current(view)
        assert copied(view) == "words"


def test_a_selection_stays_when_thinking_elsewhere_is_folded_or_the_theme_changes(
    view: MessageView, theme: Theme
) -> None:
    view.set_items(
        [answer(1, "Above.", thinking="A thought.\n\n" * 8), answer(2, "These words stay.")], follow_end=True
    )
    drag(view, point_in(view, "These words", 6), point_in(view, "These words", 11))
    click(view, "toggle-thinking", 1)
    assert copied(view) == "words"
    click(view, "toggle-thinking", 1)
    theme.choose(Appearance.DARK, 1.2)
    assert copied(view) == "words"


def test_what_is_selected_is_seen_in_text_code_and_tables(view: MessageView) -> None:
    view.set_items(
        [answer(1, "Words.\n\n```\ncode\n```\n\n| A | B |\n|--|--|\n| 1 | 2 |"), ask(2, "Why?")], follow_end=False
    )
    plain = painted(view)
    QTest.keyClick(view, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    chosen = painted(view)
    for placed in view.stage.scroller.placed:
        if placed.row.text:
            area = view.stage.rect_of(placed.row)
            assert plain.copy(area) != chosen.copy(area), placed.row.text


def test_a_click_takes_the_selection_away(view: MessageView) -> None:
    view.set_items([answer(1, "Some words.")], follow_end=False)
    plain = painted(view)
    QTest.keyClick(view, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert painted(view) != plain
    QTest.mouseClick(view.viewport(), LEFT, pos=point_in(view, "Some words", 3))
    assert not view.stage.selection
    assert painted(view) == plain
    assert texts(view)


@pytest.mark.parametrize("text", ["A paragraph of words. " * 20, "```\nx = 1\ny = 2\nz = 3\n```", "# A heading\n"])
def test_the_ground_of_selected_lines_has_no_stripes(view: MessageView, text: str) -> None:
    view.set_items([answer(1, text)], follow_end=False)
    QTest.keyClick(view, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    image, style = painted(view), view.stage.conversation.style
    plain = style.color("code" if text.startswith("`") else "bg")
    columns = [
        [y for y in range(image.height()) if image.pixelColor(x, y) == style.selection]
        for x in range(view.stage.left, view.stage.left + 60)
    ]
    number, selected = max(enumerate(columns), key=lambda column: len(column[1]))
    assert len(selected) > 20
    assert all(image.pixelColor(view.stage.left + number, y) != plain for y in range(selected[0], selected[-1]))
