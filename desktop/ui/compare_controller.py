"""Answers to one question side by side: makes those that are missing, shows all, and keeps the one that is chosen.

What it makes are siblings like any other: they are in the store before a word of them is shown, and outlive it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from desktop.core.comparison import MOST_COMPARED, asked_of, variants
from desktop.core.conversation import Chat, Message, Role, Status
from desktop.core.endpoints import ModelRef
from desktop.core.errors import UserError
from desktop.core.open_chat import OpenChat
from desktop.services.store import Store
from desktop.services.turn import Turn
from desktop.ui.chat_controller import ChatController
from desktop.ui.compare_items import CardItem, CompareItems
from desktop.ui.line_items import LineItems
from desktop.ui.message_view.footer_row import WITH_THINKING
from desktop.ui.reasoning_controller import ReasoningController
from desktop.ui.tasks import Tasks
from desktop.ui.turn_controller import TurnController

if TYPE_CHECKING:  # the page is imported when it is first shown
    from desktop.ui.compare_view import CompareView


@dataclass(slots=True)
class Comparison:
    """What stands side by side. `base_id` is the answer that the chat goes on with if none is kept.

    `expected` counts the answers that were asked for and have not begun.
    """

    question_id: int
    message_ids: list[int] = field(default_factory=list)
    base_id: int = 0
    expected: int = 0


class CompareController(QObject):
    """Between the turns, the chat and the page with the cards, which is made when it is first needed."""

    shown = Signal(bool)  # the page is to be shown, or the chat
    models_wanted = Signal(object, object)  # ModelRef that answered, and who is called with those that shall answer

    def __init__(
        self,
        *,
        store: Store,
        chats: ChatController,
        turns: TurnController,
        reasoning: ReasoningController,
        items: LineItems,
        make_view: Callable[[], CompareView],
        on_error: Callable[[UserError], object],
    ) -> None:
        super().__init__()
        self._store = store
        self._chats = chats
        self._turns = turns
        self._reasoning = reasoning
        self._items = CompareItems(items)
        self._line_items = items
        self._make_view = make_view
        self._on_error = on_error
        self._tasks = Tasks(on_error)
        self._view: CompareView | None = None
        self._comparison: Comparison | None = None
        self._cards: list[CardItem] = []  # what the page shows
        self._marking: asyncio.Task[None] | None = None
        chats.opened.connect(self._chat_opened)
        turns.asked.connect(self._asked)
        turns.began.connect(self._began)
        turns.delta.connect(self._delta)
        turns.cited.connect(self._changed)
        turns.rewrote.connect(self._changed)
        turns.moved_on.connect(lambda chat_id, _turn: self._changed(chat_id))
        turns.ended.connect(lambda chat_id, _turn: self._changed(chat_id))

    @property
    def is_open(self) -> bool:
        """True while answers stand side by side."""
        return self._comparison is not None

    def act(self, action: str, message_id: int) -> None:
        """Does what a button or the menu of an answer says, if it is about comparing."""
        match action:
            case "with_thinking" | "without_thinking":
                self._compare_ways(message_id, thinks=action == WITH_THINKING)
            case "compare":
                self._compare_siblings(message_id)
            case "compare_with":
                self._choose_models(message_id)

    def keep(self, message_id: int) -> None:
        """Makes an answer the chat's line, and shows the chat."""
        if self._comparison is not None:
            self._comparison.base_id = message_id
            self.close()

    def close(self) -> None:
        """Goes back to the chat; what still arrives goes on arriving."""
        comparison = self._comparison
        if comparison is None:
            return
        self._forget()
        self._go_to(comparison.base_id)
        self._chats.cover(False)
        self.shown.emit(False)

    def leave(self) -> bool:
        """Closes a find bar, or goes back to the chat if nothing arrives here any more; tells whether it did."""
        if self._view is not None and any(card.view.find_bar.leave() for card in self._view.cards):
            return True
        chat_id = self._chats.chat.id
        still_to_come = self._comparison is not None and self._comparison.expected and self._turns.streams(chat_id)
        if self._comparison is None or still_to_come or self._turns.turns(chat_id):
            return False
        self.close()
        return True

    def find(self, step: int = 0) -> bool:
        """Finds in the answer that the keyboard is in; tells whether there is one."""
        view = self._view.focused_view() if self._view is not None and self.is_open else None
        if view is None:
            return False
        if step:
            view.find_bar.step(step)
        else:
            view.open_find()
        return True

    def tell_thinking(self, message_id: int, caption: str) -> None:
        """Time has passed: what the thinking of an answer takes so far."""
        view = self._view
        thinker = next((card.thinker for card in self._cards if card.item.id == message_id), None)
        if view is not None and thinker is not None:
            view.tell_thinking(message_id, self._items.thinking_caption(caption, thinker))

    async def shut_down(self) -> None:
        """Returns when nothing is under way."""
        await self._tasks.cancel()

    # What is put side by side

    def _compare_ways(self, message_id: int, *, thinks: bool) -> None:
        """An answer beside one that was thought about before, or was not; the other one is made if it is not there."""
        chat = self._chats.open_chat
        existing = self._found_way(chat, message_id, thinks=thinks)
        if existing is not None:
            self._tasks.start(self._open(chat, message_id, [message_id, existing]))
            return
        [asked] = asked_of(chat.chat, [self._ref(chat, message_id)])
        other = self._reasoning.other_way(asked, thinks=thinks)
        if other is not None:
            self._ask(message_id, [other])

    def _found_way(self, chat: OpenChat, message_id: int, *, thinks: bool) -> int | None:
        """A sibling that was asked the other way and is whole."""
        for sibling in reversed(chat.siblings(message_id)):
            is_whole = chat.heads[sibling].status is Status.DONE and chat.heads[sibling].text_length > 0
            is_other = bool(self._line_items.thinker(chat, sibling)) == thinks and sibling != message_id
            if is_whole and is_other and self._ref(chat, sibling) == self._ref(chat, message_id):
                return sibling
        return None

    def _compare_siblings(self, message_id: int) -> None:
        chat = self._chats.open_chat
        others = [sibling for sibling in chat.siblings(message_id) if sibling != message_id]
        chosen = sorted([message_id, *others[-(MOST_COMPARED - 1) :]])
        self._tasks.start(self._open(chat, message_id, chosen))

    def _choose_models(self, message_id: int) -> None:
        chat = self._chats.open_chat

        def ask(models: list[ModelRef]) -> None:
            if chat is self._chats.open_chat:
                others = [ref for ref in models if ref != self._ref(chat, message_id)]
                self._ask(message_id, asked_of(chat.chat, others[: MOST_COMPARED - 1]))

        self.models_wanted.emit(self._ref(chat, message_id), ask)

    def _ask(self, message_id: int, asked: Sequence[Chat]) -> None:
        """Asks the question of an answer again, in these ways, and shows what comes beside it."""
        chat = self._chats.open_chat
        question_id = chat.heads[message_id].parent_id
        if question_id is None or not asked:
            return
        if self._turns.streams(chat.chat.id):
            self._on_error(
                UserError(
                    self.tr("An answer is still arriving in this chat."), self.tr("Wait for its end, or stop it first.")
                )
            )
            return
        self._tasks.start(self._open(chat, message_id, [message_id], expected=len(asked)))
        self._turns.compare(asked, question_id)

    async def _open(self, chat: OpenChat, base_id: int, message_ids: Sequence[int], expected: int = 0) -> None:
        """Shows answers that are there; `expected` more are about to come."""
        question_id = chat.heads[base_id].parent_id
        if question_id is None:
            return
        comparison = Comparison(question_id, list(message_ids), base_id, expected)
        self._comparison = comparison
        missing = [id_ for id_ in (question_id, *message_ids) if id_ not in chat.messages]
        for message in await self._store.messages(missing):
            chat.put(message)
        if self._comparison is comparison and chat is self._chats.open_chat:
            self._show()

    # What happens meanwhile

    def _chat_opened(self, opened: OpenChat) -> None:
        """Another chat is on the screen; answers that arrive in it together stand side by side again."""
        self._forget()
        turns = self._turns.turns(opened.chat.id)
        if len(turns) > 1:
            message_ids = [turn.messages[0].id for turn in turns]
            self._tasks.start(self._open(opened, message_ids[0], message_ids))

    def _asked(self, chat_id: int, message: Message) -> None:
        """Another question: its answer is read in the chat."""
        comparison = self._comparison
        if comparison is not None and chat_id == self._chats.chat.id and message.id != comparison.question_id:
            self._forget()
            self._chats.cover(False)
            self.shown.emit(False)

    def _began(self, chat_id: int, turn: Turn) -> None:
        chat = self._chats.open_chat
        if chat_id != chat.chat.id:
            return
        if turn.question.continues is not None:
            self._changed(chat_id)
            return
        message_id, question_id = turn.messages[0].id, turn.question.line[-1]
        comparison = self._comparison
        if comparison is None or comparison.question_id != question_id or comparison.expected < 1:
            expected = len(variants(chat.chat))
            if expected < 2 or chat.siblings(message_id) != [message_id]:
                self._leave_for(turn)
                return
            comparison = self._comparison = Comparison(question_id, [], message_id, expected)
        comparison.message_ids.append(message_id)
        comparison.expected -= 1
        self._go_to(comparison.base_id)
        self._show()

    def _leave_for(self, turn: Turn) -> None:
        """One answer is made again: it is read in the chat."""
        if self._comparison is not None and turn.question.line[-1] == self._comparison.question_id:
            self._comparison.base_id = turn.messages[0].id
            self.close()

    def _delta(self, chat_id: int, message_id: int, kind: str, text: str) -> None:
        if self._view is not None and self.is_open and chat_id == self._chats.chat.id:
            self._view.feed(message_id, kind, text)

    def _changed(self, chat_id: int, _message_id: int = 0) -> None:
        if self.is_open and chat_id == self._chats.chat.id:
            self._show()

    # What is seen

    def _show(self) -> None:
        comparison = self._comparison
        chat = self._chats.open_chat
        if comparison is None or any(id_ not in chat.messages for id_ in comparison.message_ids):
            return
        view = self._view = self._view or self._connected(self._make_view())
        cards = self._items.cards(chat, comparison.message_ids, self._turns.turns(chat.chat.id))
        if cards == self._cards:
            return
        self._cards = cards
        view.show_cards(self._items.question(chat, comparison.question_id), cards)
        self._chats.cover(True)
        self.shown.emit(True)
        if self._marking is not None:
            self._marking.cancel()
            self._marking = None
        view.show_summary(self._items.summary(cards, marked=False) if not comparison.expected else "")
        if len(cards) > 1 and not comparison.expected and not any(card.item.streaming for card in cards):
            self._marking = self._tasks.start(self._mark(comparison, view))

    async def _mark(self, comparison: Comparison, view: CompareView) -> None:
        from desktop.ui.compare_marks import mark_differences

        marked = await mark_differences([card.view for card in view.cards])
        if self._comparison is comparison and marked:
            view.show_summary(self._items.summary(self._cards, marked=True))

    def _connected(self, view: CompareView) -> CompareView:
        view.keep_requested.connect(self.keep)
        view.stop_requested.connect(self._stop)
        view.close_requested.connect(self.close)
        return view

    def _stop(self, message_id: int) -> None:
        """Ends one of the answers."""
        for turn in self._turns.turns(self._chats.chat.id):
            if any(message.id == message_id for message in turn.messages):
                turn.stop()

    def _go_to(self, message_id: int) -> None:
        """The chat's line goes through an answer."""
        chat = self._chats.open_chat
        if message_id not in chat.line:
            self._chats.turn_to(chat.newest_leaf(message_id))

    def _forget(self) -> None:
        self._comparison = None
        self._cards = []
        if self._marking is not None:
            self._marking.cancel()
            self._marking = None
        if self._view is not None:
            self._view.clear()

    def _ref(self, chat: OpenChat, message_id: int) -> ModelRef:
        """The model that gave an answer."""
        if chat.heads[message_id].role is Role.ASSISTANT:
            for run in chat.runs_of(message_id)[:1]:
                return ModelRef(run.endpoint_id, run.model)
        return ModelRef(chat.chat.endpoint_id, chat.chat.model)
