"""Thinking told from answer where it stands in tags."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.core.thinking import TAGS, Piece, ThinkingSplitter


def split(*chunks: str) -> tuple[str, str]:
    """(thinking, text) of an answer that came in these chunks."""
    splitter = ThinkingSplitter()
    pieces = [piece for chunk in chunks for piece in splitter.feed(chunk)] + splitter.finish()
    return folded(pieces)


def folded(pieces: list[Piece]) -> tuple[str, str]:
    thinking, text = "", ""
    for kind, piece in pieces:
        if kind == "was_thinking":
            thinking, text = thinking + text, ""
        elif kind == "thinking":
            thinking += piece
        else:
            text += piece
    return thinking, text


@pytest.mark.parametrize("opening", TAGS)
def test_every_known_tag_is_told_from_the_answer(opening: str) -> None:
    assert split(f"{opening}\nHm.\n{TAGS[opening]}\n\nYes.") == ("Hm.\n", "Yes.")


@pytest.mark.parametrize(
    ("stream", "thinking", "text"),
    [
        ("Plain answer.", "", "Plain answer."),
        ("\n\n  <think>a</think>b", "a", "b"),
        ("<think>a</think>b\n<think>c</think>\nd", "ac", "b\nd"),
        ("<think>never closed", "never closed", ""),
        ("thought\n</think>\n\nanswer", "thought\n", "answer"),
        ("The <think> tag and `</think>`.", "", "The <think> tag and `</think>`."),
        ("```html\n<think>\n</think>\n```\nSo.", "", "```html\n<think>\n</think>\n```\nSo."),
        ("<thinner>", "", "<thinner>"),
        ("<think></think>b", "", "b"),
        ("a\n<think>b</think>\n</think>c", "b", "a\n</think>c"),
        (" and so on", "", " and so on"),
        ("```inline``` code\n<think>a</think>b", "a", "```inline``` code\nb"),
        ("- so:\n    ~~~\n    <think>\n    ~~~\n<think>a</think>", "a", "- so:\n    ~~~\n    <think>\n    ~~~\n"),
    ],
)
def test_tags_count_at_the_beginning_of_a_line_outside_code(stream: str, thinking: str, text: str) -> None:
    assert split(stream) == (thinking, text)


def test_ordinary_text_is_never_held_back() -> None:
    splitter = ThinkingSplitter()
    assert splitter.feed("a < b") == [("text", "a < b")]
    assert splitter.feed("\nif x <") == [("text", "\nif x <")]
    assert splitter.feed("\n<") == [("text", "\n")]
    assert splitter.feed("b>") == [("text", "<b>")]


def test_thinking_is_shown_while_it_comes() -> None:
    splitter = ThinkingSplitter()
    assert splitter.feed("<thi") == []
    assert splitter.feed("nk>so, ") == [("thinking", "so, ")]
    assert splitter.feed("well</th") == [("thinking", "well")]
    assert splitter.feed("ink>\nYes") == [("text", "Yes")]


def test_a_long_answer_in_one_line_or_of_many_tags_costs_little() -> None:
    for text, times in (("word ", 20_000), ("<p>words</p>\n" * 10_000, 1)):
        splitter = ThinkingSplitter()
        began = time.process_time()
        for _ in range(times):
            splitter.feed(text)
        assert time.process_time() - began < 1


PIECES = st.lists(
    st.sampled_from(
        [
            "<think>",
            "</think>",
            "<reason>",
            "</reason>",
            "\n",
            " ",
            "a",
            "<",
            "```",
            "~~~",
            "  ",
            "\u3000",
            "◁think▷",
            "◁/think▷",
        ]
    ),
    max_size=14,
).map("".join)


@given(PIECES, st.lists(st.integers(0, 60), max_size=10))
def test_any_chunking_tells_thinking_and_answer_apart_in_the_same_way(stream: str, cuts: list[int]) -> None:
    places = sorted({cut for cut in cuts if cut < len(stream)})
    chunks = [stream[a:b] for a, b in zip([0, *places], [*places, len(stream)], strict=True)]
    assert split(*chunks) == split(stream)
