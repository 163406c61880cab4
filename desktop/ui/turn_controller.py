"""Runs the turns of all chats: starts and stops answers, and lets waiting questions go when their turn comes.

One answer streams in a chat at a time, any number of chats stream at once. The controller owns the turns' tasks; it
knows no widgets.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QObject, Signal

from desktop.core.conversation import Attachment, Chat, Message, Part, Status, TextPart, line_to
from desktop.core.endpoints import Endpoint, Model, ModelRef
from desktop.core.errors import UserError
from desktop.services.api import Api, Waiting
from desktop.services.attachments import Attachments
from desktop.services.store import Store
from desktop.services.turn import Question, Turn
from desktop.ui.tasks import Tasks


@dataclass(frozen=True, slots=True)
class TurnServices:
    """What turns are made with. `endpoint` and `model` look up what a chat names, `connect` makes it ready."""

    store: Store
    api: Callable[[], Api]
    attachments: Attachments
    endpoint: Callable[[str], Endpoint]
    model: Callable[[ModelRef], Model]
    connect: Callable[[Endpoint], Awaitable[tuple[Endpoint, str | None]]]


class TurnController(QObject):
    """Everything that streams."""

    line_changed = Signal(int)  # chat id: its messages are others now
    began = Signal(int)  # chat id: an answer streams
    delta = Signal(int, int, str, str)  # chat id, message id, "text" or "thinking", text
    waits = Signal(int, object)  # chat id, Waiting: a retry is due
    ended = Signal(int, object)  # chat id, Turn

    def __init__(self, services: TurnServices, on_error: Callable[[UserError], None]) -> None:
        super().__init__()
        self._services = services
        self._tasks = Tasks(on_error)
        self._turns: dict[int, Turn] = {}
        self._busy: set[int] = set()  # chats between the press of Enter and the end of the answer

    def turn(self, chat_id: int) -> Turn | None:
        """The turn that streams in a chat."""
        return self._turns.get(chat_id)

    def streams(self, chat_id: int) -> bool:
        """True from the moment a question is sent until its answer has ended."""
        return chat_id in self._busy

    def send(self, chat: Chat, parent_id: int | None, text: str, attachments: tuple[Attachment, ...]) -> None:
        """Saves a question and asks it, or lets it wait while an answer streams."""
        parts: tuple[Part, ...] = (*attachments, *((TextPart(text),) if text else ()))
        if chat.id in self._busy:
            self._tasks.start(self._queue(chat.id, parts))
        else:
            self._start(chat.id, self._ask_new(chat, parent_id, parts))

    def retry(self, chat: Chat, question_id: int) -> None:
        """Asks a question again; the new answer is a sibling of the others."""
        self._start(chat.id, self._ask_again(chat, question_id))

    def go_on(self, chat: Chat, message_id: int) -> None:
        """Continues an answer that ended early."""
        self._start(chat.id, self._continue(chat, message_id))

    def stop(self, chat_id: int) -> None:
        """Ends the answer of a chat on the wire and keeps what came."""
        turn = self._turns.get(chat_id)
        if turn is not None:
            turn.stop()

    async def shut_down(self) -> None:
        """Interrupts every answer and returns when all of them are saved."""
        for turn in self._turns.values():
            turn.interrupt()
        await self._tasks.finish()

    def turn_began(self, turn: Turn) -> None:
        """Called by a turn whose run is committed."""
        self._turns[turn.question.chat_id] = turn
        self.began.emit(turn.question.chat_id)

    def turn_delta(self, turn: Turn, message_id: int, kind: str, text: str) -> None:
        """Called by a turn for each piece of text."""
        self.delta.emit(turn.question.chat_id, message_id, kind, text)

    def turn_waits(self, turn: Turn, waiting: Waiting) -> None:
        """Called by a turn before it tries again."""
        self.waits.emit(turn.question.chat_id, waiting)

    def _start(self, chat_id: int, coroutine: Coroutine[Any, Any, None]) -> None:
        if chat_id in self._busy:
            coroutine.close()
            return
        self._busy.add(chat_id)
        self._tasks.start(self._guard(chat_id, coroutine))

    async def _guard(self, chat_id: int, coroutine: Coroutine[Any, Any, None]) -> None:
        """Whatever happens, the chat can be asked again afterwards."""
        try:
            await coroutine
        finally:
            self._turns.pop(chat_id, None)
            self._busy.discard(chat_id)
            self.line_changed.emit(chat_id)

    async def _ask_new(self, chat: Chat, parent_id: int | None, parts: tuple[Part, ...]) -> None:
        message = await self._services.store.add_question(chat.id, parent_id, parts)
        self.line_changed.emit(chat.id)
        await self._answer_and_go_on(await self._services.store.chat(chat.id), message.id)

    async def _ask_again(self, chat: Chat, question_id: int) -> None:
        await self._services.store.set_message(question_id, status=Status.DONE)
        await self._answer_and_go_on(chat, question_id)

    async def _continue(self, chat: Chat, message_id: int) -> None:
        line = await self._line(chat.id, message_id)
        await self._run(self._question(chat, line, continues=message_id))

    async def _answer_and_go_on(self, chat: Chat, question_id: int) -> None:
        """Answers a question, then those that were asked meanwhile, one after the other."""
        waiting: int | None = question_id
        while waiting is not None:
            line = await self._line(chat.id, waiting)
            turn = await self._run(self._question(chat, line))
            if turn.status in (Status.FAILED, Status.INTERRUPTED):
                return
            waiting = await self._next_waiting(chat.id)
            if waiting is not None:
                chat = await self._services.store.chat(chat.id)
                await self._services.store.set_message(waiting, status=Status.DONE)
                self.line_changed.emit(chat.id)

    async def _run(self, question: Question) -> Turn:
        services = self._services
        turn = Turn(
            question,
            store=services.store,
            api=services.api(),
            attachments=services.attachments,
            connect=services.connect,
            listener=self,
        )
        try:
            await turn.run()
        finally:
            self._turns.pop(question.chat_id, None)
            self.ended.emit(question.chat_id, turn)
        return turn

    def _question(self, chat: Chat, line: tuple[int, ...], continues: int | None = None) -> Question:
        parameters: Mapping[str, Any] = chat.parameters
        return Question(
            chat_id=chat.id,
            line=line,
            endpoint=self._services.endpoint(chat.endpoint_id),
            model=chat.model,
            parameters=parameters,
            price=self._services.model(ModelRef(chat.endpoint_id, chat.model)).price,
            continues=continues,
        )

    async def _line(self, chat_id: int, leaf_id: int) -> tuple[int, ...]:
        heads = await self._services.store.heads(chat_id)
        return tuple(line_to(leaf_id, {head.id: head.parent_id for head in heads}))

    async def _queue(self, chat_id: int, parts: tuple[Part, ...]) -> Message:
        chat = await self._services.store.chat(chat_id)
        message = await self._services.store.add_question(chat_id, chat.leaf_id, parts, status=Status.QUEUED)
        self.line_changed.emit(chat_id)
        return message

    async def _next_waiting(self, chat_id: int) -> int | None:
        chat = await self._services.store.chat(chat_id)
        heads = {head.id: head for head in await self._services.store.heads(chat_id)}
        line = line_to(chat.leaf_id, {head.id: head.parent_id for head in heads.values()})
        return next((id_ for id_ in line if heads[id_].status is Status.QUEUED), None)
