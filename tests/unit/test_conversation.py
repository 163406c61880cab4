"""Chats as trees: lines, siblings, titles."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from desktop.core.conversation import (
    TITLE_LENGTH,
    Message,
    PicturePart,
    Role,
    TextPart,
    ThinkingPart,
    line_to,
    newest_leaf,
    title_from,
    with_text,
)

TREE: dict[int, int | None] = {1: None, 2: 1, 3: 1, 4: 2, 5: 4, 6: 2}


def test_a_line_runs_from_the_first_question_to_the_leaf() -> None:
    assert line_to(5, TREE) == [1, 2, 4, 5]


def test_a_missing_parent_or_a_loop_never_locks_a_chat() -> None:
    assert line_to(2, {2: 99}) == [2]
    assert line_to(2, {1: 2, 2: 1}) == [1, 2]
    assert line_to(None, TREE) == []


def test_a_line_goes_on_to_the_newest_child() -> None:
    assert newest_leaf(1, TREE) == 3
    assert newest_leaf(2, TREE) == 6
    assert newest_leaf(4, TREE) == 5


@given(st.lists(st.integers(0, 30), max_size=30))
def test_any_tree_gives_a_line_that_ends_at_its_leaf_and_follows_parents(choices: list[int]) -> None:
    parents: dict[int, int | None] = {0: None}
    for child, choice in enumerate(choices, 1):
        parents[child] = choice % child
    leaf = newest_leaf(0, parents)
    line = line_to(leaf, parents)
    assert line[-1] == leaf
    assert all(parents[child] == parent for parent, child in itertools.pairwise(line))


def test_a_title_is_made_of_the_first_words() -> None:
    assert title_from("  # Why does\n the bridge sag? ") == "Why does the bridge sag?"
    assert title_from("") == ""


@given(st.text())
def test_a_title_is_one_short_line(text: str) -> None:
    title = title_from(text)
    assert len(title) <= TITLE_LENGTH
    assert "\n" not in title


def test_new_text_keeps_the_attachments_of_a_message() -> None:
    picture = PicturePart("a" * 64, "image/png", 10, 10, 99)
    message = Message(1, 1, None, Role.ASSISTANT, (TextPart("old"), picture))
    changed = with_text(message, "new", "thought", 1.5)
    assert changed.parts == (ThinkingPart("thought", 1.5), TextPart("new"), picture)
    assert (changed.text, changed.thinking, changed.thinking_duration_s) == ("new", "thought", 1.5)
