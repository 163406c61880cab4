"""Words that only one of several texts has."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from desktop.core.differences import differences

WORDS = st.lists(st.sampled_from("the deck sags because of gravity, 香港 天氣 12 mm. don't Ωμέγα 🙂 \n".split(" ")))
TEXTS = WORDS.map(" ".join) | st.text(max_size=40)


def marked(text: str, other: str) -> list[str]:
    return [text[start:end] for start, end in differences([text, other])[0]]


def unmarked(text: str, spans: list[tuple[int, int]]) -> str:
    """What is left without the marked places, spaces apart."""
    for start, end in reversed(spans):
        text = text[:start] + " " + text[end:]
    return re.sub(r"\s", "", text)


def test_words_that_differ_are_marked_with_the_space_between_them() -> None:
    plain = "The deck sags because of gravity acting on the span. Own weight makes 31 mm."
    fused = "The deck sags because of hangers near mid-span. Own weight makes 31 mm."
    assert marked(plain, fused) == ["gravity acting on the span"]
    assert marked(fused, plain) == ["hangers near mid-span"]


def test_a_number_and_a_word_with_an_apostrophe_are_one_word() -> None:
    assert marked("It don't cost 1,204.5 now", "It won't cost 1,204.6 now") == ["don't", "1,204.5"]


def test_chinese_differs_by_characters() -> None:
    assert marked("香港今日天氣很好", "香港明日天氣很好") == ["今"]


def test_a_little_word_between_two_differences_is_no_match() -> None:
    assert marked("Bridges bend the slow way home", "Bridges fall the other day home") == ["bend the slow way"]


def test_of_three_texts_only_what_no_other_has_is_marked() -> None:
    texts = ["red green blue", "red black blue", "red green white"]
    spans = differences(texts)
    assert [[text[a:b] for a, b in found] for text, found in zip(texts, spans, strict=True)] == [
        [],
        ["black"],
        ["white"],
    ]


def test_one_text_alone_differs_from_nothing() -> None:
    assert differences(["alone"]) == [[]]
    assert differences([]) == []


def test_long_texts_of_the_same_words_are_compared_at_once() -> None:
    long = "the deck of the bridge " * 2_000
    assert differences([long + "sags", long + "holds"]) == [[(len(long), len(long) + 4)], [(len(long), len(long) + 5)]]


@given(TEXTS)
def test_equal_texts_have_no_differences(text: str) -> None:
    assert differences([text, text]) == [[], []]


@given(TEXTS, TEXTS)
def test_what_is_not_marked_is_the_same_in_both(first: str, second: str) -> None:
    mine, theirs = differences([first, second])
    assert unmarked(first, mine) == unmarked(second, theirs)


@given(TEXTS, TEXTS, TEXTS)
def test_places_are_in_order_and_inside_the_text(first: str, second: str, third: str) -> None:
    for text, spans in zip((first, second, third), differences([first, second, third]), strict=True):
        ends = [0, *(place for span in spans for place in span)]
        assert ends == sorted(ends)
        assert all(start < end <= len(text) and not text[start].isspace() for start, end in spans)
