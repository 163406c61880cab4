"""Rows of the database as the dataclasses of the core, and back. Knows columns and JSON, and nothing of SQLite."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from desktop.core.conversation import (
    Chat,
    Draft,
    FilePart,
    Finish,
    Message,
    MessageHead,
    Part,
    PicturePart,
    Role,
    Run,
    Source,
    SourcesPart,
    Status,
    TextPart,
    ThinkingPart,
    ThoughtKind,
    ToolCallPart,
    ToolResultPart,
    Usage,
)
from desktop.core.deltas import ToolCallDelta
from desktop.core.tool_calls import gathered

Row = Sequence[Any]

_KINDS: Mapping[type[Part], str] = {PicturePart: "picture", FilePart: "file", ToolResultPart: "tool_result"}

NOTHING = "{}"  # an empty JSON object: no draft, no parameters

SELECT_CHATS = """
    SELECT id, title, folder, pinned, draft, endpoint_id, model, parameters, features, leaf_id,
        created_at, updated_at, unread, failed
    FROM chat"""
SELECT_HEADS = """
    SELECT id, parent_id, role, status, in_context, run_id, choice, finish, created_at,
        text_length, thinking_length, attachment_count, pinned
    FROM message"""
SELECT_MESSAGES = """
    SELECT id, chat_id, parent_id, role, status, in_context, run_id, choice, finish, created_at, pinned
    FROM message"""
SELECT_RUNS = """
    SELECT id, chat_id, parent_id, stage, endpoint_id, model, parameters, prompt_tokens, completion_tokens,
        reasoning_tokens, cached_tokens, tokens_estimated, cost, started_at, first_token_at, finished_at,
        status, error_text, error_hint, exact_cost
    FROM run"""


def chats_from(rows: Iterable[Row]) -> list[Chat]:
    """Rows of SELECT_CHATS. Ten thousand are read at the start, so empty JSON is not parsed."""
    empty = Draft()
    return [
        Chat(
            chat_id, title, folder, pinned == 1, empty if draft == NOTHING else draft_from(draft),
            endpoint_id, model, {} if parameters == NOTHING else json.loads(parameters),
            {} if features == NOTHING else json.loads(features), leaf_id, created_at, updated_at,
            unread == 1, failed == 1,
        )
        for (
            chat_id, title, folder, pinned, draft, endpoint_id, model, parameters, features, leaf_id,
            created_at, updated_at, unread, failed,
        ) in rows
    ]  # fmt: skip


def chat_values(changes: Mapping[str, Any]) -> dict[str, Any]:
    """Fields of Chat as the columns they are kept in."""
    values = dict(changes)
    for name in ("parameters", "features"):
        if name in values:
            values[name] = to_json(values[name])
    if "title" in values:
        values["title"] = storable(values["title"])
    if "draft" in values:
        values["draft"] = draft_row(values["draft"])
    return values


def draft_from(text: str) -> Draft:
    """What `draft_row` wrote."""
    data = json.loads(text)
    parts = [part_from(kind, "", fields) for kind, fields in data.get("attachments", ())]
    return Draft(data.get("text", ""), tuple(part for part in parts if isinstance(part, PicturePart | FilePart)))


def draft_row(draft: Draft) -> str:
    """A draft as JSON; nothing but blanks is kept too, since the user typed them."""
    if draft == Draft():
        return NOTHING
    attachments = [(kind, data) for kind, _, data in map(part_row, draft.attachments)]
    return to_json({"text": draft.text, "attachments": attachments})


def head_from(row: Row) -> MessageHead:
    """A row of SELECT_HEADS."""
    (
        message_id, parent_id, role, status, in_context, run_id, choice, finish,
        created_at, text_length, thinking_length, attachment_count, pinned,
    ) = row  # fmt: skip
    return MessageHead(
        message_id, parent_id, Role(role), Status(status), in_context == 1, run_id, choice, Finish(finish),
        created_at, text_length, thinking_length, attachment_count, pinned == 1,
    )  # fmt: skip


def parents_from(rows: Iterable[Row]) -> dict[int, int | None]:
    """What each of SELECT_HEADS hangs under."""
    return {row[0]: row[1] for row in rows}


def lengths_from(rows: Iterable[Row]) -> dict[int, tuple[int, int]]:
    """Characters of text and of thinking of SELECT_HEADS."""
    return {row[0]: (row[9], row[10]) for row in rows}


def message_from(row: Row, parts: tuple[Part, ...]) -> Message:
    """A row of SELECT_MESSAGES and its parts."""
    message_id, chat_id, parent_id, role, status, in_context, run_id, choice, finish, created_at, pinned = row
    return Message(
        message_id, chat_id, parent_id, Role(role), parts, Status(status), in_context == 1, run_id, choice,
        Finish(finish), created_at, pinned == 1,
    )  # fmt: skip


def part_from(kind: str, text: str, data: str) -> Part | None:
    """One part, or None for a kind that this version does not know."""
    match kind:
        case "text":
            return TextPart(text)
        case "thinking":
            fields = json.loads(data)
            kind_of_thought = ThoughtKind(fields.get("kind", ThoughtKind.THINKING))
            return ThinkingPart(text, fields.get("duration_s", 0.0), kind_of_thought)
        case "picture":
            return PicturePart(**json.loads(data))
        case "file":
            return FilePart(**json.loads(data))
        case "sources":
            return SourcesPart(sources_from(data))
    return _tool_part_from(kind, text, data)


def _tool_part_from(kind: str, text: str, data: str) -> Part | None:
    if kind == "tool_call":
        return ToolCallPart(arguments=text, **json.loads(data))
    return ToolResultPart(**json.loads(data)) if kind == "tool_result" else None


def part_row(part: Part) -> tuple[str, str, str]:
    """Kind, text and data of a part."""
    match part:
        case TextPart():
            return "text", storable(part.text), NOTHING
        case ThinkingPart():
            return "thinking", storable(part.text), to_json({"duration_s": part.duration_s, "kind": part.kind})
        case SourcesPart():
            return "sources", "", sources_row(part.sources)
        case ToolCallPart():
            data = {"id": part.id, "name": part.name, "complete": part.complete}
            return "tool_call", storable(part.arguments), to_json(data)
        case PicturePart() | FilePart() | ToolResultPart():
            return _KINDS[type(part)], "", to_json(asdict(part))


def sources_row(sources: Sequence[Source]) -> str:
    """Sources as one line of JSON."""
    return to_json({"sources": [asdict(source) for source in sources]})


def sources_from(text: str) -> tuple[Source, ...]:
    """What `sources_row` wrote."""
    return tuple(Source(**fields) for fields in json.loads(text)["sources"])


def call_row(fragment: ToolCallDelta) -> str:
    """A fragment of a call as one line of JSON."""
    return to_json([fragment.index, fragment.id, fragment.name, fragment.arguments])


def calls_from(text: str, *, complete: bool) -> list[ToolCallPart]:
    """The calls of which `call_row` wrote the fragments, a line for each."""
    return gathered((ToolCallDelta(0, *json.loads(line)) for line in text.splitlines()), complete=complete)


def lengths(parts: Sequence[Part]) -> tuple[int, int, int]:
    """Characters of text, characters of thinking, and attachments: what the heads tell."""
    return (
        sum(len(part.text) for part in parts if isinstance(part, TextPart)),
        sum(len(part.text) for part in parts if isinstance(part, ThinkingPart)),
        sum(isinstance(part, PicturePart | FilePart) for part in parts),
    )


def run_from(row: Row) -> Run:
    """A row of SELECT_RUNS."""
    (
        run_id, chat_id, parent_id, stage, endpoint_id, model, parameters, prompt_tokens, completion_tokens,
        reasoning_tokens, cached_tokens, tokens_estimated, cost, started_at, first_token_at, finished_at,
        status, error_text, error_hint, exact_cost,
    ) = row  # fmt: skip
    usage = None
    if prompt_tokens is not None:
        usage = Usage(prompt_tokens, completion_tokens, reasoning_tokens, cached_tokens, tokens_estimated == 1)
    return Run(
        run_id, chat_id, parent_id, stage, endpoint_id, model, json.loads(parameters), usage, cost, started_at,
        first_token_at, finished_at, Status(status), error_text, error_hint, exact_cost,
    )  # fmt: skip


def usage_values(usage: Usage | None) -> dict[str, int | None]:
    """The columns of a run that hold its tokens."""
    return {
        "prompt_tokens": usage.prompt_tokens if usage else None,
        "completion_tokens": usage.completion_tokens if usage else None,
        "reasoning_tokens": usage.reasoning_tokens if usage else None,
        "cached_tokens": usage.cached_tokens if usage else None,
        "tokens_estimated": int(usage.estimated) if usage else None,
    }


def to_json(value: object) -> str:
    """Compact JSON. Not-ASCII is escaped, so that half a surrogate pair can be kept as well."""
    if isinstance(value, Mapping):
        value = dict(value)
    return json.dumps(value, separators=(",", ":"))


def storable(text: str) -> str:
    """Halves of surrogate pairs joined, or replaced where alone: some vendors cut an emoji over two chunks."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text
