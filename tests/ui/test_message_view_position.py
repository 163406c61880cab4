"""The reader stays where he reads, to the pixel, whatever arrives, is folded, or turns out to be higher."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton

from desktop.core.conversation import Role
from desktop.ui.message_view import Item, MessageView
from desktop.ui.theme import Appearance, Theme
from tests.benchmarks import chat_text
from tests.ui.acting import collected, find
from tests.ui.message_views import (
    answer,
    ask,
    chunks,
    click,
    color_codes,
    long_chat,
    painted,
    show_current,
    streaming,
    texts,
    top_of,
)


def wheel(view: MessageView, steps: int) -> None:
    """Turns the wheel, away from the user if positive."""
    middle = QPointF(view.viewport().rect().center())
    event = QWheelEvent(
        middle, middle, QPoint(), QPoint(0, 120 * steps), Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(view.viewport(), event)
    QApplication.processEvents()


def at_end(view: MessageView) -> bool:
    bar = view.verticalScrollBar()
    return bar.value() == bar.maximum()


def unread(message_id: int, length: int = 900) -> Item:
    return Item(message_id, Role.ASSISTANT, author="gpt-4o", text=None, thinking=None, text_length=length)


def test_the_end_is_followed_while_text_arrives(view: MessageView) -> None:
    view.set_items([*long_chat(10), streaming(100)], follow_end=True)
    for number in range(40):
        view.feed(100, "text", f"Line {number}.\n\n")
        show_current(view)
        assert at_end(view)
    assert top_of(view, "Line 39.") > 0


def test_scrolling_up_stays_put_to_the_pixel_while_text_arrives(view: MessageView) -> None:
    view.set_items([*long_chat(10), streaming(100)], follow_end=True)
    wheel(view, 3)
    assert not view.follows_end
    before = painted(view)
    for number in range(30):
        view.feed(100, "text", f"Line {number}.\n\n")
        show_current(view)
    view.replace_item(answer(100, "".join(f"Line {number}.\n\n" for number in range(30))))
    button = find(view, QPushButton, "jumpToEnd")
    assert button.isVisible()
    assert painted(view) == before


def growing(message_id: int) -> dict[str, str]:
    """Texts of each kind that an answer may go on with."""
    return {
        "paragraph": "More words and more. " * 60,
        "list": "\n\n" + "- an item of it\n" * 40,
        "code": "\n\n```py\n" + "x = 'a line of code'\n" * 90 + "```\n",
        "table": "\n\n| A | B |\n|--|--|\n" + f"| {message_id} | a wider cell than before |\n" * 60,
        "quote": "\n\n" + "> quoted\n" * 40,
    }


@pytest.mark.parametrize("kind", list(growing(0)))
def test_whatever_arrives_above_or_below_moves_nothing(view: MessageView, kind: str) -> None:
    view.set_items([streaming(1, "Above."), *long_chat(20)[2:], streaming(100, "Below.")], follow_end=False)
    view.scroll_to_message(8)
    view.scroll_by(13)
    color_codes(view, "py")
    before = painted(view)
    for message_id in (1, 100):
        for part in chunks(growing(message_id)[kind], seed=3, longest=200):
            view.feed(message_id, "text", part)
            show_current(view)
            assert top_of(view, "Question 8?") == -13
    assert painted(view) == before


def test_the_part_of_an_answer_that_is_read_stays_while_its_end_grows(view: MessageView) -> None:
    text = "\n\n".join(f"Paragraph {number}. " + "Words. " * 30 for number in range(12))
    view.set_items([ask(1, "Well?"), streaming(2, text)], follow_end=True)
    view.scroll_by(-700)
    before = painted(view)
    for part in chunks("".join(growing(2).values()), seed=5, longest=300):
        view.feed(2, "text", part)
        show_current(view)
        assert painted(view) == before


def colors_come_late(view: MessageView) -> None:
    color_codes(view, "rust")


def thinking_is_unfolded(view: MessageView) -> None:
    view.toggle_thinking(3)


def a_message_is_added(view: MessageView) -> None:
    view.append_item(ask(500, "Another?"))


def an_answer_above_is_replaced(view: MessageView) -> None:
    view.replace_item(answer(1, "Quite another text.\n\n" * 30))


def an_answer_above_fails(view: MessageView) -> None:
    view.replace_item(answer(3, "Answer 3.", notice="It broke.", notice_action="retry", thinking="A thought."))


def messages_above_go(view: MessageView) -> None:
    view.set_items([item for item in view.items() if item.id not in {2, 3}], follow_end=False)


@pytest.mark.parametrize(
    "happens",
    [
        colors_come_late,
        thinking_is_unfolded,
        a_message_is_added,
        an_answer_above_is_replaced,
        an_answer_above_fails,
        messages_above_go,
    ],
)
def test_whatever_happens_elsewhere_moves_nothing(view: MessageView, happens: Callable[[MessageView], None]) -> None:
    chat = long_chat(24)
    chat[1] = answer(1, "```rust\nfn main() {}\n```\n" * 9)
    chat[3] = answer(3, "Answer 3.", thinking="A thought.\n\n" * 20)
    view.set_items(chat, follow_end=False)
    view.scroll_to_message(8)
    view.scroll_by(13)
    before = painted(view)
    happens(view)
    QApplication.processEvents()
    assert top_of(view, "Question 8?") == -13
    assert painted(view) == before


def test_real_heights_above_are_met_without_a_jump(view: MessageView) -> None:
    """Estimates are wrong by a lot here; each step up moves the screen by just that step."""
    wide = "| A | B |\n|--|--|\n" + "| some words to wrap | " + "very many words " * 30 + "|\n"
    code = "```\n" + "x\n" * 50 + "```\n"
    kinds = [wide, code, "- item\n\n  more\n" * 9, "# Head\n", "word " * 300, "漢字" * 300]
    view.set_items(
        [answer(number, f"Message {number}.\n\n{kinds[number % 6]}") for number in range(60)], follow_end=True
    )
    for _ in range(150):
        tops = {id(placed.row): placed.y for placed in view.stage.scroller.placed}
        view.scroll_by(-57)
        moved = {placed.y - tops[id(placed.row)] for placed in view.stage.scroller.placed if id(placed.row) in tops}
        assert moved == {57}


def test_scrolling_back_down_follows_again(view: MessageView) -> None:
    view.set_items([*long_chat(10), streaming(100)], follow_end=True)
    wheel(view, 2)
    wheel(view, -5)
    assert view.follows_end
    view.feed(100, "text", "More.\n\n" * 20)
    show_current(view)
    assert at_end(view)


def test_the_button_brings_the_reader_to_the_new_text(view: MessageView) -> None:
    view.set_items([*long_chat(10), streaming(100)], follow_end=True)
    button = find(view, QPushButton, "jumpToEnd")
    wheel(view, 3)
    assert not button.isVisible()
    view.feed(100, "text", "New.")
    show_current(view)
    assert button.isVisible()
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert view.follows_end
    assert not button.isVisible()
    assert top_of(view, "New.")


def test_texts_that_come_above_move_nothing(view: MessageView) -> None:
    items = [unread(number) for number in range(30)]
    items[20] = answer(20, "Here I read.")
    wanted = collected(view.texts_wanted)
    view.set_items(items, follow_end=False)
    view.scroll_to_message(20)
    before = top_of(view, "Here I read.")
    ids = {message_id for ids in wanted for message_id in ids}
    view.fill(
        {message_id: ("Much more text than the length said.\n\n" * 30, "") for message_id in ids if message_id < 20}
    )
    assert top_of(view, "Here I read.") == before


def test_texts_nearest_to_the_reader_are_asked_for_first_and_once(view: MessageView) -> None:
    wanted = collected(view.texts_wanted)
    view.set_items([unread(number) for number in range(1000)], follow_end=True)
    assert wanted[0][0] == 999
    assert len(wanted[0]) < 60
    view.fill({message_id: (f"Text {message_id}.", "") for message_id in wanted[0]})
    assert top_of(view, "Text 999.")
    asked = [message_id for ids in wanted for message_id in ids]
    assert len(asked) == len(set(asked))
    view.fill({message_id: (f"Text {message_id}.", "") for message_id in asked})
    wheel(view, 60)
    assert min(message_id for ids in wanted for message_id in ids) < 960


def test_other_items_keep_the_place_of_the_reader(view: MessageView) -> None:
    chat = long_chat(40)
    view.set_items(chat, follow_end=False)
    view.scroll_to_message(20)
    view.scroll_by(7)
    before = top_of(view, "Question 20?")
    view.set_items(chat[4:], follow_end=False)
    assert top_of(view, "Question 20?") == before
    view.set_items([*chat, ask(99, "Another?")], follow_end=False)
    assert top_of(view, "Question 20?") == before


def test_thinking_that_folds_above_moves_nothing(view: MessageView) -> None:
    view.set_items([streaming(1, thinking="A thought.\n\n" * 10), *long_chat(20)[2:]], follow_end=False)
    view.scroll_to_message(8)
    before = top_of(view, "Question 8?")
    view.feed(1, "text", "The answer. " * 200)
    show_current(view)
    assert top_of(view, "Question 8?") == before


def test_thinking_does_not_fold_under_the_eyes_of_who_scrolled_up_to_read_it(view: MessageView) -> None:
    view.set_items([ask(1, "Well?"), streaming(2)], follow_end=True)
    view.feed(2, "thinking", "".join(f"Thought {number}.\n\n" for number in range(60)))
    show_current(view)
    wheel(view, 3)
    before = painted(view)
    view.feed(2, "text", "The answer.")
    show_current(view)
    find(view, QPushButton, "jumpToEnd")
    assert painted(view) == before


def test_unfolding_thinking_keeps_its_line_in_place(view: MessageView) -> None:
    view.set_items([*long_chat(6), answer(50, "Short.", thinking="A thought.\n\n" * 30)], follow_end=True)
    before = top_of(view, "Answer 5.")
    click(view, "toggle-thinking", 50)
    assert "A thought." in texts(view)
    assert top_of(view, "Answer 5.") == before
    click(view, "toggle-thinking", 50)
    assert "A thought." not in texts(view)


def test_keys_move_by_pages_and_to_the_ends(view: MessageView) -> None:
    view.set_items(long_chat(60), follow_end=True)
    view.setFocus()
    QTest.keyClick(view, Qt.Key.Key_Home)
    assert view.verticalScrollBar().value() == 0
    assert top_of(view, "Question 0?") == 0
    QTest.keyClick(view, Qt.Key.Key_PageDown)
    page = view.verticalScrollBar().value()
    assert view.viewport().height() * 0.8 < page < view.viewport().height()
    QTest.keyClick(view, Qt.Key.Key_Space)
    QTest.keyClick(view, Qt.Key.Key_PageUp)
    assert view.verticalScrollBar().value() == page
    QTest.keyClick(view, Qt.Key.Key_Space, Qt.KeyboardModifier.ShiftModifier)
    assert view.verticalScrollBar().value() == 0
    QTest.keyClick(view, Qt.Key.Key_End)
    assert at_end(view)
    assert view.follows_end


def test_the_scrollbar_reaches_every_place(view: MessageView) -> None:
    view.set_items(long_chat(400), follow_end=True)
    bar = view.verticalScrollBar()
    for fraction in (0.5, 0.1, 0.9, 0.0):
        bar.setValue(int(bar.maximum() * fraction))
        assert not view.follows_end
        QApplication.processEvents()
    assert top_of(view, "Question 0?") == 0
    bar.setValue(bar.maximum())
    assert view.follows_end


def test_scrolling_down_step_by_step_meets_every_message_once(view: MessageView) -> None:
    texts_of_chat = chat_text.chat(12)
    view.set_items(
        [answer(number, text) if number % 2 else ask(number, text) for number, text in enumerate(texts_of_chat)],
        follow_end=False,
    )
    seen: dict[int, None] = {}
    for _ in range(2000):
        seen.update(dict.fromkeys(placed.message for placed in view.stage.scroller.placed))
        if view.follows_end and at_end(view):
            break
        view.scroll_by(90)
    assert list(seen) == list(range(12))


def test_a_narrower_window_keeps_the_message_in_view(view: MessageView) -> None:
    view.set_items(long_chat(60), follow_end=False)
    view.scroll_to_message(30)
    for width in (700, 560, 480, 820):
        view.resize(width, 600)
        QApplication.processEvents()
        assert top_of(view, "Question 30?") == 0


def test_a_larger_font_and_another_theme_lay_everything_out_again(view: MessageView, theme: Theme) -> None:
    view.set_items(long_chat(10), follow_end=True)
    view.feed(9, "text", "")
    rows = len(view.stage.scroller.placed)
    theme.choose(Appearance.DARK, 1.5)
    QApplication.processEvents()
    assert len(view.stage.scroller.placed) < rows
    assert at_end(view)
    assert painted(view).pixelColor(2, 2) == theme.color("bg")
    theme.choose(Appearance.LIGHT, 1.0)
    assert len(view.stage.scroller.placed) == rows


def test_an_empty_view_takes_everything(view: MessageView) -> None:
    view.set_items([], follow_end=True)
    view.scroll_by(100)
    view.jump_to_end()
    view.feed(5, "text", "for nobody")
    view.flush()
    view.fill({5: ("text", "")})
    view.replace_item(answer(5, "nobody"))
    view.append_item(ask(1, "First?"))
    assert texts(view) == ["First?"]
    for key in (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageDown, Qt.Key.Key_Home):
        QTest.keyClick(view, key)
