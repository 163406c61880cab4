"""What a double click takes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.ui.message_view.positions import piece, units
from desktop.ui.message_view.word_bounds import word_around


@pytest.mark.parametrize(
    ("text", "position", "word"),
    [
        ("First words.", 2, "First"),
        ("First words.", 11, "words"),
        ("First words.", 12, "."),
        ("don't stop", 1, "don't"),
        ("the dogs' bowl", 8, "dogs"),
        ("a well-known word", 4, "well"),
        ("call snake_case.method()", 8, "snake_case"),
        ("call snake_case.method()", 17, "method"),
        ("你好，世界", 1, "你好"),
        ("你好，世界", 2, "你好"),
        ("你好，世界", 4, "世界"),
        ("私はカメラを見た", 0, "私"),
        ("私はカメラを見た", 3, "カメラ"),
        ("用 Python 写", 4, "Python"),
        ("हिन्दी शब्द", 2, "हिन्दी"),
        ("한국어 단어", 1, "한국어"),
        ("🚚🌉 deck", 6, "deck"),
        ("🚚🌉 deck", 2, "🌉"),
        ("𠀀𠀁 x", 2, "𠀀𠀁"),
        ("naïve café", 8, "café"),
    ],
)
def test_a_word_is_what_readers_take_for_one(text: str, position: int, word: str) -> None:
    start, end = word_around(text, position)
    assert piece(text, start, end) == word


@given(st.text(max_size=30), st.integers(0, 30))
def test_every_position_has_its_word(text: str, characters: int) -> None:
    position = units(text[:characters])
    start, end = word_around(text, position)
    assert 0 <= start <= position <= end <= units(text)
