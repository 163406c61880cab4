"""Marks on what only one answer says: where they stand, and that the text on them stays readable."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtGui import QColor

from desktop.ui.compare_marks import in_rows
from desktop.ui.theme import DARK, LIGHT, Colors

LEAST_CONTRAST = 4.5


def luminance(color: str) -> float:
    parts = [QColor(color).redF(), QColor(color).greenF(), QColor(color).blueF()]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(first: str, second: str) -> float:
    dark, light = sorted((luminance(first), luminance(second)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("colors", [LIGHT, DARK])
@pytest.mark.parametrize("ground", ["only_here", "only_there"])
@pytest.mark.parametrize("text", ["text", "dim", "accent"])
def test_text_is_readable_on_the_marks(colors: Colors, ground: str, text: str) -> None:
    assert contrast(getattr(colors, text), getattr(colors, ground)) >= LEAST_CONTRAST


def test_a_place_that_runs_over_rows_is_marked_in_each() -> None:
    rows = [((3, 0), "one two"), ((3, 1), "three"), ((3, 2), "four five")]
    assert in_rows(rows, [(4, 18)]) == {(3, 0): [(4, 7)], (3, 1): [(0, 5)], (3, 2): [(0, 4)]}


def test_places_behind_an_emoji_are_counted_as_qt_counts() -> None:
    assert in_rows([((3, 0), "🙂 one")], [(2, 5)]) == {(3, 0): [(3, 6)]}


@given(st.lists(st.text(max_size=12), min_size=1, max_size=5), st.integers(0, 40), st.integers(1, 40))
def test_what_is_marked_in_rows_is_what_was_marked_in_the_whole(texts: list[str], start: int, length: int) -> None:
    rows = [((3, number), text) for number, text in enumerate(texts)]
    whole = "\n".join(texts)
    end = min(len(whole), start + length)
    marks = in_rows(rows, [(start, end)] if start < end else [])
    wide = [text.encode("utf-16-le", "surrogatepass") for text in texts]
    marked = "".join(
        wide[key[1]][2 * a : 2 * b].decode("utf-16-le", "surrogatepass")
        for key, spans in marks.items()
        for a, b in spans
    )
    inside = [
        whole[place]
        for place in range(start, end)
        if place not in {sum(map(len, texts[: n + 1])) + n for n in range(len(texts))}
    ]
    assert marked == "".join(inside)
