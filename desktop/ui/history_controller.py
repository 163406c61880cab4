"""The list of chats: choosing, renaming, pinning, searching, and deleting with a way back."""

from __future__ import annotations

import asyncio
from typing import Any

from PySide6.QtCore import QObject

from desktop.services.store import UNDO_S, Store
from desktop.ui.chat_controller import ChatController
from desktop.ui.chat_list import ChatList
from desktop.ui.notices import NoticeBar
from desktop.ui.shown_turns import ShownTurns
from desktop.ui.tasks import Tasks
from desktop.ui.turn_controller import TurnController

PURGED_AFTER_S = UNDO_S + 1.0


class HistoryController(QObject):
    """Between the list of chats and the store."""

    def __init__(
        self,
        *,
        store: Store,
        chat_list: ChatList,
        chats: ChatController,
        turns: TurnController,
        shown_turns: ShownTurns,
        notices: NoticeBar,
        saving: Tasks,
        background: Tasks,
    ) -> None:
        super().__init__()
        self._store = store
        self._list = chat_list
        self._chats = chats
        self._turns = turns
        self._notices = notices
        self._saving = saving
        self._background = background
        self._words = ""  # what is searched for
        self._search: asyncio.Task[Any] | None = None
        chat_list.chosen.connect(chats.open)
        chat_list.result_chosen.connect(lambda chat_id, message_id: chats.open_at(chat_id, message_id, self._words))
        chat_list.deleted.connect(self._delete)
        chat_list.renamed.connect(lambda chat_id, title: self._change(chat_id, title=title))
        chat_list.pinned.connect(lambda chat_id, pinned: self._change(chat_id, pinned=pinned))
        chat_list.search_changed.connect(self._look_for)
        chats.chat_stored.connect(chat_list.update_chat)
        shown_turns.streaming_changed.connect(chat_list.set_streaming)

    def _change(self, chat_id: int, **changes: object) -> None:
        self._saving.start(self._chats.store_changes(chat_id, changes))

    def _delete(self, chat_id: int, title: str) -> None:
        self._turns.stop(chat_id)
        self._saving.start(self._store.delete_chat(chat_id))
        if self._list.current() is None:
            self._chats.leave(chat_id)
        self._notices.show_notice(
            self.tr("“{title}” was deleted.").format(title=title) if title else self.tr("The chat was deleted."),
            actions=[(self.tr("Undo"), lambda: self._saving.start(self._restore(chat_id)))],
            timeout_s=UNDO_S,
            key=f"deleted {chat_id}",
        )
        self._background.start(self._purge_later())

    async def _restore(self, chat_id: int) -> None:
        self._list.update_chat(await self._store.restore_chat(chat_id))
        self._chats.open(chat_id)

    async def _purge_later(self) -> None:
        await asyncio.sleep(PURGED_AFTER_S)
        await self._store.purge_deleted()

    def _look_for(self, text: str) -> None:
        if self._search is not None:
            self._search.cancel()
        if text.strip():
            self._words = text
            self._search = self._background.start(self._show_found(text))

    async def _show_found(self, text: str) -> None:
        found = await self._store.search(text)
        titles = {chat_id: self._list.title(chat_id) for chat_id, _, _ in found}
        self._list.show_results((hit.chat_id, hit.message_id, titles[hit.chat_id], hit.snippet) for hit in found)
