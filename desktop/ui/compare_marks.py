"""Marks in the answers of a comparison what only one of them says."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from desktop.core.differences import differences
from desktop.ui.message_view import MessageView
from desktop.ui.message_view.marks import Key, Span
from desktop.ui.message_view.message_rows import BODY
from desktop.ui.message_view.positions import units

LONGEST = 60_000  # characters of one answer; nobody compares a book word by word
ONLY_HERE, ONLY_THERE = "only_here", "only_there"

RowTexts = list[tuple[Key, str]]


async def mark_differences(views: Sequence[MessageView]) -> bool:
    """Marks them in views of one answer each; False if there is nothing to mark, or too much to read."""
    texts = [_row_texts(view) for view in views]
    if any(sum(len(text) for _key, text in rows) > LONGEST for rows in texts) or not all(texts):
        return False
    joined = ["\n".join(text for _key, text in rows) for rows in texts]
    found = await asyncio.to_thread(differences, joined)
    for number, (view, rows, spans) in enumerate(zip(views, texts, found, strict=True)):
        items = view.items()
        if items:
            token = ONLY_HERE if number == 0 or len(views) > 2 else ONLY_THERE
            view.marks.put(items[0].id, in_rows(rows, spans), token)
            view.repaint_all()
    return any(found)


def in_rows(rows: RowTexts, spans: Sequence[Span]) -> dict[Key, list[Span]]:
    """Places in the rows' joined texts as places in each row, in Qt's positions."""
    result: dict[Key, list[Span]] = {}
    start = 0
    for key, text in rows:
        end = start + len(text)
        inside = [(max(a, start) - start, min(b, end) - start) for a, b in spans if a < end and b > start]
        if not text.isascii():
            inside = [(units(text[:a]), units(text[:b])) for a, b in inside]
        if inside:
            result[key] = inside
        start = end + 1
    return result


def _row_texts(view: MessageView) -> RowTexts:
    """What the rows of the answer show, laid out for that."""
    conversation = view.stage.conversation
    if not len(conversation):
        return []
    rows = [row for row in conversation.message(0).searched if row.key[0] == BODY]
    for row in rows:
        conversation.lay_out(0, row)
    return [(row.key, row.text) for row in rows]
