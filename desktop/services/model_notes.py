"""What the user says of single models, and what a probe found: both are put over what lists and models.toml say."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, Protocol, TypeVar

from desktop.core.endpoints import Model, ModelRef, Price

FACTS = ("sees", "thinks", "tools", "context_tokens", "max_output_tokens", "price")

_Value = TypeVar("_Value")

_SAID, _PROBED = "model_overrides", "probed_models"


class Source(StrEnum):
    """Who says something of a model; the first one that says it counts."""

    USER = "user"
    PROBE = "probe"
    LIST = "list"
    HERE = "here"  # it runs on this computer
    KNOWN = "known"  # models.toml


@dataclass(frozen=True, slots=True)
class Fact:
    """What is known of a model in one respect, and from where. `at` is in seconds since 1970, 0 where undated."""

    value: Any = None
    source: Source | None = None
    at: float = 0.0


@dataclass(frozen=True, slots=True)
class Probed:
    """What was found by asking a model. `found` has abilities; `thinking_field` names where its thinking stands."""

    at: float = 0.0
    found: Mapping[str, Any] = field(default_factory=dict)
    thinking_field: str = ""


class Memory(Protocol):
    """Where notes are kept: the store."""

    def remembered(self, key: str, default: _Value) -> _Value:
        """What was remembered under `key`; never blocks."""

    async def remember(self, key: str, value: object) -> None:
        """Keeps a value that JSON can say."""


class ModelNotes:
    """Kept in the database, at hand without waiting."""

    def __init__(self, store: Memory) -> None:
        self._store = store
        self._said: dict[str, dict[str, Any]] = store.remembered(_SAID, {})
        self._probed: dict[str, dict[str, Any]] = store.remembered(_PROBED, {})

    def said(self, ref: ModelRef) -> dict[str, Any]:
        """What the user says of a model, by the names of `Model`'s fields."""
        values = dict(self._said.get(_name(ref), {}))
        if "price" in values:
            values["price"] = Price(*values["price"])
        return values

    def probed(self, ref: ModelRef) -> Probed | None:
        """What a probe found, if there was one."""
        kept = self._probed.get(_name(ref))
        return Probed(**kept) if kept else None

    def models(self) -> list[ModelRef]:
        """Those of which something is said or was found."""
        return [ModelRef(*name.split(" ", 1)) for name in {**self._said, **self._probed}]

    async def say(self, ref: ModelRef, fact: str, value: Any) -> None:
        """The user's word on one fact; None takes it back."""
        said = self._said.setdefault(_name(ref), {})
        said.pop(fact, None)
        if value is not None:
            said[fact] = [value.input_per_million, value.output_per_million] if isinstance(value, Price) else value
        if not said:
            del self._said[_name(ref)]
        await self._store.remember(_SAID, self._said)

    async def find(self, ref: ModelRef, found: Mapping[str, Any]) -> None:
        """Something that a probe has found, beside what it found before."""
        before = self.probed(ref) or Probed()
        thinking_field = found.get("thinking_field", before.thinking_field)
        abilities = {name: value for name, value in found.items() if name in FACTS}
        self._probed[_name(ref)] = {
            "at": time.time(),
            "found": {**before.found, **abilities},
            "thinking_field": thinking_field,
        }
        await self._store.remember(_PROBED, self._probed)

    async def forget_probe(self, ref: ModelRef) -> None:
        """What was found no longer counts."""
        self._probed.pop(_name(ref), None)
        await self._store.remember(_PROBED, self._probed)

    def put_over(self, model: Model) -> Model:
        """The model with what was found and said of it in place of what lists know."""
        ref = ModelRef(model.endpoint_id, model.id)
        name = _name(ref)
        if name not in self._said and name not in self._probed:
            return model
        probed = self.probed(ref)
        return replace(model, **{**(probed.found if probed else {}), **self.said(ref)})


def _name(ref: ModelRef) -> str:
    return f"{ref.endpoint_id} {ref.model}"
