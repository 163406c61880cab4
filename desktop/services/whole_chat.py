"""Reads all texts of a chat's current line, in pieces, for what needs them all at once: exporting and printing."""

from __future__ import annotations

from desktop.core.open_chat import OpenChat
from desktop.services.store import Store

MESSAGES_PER_READ = 200


async def read_whole_chat(store: Store, chat_id: int) -> OpenChat:
    """The chat with every message of its line; other reads of the store go on in between."""
    opened = await store.open_chat(chat_id, text_count=MESSAGES_PER_READ)
    for start in range(0, len(opened.line) - MESSAGES_PER_READ, MESSAGES_PER_READ):
        for message in await store.messages(opened.line[start : start + MESSAGES_PER_READ]):
            opened.put(message)
    return opened
