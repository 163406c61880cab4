"""Finding words: in any case, composed or not, and without Markdown's marks."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.core.find import find_texts, fold, readable, spans


@pytest.mark.parametrize(
    ("source", "seen"),
    [
        ("**bold** text", "bold text"),
        ("_it_ and *it*, but 2 * 3 and a_b_c", "it and it, but 2 * 3 and a_b_c"),
        ("`__init__` is code", "__init__ is code"),
        ("```python\na ** b\n```\nafter", "a ** b\nafter"),
        ("~~~\nopen fence **x**", "open fence **x**"),
        ("see [the **page**](https://example.org/a_(b))", "see the page"),
        ("![alt](x.png) and <https://example.org/>", "alt and https://example.org/"),
        ("## Head\n- item\n1. one\n> quote", "Head\nitem\none\nquote"),
        ("&amp; &lt; \\* kept", "& < * kept"),
        ("a ~~b~~ c", "a b c"),
        ("$a*b*c$ and $5 *or* $6", "$a*b*c$ and $5 or $6"),
        ("nothing to see", "nothing to see"),
    ],
)
def test_marks_are_not_read(source: str, seen: str) -> None:
    assert readable(source) == seen


@pytest.mark.parametrize(
    ("text", "words", "found"),
    [
        ("Bridge and bridge", "BRIDGE", ["Bridge", "bridge"]),
        ("Straße", "strasse", ["Straße"]),
        ("cafe\u0301 and caf\u00e9", "caf\u00e9", ["cafe\u0301", "caf\u00e9"]),
        ("cafe\u0301 and caf\u00e9", "CAFE\u0301", ["cafe\u0301", "caf\u00e9"]),
        ("\u1112\u1161\u11ab\uae00", "\ud55c\uae00", ["\u1112\u1161\u11ab\uae00"]),
        ("one\ntwo", "one two", ["one\ntwo"]),
        ("🌉 the deck", "deck", ["deck"]),
        ("aaaa", "aa", ["aa", "aa"]),
        ("nothing", "x", []),
        ("nothing", "", []),
    ],
)
def test_words_are_found_where_they_stand(text: str, words: str, found: list[str]) -> None:
    assert [text[start:end] for start, end in spans(text, fold(words))] == found


def test_case_counts_when_it_is_wanted() -> None:
    words = fold("Bridge", match_case=True)
    assert spans("bridge Bridge", words, match_case=True) == [(7, 13)]


def test_thinking_is_searched_before_the_answer_but_nothing_across_them() -> None:
    written, folded = find_texts("**Answer**", "A *Thought*", is_plain=False)
    assert (written, folded) == ("A Thought\0Answer", "a thought\0answer")
    assert find_texts("as **typed**", "", is_plain=True)[0] == "as **typed**"


@given(st.text(max_size=60), st.text(max_size=3))
def test_what_is_found_says_what_was_looked_for(text: str, words: str) -> None:
    wanted = fold(words)
    ends = 0
    for start, end in spans(text, wanted):
        assert ends <= start < end <= len(text) or wanted in fold(text[start:end])
        assert wanted in fold(text[start:end])
        ends = end


@given(st.text(max_size=40), st.integers(0, 40), st.integers(1, 10))
def test_any_piece_of_a_composed_text_is_found_in_it_decomposed(text: str, start: int, length: int) -> None:
    composed = unicodedata.normalize("NFC", text)
    piece = composed[start : start + length]
    if piece and fold(piece) in fold(composed):
        assert spans(unicodedata.normalize("NFD", text), fold(piece))


@given(st.text(alphabet="ab*_`~#[]()\n >-1.&;\\<!|", max_size=80))
def test_reading_any_text_ends_and_adds_nothing(source: str) -> None:
    assert len(readable(source)) <= len(source)
