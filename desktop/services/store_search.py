"""Search in all chats: titles and texts, any language.

The trigram index finds words of three characters and more. Shorter ones, which are whole words in Chinese and
Japanese, are looked for in the texts themselves.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import NamedTuple

from desktop.core.conversation import SEAM, Role
from desktop.core.find import FindTexts, find_texts
from desktop.services.migrations import Connection

INDEXED_LENGTH = 3
SNIPPET_LENGTH = 90
SNIPPET_LEAD = 12  # characters before the hit

SELECT_TITLES = "SELECT id, title FROM chat WHERE deleted_at IS NULL"
SELECT_TEXTS = """
    SELECT chat.id, message.id, part.text
    FROM part JOIN message ON message.id = part.message_id JOIN chat ON chat.id = message.chat_id
    WHERE chat.deleted_at IS NULL"""
SELECT_INDEXED = """
    SELECT chat.id, message.id, part.text
    FROM search JOIN part ON part.id = search.rowid
        JOIN message ON message.id = part.message_id JOIN chat ON chat.id = message.chat_id
    WHERE chat.deleted_at IS NULL"""


SELECT_LINE_TEXTS = """
    SELECT message.id, message.role, part.kind, part.text
    FROM part JOIN message ON message.id = part.message_id
    WHERE part.kind IN ('text', 'thinking') AND message.id IN (SELECT value FROM json_each(?))
    ORDER BY message.id, part.position"""


class Found(NamedTuple):
    """A hit: `message_id` is None where the chat's title matched, and `snippet` is the title then."""

    chat_id: int
    message_id: int | None
    snippet: str


def line_texts(connection: Connection, ids: Sequence[int]) -> dict[int, FindTexts]:
    """What is searched of these messages when something is looked for in one chat."""
    found: dict[int, dict[str, str]] = {message_id: {} for message_id in ids}
    plain: set[int] = set()
    for message_id, role, kind, text in connection.execute(SELECT_LINE_TEXTS, (json.dumps(list(ids)),)):
        seam = SEAM if kind == "thinking" and kind in found[message_id] else ""
        found[message_id][kind] = found[message_id].get(kind, "") + seam + text
        if role == Role.USER.value:
            plain.add(message_id)
    return {
        message_id: find_texts(texts.get("text", ""), texts.get("thinking", ""), is_plain=message_id in plain)
        for message_id, texts in found.items()
    }


def search(connection: Connection, query: str, limit: int) -> list[Found]:
    """Chats and messages that hold all words of `query`: titles first, and what is newest first."""
    words = query.split()
    if not words:
        return []
    titles = _in_titles(connection, words, limit)
    return titles + _in_texts(connection, words, limit - len(titles))


def _in_titles(connection: Connection, words: list[str], limit: int) -> list[Found]:
    conditions = " AND ".join(["title LIKE ? ESCAPE '\\'"] * len(words))
    rows = connection.execute(
        f"{SELECT_TITLES} AND {conditions} ORDER BY updated_at DESC LIMIT ?",
        (*map(_pattern, words), limit),
    )
    return [Found(chat_id, None, title) for chat_id, title in rows]


def _in_texts(connection: Connection, words: list[str], limit: int) -> list[Found]:
    indexed = [word for word in words if len(word) >= INDEXED_LENGTH]
    short = [word for word in words if len(word) < INDEXED_LENGTH]
    select, age = SELECT_TEXTS, "part.id"
    conditions = ["part.kind = 'text'", *["part.text LIKE ? ESCAPE '\\'"] * len(short)]
    values: list[str | int] = [_pattern(word) for word in short]
    if indexed:
        select, age = SELECT_INDEXED, "search.rowid"  # the order in which the index gives its hits by itself
        conditions.append("search MATCH ?")
        values.append(" ".join(map(_phrase, indexed)))
    rows = connection.execute(
        f"{select} AND {' AND '.join(conditions)} ORDER BY {age} DESC LIMIT ?",
        (*values, limit),
    )
    return [Found(chat_id, message_id, snippet(text, words)) for chat_id, message_id, text in rows]


def snippet(text: str, words: list[str]) -> str:
    """One line of `text` around the first of `words` in it."""
    lowered = text.lower()
    places = [place for word in words if (place := lowered.find(word.lower())) >= 0]
    hit = min(places, default=0)
    start = max(0, hit - SNIPPET_LEAD)
    if start:
        start = min(hit, max(start, text.find(" ", start, hit) + 1))  # at a word's beginning where there is one
    cut = text[start : start + SNIPPET_LENGTH]
    before, after = "…" if start else "", "…" if start + SNIPPET_LENGTH < len(text) else ""
    return before + " ".join(cut.split()) + after


def _pattern(word: str) -> str:
    escaped = word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"


def _phrase(word: str) -> str:
    quoted = word.replace('"', '""')
    return f'"{quoted}"'
