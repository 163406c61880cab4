"""What the user does with the conversation on the screen: by keys, and with the buttons of its messages."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from desktop.core.conversation import Role
from desktop.core.endpoints import ModelRef
from desktop.ui.chat_controller import ChatController
from desktop.ui.composer import Composer
from desktop.ui.message_view import MessageView
from desktop.ui.turn_controller import TurnController


class ConversationController(QObject):
    """Between the message view, the composer and the chat."""

    about_model_requested = Signal(object)  # ModelRef

    def __init__(self, view: MessageView, composer: Composer, chats: ChatController, turns: TurnController) -> None:
        super().__init__()
        self._view = view
        self._composer = composer
        self._chats = chats
        self._turns = turns
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
            self._chats.retry(question)

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
            "retry": lambda: chats.retry(message_id),
            "continue": lambda: chats.go_on(message_id),
            "answer-now": lambda: self._turns.answer_now(chats.chat.id, message_id),
            "edit": lambda: chats.edit(message_id),
            "previous": lambda: chats.step(message_id, -1),
            "next": lambda: chats.step(message_id, 1),
            "leave_out": lambda: chats.leave_out(message_id),
            "pin": lambda: chats.pin(message_id, pinned=True),
            "unpin": lambda: chats.pin(message_id, pinned=False),
            "exclude": lambda: chats.put_into_context(message_id, in_context=False),
            "include": lambda: chats.put_into_context(message_id, in_context=True),
            "about_model": lambda: self._show_about_model(message_id),
        }
        if action in actions:
            actions[action]()

    def _show_about_model(self, message_id: int) -> None:
        """The page of the model that answered."""
        for run in self._chats.open_chat.runs_of(message_id)[:1]:
            self.about_model_requested.emit(ModelRef(run.endpoint_id, run.model))
