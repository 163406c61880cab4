"""What a gateway does beside answering: think first, search, read links and pictures. All of it is an endpoint's data.

A feature is switched on by a suffix of the model's name or by fields of the body, whichever the data says; several are
put on in the order in which the data lists them. Suffixed names are virtual: no list of models has them, and the user
always reads the plain one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

CONTEXT = "context"  # no feature of an endpoint, but kept among a chat's choices like one
REASONING = "reasoning"
WEB_SEARCH = "web_search"
DEEP_SEARCH = "deep_search"
READ_LINKS = "read_links"
IMAGE_ANALYSIS = "image_analysis"
MEMORY = "memory"

USER = "user"  # whom a feature is told of; no chat keeps it
ON = "on"  # in what a chat keeps of a feature; beside it stand its options, by the names of their fields


@dataclass(frozen=True, slots=True)
class Option:
    """One field that goes with a feature.

    `kind` is "choice", "integer", "number", "texts" (a list), "text", or "parameter": checked as the request's is.
    """

    field: str
    label: str
    kind: str = "text"
    choices: tuple[str, ...] = ()
    default: Any = None  # what the endpoint does if the field is not sent
    minimum: int | None = None
    maximum: int | None = None


@dataclass(frozen=True, slots=True)
class Feature:
    """One thing that an endpoint does on request. `send` says which of suffix and body it wants to be told by.

    `thinker` names the model that works for it, whose price is paid, too. `blind_only` marks what would take the
    place of a model's own eyes. `user_field` is the body's field for who is remembered, and `paths` are on the
    endpoint's host: what is remembered and how it is forgotten, with {user} and {entry}.
    """

    id: str
    name: str = ""
    suffix: str = ""
    body: Mapping[str, Any] = field(default_factory=dict)
    send: str = "suffix"
    thinker: str = ""
    blind_only: bool = False
    user_field: str = ""
    paths: Mapping[str, str] = field(default_factory=dict)
    options: tuple[Option, ...] = ()


Chosen = Mapping[str, Mapping[str, Any]]
"""What a chat keeps: feature id → whether it is on, and its options."""


def is_on(chosen: Chosen, feature_id: str) -> bool:
    """Whether a chat has switched a feature on."""
    return bool(chosen.get(feature_id, {}).get(ON))


def switched(chosen: Chosen, feature_id: str, *, on: bool) -> dict[str, Mapping[str, Any]]:
    """The same choices with one feature switched; its options stay."""
    return {**chosen, feature_id: {**chosen.get(feature_id, {}), ON: on}}


def is_offered(feature: Feature, *, sees: bool | None) -> bool:
    """Whether a feature is for a model: what takes the place of eyes only for one that is known to have none."""
    return sees is False or not feature.blind_only


def in_force(features: Sequence[Feature], chosen: Chosen, *, sees: bool | None) -> tuple[Feature, ...]:
    """The features that a request to a model goes out with, in the order of the data."""
    return tuple(feature for feature in features if is_on(chosen, feature.id) and is_offered(feature, sees=sees))


def model_name(model: str, features: Sequence[Feature]) -> str:
    """The model's name as the endpoint wants it."""
    return model + "".join(feature.suffix for feature in features if feature.send == "suffix")


def body_fields(features: Sequence[Feature], chosen: Chosen) -> dict[str, Any]:
    """What the features add to the body: what switches them on, and the options that were set."""
    fields: dict[str, Any] = {}
    for feature in features:
        if feature.send == "body":
            fields.update(feature.body)
        values = chosen.get(feature.id, {})
        if feature.user_field and values.get(USER):
            fields[feature.user_field] = values[USER]
        fields.update({option.field: values[option.field] for option in feature.options if values.get(option.field)})
    return fields


def may_leave_out(chosen: Chosen) -> bool:
    """Whether the user has said for this chat that what no longer fits may be left out."""
    return bool(chosen.get(CONTEXT, {}).get("leave_out"))


def leaving_out(chosen: Chosen) -> Chosen:
    """The same choices, with that said."""
    return {**chosen, CONTEXT: {"leave_out": True}}
