"""Opens a chat: its whole tree without texts, and the texts at the end of its line.

Twenty thousand messages are read in the time of a few frames, because rows stay rows until someone looks at them.
"""

from __future__ import annotations

from desktop.core.conversation import Usage
from desktop.core.lazy_rows import LazyRows
from desktop.core.open_chat import OpenChat, Spent, Tree
from desktop.services import store_chats, store_messages, store_rows
from desktop.services.migrations import Connection

SELECT_SPENT = """
    SELECT total(prompt_tokens), total(completion_tokens), total(reasoning_tokens), total(cached_tokens),
        max(tokens_estimated), sum(coalesce(exact_cost, cost))
    FROM run WHERE chat_id = ?"""


def open_chat(connection: Connection, chat_id: int, text_count: int) -> OpenChat:
    """A chat with so many texts at the end of its line; KeyError if there is none."""
    opened = OpenChat(store_chats.read(connection, chat_id))
    opened.load(_tree(connection, chat_id))
    for message in store_messages.read(connection, opened.line[-text_count:]):
        opened.put(message)
    return opened


def _tree(connection: Connection, chat_id: int) -> Tree:
    heads = connection.execute(f"{store_rows.SELECT_HEADS} WHERE chat_id = ? ORDER BY id", (chat_id,)).fetchall()
    runs = connection.execute(f"{store_rows.SELECT_RUNS} WHERE chat_id = ? ORDER BY id", (chat_id,))
    return Tree(
        LazyRows(heads, store_rows.head_from),
        LazyRows(runs.fetchall(), store_rows.run_from),
        store_rows.parents_from(heads),
        store_rows.lengths_from(heads),
        _spent(connection, chat_id),
    )


def _spent(connection: Connection, chat_id: int) -> Spent:
    read, written, thought, cached, estimated, dollars = connection.execute(SELECT_SPENT, (chat_id,)).fetchone()
    return Spent(Usage(int(read), int(written), int(thought), int(cached), estimated == 1), dollars)
