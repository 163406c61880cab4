"""The request's parameters as one table, which drives panel, validation, help and request.

Names, types and ranges are those of the chat completions contract (302.AI, "Chat (Reasoning mode)"; OpenAI's API
reference for seed, reasoning_effort and response_format). A chat keeps only what is set, and only that is sent.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from desktop.core.errors import UserError
from desktop.core.translation import QT_TRANSLATE_NOOP

MOST_STOPS = 4
TOKEN_BIAS = (-100, 100)


class Kind(StrEnum):
    """What a parameter's value is."""

    NUMBER = "number"
    INTEGER = "integer"
    BOOLEAN = "boolean"
    TEXT = "text"
    CHOICE = "choice"
    STRINGS = "strings"  # a list of texts
    BIAS = "bias"  # token id → bias
    JSON = "json"  # an object


class Group(StrEnum):
    """Where the panel shows a parameter."""

    MAIN = "main"
    MORE = "more"


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter. `minimum` and `maximum` are allowed themselves; None means no bound."""

    name: str
    kind: Kind
    label: str
    help: str
    minimum: float | None = None
    maximum: float | None = None
    step: float | None = None
    choices: tuple[str, ...] = ()
    conflicts: tuple[str, ...] = ()
    group: Group = Group.MAIN


PARAMETERS: tuple[Parameter, ...] = (
    Parameter(
        "system_prompt",
        Kind.TEXT,
        QT_TRANSLATE_NOOP("Parameters", "System prompt"),
        QT_TRANSLATE_NOOP("Parameters", "Tells the model who it is and how to answer. Sent before the conversation."),
    ),
    Parameter(
        "temperature",
        Kind.NUMBER,
        QT_TRANSLATE_NOOP("Parameters", "Temperature"),
        QT_TRANSLATE_NOOP(
            "Parameters", "Higher makes answers more varied, lower more predictable. Change this or top p, not both."
        ),
        minimum=0,
        maximum=2,
        step=0.1,
        conflicts=("top_p",),
    ),
    Parameter(
        "top_p",
        Kind.NUMBER,
        QT_TRANSLATE_NOOP("Parameters", "Top p"),
        QT_TRANSLATE_NOOP(
            "Parameters",
            "Only the likeliest words that together have this probability are considered. "
            "Change this or temperature, not both.",
        ),
        minimum=0,
        maximum=1,
        step=0.05,
        conflicts=("temperature",),
    ),
    Parameter(
        "max_tokens",
        Kind.INTEGER,
        QT_TRANSLATE_NOOP("Parameters", "Max tokens"),
        QT_TRANSLATE_NOOP(
            "Parameters", "The answer ends after this many tokens. Without it the model's own limit holds."
        ),
        minimum=1,
    ),
    Parameter(
        "stop",
        Kind.STRINGS,
        QT_TRANSLATE_NOOP("Parameters", "Stop"),
        QT_TRANSLATE_NOOP("Parameters", "The answer ends before the first of these texts. At most four."),
        maximum=MOST_STOPS,
    ),
    Parameter(
        "presence_penalty",
        Kind.NUMBER,
        QT_TRANSLATE_NOOP("Parameters", "Presence penalty"),
        QT_TRANSLATE_NOOP(
            "Parameters", "Above 0 the model turns to new subjects, below 0 it stays with what was said."
        ),
        minimum=-2,
        maximum=2,
        step=0.1,
    ),
    Parameter(
        "frequency_penalty",
        Kind.NUMBER,
        QT_TRANSLATE_NOOP("Parameters", "Frequency penalty"),
        QT_TRANSLATE_NOOP("Parameters", "Above 0 the model repeats its words less, below 0 more."),
        minimum=-2,
        maximum=2,
        step=0.1,
    ),
    Parameter(
        "n",
        Kind.INTEGER,
        QT_TRANSLATE_NOOP("Parameters", "Choices (n)"),
        QT_TRANSLATE_NOOP("Parameters", "How many answers to each question, side by side. Each is paid for."),
        minimum=1,
        maximum=16,
        step=1,
    ),
    Parameter(
        "reasoning_effort",
        Kind.CHOICE,
        QT_TRANSLATE_NOOP("Parameters", "Reasoning effort"),
        QT_TRANSLATE_NOOP("Parameters", "How long a model that thinks may think. Other models may refuse it."),
        choices=("none", "minimal", "low", "medium", "high", "xhigh"),
    ),
    Parameter(
        "stream",
        Kind.BOOLEAN,
        QT_TRANSLATE_NOOP("Parameters", "Stream"),
        QT_TRANSLATE_NOOP(
            "Parameters", "On, the answer is shown while it is written. Off, it comes at once when it is whole."
        ),
        group=Group.MORE,
    ),
    Parameter(
        "seed",
        Kind.INTEGER,
        QT_TRANSLATE_NOOP("Parameters", "Seed"),
        QT_TRANSLATE_NOOP(
            "Parameters", "The same seed and question give nearly the same answer, where the model supports it."
        ),
        minimum=-(2**63),
        maximum=2**63 - 1,
        group=Group.MORE,
    ),
    Parameter(
        "response_format",
        Kind.JSON,
        QT_TRANSLATE_NOOP("Parameters", "Response format"),
        QT_TRANSLATE_NOOP("Parameters", 'Makes the model answer in JSON: {"type": "json_object"}, or a json_schema.'),
        group=Group.MORE,
    ),
    Parameter(
        "logit_bias",
        Kind.BIAS,
        QT_TRANSLATE_NOOP("Parameters", "Logit bias"),
        QT_TRANSLATE_NOOP(
            "Parameters", "Makes single tokens likelier (up to 100) or less likely (down to −100), by their ids."
        ),
        minimum=TOKEN_BIAS[0],
        maximum=TOKEN_BIAS[1],
        group=Group.MORE,
    ),
    Parameter(
        "user",
        Kind.TEXT,
        QT_TRANSLATE_NOOP("Parameters", "User"),
        QT_TRANSLATE_NOOP("Parameters", "An id of the person who asks, passed to the endpoint."),
        group=Group.MORE,
    ),
    Parameter(
        "extra",
        Kind.JSON,
        QT_TRANSLATE_NOOP("Parameters", "Extra fields"),
        QT_TRANSLATE_NOOP(
            "Parameters", "Any further fields of the request, as a JSON object. They win over everything else."
        ),
        group=Group.MORE,
    ),
)
_BY_NAME: Mapping[str, Parameter] = {entry.name: entry for entry in PARAMETERS}
NOT_IN_BODY = ("system_prompt", "extra", "stream")


def parameter(name: str) -> Parameter:
    """The table's entry; KeyError if there is none."""
    return _BY_NAME[name]


