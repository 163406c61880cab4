"""Chats in the database: the list, the changes, and deletion that can be undone."""

from __future__ import annotations

import time
from collections.abc import Mapping

from desktop.core.conversation import Chat, Draft
from desktop.services import store_rows, store_sql
from desktop.services.migrations import Connection

CHANGEABLE = frozenset("title folder pinned draft endpoint_id model parameters features leaf_id unread failed".split())
PURGED_AT_ONCE = 200  # messages in one transaction, so that streams meanwhile wait for milliseconds only


def read_all(connection: Connection, limit: int = -1) -> list[Chat]:
    """All chats that are not deleted, the one used last first; with a `limit`, pinned ones and the newest."""
    order = "updated_at DESC, id DESC" if limit < 0 else "pinned DESC, updated_at DESC, id DESC"
    rows = connection.execute(f"{store_rows.SELECT_CHATS} WHERE deleted_at IS NULL ORDER BY {order} LIMIT ?", (limit,))
    return store_rows.chats_from(rows)


def read(connection: Connection, chat_id: int) -> Chat:
    """One chat, deleted or not; KeyError if there is none."""
    rows = connection.execute(f"{store_rows.SELECT_CHATS} WHERE id = ?", (chat_id,))
    chats = store_rows.chats_from(rows)
    if not chats:
        raise KeyError(chat_id)
    return chats[0]


def create(connection: Connection, values: Mapping[str, object]) -> Chat:
    """A new chat."""
    now = time.time()
    columns = {**_checked(values), "created_at": now, "updated_at": now}
    return read(connection, store_sql.insert(connection, "chat", columns))


def update(connection: Connection, chat_id: int, changes: Mapping[str, object]) -> Chat:
    """Changes fields of a chat; its place in the list stays, since only asking something moves it."""
    store_sql.update(connection, "chat", chat_id, _checked(changes))
    return read(connection, chat_id)


def touch(connection: Connection, chat_id: int, leaf_id: int | None) -> None:
    """The chat was used: it goes to the top of the list, and its line ends at `leaf_id`."""
    store_sql.update(connection, "chat", chat_id, {"leaf_id": leaf_id, "updated_at": time.time()})


def delete(connection: Connection, chat_id: int) -> None:
    """Takes the chat out of the list; all that is in it is kept until it is purged."""
    store_sql.update(connection, "chat", chat_id, {"deleted_at": time.time()})


def restore(connection: Connection, chat_id: int) -> Chat:
    """Puts a deleted chat back."""
    store_sql.update(connection, "chat", chat_id, {"deleted_at": None})
    return read(connection, chat_id)


def purge_some(connection: Connection, deleted_before: float) -> bool:
    """Removes a part of what was deleted before then; True if there is more to do."""
    row = connection.execute(
        "SELECT id FROM chat WHERE deleted_at IS NOT NULL AND deleted_at <= ? LIMIT 1", (deleted_before,)
    ).fetchone()
    if row is None:
        return False
    # Children are younger than their parents, so the youngest are never missed by a child.
    removed = connection.execute(
        "DELETE FROM message WHERE id IN (SELECT id FROM message WHERE chat_id = ? ORDER BY id DESC LIMIT ?)",
        (row[0], PURGED_AT_ONCE),
    ).rowcount
    if removed < PURGED_AT_ONCE:
        connection.execute("DELETE FROM journal WHERE run_id IN (SELECT id FROM run WHERE chat_id = ?)", row)
        connection.execute("DELETE FROM chat WHERE id = ?", row)
    return True


def give_back_to_draft(connection: Connection, chat_id: int, draft: Draft) -> None:
    """Puts `draft` before what stands in the composer already."""
    there = read(connection, chat_id).draft
    text = "\n\n".join(text for text in (draft.text, there.text) if text)
    update(connection, chat_id, {"draft": Draft(text, (*draft.attachments, *there.attachments))})


def _checked(changes: Mapping[str, object]) -> dict[str, object]:
    unknown = changes.keys() - CHANGEABLE
    if unknown:
        raise TypeError(f"a chat has no changeable {', '.join(sorted(unknown))}")
    return store_rows.chat_values(changes)
