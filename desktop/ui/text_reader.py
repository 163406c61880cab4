"""Reads texts when the message view wants them: a long chat is opened with its last ones only."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject

from desktop.core.conversation import Message
from desktop.core.errors import UserError
from desktop.core.open_chat import OpenChat
from desktop.core.tool_calls import shown_text
from desktop.services.store import Store
from desktop.ui.chat_controller import ChatController
from desktop.ui.line_items import LineItems
from desktop.ui.message_view import MessageView
from desktop.ui.tasks import Tasks
from desktop.ui.turn_controller import TurnController

FIND_TEXTS_AT_ONCE = 200


class TextReader(QObject):
    """Between the store and the message view: reads what is to be shown, and what is to be searched."""

    def __init__(
        self,
        *,
        store: Store,
        chats: ChatController,
        turns: TurnController,
        items: LineItems,
        view: MessageView,
        on_error: Callable[[UserError], object],
    ) -> None:
        super().__init__()
        self._store = store
        self._chats = chats
        self._turns = turns
        self._items = items
        self._view = view
        self._tasks = Tasks(on_error)
        self._finding: asyncio.Task[Any] | None = None
        view.texts_wanted.connect(self._read_texts)
        view.finder.texts_wanted.connect(self._read_find_texts)

    async def shut_down(self) -> None:
        """Returns when nothing is read any more."""
        await self._tasks.finish()

    def _read_texts(self, message_ids: list[int]) -> None:
        self._tasks.start(self._fill(self._chats.open_chat, message_ids))

    async def _fill(self, opened: OpenChat, message_ids: list[int]) -> None:
        messages = await self._store.messages([id_ for id_ in message_ids if id_ not in opened.messages])
        if opened is not self._chats.open_chat:
            return
        for message in messages:
            opened.put(message)
        self._view.fill({message.id: (shown_text(message), message.thinking) for message in messages})
        turns = self._turns.turns(opened.chat.id)
        for message in messages:
            if message.attachments or message.thinking_duration_s or message.sources or _has_tools(message):
                self._view.replace_item(self._items.item(opened, message.id, turns))

    def _read_find_texts(self, message_ids: list[int]) -> None:
        if self._finding is not None:
            self._finding.cancel()
        self._finding = self._tasks.start(self._put_find_texts(self._chats.open_chat, message_ids))

    async def _put_find_texts(self, opened: OpenChat, message_ids: list[int]) -> None:
        """In small parts, so that what is to be shown need not wait behind all of them."""
        for start in range(0, len(message_ids), FIND_TEXTS_AT_ONCE):
            texts = await self._store.line_texts(message_ids[start : start + FIND_TEXTS_AT_ONCE])
            if opened is not self._chats.open_chat or not self._view.finder.active:
                return
            self._view.finder.put(texts)


def _has_tools(message: Message) -> bool:
    return bool(message.tool_calls or message.tool_result)