def check(name: str, value: Any) -> Any:
    """The value as it is sent; raises UserError that says what is wrong with it."""
    entry = parameter(name)
    return _CHECKS[entry.kind](entry, value)


def parse(name: str, text: str) -> Any:
    """What the user typed, as a checked value; raises UserError."""
    entry = parameter(name)
    text = text if entry.kind is Kind.TEXT else text.strip()
    match entry.kind:
        case Kind.NUMBER | Kind.INTEGER:
            return check(name, _number(entry, text))
        case Kind.JSON | Kind.BIAS:
            return check(name, _json(entry, text))
        case Kind.STRINGS:
            return check(name, [line for line in text.split("\n") if line])
        case Kind.BOOLEAN:
            return check(name, {"true": True, "false": False}.get(text.lower(), text))
    return check(name, text)


def conflicts(values: Mapping[str, Any]) -> dict[str, str]:
    """For each parameter that is not to be set because another one is: its name → the other's."""
    return {other: name for name in values if name in _BY_NAME for other in _BY_NAME[name].conflicts}


def checked(values: Mapping[str, Any]) -> dict[str, Any]:
    """All that is set, checked; unknown names are left out. Raises UserError at the first that is wrong."""
    return {name: check(name, value) for name, value in values.items() if name in _BY_NAME and is_set(value)}


