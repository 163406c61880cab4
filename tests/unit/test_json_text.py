"""JSON as people read it is still the same JSON."""

from __future__ import annotations

import ast
import json
import unicodedata
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from desktop.core.json_text import Kind, Words, pieces, pretty

TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=10),
    max_leaves=20,
)
BODY = {
    "model": "gpt-4o",
    "stop": ["END"],
    "messages": [
        {"role": "system", "content": "Be brief."},
        {
            "role": "user",
            "content": [
                {"type": "text", "text": "Why?"},
                {"type": "image_url", "image_url": {"url": "https://example.com/x.png", "detail": "auto"}},
            ],
        },
    ],
}
SHOWN = """\
{
  "model": "gpt-4o",
  "stop": ["END"],
  "messages": [
    {"role": "system", "content": "Be brief."},
    {"role": "user", "content": [
      {"type": "text", "text": "Why?"},
      {"type": "image_url", "image_url": {"url": "https://example.com/x.png", "detail": "auto"}}
    ]}
  ]
}"""


@given(VALUES)
def test_it_reads_back_as_the_same_value(value: Any) -> None:
    assert json.loads(pretty(value)) == value


@given(VALUES)
def test_in_the_words_of_python_it_is_the_same_value(value: Any) -> None:
    assert ast.literal_eval(pretty(value, Words("True", "False", "None"))) == value


@given(TEXTS)
def test_a_text_never_breaks_its_line_nor_hides_anything(text: str) -> None:
    shown = pretty(text)
    assert len(shown.splitlines()) == 1
    assert not {unicodedata.category(character) for character in shown} & {"Cc", "Zl", "Zp"}


def test_each_message_and_each_part_of_one_has_its_line() -> None:
    assert pretty(BODY) == SHOWN


def test_objects_with_many_entries_have_lines_for_them() -> None:
    bias = {str(token): -100 for token in range(9)}
    assert pretty({"logit_bias": bias}).count("\n") == 12


def test_the_pieces_say_what_they_are_and_where() -> None:
    found = {(piece.path, piece.kind): piece.text for piece in pieces(BODY)}
    assert found[("model",), Kind.STRING] == '"gpt-4o"'
    assert found[("messages", 1, "content", 0, "text"), Kind.STRING] == '"Why?"'
    assert found[("messages", 1, "role"), Kind.KEY] == '"role"'
