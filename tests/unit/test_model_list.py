"""Lists of models and balances are read in every shape that endpoints give them, and never raise."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.core.balance import balance_text
from desktop.core.endpoints import Model, Price
from desktop.core.model_list import is_model_list, models_from, trial_model

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(["id", "data", "price", "meta", "balance"]), inner),
)

RICH = {
    "id": "gpt-4o",
    "name": "GPT-4o",
    "description": "…",
    "context_length": 128000,
    "max_completion_tokens": "16384",
    "supported_tools": True,
    "is_moderated": True,
    "capabilities": {},
    "price": {"input_token": "$2.500 / M tokens", "output_token": "$10.000 / M tokens", "per_request": ""},
}
OPENROUTER = {
    "id": "deepseek/deepseek-r1",
    "name": "DeepSeek: R1",
    "context_length": 163840,
    "architecture": {"input_modalities": ["text"]},
    "pricing": {"prompt": "0.0000004", "completion": "0.000002"},
    "top_provider": {"max_completion_tokens": 32768, "is_moderated": True},
    "supported_parameters": ["reasoning", "temperature"],
}


def only(row: Any) -> Model:
    [model] = models_from({"data": [row]}, "here")
    return model


def test_a_bare_id_is_enough() -> None:
    assert only({"id": "m", "object": "model"}) == Model("here", "m")


def test_302_rows_tell_limits_abilities_and_price() -> None:
    assert only(RICH) == Model(
        "here", "gpt-4o", "GPT-4o", 128000, 16384, sees=True, thinks=None, tools=True, price=Price(2.5, 10.0)
    )


def test_openrouter_rows_tell_the_same_in_other_words() -> None:
    expected = Model(
        "here",
        "deepseek/deepseek-r1",
        "DeepSeek: R1",
        163840,
        32768,
        sees=False,
        thinks=True,
        tools=False,
        price=Price(0.4, 2.0),
    )
    assert only(OPENROUTER) == expected


@pytest.mark.parametrize(
    ("row", "context"),
    [
        ({"id": "m", "max_model_len": 4096}, 4096),
        ({"id": "m", "meta": {"context_length": 2048}}, 2048),
        ({"id": "m", "context_length": 0}, None),
        ({"id": "m", "context_length": None}, None),
        ({"id": "m", "context_length": True}, None),
        ({"id": "m", "context_window": "32,768"}, 32768),
    ],
)
def test_the_context_length_goes_by_many_names(row: dict[str, Any], context: int | None) -> None:
    assert only(row).context_tokens == context


@pytest.mark.parametrize(
    "body",
    [{"data": [{"id": "m"}]}, [{"id": "m"}], {"models": [{"name": "m"}]}, {"data": ["m"]}, {"data": {"models": ["m"]}}],
)
def test_lists_have_many_shapes(body: Any) -> None:
    assert [model.id for model in models_from(body, "here")] == ["m"]


def test_a_list_may_be_null_or_empty() -> None:
    assert models_from({"object": "list", "data": None}, "here") == []
    assert is_model_list({"data": []})
    assert is_model_list({"models": None})
    assert not is_model_list({"hello": "world"})
    assert not is_model_list("<html>")


def test_ids_come_once_and_without_gemini_prefix() -> None:
    assert [model.id for model in models_from([{"id": "models/g"}, {"id": "g"}, {"id": ""}, 5], "here")] == ["g"]


def test_the_test_model_is_the_preferred_one_if_it_is_listed() -> None:
    models = models_from(["a", "b"], "here")
    assert trial_model(models, "b") == models[1]
    assert trial_model(models, "c") == models[0]
    assert trial_model([], "c") is None


def test_else_it_is_cheap_and_chats() -> None:
    models = models_from(["text-embedding-3-small", "big", "big-mini", "tts-mini"], "here")
    assert getattr(trial_model(models, ""), "id", None) == "big-mini"
    priced = models_from([{**RICH, "id": "dear"}, {**OPENROUTER, "id": "cheap"}, "mini"], "here")
    assert getattr(trial_model(priced, ""), "id", None) == "cheap"


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ({"code": 0, "data": {"balance": "4.1234"}}, "$4.12"),
        ({"code": 0, "data": {"balance": 1234.5}}, "$1,234.50"),
        ({"balance_infos": [{"currency": "CNY", "total_balance": "110.00"}]}, "¥110.00"),
        ({"data": {"total_credits": 10, "total_usage": 2.5}}, "$7.50"),
        ({"data": {"balance": -0.5}}, "−$0.50"),
        ({"data": {"balance": None}}, ""),
        ({"error": "no"}, ""),
        ([], ""),
    ],
)
def test_a_balance_is_read_in_every_shape(body: Any, text: str) -> None:
    assert balance_text(body) == text


@given(JSON)
def test_no_json_makes_them_raise(body: Any) -> None:
    trial_model(models_from(body, "here"), "")
    is_model_list(body)
    balance_text(body)
    models_from([body], "here")
    balance_text({"data": body})
