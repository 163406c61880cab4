"""Cost, and how figures are written."""

from __future__ import annotations

import pytest

from desktop.core.conversation import Usage
from desktop.core.endpoints import Price
from desktop.core.money import cost, money_text, number_from, tokens_from, tokens_text


def test_a_run_costs_its_tokens_times_the_price_of_a_million() -> None:
    assert cost(Usage(1_204, 386), Price(2.5, 10)) == pytest.approx(0.00687)


def test_an_unknown_price_gives_no_cost_instead_of_a_wrong_one() -> None:
    assert cost(Usage(1_204, 386), None) is None


@pytest.mark.parametrize(
    ("dollars", "text"),
    [(0, "$0"), (0.000011, "$0.000011"), (0.0062, "$0.0062"), (4.117, "$4.12"), (1234.5, "$1,234.50")],
)
def test_small_sums_keep_the_digits_that_matter(dollars: float, text: str) -> None:
    assert money_text(dollars) == text


@pytest.mark.parametrize(
    ("tokens", "text"),
    [(0, "0"), (812, "812"), (1_000, "1k"), (3_240, "3.2k"), (128_000, "128k"), (1_000_000, "1M")],
)
def test_token_counts_are_short_where_there_is_little_room(tokens: int, text: str) -> None:
    assert tokens_text(tokens) == text


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("8192", 8192), ("128k", 128_000), ("1 M", 1_000_000), ("128,000", 128_000), ("1_048_576", 1_048_576),
        ("1.5k", 1500), ("many", None), ("", None), ("-5", None), ("0", None), ("12,5", None),
    ],
)  # fmt: skip
def test_a_number_of_tokens_is_read_as_users_write_it(text: str, tokens: int | None) -> None:
    assert tokens_from(text) == tokens


@pytest.mark.parametrize(
    ("text", "number"),
    [("2.5", 2.5), ("2,5", 2.5), ("$3", 3.0), ("inf", None), ("nan", None), ("-1", None), ("x", None)],
)
def test_a_price_is_read_as_users_write_it(text: str, number: float | None) -> None:
    assert number_from(text) == number
