"""Runs in the database: the beginning and the end of an answer, and the journal between them.

An answer's text lies in the journal while it streams. At the end, or at the next start if there was none, it is folded
into the answer's parts, in the transaction that also ends the run and drops the journal's rows.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from desktop.core import request
from desktop.core.conversation import (
    Finish,
    Message,
    Part,
    Role,
    Run,
    SourcesPart,
    Status,
    TextPart,
    ThinkingPart,
    ThoughtKind,
    Usage,
)
from desktop.services import store_chats, store_messages, store_rows, store_sql
from desktop.services.migrations import Connection
from desktop.services.store_journal import JournalRow


@dataclass(frozen=True, slots=True)
class Ending:
    """How a run ended; the mappings go by choice, and say what is special about one of several answers."""

    status: Status
    finished_at: float | None = None
    usage: Usage | None = None
    cost: float | None = None
    first_token_at: float | None = None
    error_text: str = ""
    error_hint: str = ""
    finishes: Mapping[int, Finish] = field(default_factory=dict)
    thinking_durations_s: Mapping[int, float] = field(default_factory=dict)
    more_parts: Mapping[int, tuple[Part, ...]] = field(default_factory=dict)


def read(connection: Connection, chat_id: int) -> list[Run]:
    """All runs of a chat, oldest first."""
    rows = connection.execute(f"{store_rows.SELECT_RUNS} WHERE chat_id = ? ORDER BY id", (chat_id,))
    return [store_rows.run_from(row) for row in rows]


def _read_one(connection: Connection, run_id: int) -> Run:
    row = connection.execute(f"{store_rows.SELECT_RUNS} WHERE id = ?", (run_id,)).fetchone()
    return store_rows.run_from(row)


def _insert(connection: Connection, values: Mapping[str, Any]) -> Run:
    row = {**values, "started_at": time.time(), "status": Status.STREAMING.value}
    row["parameters"] = store_rows.to_json(row["parameters"])
    return _read_one(connection, store_sql.insert(connection, "run", row))


def begin(
    connection: Connection, parent_message_id: int | None, choices: int, values: Mapping[str, Any]
) -> tuple[Run, list[Message]]:
    """A new run with its answers, which stream from now on; the chat's line ends at the first."""
    run = _insert(connection, values)
    ids = [
        store_messages.insert(
            connection,
            run.chat_id,
            parent_message_id,
            Role.ASSISTANT,
            status=Status.STREAMING.value,
            run_id=run.id,
            choice=choice,
        )
        for choice in range(choices)
    ]
    if ids:
        store_chats.touch(connection, run.chat_id, ids[0])
    return run, store_messages.read(connection, ids)


def begin_continuation(
    connection: Connection, message_id: int, choices: int, values: Mapping[str, Any]
) -> tuple[Run, list[Message]]:
    """A new run that goes on with a message, its choice 0; further choices begin with what the message has."""
    message = store_messages.read_one(connection, message_id)
    run = _insert(connection, {**values, "chat_id": message.chat_id, "parent_id": message.run_id})
    streaming = Status.STREAMING.value
    connection.execute(
        "UPDATE message SET status = ?, finish = '', run_id = ?, choice = 0 WHERE id = ?",
        (streaming, run.id, message_id),
    )
    ids = [message_id]
    for choice in range(1, choices):
        columns = {"status": streaming, "run_id": run.id, "choice": choice}
        ids.append(store_messages.insert(connection, run.chat_id, message.parent_id, Role.ASSISTANT, **columns))
        store_messages.set_parts(connection, ids[-1], message.parts)
    leaf_id = store_chats.read(connection, message.chat_id).leaf_id
    store_chats.touch(connection, message.chat_id, leaf_id)
    return run, store_messages.read(connection, ids)


def write_journal(connection: Connection, rows: Sequence[JournalRow]) -> None:
    """Appends what came."""
    connection.executemany("INSERT INTO journal (run_id, choice, kind, text) VALUES (?, ?, ?, ?)", rows)


def end(connection: Connection, run_id: int, ending: Ending) -> list[Message]:
    """Folds the journal of a run into its answers and ends them; an answer deleted meanwhile is left out."""
    journalled = _journalled(connection, run_id)
    ids = [row[0] for row in connection.execute("SELECT id FROM message WHERE run_id = ? ORDER BY choice", (run_id,))]
    for message in store_messages.read(connection, ids):
        texts = journalled.get(message.choice, {})
        parts = folded(message.parts, _thoughts(texts, ending, message.choice), "".join(texts.get("text", ())))
        add_sources(parts, "".join(texts.get("sources", ())))
        complete = ending.status is Status.DONE
        parts += store_rows.calls_from("".join(texts.get("tool_calls", ())), complete=complete)
        store_messages.set_parts(connection, message.id, (*parts, *ending.more_parts.get(message.choice, ())))
        connection.execute(
            "UPDATE message SET status = ?, finish = ? WHERE id = ?",
            (ending.status.value, ending.finishes.get(message.choice, Finish.NONE).value, message.id),
        )
    connection.execute("DELETE FROM journal WHERE run_id = ?", (run_id,))
    _write_ending(connection, run_id, ending)
    return store_messages.read(connection, ids)


