"""Makes a transcript of an open chat: the same names, times and notices as on the screen."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import QDate, QLocale

from desktop.core.open_chat import OpenChat
from desktop.core.tool_calls import calls_text
from desktop.core.transcript import Entry, Transcript
from desktop.services.turn import Turn
from desktop.ui.line_items import LineItems
from desktop.ui.message_view import Item
from desktop.ui.message_view.words import Words


def transcript_of(chat: OpenChat, items: LineItems, turns: Sequence[Turn], untitled: str) -> Transcript:
    """The current line of a chat whose texts are all read."""
    words = Words()
    entries = tuple(_entry(item, words) for item in items.items(chat, turns))
    return Transcript(chat.chat.title or untitled, _date(chat), entries)


def _entry(item: Item, words: Words) -> Entry:
    label = " · ".join(filter(None, (words.thought(item.thinking_duration_s), item.thinking_caption)))
    return Entry(
        author=item.author,
        text="\n\n".join(filter(None, [item.text, calls_text(item.calls)])),
        asks=item.asks,
        caption=item.caption,
        thinking=item.thinking or "",
        thinking_label=label,
        attachments=item.attachments,
        notice=item.notice,
    )


def _date(chat: OpenChat) -> str:
    """When the line was begun, and when it ended if that was another day."""
    created = [chat.heads[message_id].created_at for message_id in chat.line] or [chat.chat.created_at]
    days = [QDate(*datetime.fromtimestamp(moment).astimezone().timetuple()[:3]) for moment in (created[0], created[-1])]
    texts = [QLocale().toString(day, QLocale.FormatType.LongFormat) for day in days]
    return texts[0] if texts[0] == texts[1] else f"{texts[0]} – {texts[1]}"
