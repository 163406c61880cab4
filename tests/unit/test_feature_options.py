"""What is typed for an option of a feature becomes a value, or is refused with a reason."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.core.errors import UserError
from desktop.core.feature_options import parse_option
from desktop.core.features import Option

RESULTS = Option("results", "Results", "integer", minimum=1, maximum=20)
SECONDS = Option("seconds", "Seconds", "number", minimum=1)


@pytest.mark.parametrize(
    ("option", "text", "value"),
    [
        (RESULTS, " 5 ", 5),
        (RESULTS, "", None),
        (SECONDS, "2.5", 2.5),
        (SECONDS, "2,5", 2.5),
        (Option("sites", "Sites", "texts"), "a.org, b.org  c.org", ["a.org", "b.org", "c.org"]),
        (Option("model", "Model"), " gpt-4o ", "gpt-4o"),
        (Option("temperature", "Temperature", "parameter"), "0", 0),
    ],
)
def test_what_holds_becomes_a_value(option: Option, text: str, value: Any) -> None:
    assert parse_option(option, text) == value


@pytest.mark.parametrize(
    ("option", "text", "reason"),
    [
        (RESULTS, "21", "Results: a whole number from 1 to 20."),
        (RESULTS, "2.5", "Results: a whole number from 1 to 20."),
        (SECONDS, "0", "Seconds: a number from 1."),
        (SECONDS, "nan", "Seconds: a number from 1."),
        (Option("temperature", "Temperature", "parameter"), "3", "Temperature: "),
    ],
)
def test_what_does_not_hold_is_refused_with_a_reason(option: Option, text: str, reason: str) -> None:
    with pytest.raises(UserError) as refused:
        parse_option(option, text)
    assert refused.value.text.startswith(reason)


@given(st.text())
def test_any_text_is_a_value_within_bounds_or_refused(text: str) -> None:
    try:
        value = parse_option(RESULTS, text)
    except UserError:
        return
    assert value is None or 1 <= value <= 20