def set_exact_cost(connection: Connection, run_id: int, dollars: float) -> Run | None:
    """What a run has cost to the endpoint's account; None if it is gone meanwhile."""
    store_sql.update(connection, "run", run_id, {"exact_cost": dollars})
    row = connection.execute(f"{store_rows.SELECT_RUNS} WHERE id = ?", (run_id,)).fetchone()
    return store_rows.run_from(row) if row is not None else None


def interrupt(connection: Connection, run_id: int) -> list[Message]:
    """Ends a run that the last session left streaming. When it ended nobody knows, what it cost is estimated."""
    return end(connection, run_id, Ending(Status.INTERRUPTED, usage=_estimated_usage(connection, run_id)))


def _estimated_usage(connection: Connection, run_id: int) -> Usage | None:
    """What came of a run, and the line it was asked with; None if nothing came, which may have cost nothing."""
    written = {"text": 0, "thinking": 0}
    for texts in _journalled(connection, run_id).values():
        for kind, pieces in texts.items():
            written[kind] = written.get(kind, 0) + request.estimate_tokens("".join(pieces))
    if not any(written.values()):
        return None
    prompt = _estimated_prompt(connection, run_id)
    return Usage(prompt, sum(written.values()), written["thinking"], estimated=True)


def _estimated_prompt(connection: Connection, run_id: int) -> int:
    row = connection.execute("SELECT parent_id, chat_id FROM message WHERE run_id = ? LIMIT 1", (run_id,)).fetchone()
    if row is None:
        return 0
    parent_id, chat_id = row
    line = store_messages.read(connection, store_messages.line(connection, parent_id))
    return request.estimate_prompt_tokens(line, store_chats.read(connection, chat_id).parameters)


def open_runs(connection: Connection) -> list[int]:
    """The runs that stream, or did when the program went away."""
    return [row[0] for row in connection.execute("SELECT id FROM run WHERE status = 'streaming' ORDER BY id")]


def _journalled(connection: Connection, run_id: int) -> dict[int, dict[str, list[str]]]:
    """What came for a run: choice → kind → texts in their order."""
    journalled: dict[int, dict[str, list[str]]] = {}
    for choice, kind, text in connection.execute(
        "SELECT choice, kind, text FROM journal WHERE run_id = ? ORDER BY sequence", (run_id,)
    ):
        journalled.setdefault(choice, {}).setdefault(kind, []).append(text)
    return journalled


def _thoughts(texts: Mapping[str, list[str]], ending: Ending, choice: int) -> list[ThinkingPart]:
    """What was thought in a run, in the order in which it came; the first text carries the time of all."""
    kinds = [kind for kind in ThoughtKind if kind in texts]
    kinds.sort(key=list(texts).index)
    thoughts = [ThinkingPart("".join(texts[kind]), kind=kind) for kind in kinds]
    if thoughts:
        thoughts[0] = replace(thoughts[0], duration_s=ending.thinking_durations_s.get(choice, 0.0))
    return thoughts


def folded(parts: Sequence[Part], thoughts: Sequence[ThinkingPart], text: str) -> list[Part]:
    """The parts a message had, with more thinking and text: the text goes on where it stopped, without a seam."""
    result = list(parts)
    for thought in thoughts:
        _add_thinking(result, thought)
    if text:
        _add_text(result, text)
    return result


def add_sources(parts: list[Part], journalled: str) -> None:
    """Puts the sources behind the other parts: those the message had, and what is new in the last line that came."""
    if not journalled:
        return
    before = [source for part in parts if isinstance(part, SourcesPart) for source in part.sources]
    came = store_rows.sources_from(journalled.rstrip("\n").rpartition("\n")[2])
    parts[:] = [part for part in parts if not isinstance(part, SourcesPart)]
    parts.append(SourcesPart((*before, *(source for source in came if source not in before))))


def _add_thinking(parts: list[Part], thinking: ThinkingPart) -> None:
    after = 0
    for index, part in enumerate(parts):
        if isinstance(part, ThinkingPart):
            after = index + 1
            if part.kind is thinking.kind:
                text = f"{part.text}\n\n{thinking.text}"
                parts[index] = replace(part, text=text, duration_s=part.duration_s + thinking.duration_s)
                return
    parts.insert(after, thinking)


def _add_text(parts: list[Part], text: str) -> None:
    for index in range(len(parts) - 1, -1, -1):
        part = parts[index]
        if isinstance(part, TextPart):
            parts[index] = replace(part, text=part.text + text)
            return
    after_thinking = sum(isinstance(part, ThinkingPart) for part in parts)
    parts.insert(after_thinking, TextPart(text))


def _write_ending(connection: Connection, run_id: int, ending: Ending) -> None:
    columns = {
        "status": ending.status.value,
        "finished_at": ending.finished_at,
        "cost": ending.cost,
        "first_token_at": ending.first_token_at,
        "error_text": store_rows.storable(ending.error_text),
        "error_hint": store_rows.storable(ending.error_hint),
        **store_rows.usage_values(ending.usage),
    }
    store_sql.update(connection, "run", run_id, columns)
