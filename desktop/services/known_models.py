"""What is known of models by their names, as data: resources/models.toml, and before it the user's <data>/models.toml.

Most endpoints list ids and nothing more. A pattern (`*` stands for anything) is compared with the last part of the
id in small letters, so that gpt-4o, openai/gpt-4o and models/gpt-4o are one; the first that fits wins. What an
endpoint says itself always comes before what is known here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

from desktop.core.endpoint_rules import is_loopback
from desktop.core.endpoints import Endpoint, Model, Price
from desktop.core.errors import ConfigError
from desktop.resources import resource
from desktop.services.endpoint_data import thinking_back
from desktop.services.toml_fields import FieldError
from desktop.services.toml_files import TomlFile, read_toml

_Kind = TypeVar("_Kind", bool, int)

_FREE = Price(0.0, 0.0)
_DESCRIBED = ("sees", "thinks", "tools", "context_tokens", "max_output_tokens", "thinking_back")


@dataclass(frozen=True, slots=True)
class KnownModel:
    """One entry. The price holds at the vendor's own host only, since others take what they want."""

    patterns: tuple[str, ...]
    sees: bool | None = None
    thinks: bool | None = None
    tools: bool | None = None
    context_tokens: int | None = None
    max_output_tokens: int | None = None
    thinking_back: str | None = None
    price: Price | None = None
    host: str = ""
    chats: bool = True


@dataclass(frozen=True)
class KnownModels:
    """The entries in their order; `problem` says why the user's own file was left out."""

    entries: tuple[KnownModel, ...] = ()
    problem: ConfigError | None = None

    def entry(self, model_id: str) -> KnownModel | None:
        """The first entry that fits."""
        found = self._pattern.match(model_id.rsplit("/", 1)[-1].lower())
        return self.entries[int(found.lastgroup[1:])] if found and found.lastgroup else None

    def chats(self, model_id: str) -> bool:
        """Whether a model is for talking with, as far as known: not one for embeddings, speech or pictures."""
        entry = self.entry(model_id)
        return entry is None or entry.chats

    def describe(self, model: Model, endpoint: Endpoint | None) -> Model:
        """The model with what its endpoint did not say."""
        entry = self.entry(model.id)
        price = model.price or (_price(entry, endpoint) if endpoint else None)
        if entry is None:
            return replace(model, price=price)
        known = {name: getattr(entry, name) for name in _DESCRIBED if getattr(model, name) is None}
        return replace(model, price=price, **known)

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        """All patterns as one, since hundreds of models meet hundreds of patterns."""
        groups = (
            f"(?P<e{number}>(?:{'|'.join(map(_expression, entry.patterns))})$)"
            for number, entry in enumerate(self.entries)
        )
        return re.compile("|".join(groups) or "(?!)")


def known_models(data_dir: Path | None = None) -> KnownModels:
    """The user's entries, then the shipped ones. A broken file of the user's is told, and the rest is used."""
    shipped = _entries(read_toml(resource("models.toml")))
    if data_dir is None:
        return KnownModels(tuple(shipped))
    try:
        own = _entries(read_toml(data_dir / "models.toml"))
    except ConfigError as error:
        return KnownModels(tuple(shipped), error)
    return KnownModels((*own, *shipped))


def _expression(pattern: str) -> str:
    return ".*".join(re.escape(part) for part in pattern.lower().split("*"))


def _price(entry: KnownModel | None, endpoint: Endpoint) -> Price | None:
    if is_loopback(endpoint.base_url):
        return _FREE
    if entry is None or not entry.host:
        return None
    return entry.price if urlsplit(endpoint.base_url).hostname == entry.host else None


def _entries(toml: TomlFile) -> list[KnownModel]:
    tables = toml.data.get("model", [])
    if not isinstance(tables, list):
        raise toml.error("", 0, "model", "models must stand under [[model]], with two brackets.", "")
    entries = []
    for index, table in enumerate(tables):
        try:
            entries.append(_entry(table))
        except FieldError as error:
            raise toml.error("model", index, error.key, error.text, error.hint) from error
        except (TypeError, ValueError) as error:
            raise toml.error("model", index, "match", f"this model cannot be read: {error}.", "") from error
    return entries


def _entry(table: Mapping[str, Any]) -> KnownModel:
    price = table.get("price", {})
    return KnownModel(
        patterns=tuple(_texts(table.get("match"))),
        sees=_optional(table, "sees", bool),
        thinks=_optional(table, "thinks", bool),
        tools=_optional(table, "tools", bool),
        context_tokens=_optional(table, "context_tokens", int),
        max_output_tokens=_optional(table, "max_output_tokens", int),
        thinking_back=thinking_back(table["thinking_back"]) if "thinking_back" in table else None,
        price=Price(float(price["input"]), float(price["output"])) if price else None,
        host=str(price.get("host", "")),
        chats=_optional(table, "chats", bool) is not False,
    )


def _texts(value: object) -> list[str]:
    texts = [value] if isinstance(value, str) else value
    if not isinstance(texts, list) or not texts or not all(isinstance(text, str) and text for text in texts):
        raise TypeError("match must be a pattern in quotes, or a list of them")
    return texts


def _optional(table: Mapping[str, Any], name: str, kind: type[_Kind]) -> _Kind | None:
    value = table.get(name)
    if value is not None and type(value) is not kind:
        raise TypeError(f"{name} must be {'true or false' if kind is bool else 'a whole number'}")
    return value
