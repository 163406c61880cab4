"""Reads the lists of models that endpoints give: from bare ids to 302.AI's and OpenRouter's rich rows.

Nothing here is sure to be there or to have the right type, so everything is looked for and nothing is demanded.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from desktop.core.endpoints import Model, Price

CONTEXT_KEYS = ("context_length", "context_window", "max_model_len", "max_context_length", "inputTokenLimit")
OUTPUT_KEYS = ("max_completion_tokens", "max_output_tokens", "max_output_length", "outputTokenLimit")
NESTED_KEYS = ("top_provider", "meta", "limits")  # where some servers put the same
NOT_FOR_CHAT = re.compile(
    r"embed|bge-|rerank|whisper|tts|speech|audio|realtime|transcri|dall-?e|image|flux|diffusion|moderation"
    r"|davinci|babbage|video|sora|veo|imagen|ocr|guard|search|deep-research",
    re.IGNORECASE,
)
CHEAP = re.compile(r"nano|lite|mini|flash|small|haiku|8b|7b|4b|3b|1b", re.IGNORECASE)


def models_from(body: object, endpoint_id: str) -> list[Model]:
    """The models of a list in any of the known shapes, in its order, each once. Whatever else it is gives none."""
    found: dict[str, Model] = {}
    for row in _rows(body):
        model = _model(row, endpoint_id)
        if model is not None:
            found.setdefault(model.id, model)
    return list(found.values())


def is_model_list(body: object) -> bool:
    """Whether this is a list of models at all; an empty one counts."""
    return isinstance(body, list) or (
        isinstance(body, dict) and any(isinstance(body.get(key, 0), list | None) for key in ("data", "models"))
    )


def trial_model(models: Sequence[Model], preferred: str) -> Model | None:
    """A model to try an endpoint with: the preferred one where it is listed, else a cheap one that chats."""
    for model in models:
        if model.id == preferred:
            return model
    chatting = [model for model in models if not NOT_FOR_CHAT.search(model.id)] or list(models)
    return min(chatting, key=_expense, default=None)


def _expense(model: Model) -> tuple[bool, bool, float]:
    """Models with a known price first, then those whose name promises to be cheap; `min` keeps the list's order."""
    price = model.price
    known = price is not None and price.output_per_million > 0
    return not known, CHEAP.search(model.id) is None, price.output_per_million if price and known else 0.0


def _rows(body: object) -> Iterable[Any]:
    if isinstance(body, Mapping):
        body = body.get("data") or body.get("models")
        if isinstance(body, Mapping):
            body = body.get("data") or body.get("models")
    return body if isinstance(body, list) else ()


def _model(row: object, endpoint_id: str) -> Model | None:
    if isinstance(row, str):
        row = {"id": row}
    if not isinstance(row, Mapping):
        return None
    model_id = _text(row, "id", "model", "name").removeprefix("models/")
    if not model_id:
        return None
    name = _text(row, "display_name", "displayName", "name").removeprefix("models/")
    return Model(
        endpoint_id=endpoint_id,
        id=model_id,
        name="" if name == model_id else name,
        context_tokens=_tokens(row, CONTEXT_KEYS),
        max_output_tokens=_tokens(row, OUTPUT_KEYS),
        sees=_sees(row),
        thinks=_ability(row, "reasoning", ("reasoning", "include_reasoning")),
        tools=_tools(row),
        price=_price(row),
    )


def _text(row: Mapping[str, Any], *keys: str) -> str:
    return next((value.strip() for key in keys if isinstance(value := row.get(key), str) and value.strip()), "")


def _tokens(row: Mapping[str, Any], keys: Iterable[str]) -> int | None:
    places = [row, *(place for key in NESTED_KEYS if isinstance(place := row.get(key), Mapping))]
    for place in places:
        for key in keys:
            number = _number(place.get(key))
            if number is not None and number >= 1:
                return int(number)
    return None


def _sees(row: Mapping[str, Any]) -> bool | None:
    architecture = row.get("architecture")
    modalities = architecture.get("input_modalities") if isinstance(architecture, Mapping) else None
    if isinstance(modalities, list):
        return "image" in modalities
    if row.get("is_moderated") is True and "price" in row:  # 302.AI's own client reads it as vision
        return True
    return _ability(row, "vision", ())


def _tools(row: Mapping[str, Any]) -> bool | None:
    supported = row.get("supported_tools")
    return supported if isinstance(supported, bool) else _ability(row, "function_calling", ("tools",))


def _ability(row: Mapping[str, Any], capability: str, parameters: tuple[str, ...]) -> bool | None:
    """From Mistral's `capabilities` or OpenRouter's `supported_parameters`."""
    capabilities = row.get("capabilities")
    if isinstance(capabilities, Mapping) and isinstance(value := capabilities.get(capability), bool):
        return value
    supported = row.get("supported_parameters")
    if isinstance(supported, list) and parameters:
        return any(name in supported for name in parameters)
    return None


def _price(row: Mapping[str, Any]) -> Price | None:
    """302.AI writes "$1.500 / M tokens", OpenRouter dollars for one token."""
    if isinstance(price := row.get("price"), Mapping):
        return _price_of(price.get("input_token"), price.get("output_token"), factor=1)
    if isinstance(pricing := row.get("pricing"), Mapping):
        return _price_of(pricing.get("prompt"), pricing.get("completion"), factor=1_000_000)
    return None


def _price_of(input_price: object, output_price: object, factor: float) -> Price | None:
    numbers = _number(input_price), _number(output_price)
    if numbers[0] is None or numbers[1] is None or min(numbers[0], numbers[1]) < 0:
        return None
    return Price(round(numbers[0] * factor, 6), round(numbers[1] * factor, 6))


def _number(value: object) -> float | None:
    """A number, or the first one in a text."""
    if isinstance(value, str):
        match = re.search(r"-?\d+(?:,\d{3})*(?:\.\d+)?(?:[eE][+-]?\d+)?", value)
        value = float(match[0].replace(",", "")) if match else None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None
