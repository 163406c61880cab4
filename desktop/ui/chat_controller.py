"""The chat on the screen: opens it, changes it, and sends what stands in the composer.

Other chats go on streaming without it; when one of them is opened again, it takes up their text where it stands.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject, Signal

from desktop.core.conversation import NEW_CHAT_ID, Chat, Draft, Role, Run
from desktop.core.endpoints import ModelRef
from desktop.core.errors import StorageError, UserError
from desktop.core.find import fold
from desktop.core.open_chat import OpenChat
from desktop.core.tools import for_another_chat
from desktop.services.store import Store
from desktop.services.store_messages import Removed
from desktop.ui.chat_saver import ChatSaver
from desktop.ui.composer import Composer
from desktop.ui.line_items import LineItems
from desktop.ui.message_view import MessageView
from desktop.ui.tasks import Tasks
from desktop.ui.turn_controller import TurnController

TEXTS_READ_FIRST = 40


class ChatController(QObject):
    """Between the store, the turns, the message view and the composer."""

    opened = Signal(object)  # OpenChat: another chat is on the screen
    figures_changed = Signal(object)  # OpenChat: tokens or cost are others now
    chat_stored = Signal(object)  # Chat: it is new or changed

    def __init__(
        self,
        *,
        store: Store,
        turns: TurnController,
        view: MessageView,
        composer: Composer,
        items: LineItems,
        on_error: Callable[[UserError], object],
    ) -> None:
        super().__init__()
        self.open_chat = OpenChat(Chat(NEW_CHAT_ID))
        self._store = store
        self._turns = turns
        self._view = view
        self._composer = composer
        self._items = items
        self._tasks = Tasks(on_error)
        self._opening: asyncio.Task[Any] | None = None
        self._editing_parent: int | None = None
        self.is_editing = False  # the composer holds a question of the line, not the draft
        self.submits_when_open = False  # Enter was pressed while a chat was being opened
        self._begun = asyncio.Event()  # a chat has been shown
        self.is_covered = False  # its answers are shown side by side elsewhere
        self._target: int | None = None
        self._target_words = ""
        self._saver = ChatSaver(store, self._tasks, lambda: self.open_chat)
        self._saver.due.connect(self._save)
        self._saver.stored.connect(self.chat_stored)
        composer.submitted.connect(self.submit)
        composer.stop_requested.connect(self.stop)
        composer.draft_changed.connect(self._saver.begin_waiting)
        turns.not_kept.connect(self._give_back)

    @property
    def chat(self) -> Chat:
        """The chat on the screen; its id is `NEW_CHAT_ID` until its first question."""
        return self.open_chat.chat

    @property
    def model(self) -> ModelRef:
        """What the next question goes to."""
        return ModelRef(self.chat.endpoint_id, self.chat.model)

    def open(self, chat_id: int) -> None:
        """Shows a chat."""
        if chat_id == self.chat.id and self._opening is None:
            return
        self._leave()
        self._opening = self._tasks.start(self._open(chat_id))

    async def settled(self) -> None:
        """Returns when a chat is on the screen and no other is being opened."""
        await self._begun.wait()
        while self._opening is not None:
            await asyncio.wait([self._opening])

    def open_at(self, chat_id: int, message_id: int | None, words: str = "") -> None:
        """Shows a chat, and in it the line and the place of a message, with the words that were looked for."""
        self._target, self._target_words = message_id, words
        if chat_id == self.chat.id and self._opening is None:
            self._go_to_target()
        else:
            self.open(chat_id)

    def leave(self, chat_id: int) -> None:
        """The chat is gone, and no other is chosen: shows an empty one."""
        if chat_id == self.chat.id:
            self.open_chat.chat = replace(self.chat, draft=self._composer.draft())  # nothing is left to save
            self._saver.forget_changes()
            self.start_new(self.chat)

    def start_new(self, chat: Chat) -> None:
        """Shows an empty chat with what `chat` has chosen, and the draft kept for new chats."""
        self._leave()
        new = Chat(
            NEW_CHAT_ID,
            endpoint_id=chat.endpoint_id,
            model=chat.model,
            parameters=chat.parameters,
            features=for_another_chat(chat.features),
            draft=self._saver.new_draft(),
        )
        self._show(OpenChat(new))

    def change(self, changes: Mapping[str, Any], *, by_steps: bool = False) -> None:
        """Changes the chat's model or parameters; takes effect with the next turn, of a waiting question, too.

        What changes `by_steps`, as under a slider, is stored after the last of them.
        """
        self.open_chat.chat = replace(self.chat, **changes)
        if self.chat.id != NEW_CHAT_ID:
            self._saver.change(changes, by_steps=by_steps)

    def submit(self) -> None:
        """Sends what stands in the composer."""
        if self._opening is not None or not self._begun.is_set():
            self.submits_when_open = True
            return
        draft, parent = self.unsent()
        if not draft:
            return
        self._saver.stop_waiting()
        self._saver.save_changes()
        self._stop_editing()
        self._composer.set_draft(Draft())
        self.open_chat.chat = replace(self.chat, draft=Draft())
        if self.chat.id == NEW_CHAT_ID:
            self._tasks.start(self._store_and_send(self.chat, draft))
        else:
            self._turns.send(self.chat, parent, draft.text.strip(), draft.attachments)

    def unsent(self) -> tuple[Draft, int | None]:
        """What stands in the composer, and the message that it would follow."""
        return self._composer.draft(), self._editing_parent if self.is_editing else self.chat.leaf_id

    def stop(self) -> None:
        """Stops the answer that streams here."""
        self._turns.stop(self.chat.id)

    def edit(self, message_id: int) -> None:
        """Takes a question into the composer; sent, it becomes a sibling of the old one."""
        message = self.open_chat.messages.get(self._question_of(message_id) or 0)
        if message is None:
            return
        self.save_draft()
        self.is_editing = True
        self._editing_parent = message.parent_id
        self._composer.set_draft(Draft(message.text, message.attachments))
        self._composer.set_hint(self.tr("Editing your question: the old one is kept beside it"))
        self._composer.focus()

    def _question_of(self, message_id: int) -> int | None:
        """The question that a message is or answers, past all calls of tools and their results."""
        head = self.open_chat.heads.get(message_id)
        while head is not None and head.role is not Role.USER:
            head = self.open_chat.heads.get(head.parent_id or 0)
        return head.id if head is not None else None

    def stop_editing(self) -> None:
        """Puts the draft back into the composer."""
        self._stop_editing()
        self._composer.set_draft(self.chat.draft)

    def turn_to(self, leaf_id: int) -> None:
        """Makes another line of the chat the current one."""
        self.open_chat.turn_to(leaf_id)
        self._tasks.start(self._show_line(leaf_id))

    def remove(self, removed: Removed) -> None:
        """A message of the chat on the screen is gone."""
        if self._shows(removed):
            self._stop_editing_question()
            self.open_chat.remove(removed.message.id, removed.leaf_after)
            self._line_changed()

    def put_back(self, removed: Removed, leaf_id: int | None) -> None:
        """A message that was gone is there again."""
        if self._shows(removed):
            self.open_chat.put_back(removed.message, removed.child_ids, leaf_id)
            self._line_changed()

    def _shows(self, removed: Removed) -> bool:
        return removed.message.chat_id == self.chat.id and self._opening is None

    def _stop_editing_question(self) -> None:
        """What is edited would stand beside a message that may be gone."""
        if self.is_editing:
            self.stop_editing()

    def _line_changed(self) -> None:
        self.refresh_line()
        self.figures_changed.emit(self.open_chat)

    def take_run(self, run: Run) -> None:
        """More has become known of a run, such as what it was billed with."""
        if run.chat_id != self.chat.id:
            return
        self.open_chat.put_run(run)
        for message_id in self.open_chat.line:
            if any(each.id == run.id for each in self.open_chat.runs_of(message_id)):
                self.refresh_message(message_id)
        self.figures_changed.emit(self.open_chat)

    def refresh_message(self, message_id: int) -> None:
        """Shows a message as it is now."""
        if message_id in self.open_chat.heads:
            turns = self._turns.turns(self.chat.id)
            self._view.replace_item(self._items.item(self.open_chat, message_id, turns))

    def cover(self, covered: bool) -> None:
        """Arriving text is shown elsewhere, or here again with all that has come."""
        if covered != self.is_covered:
            self.is_covered = covered
            if not covered:
                self.refresh_line()

    def refresh_line(self, *, follow_end: bool = False) -> None:
        """Shows the line as it is now."""
        items = self._items.items(self.open_chat, self._turns.turns(self.chat.id))
        self._view.set_items(items, follow_end=follow_end)

    def save_draft(self) -> None:
        """Stores what stands unsent in the composer."""
        self._saver.stop_waiting()
        self._saver.save_changes()
        if self._opening is not None or not self._begun.is_set():
            return
        if self.is_editing:
            self.stop_editing()
        self._saver.save_draft(self._composer.draft())

    def _give_back(self, chat_id: int, draft: Draft) -> None:
        """A question that could not be saved stands in the composer again, before what was typed meanwhile."""
        if chat_id == self.chat.id and self._opening is None:
            self._composer.set_draft(_joined(draft, self._composer.draft()))
        else:
            self._saver.give_back(chat_id, draft)

    async def shut_down(self) -> None:
        """Saves the draft and returns when everything is stored."""
        self.save_draft()
        if self._opening is not None:
            self._opening.cancel()
        await self._tasks.finish()

    def _leave(self) -> None:
        """Saves the draft and empties the composer: what is typed from now on belongs to the chat that comes."""
        if self._opening is not None:
            self._opening.cancel()
            self._opening = None
        elif self._begun.is_set():
            self.save_draft()
            self._composer.set_draft(Draft())

    def _save(self) -> None:
        self._saver.save_changes()
        if not self.is_editing:
            self.save_draft()

    def _stop_editing(self) -> None:
        self.is_editing = False
        self._editing_parent = None
        self._composer.set_hint("")

    async def _open(self, chat_id: int) -> None:
        try:
            await self._saver.settled()
            opened = await self._store.open_chat(chat_id, text_count=TEXTS_READ_FIRST)
        finally:
            if self._opening is asyncio.current_task():
                self._opening = None
        self._show(opened)
        self._go_to_target()
        if opened.chat.unread or opened.chat.failed:
            await self.store_changes(chat_id, {"unread": False, "failed": False})

    def _go_to_target(self) -> None:
        """Scrolls to the message that a search found; it may be on another line."""
        target, self._target = self._target, None
        if target is None or target not in self.open_chat.heads:
            return
        if target not in self.open_chat.line:
            self.turn_to(self.open_chat.newest_leaf(target))
        self._view.scroll_to_message(target)
        if self._target_words:
            self._tasks.start(self._show_words(self.open_chat, target, self._target_words))

    async def _show_words(self, opened: OpenChat, message_id: int, query: str) -> None:
        """Marks what a search found: all of it if it stands there as it was typed, else its longest word."""
        forms = await self._store.line_texts([message_id])
        whole = fold(query).strip() in forms[message_id][1]
        if opened is self.open_chat:
            words = query.strip() if whole else max(query.split(), key=len)
            self._view.find_bar.show_found(words, message_id)

    def _show(self, opened: OpenChat) -> None:
        self._saver.save_changes()
        self.open_chat = opened
        turns = self._turns.turns(self.chat.id)
        draft = self._saver.draft_of(self.chat)
        self._composer.set_draft(_joined(draft, self._composer.draft()))  # with what was typed meanwhile
        self._begun.set()
        self.is_covered = False
        self._composer.set_streaming(self._turns.streams(self.chat.id))
        self._view.set_items(self._items.items(opened, turns), follow_end=True)
        self.opened.emit(opened)
        self.figures_changed.emit(opened)
        if self.submits_when_open:
            self.submits_when_open = False
            self.submit()

    async def _show_line(self, leaf_id: int) -> None:
        unread = [id_ for id_ in self.open_chat.line[-TEXTS_READ_FIRST:] if id_ not in self.open_chat.messages]
        for message in await self._store.messages(unread):
            self.open_chat.put(message)
        self.refresh_line()
        self.figures_changed.emit(self.open_chat)
        await self._store.update_chat(self.chat.id, leaf_id=leaf_id)

    async def store_changes(self, chat_id: int, changes: Mapping[str, Any]) -> None:
        """Stores changes of a chat and tells who shows it."""
        await self._saver.store(chat_id, changes)

    async def _store_and_send(self, new: Chat, draft: Draft) -> None:
        try:
            chat = await self._store.create_chat(
                endpoint_id=new.endpoint_id, model=new.model, parameters=new.parameters, features=new.features
            )
        except StorageError:
            self._give_back(NEW_CHAT_ID, draft)
            raise
        self._saver.forget_new_draft()
        if self.chat.id == NEW_CHAT_ID:
            self.open_chat = OpenChat(chat)
            self._composer.set_streaming(True)
        self._turns.send(chat, None, draft.text.strip(), draft.attachments)


def _joined(first: Draft, second: Draft) -> Draft:
    return Draft(first.text + second.text, first.attachments + second.attachments)
