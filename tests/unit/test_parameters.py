"""The table of parameters: what is accepted, what is refused and in which words."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.core.errors import UserError
from desktop.core.parameters import PARAMETERS, Kind, body_fields, check, checked, conflicts, parameter, parse


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("temperature", "0.3", 0.3),
        ("temperature", " 0,3 ", 0.3),
        ("presence_penalty", "−1.5", -1.5),
        ("max_tokens", "4096", 4096),
        ("seed", "-7", -7),
        ("n", "2", 2),
        ("stop", "END\n\nSTOP", ["END", "STOP"]),
        ("stop", "one\u2028stop", ["one\u2028stop"]),
        ("logit_bias", '{"50256": -100}', {"50256": -100}),
        ("response_format", '{"type": "json_object"}', {"type": "json_object"}),
        ("reasoning_effort", "high", "high"),
        ("stream", "false", False),
        ("user", " me ", " me "),
        ("extra", '{"top_k": 40}', {"top_k": 40}),
    ],
)
def test_what_is_typed_becomes_the_value_that_is_sent(name: str, text: str, value: Any) -> None:
    assert parse(name, text) == value


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("temperature", "2.1", "from 0 to 2"),
        ("temperature", "warm", "a number"),
        ("temperature", "nan", "a number"),
        ("top_p", "-0.1", "from 0 to 1"),
        ("max_tokens", "0", "at least 1"),
        ("max_tokens", "1.5", "whole number"),
        ("n", "0", "from 1 to 16"),
        ("stop", "a\nb\nc\nd\ne", "at most 4"),
        ("presence_penalty", "3", "from −2 to 2"),
        ("logit_bias", '{"word": 1}', "not a token id"),
        ("logit_bias", '{"5": 101}', "from −100 to 100"),
        ("logit_bias", '{"5": 1' + "0" * 400 + "}", "from −100 to 100"),
        ("extra", "[" * 100_000, "not valid JSON"),
        ("extra", "[1]", "JSON object"),
        ("extra", '{"a": }', "line 1, column 7"),
        ("extra", '{"a": NaN}', "not valid JSON"),
        ("extra", '{"messages": []}', "cannot be replaced"),
        ("reasoning_effort", "huge", "one of none, minimal"),
        ("stream", "maybe", "on or off"),
    ],
)
def test_a_wrong_value_is_refused_in_words_that_say_what_is_right(name: str, text: str, words: str) -> None:
    with pytest.raises(UserError, match=words.replace("(", r"\(")) as refused:
        parse(name, text)
    assert refused.value.text.startswith(parameter(name).label)


def test_temperature_and_top_p_are_not_set_both() -> None:
    assert conflicts({"temperature": 0.3}) == {"top_p": "temperature"}
    assert conflicts({"top_p": 0.3, "user": "me"}) == {"temperature": "top_p"}
    assert conflicts({}) == {}


def test_only_what_is_set_stands_in_the_body_and_the_prompt_does_not() -> None:
    values = {"system_prompt": "Be brief.", "temperature": 0.3, "stream": False, "extra": {"top_k": 1}, "unknown": 1}
    assert body_fields(values) == {"temperature": 0.3}
    assert set(checked(values)) == {"system_prompt", "temperature", "stream", "extra"}


def test_what_is_empty_is_not_set_but_nought_and_off_are() -> None:
    values: dict[str, Any] = {"user": "", "stop": [], "logit_bias": {}, "n": None, "temperature": 0, "stream": False}
    assert checked(values) == {"temperature": 0, "stream": False}


def test_every_field_of_the_contract_is_in_the_table() -> None:
    contract = set(
        "temperature top_p n stream stop max_tokens presence_penalty frequency_penalty logit_bias user "
        "system_prompt seed reasoning_effort response_format extra".split()
    )
    assert {entry.name for entry in PARAMETERS} == contract
    assert all(entry.help.endswith((".", "schema.")) for entry in PARAMETERS)


@given(st.sampled_from(PARAMETERS), st.text())
def test_whatever_is_typed_is_either_good_or_refused_for_the_user_to_read(entry: Any, text: str) -> None:
    try:
        value = parse(entry.name, text)
    except UserError:
        return
    assert check(entry.name, value) == value
    assert entry.kind is not Kind.NUMBER or entry.minimum <= value <= entry.maximum
