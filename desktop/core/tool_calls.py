"""Calls of tools: gathered out of fragments, paired with their results, and told as text.

An endpoint refuses a call without a result and a result without a call. So what goes out holds only pairs: calls of an
answer whose results follow right behind it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

from desktop.core.conversation import Message, Role, Status, ToolCallPart
from desktop.core.deltas import ToolCallDelta


class CallGatherer:
    """Puts fragments together. Some servers number every call 0: another id there begins another call."""

    def __init__(self) -> None:
        self._ids: list[str] = []
        self._names: list[str] = []
        self._arguments: list[list[str]] = []
        self._places: dict[int, int] = {}  # the wire's index → which call is written there now

    def take(self, delta: ToolCallDelta) -> bool:
        """Takes a fragment; True if a call began with it."""
        place = self._places.get(delta.index)
        begins = place is None or bool(delta.id and delta.name and self._ids[place] not in ("", delta.id))
        if begins:
            place = self._places[delta.index] = len(self._ids)
            self._ids.append("")
            self._names.append("")
            self._arguments.append([])
        assert place is not None
        self._ids[place] = self._ids[place] or delta.id
        self._names[place] = self._names[place] or delta.name
        self._arguments[place].append(delta.arguments)
        return begins

    def parts(self, *, complete: bool) -> list[ToolCallPart]:
        """The calls so far, each with an id, whether the server gave one or not."""
        calls = zip(self._ids, self._names, self._arguments, strict=True)
        return [
            ToolCallPart(id_ or f"call_{number}", name, "".join(arguments), complete)
            for number, (id_, name, arguments) in enumerate(calls)
        ]


def gathered(fragments: Iterable[ToolCallDelta], *, complete: bool) -> list[ToolCallPart]:
    """The calls that these fragments make."""
    gatherer = CallGatherer()
    for fragment in fragments:
        gatherer.take(fragment)
    return gatherer.parts(complete=complete)


def results_after(line: Sequence[Message], position: int) -> list[Message]:
    """The results that follow right behind a message."""
    found: list[Message] = []
    for message in line[position + 1 :]:
        if message.role is not Role.TOOL:
            break
        found.append(message)
    return found


def open_calls(line: Sequence[Message]) -> list[ToolCallPart]:
    """The calls at the end of a line that wait for a result."""
    position = len(line) - 1
    while position >= 0 and line[position].role is Role.TOOL:
        position -= 1
    if position < 0 or line[position].status is not Status.DONE:
        return []
    answered = {message.answers_call for message in results_after(line, position)}
    return [call for call in line[position].tool_calls if call.complete and call.id not in answered]


def paired(line: Sequence[Message]) -> dict[int, list[ToolCallPart]]:
    """The calls that can be sent, by the id of the message that made them."""
    pairs: dict[int, list[ToolCallPart]] = {}
    for position, message in enumerate(line):
        if message.tool_calls:
            answered = {result.answers_call for result in results_after(line, position) if result.in_context}
            calls = [call for call in message.tool_calls if call.complete and call.id in answered]
            if calls:
                pairs[message.id] = calls
    return pairs


def pretty_arguments(arguments: str) -> str:
    """JSON with a line for each field; as it came where it is no JSON."""
    try:
        return json.dumps(json.loads(arguments), ensure_ascii=False, indent=2)
    except (ValueError, RecursionError):
        return arguments.strip()


class NamedCall(Protocol):
    """A call as far as a reader minds."""

    @property
    def name(self) -> str:
        """Which tool."""

    @property
    def arguments(self) -> str:
        """What it is told."""


def calls_text(calls: Iterable[NamedCall]) -> str:
    """Calls as Markdown, for copies and exports."""
    return "\n\n".join(f"`{call.name}`\n\n{fenced(pretty_arguments(call.arguments))}" for call in calls)


def shown_text(message: Message) -> str:
    """What is read of a message: a result is a card of code, so that it stands there as it came."""
    text = message.text
    return fenced(text) if text and message.role is Role.TOOL else text


def fenced(text: str) -> str:
    """A text as a block of code; JSON is told as such."""
    longest = max((len(run) for run in _runs_of_backticks(text)), default=0)
    fence = "`" * max(3, longest + 1)
    language = "json" if text.lstrip().startswith(("{", "[")) else "text"
    return f"{fence}{language}\n{text.rstrip()}\n{fence}"


def _runs_of_backticks(text: str) -> Iterator[str]:
    run = ""
    for character in text:
        if character == "`":
            run += character
        elif run:
            yield run
            run = ""
    if run:
        yield run
