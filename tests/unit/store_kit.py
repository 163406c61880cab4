"""What the tests of the store share: chats with a few answered questions, in real files."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from desktop.core.conversation import Chat, Message, PicturePart, Run, Status, TextPart
from desktop.services.store import Store

PICTURE = PicturePart("ab" * 32, "image/png", 640, 480, 12345, "cat.png", "low")


async def ask(store: Store, chat: Chat, text: str, parent: Message | None = None) -> Message:
    """A question under `parent`."""
    return await store.add_question(chat.id, parent.id if parent else None, (TextPart(text),))


async def begin(store: Store, question: Message, choices: int = 1) -> tuple[Run, list[Message]]:
    """A run that answers `question`."""
    return await store.begin_run(
        question.chat_id, question.id, endpoint_id="local", model="small", parameters={"n": choices}, choices=choices
    )


async def answer(store: Store, question: Message, text: str) -> Message:
    """A whole answer to `question`."""
    run, _ = await begin(store, question)
    store.journal(run.id, 0, "text", text)
    [message] = await store.end_run(run.id, status=Status.DONE)
    return message


def query(path: Path, statement: str) -> list[Any]:
    """What stands in the file, seen by another connection."""
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(statement).fetchall()
