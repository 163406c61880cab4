"""Chats in a database, made as the program makes them, and copied where asking would take too long."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from desktop.core.conversation import Status, TextPart
from desktop.services.store import Store
from tests.benchmarks import chat_text

LENGTHS = (200, 2000, 20_000)
PATTERN = 200


async def fill_chat(store: Store, title: str, texts: Sequence[str]) -> int:
    """A chat of questions and answers in turn; gives its id."""
    chat_id = (await store.create_chat(endpoint_id="loop", model="echo", title=title)).id
    parent: int | None = None
    for number, text in enumerate(texts):
        if number % 2 == 0 or parent is None:
            parent = (await store.add_question(chat_id, parent, [TextPart(text)])).id
        else:
            run, messages = await store.begin_run(chat_id, parent, endpoint_id="loop", model="echo", parameters={})
            store.journal(run.id, 0, "text", text)
            await store.end_run(run.id, status=Status.DONE)
            parent = messages[0].id
    return chat_id


async def long_chats(path: Path) -> dict[int, int]:
    """An empty chat with the id 1, and chats of three lengths: their ids by their lengths."""
    store = Store(path)
    try:
        await store.create_chat(endpoint_id="loop", model="echo", title="Short")
        pattern = await fill_chat(store, "Pattern", chat_text.chat(PATTERN))
    finally:
        store.close()
    with closing(sqlite3.connect(path)) as database, database:
        return {length: _repeated(database, pattern, length // PATTERN) for length in LENGTHS}


def _repeated(database: sqlite3.Connection, pattern: int, times: int) -> int:
    """A chat that has all messages of another one so many times, one after the other."""
    [chat_id] = _copied(database, "chat", f"id = {pattern}", {})
    leaf_id = None
    for _ in range(times):
        shift = {table: _shift(database, table, pattern) for table in ("run", "message")}
        _copied(database, "run", f"chat_id = {pattern}", {"id": f"id + {shift['run']}", "chat_id": str(chat_id)})
        message_ids = _copied(
            database,
            "message",
            f"chat_id = {pattern}",
            {
                "id": f"id + {shift['message']}",
                "chat_id": str(chat_id),
                "parent_id": f"coalesce(parent_id + {shift['message']}, {leaf_id or 'NULL'})",
                "run_id": f"run_id + {shift['run']}",
            },
        )
        _copied(
            database,
            "part",
            f"message_id IN (SELECT id FROM message WHERE chat_id = {pattern})",
            {"id": "NULL", "message_id": f"message_id + {shift['message']}"},
        )
        leaf_id = max(message_ids)
    database.execute("UPDATE chat SET leaf_id = ? WHERE id = ?", (leaf_id, chat_id))
    return chat_id


def _copied(database: sqlite3.Connection, table: str, where: str, changed: dict[str, str]) -> list[int]:
    """Copies rows with some columns changed; gives the ids of the copies."""
    columns = [row[1] for row in database.execute(f"PRAGMA table_info({table})")]
    values = [{"id": "NULL", **changed}.get(column, column) for column in columns]
    rows = database.execute(
        f"INSERT INTO {table} ({', '.join(columns)}) SELECT {', '.join(values)} FROM {table} WHERE {where} RETURNING id"
    )
    return [row[0] for row in rows.fetchall()]


def _shift(database: sqlite3.Connection, table: str, chat_id: int) -> int:
    """How far ids have to move so that the first of this chat's comes after all that there are."""
    newest = database.execute(f"SELECT max(id) FROM {table}").fetchone()[0]
    first = database.execute(f"SELECT min(id) FROM {table} WHERE chat_id = ?", (chat_id,)).fetchone()[0]
    return int(newest + 1 - first)
