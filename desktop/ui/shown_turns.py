"""What the turns do to the chat on the screen, shown as it happens.

Of the turns of other chats only beginning and end are told: their text is taken up when such a chat is opened.
"""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from desktop.core.conversation import Message, Role, Status
from desktop.core.open_chat import OpenChat
from desktop.services.store import Store
from desktop.services.turn import Turn
from desktop.ui.chat_controller import ChatController
from desktop.ui.composer import Composer
from desktop.ui.line_items import LineItems
from desktop.ui.message_view import MessageView
from desktop.ui.tasks import Tasks
from desktop.ui.turn_controller import TurnController

DECIDED_HERE = ("leaf_id", "draft", "endpoint_id", "model", "parameters", "features")
"""What the chat on the screen knows better than the store, which may be about to learn it."""


class ShownTurns(QObject):
    """Between the turns, the chat and the message view."""

    streaming_changed = Signal(int, bool)  # chat id
    answered_elsewhere = Signal(object, object)  # Chat, Turn: an answer ended in a chat that is not on the screen

    def __init__(
        self,
        *,
        store: Store,
        chats: ChatController,
        turns: TurnController,
        items: LineItems,
        view: MessageView,
        composer: Composer,
        saving: Tasks,
    ) -> None:
        super().__init__()
        self._store = store
        self._chats = chats
        self._turns = turns
        self._items = items
        self._view = view
        self._composer = composer
        self._saving = saving
        turns.asked.connect(self._asked)
        turns.began.connect(self._began)
        turns.delta.connect(self._delta)
        turns.cited.connect(self._rewrote)
        turns.rewrote.connect(self._rewrote)
        turns.moved_on.connect(self._moved_on)
        turns.ended.connect(self._ended)
        turns.idle.connect(self._idle)

    @property
    def _opened(self) -> OpenChat:
        return self._chats.open_chat

    def _shows(self, chat_id: int) -> bool:
        return chat_id == self._opened.chat.id

    def _asked(self, chat_id: int, message: Message) -> None:
        if self._shows(chat_id):
            line = list(self._opened.line)
            self._opened.put(message)
            if message.status is Status.QUEUED or message.id not in self._opened.line:
                self._opened.turn_to(message.id)
            self._composer.set_streaming(True)
            if message.role is Role.TOOL:
                self._chats.refresh_line(follow_end=True)  # the card of the call changes, too
            else:
                self._show_longer(line, follow_end=True)
            if len(self._opened.line) == 1:
                self._chats.opened.emit(self._opened)
        self._saving.start(self._tell_stored(chat_id))
        self.streaming_changed.emit(chat_id, True)

    def _show_longer(self, before: list[int], *, follow_end: bool = False) -> None:
        """Shows the line after a change; one more message at its end is the usual case, and costs nothing."""
        line = self._opened.line
        if not before or line[:-1] != before:
            self._chats.refresh_line(follow_end=follow_end)
            return
        self._view.append_item(self._items.item(self._opened, line[-1], self._turns.turns(self._opened.chat.id)))
        if follow_end:
            self._view.jump_to_end()

    async def _tell_stored(self, chat_id: int) -> None:
        chat = await self._store.chat(chat_id)
        if self._shows(chat_id):
            self._opened.chat = replace(chat, **{name: getattr(self._opened.chat, name) for name in DECIDED_HERE})
        self._chats.chat_stored.emit(chat)

    def _began(self, chat_id: int, turn: Turn) -> None:
        if not self._shows(chat_id):
            return
        line = list(self._opened.line)
        self._take(turn)
        if turn.question.continues is None:
            self._opened.turn_to(self._opened.newest_leaf(turn.messages[0].id))
        self._composer.set_streaming(True)
        self._show_longer(line)

    def _delta(self, chat_id: int, message_id: int, kind: str, text: str) -> None:
        if self._shows(chat_id) and not self._chats.is_covered:
            self._view.feed(message_id, kind, text)

    def _rewrote(self, chat_id: int, message_id: int) -> None:
        if self._shows(chat_id):
            self._chats.refresh_message(message_id)

    def _moved_on(self, chat_id: int, turn: Turn) -> None:
        if self._shows(chat_id):
            self._take(turn)
            self._chats.refresh_line()

    def _ended(self, chat_id: int, turn: Turn) -> None:
        if self._shows(chat_id):
            self._take(turn)
            self._chats.refresh_line()
            self._chats.figures_changed.emit(self._opened)
        else:
            self._saving.start(self._tell_elsewhere(chat_id, turn))

    def _take(self, turn: Turn) -> None:
        for run in turn.runs:
            self._opened.put_run(run)
        for message in turn.messages:
            self._opened.put(message)

    async def _tell_elsewhere(self, chat_id: int, turn: Turn) -> None:
        failed = turn.status is Status.FAILED
        chat = await self._store.update_chat(chat_id, unread=not failed, failed=failed)
        self._chats.chat_stored.emit(chat)
        self.answered_elsewhere.emit(chat, turn)

    def _idle(self, chat_id: int) -> None:
        self.streaming_changed.emit(chat_id, False)
        if self._shows(chat_id):
            self._composer.set_streaming(False)
