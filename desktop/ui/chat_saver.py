"""Saves what is typed and chosen in the chat on the screen, soon after the last change, and whenever it is left.

What cannot be saved is kept here and tried again with the next change.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from desktop.core.conversation import NEW_CHAT_ID, Chat, Draft
from desktop.core.errors import StorageError
from desktop.core.open_chat import OpenChat
from desktop.services.store import Store
from desktop.services.store_rows import draft_from, draft_row
from desktop.ui.tasks import Tasks

NEW_CHAT_DRAFT = "new_chat_draft"
SAVED_AFTER_MS = 400


class ChatSaver(QObject):
    """Between the chat that is `shown` and the store. `tasks` are its owner's."""

    due = Signal()  # there was no change for a moment
    stored = Signal(object)  # Chat: as the store has it now

    def __init__(self, store: Store, tasks: Tasks, shown: Callable[[], OpenChat]) -> None:
        super().__init__()
        self._store = store
        self._tasks = tasks
        self._shown = shown
        self._changes: dict[str, Any] = {}  # of the chat, waiting for the timer
        self._given_back: dict[int, Draft] = {}  # by chat: what could not be saved while another was on the screen
        self._newest: asyncio.Task[Any] | None = None
        self._timer = QTimer(self, singleShot=True, interval=SAVED_AFTER_MS)
        self._timer.timeout.connect(self.due)

    def begin_waiting(self) -> None:
        """Something was typed or chosen."""
        self._timer.start()

    def stop_waiting(self) -> None:
        """All is about to be saved."""
        self._timer.stop()

    def change(self, changes: Mapping[str, Any], *, by_steps: bool) -> None:
        """Stores changes of the chat; those that come `by_steps` after the last of them."""
        self._changes.update(changes)
        self.begin_waiting() if by_steps else self.save_changes()

    def forget_changes(self) -> None:
        """The chat is gone."""
        self._changes.clear()

    def save_changes(self) -> None:
        """Stores the changes that wait."""
        changes, self._changes = self._changes, {}
        if changes:
            self._newest = self._tasks.start(self._save_changes(self._shown().chat.id, changes))

    def save_draft(self, draft: Draft) -> None:
        """Stores what stands unsent in the composer, if it is another than before."""
        opened = self._shown()
        before = opened.chat.draft
        if draft == before:
            return
        opened.chat = replace(opened.chat, draft=draft)
        if opened.chat.id == NEW_CHAT_ID:
            self._tasks.start(self._save_draft(opened, before, self._store.remember(NEW_CHAT_DRAFT, draft_row(draft))))
        else:
            storing = self._store.update_chat(opened.chat.id, draft=draft)
            self._newest = self._tasks.start(self._save_draft(opened, before, storing))

    def new_draft(self) -> Draft:
        """What was written for a new chat."""
        return draft_from(self._store.remembered(NEW_CHAT_DRAFT, "{}"))

    def forget_new_draft(self) -> None:
        """The new chat is one of its own now."""
        self._tasks.start(self._store.remember(NEW_CHAT_DRAFT, "{}"))

    def give_back(self, chat_id: int, draft: Draft) -> None:
        """Keeps what could not be saved until its chat is shown."""
        self._given_back[chat_id] = draft

    def draft_of(self, chat: Chat) -> Draft:
        """What is to stand in the composer of a chat that is shown now."""
        return self._given_back.pop(chat.id, chat.draft)

    async def store(self, chat_id: int, changes: Mapping[str, Any]) -> None:
        """Stores changes of any chat at once."""
        self.stored.emit(await self._store.update_chat(chat_id, **changes))

    async def settled(self) -> None:
        """Returns when what was saved last can be read again."""
        if self._newest is not None:
            await asyncio.wait([self._newest])

    async def _save_changes(self, chat_id: int, changes: Mapping[str, Any]) -> None:
        try:
            await self.store(chat_id, changes)
        except StorageError:
            if chat_id == self._shown().chat.id:
                self._changes = {**changes, **self._changes}
            raise

    async def _save_draft(self, opened: OpenChat, before: Draft, storing: Coroutine[Any, Any, object]) -> None:
        try:
            await storing
        except StorageError:
            draft, opened.chat = opened.chat.draft, replace(opened.chat, draft=before)
            if opened is not self._shown():
                self.give_back(opened.chat.id, draft)
            raise
