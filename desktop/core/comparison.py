"""One question asked of several models at once: whom a chat asks beside its own model, and the ways of asking.

The others stand among the chat's features, so that they are kept with it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

from desktop.core.conversation import Chat
from desktop.core.endpoints import ModelRef

COMPARE = "compare"
MOST_COMPARED = 4  # answers side by side


def compared(features: Mapping[str, Any]) -> list[ModelRef]:
    """The models that are asked beside the chat's own one."""
    return [ModelRef(**entry) for entry in features.get(COMPARE, {}).get("models", ())]


def with_compared(features: Mapping[str, Any], others: Iterable[ModelRef]) -> dict[str, Any]:
    """The same choices with other models beside the chat's own one, or none."""
    kept = {name: value for name, value in features.items() if name != COMPARE}
    models = [asdict(ref) for ref in dict.fromkeys(others)][: MOST_COMPARED - 1]
    return {**kept, COMPARE: {"models": models}} if models else kept


def variants(chat: Chat) -> list[Chat]:
    """The chat as each of its models is asked; each gives one answer where there are several."""
    own = ModelRef(chat.endpoint_id, chat.model)
    others = [ref for ref in compared(chat.features) if ref != own]
    if not others:
        return [chat]
    return asked_of(chat, [own, *others])


def asked_of(chat: Chat, models: Sequence[ModelRef]) -> list[Chat]:
    """The chat as these models are asked, one answer each."""
    parameters = {name: value for name, value in chat.parameters.items() if name != "n"}
    return [
        replace(chat, endpoint_id=ref.endpoint_id, model=ref.model, parameters=parameters)
        for ref in models[:MOST_COMPARED]
    ]
