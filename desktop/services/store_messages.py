"""Messages and their parts in the database: the tree of a chat, questions, changes, deletion."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from desktop.core.conversation import Draft, Message, MessageHead, Part, Role, Status, line_to, newest_leaf, title_from
from desktop.services import store_chats, store_rows, store_sql
from desktop.services.migrations import Connection

# A list of ids as one parameter.
ID_IS_ONE_OF = "id IN (SELECT value FROM json_each(?))"
PARTS_OF_THOSE = """
    SELECT message_id, kind, text, data FROM part
    WHERE message_id IN (SELECT value FROM json_each(?)) ORDER BY message_id, position"""


# From a message up to the root. UNION, not UNION ALL: a loop in a damaged file ends.
LINE = """
    WITH RECURSIVE line(id, parent_id, status) AS (
        SELECT id, parent_id, status FROM message WHERE id = ?
        UNION SELECT above.id, above.parent_id, above.status FROM message AS above
        JOIN line ON above.id = line.parent_id
    ) SELECT id, parent_id, status FROM line"""


def heads(connection: Connection, chat_id: int) -> list[MessageHead]:
    """The whole tree of a chat without its texts, oldest first."""
    rows = connection.execute(f"{store_rows.SELECT_HEADS} WHERE chat_id = ? ORDER BY id", (chat_id,))
    return [store_rows.head_from(row) for row in rows]


def line(connection: Connection, leaf_id: int | None) -> list[int]:
    """The ids from the root to a message, oldest first."""
    return line_to(leaf_id, {row[0]: row[1] for row in connection.execute(LINE, (leaf_id,))})


def next_queued(connection: Connection, chat_id: int) -> int | None:
    """The first question of a chat's line that waits for its turn."""
    leaf_id = store_chats.read(connection, chat_id).leaf_id
    waiting = {row[0] for row in connection.execute(LINE, (leaf_id,)) if row[2] == Status.QUEUED}
    return next((message_id for message_id in line(connection, leaf_id) if message_id in waiting), None)


def read(connection: Connection, ids: Sequence[int]) -> list[Message]:
    """Messages with their parts, in the order of `ids`; those that are gone are left out."""
    wanted = json.dumps(list(ids))
    parts: dict[int, list[Part]] = {}
    for message_id, kind, text, data in connection.execute(PARTS_OF_THOSE, (wanted,)):
        part = store_rows.part_from(kind, text, data)
        if part is not None:
            parts.setdefault(message_id, []).append(part)
    found = {
        row[0]: store_rows.message_from(row, tuple(parts.get(row[0], ())))
        for row in connection.execute(f"{store_rows.SELECT_MESSAGES} WHERE {ID_IS_ONE_OF}", (wanted,))
    }
    return [found[message_id] for message_id in ids if message_id in found]


def read_one(connection: Connection, message_id: int) -> Message:
    """One message; KeyError if there is none."""
    found = read(connection, [message_id])
    if not found:
        raise KeyError(message_id)
    return found[0]


def insert(connection: Connection, chat_id: int, parent_id: int | None, role: Role, **columns: object) -> int:
    """A new message without parts; its id."""
    row = {
        "chat_id": chat_id,
        "parent_id": parent_id,
        "role": role.value,
        "status": Status.DONE.value,
        "created_at": time.time(),
        **columns,
    }
    return store_sql.insert(connection, "message", row)


def set_parts(connection: Connection, message_id: int, parts: Sequence[Part]) -> None:
    """Replaces what a message consists of, and what its head says of it."""
    connection.execute("DELETE FROM part WHERE message_id = ?", (message_id,))
    connection.executemany(
        "INSERT INTO part (message_id, position, kind, text, data) VALUES (?, ?, ?, ?, ?)",
        [(message_id, position, *store_rows.part_row(part)) for position, part in enumerate(parts)],
    )
    connection.execute(
        "UPDATE message SET text_length = ?, thinking_length = ?, attachment_count = ? WHERE id = ?",
        (*store_rows.lengths(parts), message_id),
    )


def add_question(
    connection: Connection, chat_id: int, parent_id: int | None, parts: Sequence[Part], status: Status
) -> Message:
    """The user's message: the chat's line ends at it now, and the composer is empty."""
    message_id = insert(connection, chat_id, parent_id, Role.USER, status=status.value)
    set_parts(connection, message_id, parts)
    message = read_one(connection, message_id)
    chat = store_chats.read(connection, chat_id)
    store_chats.update(connection, chat_id, {"title": chat.title or _title(message), "draft": Draft()})
    store_chats.touch(connection, chat_id, message_id)
    return message


