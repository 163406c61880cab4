"""Runs the turns of all chats: starts and stops answers, and lets waiting questions go when their turn comes.

One answer streams in a chat at a time (or several that are compared), any number of chats stream at once. The
controller owns the turns' tasks; it knows no widgets.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Signal

from desktop.core.comparison import variants
from desktop.core.conversation import Attachment, Chat, Draft, Message, Part, Role, Status, TextPart, ToolResultPart
from desktop.core.errors import StorageError, UserError
from desktop.core.tool_calls import open_calls
from desktop.services.api import Api, Waiting
from desktop.services.asking import Connect
from desktop.services.attachments import Attachments
from desktop.services.cures import Cures
from desktop.services.question import Question
from desktop.services.questions import Questions, was_thought_about
from desktop.services.store import Store
from desktop.services.turn import Turn
from desktop.ui.tasks import Tasks

Result = TypeVar("Result")
ToolResult = tuple[ToolResultPart, str]  # with its text


@dataclass(frozen=True, slots=True)
class TurnServices:
    """What turns are made with. `questions` makes what is asked out of what a chat has chosen.

    `connect` makes an endpoint ready, or raises the UserError that says why it cannot be asked.
    """

    store: Store
    api: Callable[[], Api]
    attachments: Attachments
    questions: Questions
    connect: Connect
    cures: Cures


class TurnController(QObject):
    """Everything that streams."""

    asked = Signal(int, object)  # chat id, Message: a question was saved, or a waiting one goes out
    began = Signal(int, object)  # chat id, Turn: its answers exist, empty
    delta = Signal(int, int, str, str)  # chat id, message id, "text" or "thinking", text
    cited = Signal(int, int)  # chat id, message id: its sources came
    rewrote = Signal(int, int)  # chat id, message id: its texts are something else now
    waits = Signal(int, object)  # chat id, Waiting: a retry is due
    moved_on = Signal(int, object)  # chat id, Turn: its next run began, its answers have what came before
    ended = Signal(int, object)  # chat id, Turn: its answers are saved
    idle = Signal(int)  # chat id: it can be asked again
    unsaved = Signal(int, object)  # chat id, UserError: its answer has come and cannot be saved; it is tried again
    not_kept = Signal(int, object)  # chat id, Draft: a question that could not be saved, and was not sent

    def __init__(self, services: TurnServices, on_error: Callable[[UserError], object]) -> None:
        super().__init__()
        self._services = services
        self.unsaved.connect(lambda _chat_id, error: on_error(error))
        self._tasks = Tasks(on_error)
        self._turns: dict[int, list[Turn]] = {}
        self._ending: set[int] = set()  # chats whose answer has ended, and whose next question is being looked for
        self._closing = False
        self._settled: dict[int, asyncio.Event] = {}  # busy chats; set while their newest message is an answer

    def turns(self, chat_id: int) -> list[Turn]:
        """What streams in a chat: one answer, or several that are compared."""
        return self._turns.get(chat_id, [])

    def streams(self, chat_id: int) -> bool:
        """True from the moment a question is sent until its answer has ended."""
        return chat_id in self._settled

    def send(self, chat: Chat, parent_id: int | None, text: str, attachments: tuple[Attachment, ...]) -> None:
        """Saves a question and asks it, or lets it wait while an answer streams."""
        draft = Draft(text, attachments)
        if chat.id in self._settled:
            self._tasks.start(self._wait_in_line(chat.id, draft))
        else:
            self._start(chat.id, self._ask_new(chat, parent_id, draft))

    async def ask(self, chat: Chat, part: Part) -> Turn:
        """Asks one question in a chat that nobody looks at, and returns when it is answered."""
        message = await self._services.store.add_question(chat.id, None, [part])
        self._settled[chat.id] = asyncio.Event()
        return await self._guard(chat.id, self._run(self._services.questions.of(chat, (message.id,))))

    def retry(self, chat: Chat, question_id: int) -> None:
        """Asks a question again; the new answer is a sibling of the others."""
        self._start(chat.id, self._ask_again(chat, question_id))

    def compare(self, chats: Sequence[Chat], question_id: int) -> None:
        """Asks a question again, once for each way of asking it, all at once; each answer is a sibling."""
        self._start(chats[0].id, self._answer_and_go_on(chats, question_id))

    def give_results(self, chat: Chat, message_id: int, results: Sequence[ToolResult]) -> None:
        """Keeps results of what an answer called; once all are there, the model goes on."""
        self._start(chat.id, self._take_results(chat, message_id, results))

    def go_on(self, chat: Chat, message_id: int) -> None:
        """Continues an answer that ended early."""
        self._start(chat.id, self._continue(chat, message_id))

    def stop(self, chat_id: int) -> None:
        """Ends what streams in a chat, on the wire, and keeps what came."""
        for turn in self.turns(chat_id):
            turn.stop()

    def answer_now(self, chat_id: int, message_id: int | None = None) -> None:
        """Ends the thinking that goes before an answer; of several that are compared, before one or all of them."""
        for turn in self.turns(chat_id):
            if message_id is None or any(answer.message_id == message_id for answer in turn.answers):
                turn.answer_now()

    def has_unsaved(self) -> bool:
        """True while there is no room on the disk for an answer that has come."""
        return any(turn.is_unsaved for turns in self._turns.values() for turn in turns)

    async def shut_down(self) -> None:
        """Interrupts every answer and returns when all of them are saved."""
        self._closing = True
        for turns in self._turns.values():
            for turn in turns:
                turn.interrupt()
        await self._tasks.finish()

    def turn_began(self, turn: Turn) -> None:
        """Called by a turn whose run is committed."""
        self._turns.setdefault(turn.question.chat_id, []).append(turn)
        if self._closing:
            turn.interrupt()
        self._ending.discard(turn.question.chat_id)
        self._settled[turn.question.chat_id].set()
        self.began.emit(turn.question.chat_id, turn)

    def turn_delta(self, turn: Turn, message_id: int, kind: str, text: str) -> None:
        """Called by a turn for each piece of text."""
        self.delta.emit(turn.question.chat_id, message_id, kind, text)

    def turn_cited(self, turn: Turn, message_id: int) -> None:
        """Called by a turn when sources came."""
        self.cited.emit(turn.question.chat_id, message_id)

    def turn_rewrote(self, turn: Turn, message_id: int) -> None:
        """Called by a turn when texts turned out to be something else than those before them."""
        self.rewrote.emit(turn.question.chat_id, message_id)

    def turn_moved_on(self, turn: Turn) -> None:
        """Called by a turn whose next run is committed."""
        self.moved_on.emit(turn.question.chat_id, turn)

    def turn_waits(self, turn: Turn, waiting: Waiting) -> None:
        """Called by a turn before it tries again."""
        self.waits.emit(turn.question.chat_id, waiting)

    def turn_unsaved(self, turn: Turn, error: StorageError) -> None:
        """Called by a turn that waits for room on the disk."""
        self.unsaved.emit(turn.question.chat_id, error)

    def _start(self, chat_id: int, coroutine: Coroutine[Any, Any, None]) -> None:
        """Starts the work of one chat, unless an answer streams in it: then there is nothing to add."""
        if chat_id in self._ending:
            self._tasks.start(self._start_when_idle(chat_id, coroutine))
        elif chat_id in self._settled:
            coroutine.close()
        else:
            self._settled[chat_id] = asyncio.Event()
            self._tasks.start(self._guard(chat_id, coroutine))

    async def _start_when_idle(self, chat_id: int, coroutine: Coroutine[Any, Any, None]) -> None:
        """What is pressed in the moment between the end of an answer and the end of its turn is not lost."""
        while chat_id in self._ending:
            await self._settled[chat_id].wait()
        self._start(chat_id, coroutine)

    async def _guard(self, chat_id: int, coroutine: Coroutine[Any, Any, Result]) -> Result:
        """Whatever happens, the chat can be asked again afterwards."""
        try:
            return await coroutine
        finally:
            self._ending.discard(chat_id)
            self._settled.pop(chat_id).set()
            self.idle.emit(chat_id)

    async def _ask_new(self, chat: Chat, parent_id: int | None, draft: Draft) -> None:
        message = await self._kept(chat.id, parent_id, draft)
        self.asked.emit(chat.id, message)
        await self._answer_and_go_on(variants(await self._services.store.chat(chat.id)), message.id)

    async def _kept(self, chat_id: int, parent_id: int | None, draft: Draft, status: Status = Status.DONE) -> Message:
        """The question as it is saved; given back to who wrote it if it cannot be."""
        try:
            return await self._services.store.add_question(chat_id, parent_id, draft.parts, status=status)
        except StorageError:
            self.not_kept.emit(chat_id, draft)
            raise

    async def _ask_again(self, chat: Chat, question_id: int) -> None:
        await self._send_waiting(chat.id, question_id)
        await self._answer_and_go_on([chat], question_id)

    async def _take_results(self, chat: Chat, message_id: int, results: Sequence[ToolResult]) -> None:
        store = self._services.store
        line = await store.messages(await store.line(chat.leaf_id or message_id))
        waiting = {call.id for call in open_calls(line)}
        for result, text in results:
            if message_id in [message.id for message in line] and result.call_id in waiting:
                line.append(await store.add_result(chat.id, line[-1].id, (result, TextPart(text))))
                waiting.discard(result.call_id)
                self.asked.emit(chat.id, line[-1])
        if not waiting and line[-1].role is Role.TOOL:
            await self._answer_and_go_on([chat], line[-1].id)

    async def _continue(self, chat: Chat, message_id: int) -> None:
        line = tuple(await self._services.store.line(message_id))
        [message] = await self._services.store.messages([message_id])
        runs = {run.id: run for run in await self._services.store.runs(chat.id)}
        fused = was_thought_about(runs, message.run_id)
        await self._run(self._services.questions.of(chat, line, continues=message_id, fused=fused))

    async def _answer_and_go_on(self, chats: Sequence[Chat], question_id: int) -> None:
        """Answers a question in one or several ways, then those that were asked meanwhile, one after the other."""
        chat_id = chats[0].id
        waiting: int | None = question_id
        while waiting is not None:
            line = tuple(await self._services.store.line(waiting))
            [asked] = await self._services.store.messages([waiting])
            after_tools = asked.role is Role.TOOL
            questions = [self._services.questions.of(chat, line, after_tools=after_tools) for chat in chats]
            turns = await self._run_all(questions)
            if self._closing or any(turn.status in (Status.FAILED, Status.INTERRUPTED) for turn in turns):
                return
            waiting = await self._services.store.next_queued(chat_id)
            if waiting is not None:
                await self._send_waiting(chat_id, waiting)  # a write: what was chosen before it is read after it
                chats = variants(await self._services.store.chat(chat_id))

    async def _send_waiting(self, chat_id: int, question_id: int) -> None:
        await self._services.store.set_message(question_id, status=Status.DONE)
        for message in await self._services.store.messages([question_id]):
            self.asked.emit(chat_id, message)

    async def _run_all(self, questions: Sequence[Question]) -> list[Turn]:
        """Asks all at once and returns when all have ended; a bug in one does not end the others."""
        ended = await asyncio.gather(*map(self._run, questions), return_exceptions=True)
        for outcome in ended:
            if isinstance(outcome, BaseException):
                raise outcome
        return [turn for turn in ended if isinstance(turn, Turn)]

    async def _run(self, question: Question) -> Turn:
        services = self._services
        turn = Turn(
            question,
            store=services.store,
            api=services.api(),
            attachments=services.attachments,
            connect=services.connect,
            cures=services.cures,
            listener=self,
        )
        try:
            await turn.run()
        finally:
            self._take_away(turn)
            self.ended.emit(question.chat_id, turn)
        return turn

    def _take_away(self, turn: Turn) -> None:
        """The last turn of a chat that ends leaves it ready for what waits."""
        chat_id = turn.question.chat_id
        left = [other for other in self.turns(chat_id) if other is not turn]
        if left:
            self._turns[chat_id] = left
        else:
            self._turns.pop(chat_id, None)
            self._settled[chat_id].clear()
            self._ending.add(chat_id)

    async def _wait_in_line(self, chat_id: int, draft: Draft) -> None:
        """Hangs a waiting question under the answer that streams, never beside an answer that is about to begin."""
        while chat_id in self._settled and not self._settled[chat_id].is_set():
            await self._settled[chat_id].wait()
        chat = await self._services.store.chat(chat_id)
        if chat_id in self._settled:
            message = await self._kept(chat_id, chat.leaf_id, draft, Status.QUEUED)
            self.asked.emit(chat_id, message)
            if chat_id not in self._settled:  # the answer before it ended while this one was being saved
                self._start(chat_id, self._ask_again(chat, message.id))
        else:
            self._start(chat_id, self._ask_new(chat, chat.leaf_id, draft))