def is_set(value: Any) -> bool:
    """Whether a value says anything: None, an empty text and an empty list or object are sent by nobody."""
    return value is not None and value not in ("", [], (), {})


def body_fields(values: Mapping[str, Any]) -> dict[str, Any]:
    """What of the set parameters stands in the request body under its own name."""
    return {name: value for name, value in checked(values).items() if name not in NOT_IN_BODY}


def _wrong(entry: Parameter, what: str) -> UserError:
    return UserError(f"{entry.label}: {what}")


def _bounds(entry: Parameter) -> str:
    low, high = entry.minimum, entry.maximum
    if high is None:
        return f"at least {low:g}"
    return f"from {low:g} to {high:g}".replace("-", "−")


def _within(entry: Parameter, value: float) -> bool:
    low = -math.inf if entry.minimum is None else entry.minimum
    high = math.inf if entry.maximum is None else entry.maximum
    return low <= value <= high and abs(value) != math.inf


def _check_number(entry: Parameter, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not _within(entry, value):
        raise _wrong(entry, f"a number {_bounds(entry)}.")
    return value


def _check_integer(entry: Parameter, value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not _within(entry, value):
        raise _wrong(entry, f"a whole number {_bounds(entry)}." if entry.name != "seed" else "a whole number.")
    return value


def _check_boolean(entry: Parameter, value: Any) -> bool:
    if not isinstance(value, bool):
        raise _wrong(entry, "on or off.")
    return value


def _check_text(entry: Parameter, value: Any) -> str:
    if not isinstance(value, str):
        raise _wrong(entry, "a text.")
    return value


def _check_choice(entry: Parameter, value: Any) -> str:
    if value not in entry.choices:
        raise _wrong(entry, f"one of {', '.join(entry.choices)}.")
    return str(value)


def _check_strings(entry: Parameter, value: Any) -> list[str]:
    texts = [value] if isinstance(value, str) else value
    if not isinstance(texts, list | tuple) or not all(isinstance(text, str) and text for text in texts):
        raise _wrong(entry, "texts that are not empty.")
    if entry.maximum is not None and len(texts) > entry.maximum:
        raise _wrong(entry, f"at most {entry.maximum:g} texts.")
    return list(texts)


def _check_bias(entry: Parameter, value: Any) -> dict[str, float]:
    if not isinstance(value, Mapping):
        raise _wrong(entry, "token ids, each with a bias.")
    bias: dict[str, float] = {}
    for token, amount in value.items():
        if not str(token).isascii() or not str(token).isdigit():
            raise _wrong(entry, f"“{token}” is not a token id; it is a whole number.")
        bias[str(token)] = _check_number(entry, amount)
    return bias


def _check_json(entry: Parameter, value: Any) -> dict[str, Any]:
    if not isinstance(value, Mapping):
        raise _wrong(entry, "a JSON object: {…}.")
    if entry.name == "extra" and "messages" in value:
        raise _wrong(entry, "the messages cannot be replaced here.")
    return dict(value)


_CHECKS: Mapping[Kind, Callable[[Parameter, Any], Any]] = {
    Kind.NUMBER: _check_number,
    Kind.INTEGER: _check_integer,
    Kind.BOOLEAN: _check_boolean,
    Kind.TEXT: _check_text,
    Kind.CHOICE: _check_choice,
    Kind.STRINGS: _check_strings,
    Kind.BIAS: _check_bias,
    Kind.JSON: _check_json,
}


def _number(entry: Parameter, text: str) -> float | int | str:
    """A number in either way of writing decimals; the text itself if it is none, for the check to refuse."""
    plain = text.replace("−", "-").replace(",", ".")
    try:
        return int(plain) if entry.kind is Kind.INTEGER else float(plain)
    except ValueError:
        return text


def _json(entry: Parameter, text: str) -> Any:
    import json  # not before the first window, which needs the table above

    try:
        return json.loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        where = f" (line {error.lineno}, column {error.colno})" if isinstance(error, json.JSONDecodeError) else ""
        raise _wrong(entry, f"this is not valid JSON{where}.") from error


def _no_constant(word: str) -> None:
    raise ValueError(f"{word} is not JSON")
