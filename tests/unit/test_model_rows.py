"""Which rows the model picker shows."""

from __future__ import annotations

import pytest

from desktop.core.endpoints import LOCAL_ENDPOINT_ID, Endpoint, Model, ModelRef, Price
from desktop.core.money import context_text
from desktop.services.models import Listing, ListState
from desktop.ui.model_rows import (
    Ability,
    Heading,
    ListingRow,
    ModelRow,
    ModelRows,
    NothingRow,
    Offer,
    Row,
    Section,
    TypedRow,
    is_free,
    price_text,
)

GATEWAY = Endpoint("ai302", "302.AI", "https://api.302.ai/v1")
OTHER = Endpoint("openrouter", "OpenRouter", "https://openrouter.ai/api/v1")
LOCAL = Endpoint(LOCAL_ENDPOINT_ID, "On this computer", "")
MODELS = (
    Model("ai302", "chatgpt-4o-latest", sees=True),
    Model("ai302", "gpt-4o-mini", sees=True, tools=True),
    Model("ai302", "gpt-4o", sees=True, tools=True),
    Model("ai302", "deepseek-r1", thinks=True),
    Model("openrouter", "openai/gpt-4o", "GPT-4o", sees=True),
    Model("openrouter", "deepseek-r1", thinks=True),
    Model(LOCAL_ENDPOINT_ID, "smollm2", "SmolLM2 135M"),
)
OFFER = Offer((GATEWAY, OTHER, LOCAL), MODELS)


def said(rows: list[Row]) -> list[str]:
    """Rows in short: headings in capitals, models by id, typed ids with their endpoint."""
    texts = []
    for row in rows:
        match row:
            case Heading(section=section, name=name):
                texts.append((name or section).upper())
            case ModelRow(model=model):
                texts.append(model.id)
            case TypedRow(ref=ref):
                texts.append(f"{ref.model}@{ref.endpoint_id}")
            case ListingRow(endpoint=endpoint):
                texts.append(f"list of {endpoint.id}")
            case NothingRow():
                texts.append("nothing")
    return texts


def test_every_model_stands_once_under_the_first_section_that_has_it() -> None:
    favourite, recent = ModelRef("ai302", "gpt-4o"), ModelRef("openrouter", "deepseek-r1")
    rows = ModelRows(OFFER, [favourite], [favourite, recent]).matching("")
    assert said(rows) == [
        "FAVOURITES", "gpt-4o", "RECENT", "deepseek-r1",
        "302.AI", "chatgpt-4o-latest", "gpt-4o-mini", "deepseek-r1",
        "OPENROUTER", "openai/gpt-4o", "ON THIS COMPUTER", "smollm2",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("gpt-4o", ["302.AI", "gpt-4o", "gpt-4o-mini", "chatgpt-4o-latest", "OPENROUTER", "openai/gpt-4o"]),
        ("GPT4o", ["302.AI", "chatgpt-4o-latest", "gpt-4o-mini", "gpt-4o", "OPENROUTER", "openai/gpt-4o"]),
        ("4o mini", ["302.AI", "gpt-4o-mini"]),
        ("mini 4o", ["302.AI", "gpt-4o-mini"]),
        ("openrouter r1", ["OPENROUTER", "deepseek-r1"]),
        ("smol 135", ["ON THIS COMPUTER", "smollm2"]),
    ],
)
def test_all_words_must_occur_in_any_order_and_what_begins_so_comes_first(typed: str, expected: list[str]) -> None:
    found = [text for text in said(ModelRows(OFFER, [], []).matching(typed)) if "@" not in text]
    assert found == expected


def test_abilities_that_nobody_knows_are_filtered_out() -> None:
    rows = ModelRows(OFFER, [], []).matching("", [Ability.SEES, Ability.TOOLS])
    assert said(rows) == ["302.AI", "gpt-4o-mini", "gpt-4o"]


def test_an_id_that_no_list_has_can_be_used_at_every_endpoint_but_the_local_one() -> None:
    assert said(ModelRows(OFFER, [], []).matching("my-own")) == ["my-own@ai302", "my-own@openrouter"]
    assert said(ModelRows(OFFER, [], []).matching("gpt-4o"))[-1] == "gpt-4o@openrouter"
    assert said(ModelRows(OFFER, [], []).matching("no such model")) == ["nothing"]


def test_a_typed_model_that_became_a_favourite_is_not_offered_as_typed_again() -> None:
    rows = ModelRows(OFFER, [ModelRef("ai302", "my-own")], []).matching("my-own")
    assert said(rows) == ["FAVOURITES", "my-own", "my-own@openrouter"]


def test_favourites_of_an_endpoint_that_is_gone_are_not_offered() -> None:
    rows = ModelRows(OFFER, [ModelRef("gone", "gpt-4o")], [ModelRef("gone", "x")]).matching("")
    assert said(rows)[0] == "302.AI"


def test_the_same_name_at_two_endpoints_is_marked() -> None:
    rows = ModelRows(OFFER, [], []).matching("deepseek")
    assert [row.ambiguous for row in rows if isinstance(row, ModelRow)] == [True, True]
    assert not any(row.ambiguous for row in ModelRows(OFFER, [], []).matching("4o") if isinstance(row, ModelRow))


def test_lists_that_load_or_failed_say_so_but_only_where_it_matters() -> None:
    listings = {
        "ai302": Listing(ListState.LOADING),
        "openrouter": Listing(ListState.FAILED, text="OpenRouter was not reached."),
        "empty": Listing(ListState.LOADING),
    }
    offer = Offer((*OFFER.endpoints, Endpoint("empty", "Empty", "")), MODELS, listings)
    rows = ModelRows(offer, [], []).matching("")
    assert said(rows)[-6:] == [
        "deepseek-r1",
        "list of openrouter",
        "ON THIS COMPUTER",
        "smollm2",
        "EMPTY",
        "list of empty",
    ]
    assert [row.failed for row in rows if isinstance(row, ListingRow)] == [True, False]
    assert Heading(Section.ENDPOINT, "Empty") in rows


@pytest.mark.parametrize(
    ("tokens", "text"),
    [
        (None, ""), (0, ""), (512, "512"), (4096, "4k"), (8192, "8k"), (64_000, "64k"), (65_536, "64k"),
        (128_000, "128k"), (131_072, "128k"), (200_000, "200k"), (1_000_000, "1M"), (1_047_576, "1M"),
        (1_048_576, "1M"), (2_097_152, "2M"), (1_500_000, "1.5M"),
    ],
)  # fmt: skip
def test_context_lengths_read_as_vendors_write_them(tokens: int | None, text: str) -> None:
    assert context_text(tokens) == text


@pytest.mark.parametrize(
    ("price", "text"),
    [
        (Price(2.5, 10), "$2.50 / $10.00"),
        (Price(0.075, 0.3), "$0.075 / $0.30"),
        (Price(0, 0.0028), "$0.00 / $0.0028"),
    ],
)
def test_prices_keep_the_decimals_that_they_need(price: Price, text: str) -> None:
    assert price_text(price) == text


def test_free_is_the_local_model_and_what_costs_nothing() -> None:
    assert is_free(Model(LOCAL_ENDPOINT_ID, "smollm2"))
    assert is_free(Model("openrouter", "x", price=Price(0, 0)))
    assert not is_free(Model("openrouter", "x"))
