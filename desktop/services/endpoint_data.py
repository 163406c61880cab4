"""Endpoints as TOML has them: in the presets that are shipped, in the user's own presets, and in config.toml."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import MISSING, fields, replace
from typing import Any

from desktop.core.endpoint_rules import check_body, check_headers, check_id, check_proxy, clean_base_url
from desktop.core.endpoints import Endpoint, ThinkingBack, Timeouts
from desktop.core.errors import UserError
from desktop.core.simple_dialect import OPENAI, SIMPLE
from desktop.services.feature_data import feature_table, features_from
from desktop.services.toml_fields import FieldError, typed

DIALECTS = (OPENAI, SIMPLE)

_TEXTS = frozenset(
    {
        "name",
        "base_url",
        "key_url",
        "models_query",
        "test_model",
        "balance_path",
        "record_path",
        "proxy",
        "ca_file",
    }
)
_SWITCHES = frozenset({"enabled", "needs_key", "usage_option", "prefill"})
_TABLES = frozenset({"headers", "body"})
_ALWAYS_KEPT = ("id", "name", "base_url")


def endpoint_from(data: Mapping[str, Any], base: Endpoint) -> Endpoint:
    """`base` with what a table says of it. Unknown keys are let be; raises FieldError for a value that cannot be."""
    changes: dict[str, Any] = {}
    for key, value in data.items():
        if key in _TEXTS:
            changes[key] = typed(key, value, str, "a text in quotes")
        elif key in _SWITCHES:
            changes[key] = typed(key, value, bool, "true or false")
        elif key in _TABLES:
            changes[key] = dict(typed(key, value, dict, "a table"))
        elif key == "dialect":
            changes[key] = dialect(value)
        elif key == "thinking_back":
            changes[key] = thinking_back(value)
        elif key == "features":
            changes[key] = features_from(typed(key, value, list, "tables: [[endpoint.features]]"), base.features)
        elif key == "timeouts":
            changes[key] = _timeouts(typed(key, value, dict, "a table"), base.timeouts)
    return replace(base, **changes)


def dialect(value: object) -> str:
    """How an endpoint wants to be asked, as a table says it."""
    if value not in DIALECTS:
        raise FieldError("dialect", f"dialect must be {' or '.join(DIALECTS)}.")
    return str(value)


def thinking_back(value: object) -> str:
    """Which thinking is sent back, as a table says it."""
    if value not in tuple(ThinkingBack):
        words = " or ".join(f'"{kind.value}"' for kind in ThinkingBack)
        raise FieldError("thinking_back", f"thinking_back must be {words}.")
    return str(value)


def checked(endpoint: Endpoint) -> Endpoint:
    """The endpoint with its address cleaned; raises FieldError for what it cannot be, keys written out above all."""
    with _telling("id"):
        check_id(endpoint.id)
    with _telling("base_url"):
        base_url = clean_base_url(endpoint.base_url)
    with _telling("headers"):
        for name, value in endpoint.headers.items():
            typed("headers", value, str, f"texts in quotes: {name}")
        check_headers(endpoint.headers)
    with _telling("body"):
        check_body(endpoint.body)
    with _telling("proxy"):
        check_proxy(endpoint.proxy)
    return replace(endpoint, base_url=base_url, name=endpoint.name.strip() or endpoint.id)


def endpoint_table(endpoint: Endpoint, base: Endpoint) -> dict[str, Any]:
    """What config.toml keeps of an endpoint: only what its preset does not say already."""
    table: dict[str, Any] = {key: getattr(endpoint, key) for key in _ALWAYS_KEPT}
    for key in known_keys():
        value = getattr(endpoint, key)
        if key not in table and value != getattr(base, key):
            table[key] = _plain(value)
    return table


def known_keys() -> list[str]:
    """The keys of an endpoint's table that mean something."""
    return [field.name for field in fields(Endpoint)]


def blank(endpoint_id: str) -> Endpoint:
    """An endpoint of which nothing is known."""
    return Endpoint(id=endpoint_id, name=endpoint_id, base_url="")


def _plain(value: object) -> object:
    if isinstance(value, Timeouts):
        return {field.name: getattr(value, field.name) for field in fields(Timeouts)}
    if isinstance(value, tuple):
        return [feature_table(feature) for feature in value]
    return dict(value) if isinstance(value, Mapping) else value


def _timeouts(data: Mapping[str, Any], base: Timeouts) -> Timeouts:
    changes: dict[str, float] = {}
    for field in fields(Timeouts):
        value = data.get(field.name, MISSING)
        if value is MISSING:
            continue
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= 86_400:
            raise FieldError("timeouts", f"{field.name} must be a number of seconds above 0.")
        changes[field.name] = float(value)
    return replace(base, **changes)


@contextmanager
def _telling(key: str) -> Iterator[None]:
    """Gives a UserError the name of the field that it is about."""
    try:
        yield
    except FieldError:
        raise
    except UserError as error:
        raise FieldError(key, error.text, error.hint) from error
