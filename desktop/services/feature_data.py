"""The features of an endpoint as TOML has them: [[features]] in its preset, [[endpoint.features]] in config.toml."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields, replace
from typing import Any

from desktop.core.features import Feature, Option
from desktop.services.toml_fields import FieldError, typed

_KEY = "features"
_SENT_BY = ("suffix", "body")
_OPTION_KINDS = ("text", "texts", "choice", "integer")


def features_from(tables: Sequence[object], base: tuple[Feature, ...]) -> tuple[Feature, ...]:
    """`base` with what the tables say of it, by id; new ones come last. Raises FieldError."""
    found = {feature.id: feature for feature in base}
    for entry in tables:
        table = typed(_KEY, entry, dict, "tables")
        feature_id = typed(_KEY, table.get("id"), str, "tables, each with an id in quotes")
        found[feature_id] = _feature(table, found.get(feature_id, Feature(feature_id)))
    return tuple(found.values())


def feature_table(feature: Feature) -> dict[str, Any]:
    """A feature as a table: only what is said of it."""
    table = _said(feature, Feature(feature.id))
    if feature.options:
        table["options"] = [_said(option, Option(option.field, option.label)) for option in feature.options]
    return {"id": feature.id, **table}


def _feature(table: Mapping[str, Any], base: Feature) -> Feature:
    changes: dict[str, Any] = {}
    for key, value in table.items():
        if key in {"name", "suffix", "thinker", "user_field"}:
            changes[key] = typed(key, value, str, "a text in quotes")
        elif key == "body":
            changes[key] = dict(typed(key, value, dict, "a table"))
        elif key == "paths":
            paths = typed(key, value, dict, "a table of texts")
            changes[key] = {name: typed(key, path, str, "a table of texts") for name, path in paths.items()}
        elif key == "blind_only":
            changes[key] = typed(key, value, bool, "true or false")
        elif key == "send":
            changes[key] = _one_of(key, value, _SENT_BY)
        elif key == "options":
            changes[key] = tuple(map(_option, typed(key, value, list, "tables")))
    return replace(base, **changes)


def _option(entry: object) -> Option:
    table = typed("options", entry, dict, "tables")
    name = typed("options", table.get("field"), str, "tables, each with a field in quotes")
    known = {field.name for field in fields(Option)}
    values = {key: value for key, value in table.items() if key in known}
    values["label"] = typed("label", values.get("label", name), str, "a text in quotes")
    values["kind"] = _one_of("kind", values.get("kind", "text"), _OPTION_KINDS)
    values["choices"] = tuple(typed("choices", values.get("choices", []), list, "a list of texts"))
    return Option(**values)


def _one_of(key: str, value: object, choices: Sequence[str]) -> str:
    text = typed(key, value, str, "a text in quotes")
    if text not in choices:
        raise FieldError(key, f"{key} must be one of {', '.join(choices)}.")
    return text


def _said(value: Feature | Option, blank: Feature | Option) -> dict[str, Any]:
    """The fields in which a value is not blank, as TOML can have them."""
    plain, nothing = asdict(value), asdict(blank)
    said = {name: plain[name] for name in plain if plain[name] != nothing[name] and name != "options"}
    if isinstance(value, Option):
        said = {"field": value.field, "label": value.label, **said}
    return {name: list(entry) if isinstance(entry, tuple) else entry for name, entry in said.items()}
