"""What the user does with the conversation on the screen: by keys, and with the buttons of its messages."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from desktop.core.conversation import Role, Status
from desktop.core.endpoints import ModelRef
from desktop.core.features import leaving_out
from desktop.services.store import UNDO_S, Store
from desktop.services.store_messages import Removed
from desktop.ui.chat_controller import ChatController
from desktop.ui.composer import Composer
from desktop.ui.message_view import MessageView
from desktop.ui.message_view.menu import DELETE
from desktop.ui.notices import NoticeBar
from desktop.ui.tasks import Tasks
from desktop.ui.turn_controller import TurnController

DELETED = "deleted message"  # one notice: only the last deletion can be undone


class ConversationController(QObject):
    """Between the message view, the composer and the chat."""

    about_model_requested = Signal(object)  # ModelRef

    def __init__(
        self,
        *,
        store: Store,
        view: MessageView,
        composer: Composer,
        chats: ChatController,
        turns: TurnController,
        notices: NoticeBar,
        saving: Tasks,
    ) -> None:
        super().__init__()
        self._store = store
        self._view = view
        self._composer = composer
        self._chats = chats
        self._turns = turns
        self._notices = notices
        self._saving = saving
        view.action_requested.connect(self._act)
        view.quote_requested.connect(self._quote)
        composer.edit_last_requested.connect(self.edit_last)

    def find(self, step: int = 0) -> None:
        """Opens the find bar, or goes on with what stands in it."""
        if not self._chats.open_chat.line:
            return
        if step:
            self._view.find_bar.step(step)
        else:
            self._view.open_find()

    def stop_or_go_back(self) -> None:
        """Escape closes the find bar, stops the answer, leaves an edit, or goes back to the composer."""
        if self._view.find_bar.leave():
            return
        if self._turns.streams(self._chats.chat.id):
            self._chats.stop()
        elif self._chats.is_editing:
            self._chats.stop_editing()
        else:
            self._composer.focus()

    def answer_now(self) -> None:
        """Ends the thinking that goes before the answer on the screen."""
        self._turns.answer_now(self._chats.chat.id)

    def edit_last(self) -> None:
        """Takes the last question into the composer."""
        question = self._chats.open_chat.last(Role.USER)
        if question is not None:
            self._chats.edit(question)

    def retry_last(self) -> None:
        """Asks the last question again."""
        question = self._chats.open_chat.last(Role.USER)
        if question is not None:
            self.retry(question)

    def retry(self, message_id: int) -> None:
        """Asks again the question that `message_id` is or answers."""
        head = self._chats.open_chat.heads[message_id]
        question_id = message_id if head.role is Role.USER else head.parent_id
        if question_id is not None:
            self._turns.retry(self._chats.chat, question_id)

    def leave_out(self, message_id: int) -> None:
        """Asks again without what no longer fits, in this chat from now on."""
        self._chats.change({"features": leaving_out(self._chats.chat.features)})
        self.retry(message_id)

    def go_on(self, message_id: int) -> None:
        """Continues an answer that ended early."""
        self._turns.go_on(self._chats.chat, message_id)

    def step(self, message_id: int, by: int) -> None:
        """Shows the next or previous answer (or question) beside this one."""
        opened = self._chats.open_chat
        siblings = opened.siblings(message_id)
        index = siblings.index(message_id) + by
        if 0 <= index < len(siblings):
            self._chats.turn_to(opened.newest_leaf(siblings[index]))

    def pin(self, message_id: int, *, pinned: bool) -> None:
        """Keeps a message in the context however long the chat grows, or no longer."""
        self._saving.start(self._set_message(message_id, pinned=pinned))

    def put_into_context(self, message_id: int, *, in_context: bool) -> None:
        """Sends a message with the next questions, or leaves it out."""
        self._saving.start(self._set_message(message_id, in_context=in_context))

    async def _set_message(
        self, message_id: int, *, pinned: bool | None = None, in_context: bool | None = None
    ) -> None:
        opened = self._chats.open_chat
        message = await self._store.set_message(message_id, pinned=pinned, in_context=in_context)
        if opened is self._chats.open_chat:
            opened.put(message)
            self._chats.refresh_message(message_id)
            self._chats.figures_changed.emit(opened)

    def delete(self, message_id: int) -> None:
        """Deletes one message, with a way back; not while an answer is written that may follow it."""
        waits = self._chats.open_chat.heads[message_id].status is Status.QUEUED
        if self._turns.streams(self._chats.chat.id) and not waits:
            self._notices.show_notice(self.tr("A message can be deleted when the answer is finished."), key=DELETED)
        else:
            self._saving.start(self._delete(message_id))

    async def _delete(self, message_id: int) -> None:
        removed = await self._store.delete_message(message_id)
        self._chats.remove(removed)
        self._notices.show_notice(
            self.tr("The message was deleted."),
            actions=[(self.tr("Undo"), lambda: self._saving.start(self._put_back(removed)))],
            timeout_s=UNDO_S,
            key=DELETED,
        )

    async def _put_back(self, removed: Removed) -> None:
        self._chats.put_back(removed, await self._store.put_back(removed))

    def copy_last(self) -> None:
        """Copies the last answer."""
        answer = self._chats.open_chat.last(Role.ASSISTANT)
        if answer is not None:
            self._view.copy_message(answer)

    def _quote(self, text: str) -> None:
        quoted = "\n".join(f"> {line}" for line in text.splitlines())
        self._composer.editor.insert(f"{quoted}\n\n")
        self._composer.focus()

    def _act(self, action: str, message_id: int) -> None:
        chats = self._chats
        actions: dict[str, Callable[[], object]] = {
            "retry": lambda: self.retry(message_id),
            "continue": lambda: self.go_on(message_id),
            "answer-now": lambda: self._turns.answer_now(chats.chat.id, message_id),
            "edit": lambda: chats.edit(message_id),
            "previous": lambda: self.step(message_id, -1),
            "next": lambda: self.step(message_id, 1),
            "leave_out": lambda: self.leave_out(message_id),
            "pin": lambda: self.pin(message_id, pinned=True),
            "unpin": lambda: self.pin(message_id, pinned=False),
            "exclude": lambda: self.put_into_context(message_id, in_context=False),
            "include": lambda: self.put_into_context(message_id, in_context=True),
            DELETE: lambda: self.delete(message_id),
            "about_model": lambda: self._show_about_model(message_id),
        }
        if action in actions:
            actions[action]()

    def _show_about_model(self, message_id: int) -> None:
        """The page of the model that answered."""
        for run in self._chats.open_chat.runs_of(message_id)[:1]:
            self.about_model_requested.emit(ModelRef(run.endpoint_id, run.model))
