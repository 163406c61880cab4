"""What a second start says to the first: read back as it was said, and refused when it is anything else."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.core.handover import Handover

ITEMS = st.lists(st.text(st.characters(exclude_characters="\0"), max_size=40)).map(tuple)
TOKENS = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=80)


@given(items=ITEMS, token=TOKENS)
def test_what_is_handed_over_arrives(items: tuple[str, ...], token: str) -> None:
    handover = Handover(items, token)
    assert Handover.from_bytes(handover.to_bytes()) == handover


def test_a_file_whose_name_is_no_text_arrives() -> None:
    handover = Handover((b"/pictures/\xff.png".decode("utf-8", "surrogateescape"),))
    assert Handover.from_bytes(handover.to_bytes()) == handover


@given(st.binary(max_size=80))
def test_noise_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"JSON|version"):
        Handover.from_bytes(data)


@pytest.mark.parametrize(
    "said",
    [
        [],
        {},
        {"version": 2, "items": [], "activation_token": ""},
        {"version": 1, "activation_token": ""},
        {"version": 1, "items": "ligature:chat/1", "activation_token": ""},
        {"version": 1, "items": [1], "activation_token": ""},
        {"version": 1, "items": ["a\0b"], "activation_token": ""},
        {"version": 1, "items": [], "activation_token": None},
        {"version": 1, "items": [], "activation_token": "x" * 501},
        {"version": 1, "items": [], "activation_token": "a\nb"},
    ],
)
def test_what_says_something_else_is_refused_without_repeating_it(said: object) -> None:
    with pytest.raises(ValueError, match=r"^(another version|no list of items|no activation token)$"):
        Handover.from_bytes(json.dumps(said).encode())


def test_brackets_without_end_are_refused() -> None:
    with pytest.raises(ValueError, match="no JSON"):
        Handover.from_bytes(b"[" * 500_000)
