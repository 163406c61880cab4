"""An answer looks the same whether it arrives in pieces or at once, and the screen is always what a repaint gives."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desktop.core.conversation import SEAM, Status
from desktop.ui.icons import Icons
from desktop.ui.message_view import MessageView
from desktop.ui.message_view.small_rows import SeamRow
from desktop.ui.theme import Appearance, Theme
from tests.benchmarks import chat_text
from tests.ui.message_views import (
    all_rows,
    answer,
    ask,
    chunks,
    close,
    color_codes,
    long_chat,
    make_view,
    painted,
    place_of,
    screen,
    show_current,
    streaming,
    texts,
)


@pytest.fixture
def view(theme: Theme, icons: Icons) -> Iterator[MessageView]:
    view = make_view(theme, icons)
    color_codes(view, *chat_text.CODE)
    yield view
    close(view)


MIXED = chat_text.stream("mixed", 9000)


@pytest.mark.parametrize("kind", [*chat_text.KINDS, "mixed"])
def test_streamed_text_equals_text_set_at_once(theme: Theme, icons: Icons, view: MessageView, kind: str) -> None:
    text = MIXED if kind == "mixed" else chat_text.stream(kind, 6000)
    view.set_items([ask(1, "Well?"), streaming(2)], follow_end=True)
    for part in chunks(text, 5, longest=400):
        view.feed(2, "text", part)
        view.flush()
    view.replace_item(answer(2, text))
    whole = make_view(theme, icons)
    color_codes(whole, *chat_text.CODE)
    whole.set_items([ask(1, "Well?"), answer(2, text)], follow_end=True)
    assert texts(view) == texts(whole)
    for other in (view, whole):
        other.scroll_by(-1)
    assert painted(view) == painted(whole)
    for other in (view, whole):
        other.scroll_by(-2000)
    assert painted(view) == painted(whole)
    close(whole)


@pytest.mark.parametrize("appearance", [Appearance.LIGHT, Appearance.DARK])
def test_after_each_flush_the_screen_equals_a_full_repaint(
    theme: Theme, view: MessageView, appearance: Appearance
) -> None:
    theme.choose(appearance, 1.0)
    view.set_items([*long_chat(6), streaming(100)], follow_end=True)
    view.feed(100, "thinking", "First this, then that. " * 20)
    show_current(view)
    for part in chunks(MIXED[:5000], 3, longest=90):
        view.feed(100, "text", part)
        view.flush()
        seen = screen(view)
        view.viewport().update()
        assert seen == screen(view), f"after {part!r}"


def test_the_rows_of_finished_blocks_are_not_touched_again(view: MessageView) -> None:
    view.set_items([streaming(1, "First paragraph.\n\nSecond paragraph.\n\n")], follow_end=True)
    first = next(row for row in all_rows(view) if row.text == "First paragraph.")
    version = first.version
    for part in chunks(MIXED[:2000], 1):
        view.feed(1, "text", part)
        view.flush()
    assert first in all_rows(view)
    assert first.version == version


def test_text_is_shown_within_a_frame_and_then_no_timer_runs(view: MessageView) -> None:
    view.set_items([streaming(1)], follow_end=True)
    view.feed(1, "text", "Hello there.")
    begin = time.monotonic()
    while "Hello there." not in texts(view):
        QApplication.processEvents()
        assert time.monotonic() - begin < 1
    QTest.qWait(30)
    assert not any(timer.isActive() for timer in view.findChildren(QTimer))


def test_finishing_an_answer_keeps_its_rows(view: MessageView) -> None:
    view.set_items([streaming(1)], follow_end=True)
    view.feed(1, "text", "One.\n\nTwo.")
    view.flush()
    row = next(row for row in all_rows(view) if row.text == "Two.")
    view.replace_item(answer(1, "One.\n\nTwo.", footer="1 in · 2 out"))
    assert row in all_rows(view)


def test_an_older_item_of_the_same_stream_takes_no_text_away(view: MessageView) -> None:
    view.set_items([streaming(1)], follow_end=True)
    view.feed(1, "text", "All of this.")
    view.set_items([ask(0, "Well?"), streaming(1)], follow_end=True)
    assert "All of this." in texts(view)
    assert [item.text for item in view.items()] == ["Well?", "All of this."]


def test_two_answers_stream_at_once(view: MessageView) -> None:
    view.set_items([streaming(1), streaming(2)], follow_end=True)
    for number in range(20):
        view.feed(1, "text", f"a{number} ")
        view.feed(2, "text", f"b{number} ")
    view.flush()
    assert texts(view)[0].startswith("a0 a1 a2")
    assert texts(view)[1].endswith("b18 b19")


def test_a_mark_shows_where_text_arrives_until_it_ends(view: MessageView, theme: Theme) -> None:
    accent = theme.color("accent").rgb()

    def marks() -> int:
        image = painted(view)
        return sum(image.pixel(x, y) == accent for x in range(image.width()) for y in range(200))

    view.set_items([streaming(1)], follow_end=True)
    assert marks()
    view.feed(1, "text", "Text.")
    view.flush()
    assert marks()
    view.replace_item(answer(1, "Text.", status=Status.STOPPED))
    assert not marks()


def test_the_thinking_is_seen_while_it_comes_and_folds_when_the_answer_begins(view: MessageView) -> None:
    view.set_items([ask(1, "Well?"), streaming(2)], follow_end=True)
    view.feed(2, "thinking", "Let me see.")
    view.flush()
    assert "Let me see." in texts(view)
    view.feed(2, "text", "So it is.")
    view.flush()
    assert "Let me see." not in texts(view)
    assert "So it is." in texts(view)


def test_thinking_that_the_reader_opened_stays_open(view: MessageView) -> None:
    view.set_items([ask(1, "Well?"), streaming(2)], follow_end=True)
    view.feed(2, "thinking", "Let me see.")
    view.flush()
    view.toggle_thinking(2)
    view.toggle_thinking(2)
    view.feed(2, "text", "So it is.")
    view.flush()
    assert "Let me see." in texts(view)


def test_the_card_is_there_while_another_model_has_not_begun_to_think(view: MessageView) -> None:
    waits = answer(2, "", status=Status.STREAMING, thinks_first=True, thinking_caption="r1")
    view.set_items([ask(1, "Well?"), waits], follow_end=True)
    place_of(view, "answer-now")
    view.feed(2, "thinking", "Let me see.")
    view.flush()
    assert "Let me see." in texts(view)


def test_what_another_model_thought_folds_when_the_answer_is_asked_for(view: MessageView) -> None:
    thinks = answer(2, "", status=Status.STREAMING, thinks_first=True)
    view.set_items([ask(1, "Well?"), thinks], follow_end=True)
    view.feed(2, "thinking", "Let me see.")
    view.flush()
    asked = replace(thinks, thinks_first=False, thinking="Let me see.", thought_length=11, thinking_duration_s=12.0)
    view.replace_item(asked)
    assert "Let me see." not in texts(view)
    with pytest.raises(AssertionError, match="not on the screen"):
        place_of(view, "answer-now")
    view.feed(2, "thinking", " Mine.")
    view.flush()
    assert "Let me see. Mine." in texts(view)
    view.feed(2, "text", "So it is.")
    view.flush()
    assert texts(view)[-1] == "So it is."


@pytest.mark.parametrize("thinks_first", [False, True])
def test_the_thinking_stays_open_if_the_reader_wants_that(view: MessageView, thinks_first: bool) -> None:
    view.folds_thinking = False
    thinks = answer(2, "", status=Status.STREAMING, thinks_first=thinks_first)
    view.set_items([ask(1, "Well?"), thinks], follow_end=True)
    view.feed(2, "thinking", "Let me see.")
    view.flush()
    if thinks_first:
        view.replace_item(replace(thinks, thinks_first=False, thinking="Let me see.", thought_length=11))
    view.feed(2, "text", "So it is.")
    view.flush()
    view.replace_item(answer(2, "So it is.", thinking="Let me see.", thinking_duration_s=2.0))
    assert "Let me see." in texts(view)
    view.toggle_thinking(2)
    assert "Let me see." not in texts(view)


def test_labels_of_thoughts_that_come_one_by_one_look_as_if_set_at_once(
    theme: Theme, icons: Icons, view: MessageView
) -> None:
    thinks = answer(2, "", status=Status.STREAMING, thinks_first=True)
    view.set_items([ask(1, "Well?"), thinks], follow_end=True)
    labels = ("Draft by a", "Thinking by b", "Critique by b")
    thinking = ""
    for number, text in enumerate(("A *draft*.", f"{SEAM}Let me see.\n\n- one", f"{SEAM}Too short."), 1):
        view.feed(2, "thinking", text)
        thinking += text
        view.replace_item(replace(thinks, thinking=thinking, thinking_labels=labels[:number]))
    view.feed(2, "thinking", " Far too short.")
    show_current(view)
    other = make_view(theme, icons)
    whole = replace(thinks, thinking=f"{thinking} Far too short.", thinking_labels=labels)
    other.set_items([ask(1, "Well?"), whole], follow_end=True)
    show_current(other)
    assert [row.label for row in all_rows(view) if isinstance(row, SeamRow)] == list(labels)
    assert painted(view) == painted(other)
    close(other)


def test_what_the_thinking_takes_is_told_while_it_lasts(view: MessageView) -> None:
    thinks = answer(2, "", status=Status.STREAMING, thinks_first=True, thinking="Hm.", thinking_duration_s=7.0)
    view.set_items([ask(1, "Well?"), thinks], follow_end=True)
    before = screen(view)
    view.tell_thinking(2, "r1 · 341 tokens")
    assert view.items()[-1].thinking_caption == "r1 · 341 tokens"
    assert screen(view) != before
    view.feed(2, "text", "So it is.")
    view.flush()
    view.tell_thinking(2, "r1 · 342 tokens")
    assert view.items()[-1].thinking_caption == "r1 · 341 tokens"


def test_the_text_of_an_answer_survives_a_stale_item_and_a_long_way_off(view: MessageView) -> None:
    chat = long_chat(300)
    view.set_items([streaming(1000), *chat], follow_end=False)
    view.feed(1000, "thinking", "Hm. ")
    view.feed(1000, "text", "Kept.")
    view.flush()
    for number in range(0, 300, 5):
        view.scroll_to_message(number)
    view.set_items([streaming(1000), *chat[:-1]], follow_end=True)
    view.feed(1000, "text", " All of it.")
    assert [(item.thinking, item.text) for item in view.items()[:1]] == [("Hm. ", "Kept. All of it.")]


def test_heights_stay_the_sum_of_their_rows(view: MessageView) -> None:
    view.set_items([ask(1, "Well?"), streaming(2)], follow_end=True)
    conversation = view.stage.conversation
    for kind, text in (
        ("thinking", "One.\n\nTwo.\n\n"),
        ("text", "Three."),
        ("text", "\n\n- a\n- b\n\n| a |\n|--|\n| b |"),
    ):
        view.feed(2, kind, text)
        view.flush()
        assert conversation.heights[1] == sum(row.height for row in conversation.rows(1))
        assert conversation.heights.total == conversation.heights[0] + conversation.heights[1]


def test_a_selection_whose_message_goes_leaves_the_screen(view: MessageView) -> None:
    view.set_items([answer(1, "One."), answer(2, "Two.")], follow_end=False)
    view.select_all()
    show_current(view)
    view.set_items([answer(2, "Two.")], follow_end=False)
    seen = screen(view)
    view.viewport().update()
    assert seen == screen(view)
