"""Requests that heal: an endpoint refuses one field by its name, and exactly that field is changed.

Vendors differ in what they take: gpt-5 wants `max_completion_tokens` and no temperature, Mistral no `stream_options`,
Groq only one choice and no thinking in history. Their refusals say so before anything is answered.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from desktop.core.errors import RequestRefused

NEVER_LEFT_OUT = frozenset({"model", "messages", "stream"})
THINKING_FIELDS = ("reasoning_content", "reasoning", "reasoning_details")  # of messages that were answers
_TOKEN_LIMITS = ("max_tokens", "max_completion_tokens")
_UNSUPPORTED = re.compile(
    r"unsupported|not (supported|permitted|allowed)|unknown|unrecognized|unexpected", re.IGNORECASE
)
_RANGE = re.compile(r"must be|at (most|least)|too (large|small|high|low)|between|range|exceeds", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Cure:
    """One change of a body: `field` is left out, or sent by the name of `instead`.

    Without `field`, `instead` is sent back with answers that had it: what the model thought before it called tools.
    """

    field: str
    instead: str = ""

    @property
    def text(self) -> str:
        """What it does, for the user."""
        if not self.field:
            return f"“{self.instead}” of earlier answers"
        return f"“{self.instead}” in place of “{self.field}”" if self.instead else f"no “{self.field}”"


THINKING_SENT_BACK = Cure("", THINKING_FIELDS[0])


def cure_for(error: RequestRefused, body: Mapping[str, Any]) -> Cure | None:
    """The change that a refusal asks for, or None where it names nothing in the body that could be spared.

    A value that is out of range is for the user to mend; only of choices there is nothing to mend but their number.
    """
    words = f"{error.text} {error.parameter}"
    for field, instead in (_TOKEN_LIMITS, _TOKEN_LIMITS[::-1]):
        if field in body and _names(words, field) and (_names(words, instead) or _UNSUPPORTED.search(words)):
            return Cure(field, instead)
    for field in THINKING_FIELDS:
        if _names(words, field) and any(field in message for message in body["messages"]):
            return Cure(field)
    if _names(words, THINKING_SENT_BACK.instead) and any("tool_calls" in message for message in body["messages"]):
        return THINKING_SENT_BACK
    field = _refused_field(error.parameter, words, body)
    return None if not field or (_RANGE.search(words) and field != "n") else Cure(field)


def _refused_field(parameter: str, words: str, body: Mapping[str, Any]) -> str:
    spare = [field for field in body if field not in NEVER_LEFT_OUT]
    if "temperature" in spare and "top_p" in spare and _names(words, "temperature") and _names(words, "top_p"):
        return "top_p"  # some take only one of the two
    if parameter in spare:
        return parameter
    quoted = [field for field in spare if re.search(rf"['\"`“]{re.escape(field)}['\"`”]", words)]
    rare = [field for field in spare if ("_" in field or "-" in field) and _names(words, field)]
    return next(iter(quoted + rare), "")


def cured(body: Mapping[str, Any], cures: Iterable[Cure]) -> dict[str, Any]:
    """The body with all changes made."""
    result = dict(body)
    for cure in cures:
        if cure.field in THINKING_FIELDS and cure.field not in result:
            result["messages"] = [_without(message, cure.field) for message in result.get("messages", ())]
        elif cure.field in result:
            value = result.pop(cure.field)
            if cure.instead:
                result[cure.instead] = value
    return result


def _names(words: str, field: str) -> bool:
    return re.search(rf"(?<![\w-]){re.escape(field)}(?![\w-])", words) is not None


def _without(message: Mapping[str, Any], field: str) -> dict[str, Any]:
    return {name: value for name, value in message.items() if name != field}
