"""What a gateway remembers of its user over all chats: read from its answers, told as lines that can be deleted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

PROFILE, EVENT = "profile", "event"  # what is known of the user, and what has happened


@dataclass(frozen=True, slots=True)
class Remembered:
    """One thing that is remembered. `kind` says where it is deleted; `topic` is the endpoint's own heading."""

    id: str
    kind: str
    text: str
    topic: str = ""


def remembered_from(body: object, kind: str) -> list[Remembered]:
    """The entries of a list, in the shapes that are known; what has no id or no text is left out."""
    data = body.get("data") if isinstance(body, Mapping) else None
    if isinstance(data, Mapping):
        data = next((value for value in data.values() if isinstance(value, list)), [])
    return [entry for row in (data if isinstance(data, list) else ()) for entry in _entry(row, kind)]


def refusal(body: object) -> str:
    """Why the endpoint refused, although its status says that all is well; "" if it did not."""
    if not isinstance(body, Mapping):
        return ""
    number = body.get("errno", body.get("code", 0))
    if number in (0, None, 200, "0"):
        return ""
    return str(body.get("errmsg") or body.get("msg") or body.get("message") or number)


def _entry(row: object, kind: str) -> Iterator[Remembered]:
    if not isinstance(row, Mapping) or not isinstance(row.get("id"), str | int):
        return
    text = _text(row)
    if text:
        yield Remembered(str(row["id"]), kind, text, _topic(row))


def _text(row: Mapping[str, Any]) -> str:
    """A profile has its content; an event a tip, or what it changed of the profile."""
    event = row.get("event_data")
    if not isinstance(event, Mapping):
        return _plain(row.get("content"))
    changes = event.get("profile_delta")
    contents = [_plain(each.get("content")) for each in changes or () if isinstance(each, Mapping)]
    return _plain(event.get("event_tip")) or " ".join(filter(None, contents))


def _topic(row: Mapping[str, Any]) -> str:
    attributes = row.get("attributes")
    if not isinstance(attributes, Mapping):
        return ""
    topics = (_plain(attributes.get(name)) for name in ("topic", "sub_topic"))
    return " · ".join(topic.replace("_", " ") for topic in topics if topic)


def _plain(value: object) -> str:
    return " ".join(value.split()) if isinstance(value, str) else ""