def add_result(connection: Connection, chat_id: int, parent_id: int, parts: Sequence[Part]) -> Message:
    """What a tool gave: the chat's line ends at it now."""
    message_id = insert(connection, chat_id, parent_id, Role.TOOL)
    set_parts(connection, message_id, parts)
    store_chats.touch(connection, chat_id, message_id)
    return read_one(connection, message_id)


def _title(message: Message) -> str:
    names = [attachment.name for attachment in message.attachments]
    return title_from(message.text) or title_from(" ".join(names))


def change(
    connection: Connection, message_id: int, columns: Mapping[str, object], parts: Sequence[Part] | None
) -> Message:
    """Changes columns of a message, and what it consists of if that is given."""
    store_sql.update(connection, "message", message_id, columns)
    if parts is not None:
        set_parts(connection, message_id, parts)
    return read_one(connection, message_id)


@dataclass(frozen=True, slots=True)
class Removed:
    """A message that was deleted, with all that puts it back where it was."""

    message: Message
    child_ids: tuple[int, ...]  # what followed it, and moved up to its parent
    leaf_before: int | None
    leaf_after: int | None
    row: Mapping[str, object]


def delete(connection: Connection, message_id: int) -> Removed:
    """Removes one message alone. What follows it moves up to its parent, so nothing else is lost."""
    message = read_one(connection, message_id)
    row = store_sql.row(connection, "message", message_id)
    children = connection.execute("SELECT id FROM message WHERE parent_id = ? ORDER BY id", (message_id,)).fetchall()
    leaf_before = leaf_after = store_chats.read(connection, message.chat_id).leaf_id
    connection.execute("UPDATE message SET parent_id = ? WHERE parent_id = ?", (message.parent_id, message_id))
    connection.execute("DELETE FROM message WHERE id = ?", (message_id,))
    if leaf_before == message_id:
        leaf_after = _line_without(connection, message)
        connection.execute("UPDATE chat SET leaf_id = ? WHERE id = ?", (leaf_after, message.chat_id))
    return Removed(message, tuple(child[0] for child in children), leaf_before, leaf_after, row)


def put_back(connection: Connection, removed: Removed) -> int | None:
    """Undoes `delete`; returns where the chat's line ends then."""
    message = removed.message
    store_sql.insert(connection, "message", removed.row)
    set_parts(connection, message.id, message.parts)
    for child_id in removed.child_ids:
        store_sql.update(connection, "message", child_id, {"parent_id": message.id})
    leaf_id = store_chats.read(connection, message.chat_id).leaf_id
    if leaf_id == removed.leaf_after:  # else the chat has gone on since
        leaf_id = removed.leaf_before
        connection.execute("UPDATE chat SET leaf_id = ? WHERE id = ?", (leaf_id, message.chat_id))
    return leaf_id


def _line_without(connection: Connection, deleted: Message) -> int | None:
    """Where the line goes when its last message is gone: its newest sibling's line, else its parent."""
    tree = {head.id: head.parent_id for head in heads(connection, deleted.chat_id)}
    beside = [message_id for message_id, parent_id in tree.items() if parent_id == deleted.parent_id]
    return newest_leaf(max(beside), tree) if beside else deleted.parent_id


def unqueue(connection: Connection) -> None:
    """Gives questions that still waited for their turn back to the composers of their chats.

    The answer they waited for was cut off, so whether to ask them now is the user's to say.
    """
    queued = [row[0] for row in connection.execute("SELECT id FROM message WHERE status = 'queued' ORDER BY id DESC")]
    for message in read(connection, queued):
        delete(connection, message.id)
        store_chats.give_back_to_draft(connection, message.chat_id, Draft(message.text, message.attachments))


def attachments_in_use(connection: Connection) -> set[str]:
    """The sha256 of every attachment that a message or a draft names, deleted chats included."""
    used = {
        row[0]
        for row in connection.execute(
            "SELECT json_extract(data, '$.sha256') FROM part WHERE kind IN ('picture', 'file')"
        )
    }
    for (draft,) in connection.execute("SELECT draft FROM chat WHERE draft <> '{}'"):
        used.update(attachment.sha256 for attachment in store_rows.draft_from(draft).attachments)
    return used
