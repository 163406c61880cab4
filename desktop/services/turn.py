"""One turn: from a question that is saved to an answer that is saved.

The order is what keeps every word: the run and its empty answers are committed, then the request goes out, each delta
goes to the journal before anyone sees it, and a shielded end folds the journal into the messages whatever happened:
done, stopped, failed, or the program going away. A fused turn is several such runs over the same messages.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Coroutine
from contextlib import aclosing
from dataclasses import replace
from typing import Any, Protocol, TypeVar

from desktop.core.conversation import Message, Role, Run, Status, TextPart, ThoughtKind, Usage
from desktop.core.deltas import ToolCallDelta, UsageDelta
from desktop.core.errors import StorageError, UserError
from desktop.core.fusion import Thought, splice_for, thought_of
from desktop.core.money import cost
from desktop.core.pass_on import PassOn
from desktop.resources import resource
from desktop.services.answers import Answer, Answers, sorted_out
from desktop.services.api import Api, Waiting
from desktop.services.asking import Asking, Connect
from desktop.services.attachments import Attachments
from desktop.services.cures import Cures
from desktop.services.keeper import Keeper
from desktop.services.question import Fusion, ModelCall, Question
from desktop.services.stage import Stage
from desktop.services.stages import ANSWER, CONTINUE, DRAFT, THINK, to_answer, to_criticise, with_one_answer
from desktop.services.store import Store
from desktop.services.store_runs import Ending
from desktop.services.thinker import Thinker

_Result = TypeVar("_Result")


class Listener(Protocol):
    """Who is told while a turn runs; called on the event loop's thread, must return at once."""

    def turn_began(self, turn: Turn) -> None:
        """The run is committed; its answers exist, empty."""

    def turn_delta(self, turn: Turn, message_id: int, kind: str, text: str) -> None:
        """More "text" or "thinking" came for a message."""

    def turn_rewrote(self, turn: Turn, message_id: int) -> None:
        """What was text until now turned out to be thinking, or thinking of another kind began."""

    def turn_cited(self, turn: Turn, message_id: int) -> None:
        """Sources of an answer came, or a call of a tool began."""

    def turn_moved_on(self, turn: Turn) -> None:
        """One run has ended and the next one began; the answers have what came before."""

    def turn_waits(self, turn: Turn, waiting: Waiting) -> None:
        """The endpoint is to be asked again after a pause."""

    def turn_unsaved(self, turn: Turn, error: StorageError) -> None:
        """The end of an answer cannot be saved, and will be tried again."""


class Turn:
    """One answer (or n of them) being made. `run()` once; `stop()`, `interrupt()`, `answer_now()` at any time."""

    def __init__(
        self,
        question: Question,
        *,
        store: Store,
        api: Api,
        attachments: Attachments,
        connect: Connect,
        cures: Cures,
        listener: Listener,
    ) -> None:
        self.question = question
        self.runs: list[Run] = []  # those so far; the last one streams, or has ended last
        self.messages: list[Message] = []  # the answers as the store has them: empty at first, whole at the end
        self.request_ids: dict[int, str] = {}  # what the endpoint calls the request of a run, by the run's id
        self.error: UserError | None = None
        self.status = Status.STREAMING
        self._store = store
        self._api = api
        self._attachments = attachments
        self._connect = connect
        self._cures = cures
        self._listener = listener
        self._task: asyncio.Task[Any] | None = None
        self._current: Stage | None = None
        self._thinker: Thinker | None = None
        self._ends_as = Status.INTERRUPTED
        self._keeper = Keeper()

    @property
    def is_unsaved(self) -> bool:
        """True while all has come, and there is no room for it on the disk."""
        return self._keeper.waits

    @property
    def answers(self) -> list[Answer]:
        """What the current run has brought."""
        return self._current.answers.every if self._current else []

    @property
    def thinks_first(self) -> bool:
        """True while another model works for the answer, which `answer_now()` ends."""
        return self._thinker is not None

    @property
    def stage(self) -> Stage:
        """What streams now, or has streamed last."""
        if self._current is None:
            raise RuntimeError("a turn that has not begun")
        return self._current

    @property
    def run_before(self) -> Run | None:
        """The run of the model that works for the answer now, with what it has taken so far by a guess."""
        if self._thinker is None:
            return None
        stage = self.stage
        if not self._thinker.tokens:
            return stage.run
        usage = Usage(stage.asking.prompt_tokens, self._thinker.tokens, estimated=True)
        return replace(stage.run, usage=usage, cost=cost(usage, stage.call.price, stage.call.thinker_price))

    def stop(self) -> None:
        """Ends the answer on the wire now and keeps what came: the user's wish."""
        self._cancel(Status.STOPPED)

    def interrupt(self) -> None:
        """The same, because the program goes away."""
        self._keeper.hurry()
        self._cancel(Status.INTERRUPTED)

    def answer_now(self) -> None:
        """Ends the first model's thinking; the answer goes on with what there is."""
        if self._thinker is not None:
            self._thinker.hurry()

    def _cancel(self, status: Status) -> None:
        if self.status is not Status.STREAMING:  # all has come, and is being saved
            return
        self._ends_as = status
        if self._task is not None:
            self._task.cancel()

    async def run(self) -> None:
        """Runs the turn to its end; `messages` then holds the finished answers.

        A `UserError` becomes the run's error; any other exception is raised again after the text is safe.
        """
        self._task = asyncio.current_task()
        await self._begin()
        self._listener.turn_began(self)
        bug: Exception | None = None
        try:
            await self._stream()
            self.status = Status.DONE
        except asyncio.CancelledError:
            self.status = self._ends_as
        except UserError as error:
            self.status = Status.FAILED
            self.error = error
        except Exception as error:  # noqa: BLE001 - kept until the text is safe, then raised again
            self.status = Status.FAILED
            self.error = UserError("Something went wrong inside Ligature.", "The log in the data folder tells more.")
            bug = error
        await asyncio.shield(self._keeper.keep(self._end, lambda error: self._listener.turn_unsaved(self, error)))
        if bug is not None:
            raise bug

    async def _stream(self) -> None:
        question, fusion = self.question, self.question.fusion
        messages = await self._store.messages(question.line)
        if fusion is not None:
            if question.continues is None:
                thought = await self._think(fusion, messages)
            else:
                thought = thought_of(self.messages[0])
            messages = to_answer(fusion, messages, thought)
        call = question.call
        if question.continues is not None:
            call = with_one_answer(call)
            messages = self._with_request_to_go_on(messages)
        async with aclosing(self.stage.asking.deltas(call, messages)) as deltas:
            async for delta in deltas:
                if isinstance(delta, UsageDelta):
                    self.stage.usage = delta.usage
                else:
                    self.stage.answers.take(delta)

    def _with_request_to_go_on(self, messages: list[Message]) -> list[Message]:
        """An answer that has not begun is asked for as if for the first time."""
        if not self.messages[0].text:
            return messages[:-1]
        if self.question.endpoint.prefill:
            return messages
        text = resource("splices", "continue.txt").read_text(encoding="utf-8").strip()
        return [*messages, Message(0, self.question.chat_id, messages[-1].id, Role.USER, (TextPart(text),))]

    # What comes before the answer, where another model thinks first

    async def _think(self, fusion: Fusion, messages: list[Message]) -> Thought:
        """Everything before the answer, whose run is the current one afterwards."""
        draft = ""
        if fusion.pass_on is PassOn.CRITIQUE:
            drafter = Thinker(self.stage.call, self.stage.asking, self._show_draft)
            await self._run_thinker(drafter, messages)
            draft = drafter.answer
            if drafter.was_hurried or not draft.strip():
                return await self._go_on_to_answer(fusion, drafter, Thought(draft=draft))
            messages = to_criticise(fusion, messages, draft)
            await self._move_on(fusion.thinker, THINK)
        thinker = Thinker(
            self.stage.call,
            self.stage.asking,
            self._show_thought,
            only_thinking=fusion.pass_on is PassOn.THINKING,
            budget_tokens=fusion.budget_tokens,
            time_limit_s=fusion.time_limit_s,
        )
        await self._run_thinker(thinker, messages)
        return await self._go_on_to_answer(fusion, thinker, Thought(thinker.thinking, thinker.answer, draft))

    async def _go_on_to_answer(self, fusion: Fusion, thinker: Thinker, thought: Thought) -> Thought:
        """With what there is, which may be nothing."""
        if splice_for(fusion.pass_on, thought) is None:
            self._tell_fault(fusion, thinker)
        await self._move_on(self.question.call, ANSWER, self.question.choices)
        return thought

    async def _run_thinker(self, thinker: Thinker, messages: list[Message]) -> None:
        stage = self.stage
        self._thinker = thinker
        try:
            await thinker.think(messages)
        finally:
            self._thinker = None
            stage.usage, stage.error, stage.note = thinker.usage, thinker.error, thinker.note
            stage.answers.of(0).end_thinking()

    def _show_draft(self, kind: ThoughtKind, text: str) -> None:
        self.stage.answers.think(0, ThoughtKind.DRAFT if kind is ThoughtKind.ANSWER else ThoughtKind.OWN, text)

    def _show_thought(self, kind: ThoughtKind, text: str) -> None:
        self.stage.answers.think(0, kind, text)

    def _tell_fault(self, fusion: Fusion, thinker: Thinker) -> None:
        """Says in one line why the answer has to do without, or fails with it if the user wants that."""
        if thinker.was_hurried:
            return
        reason = thinker.error or UserError(thinker.note or f"{self.stage.call.model} gave nothing to pass on.")
        if not fusion.answers_anyway:
            raise reason
        self.stage.note = f"{reason.text} The answer was given without its thinking."

    # Runs: each is begun and ended in the store

    async def _begin(self) -> None:
        question, fusion = self.question, self.question.fusion
        if question.continues is not None:
            [message] = await self._store.messages([question.continues])
            begun = message.text or fusion is None
            await self._begin_next(message.id, question.call, CONTINUE if begun else ANSWER)
            return
        call, stage = question.call, ANSWER
        if fusion is not None:
            drafts = fusion.pass_on is PassOn.CRITIQUE
            call, stage = (with_one_answer(call), DRAFT) if drafts else (fusion.thinker, THINK)
        run, messages = await self._store.begin_run(
            question.chat_id,
            question.line[-1],
            endpoint_id=call.endpoint.id,
            model=call.model,
            parameters=call.kept,
            stage=stage,
            choices=question.choices if fusion is None else 1,
        )
        self._take_stage(call, run, messages)

    async def _begin_next(
        self,
        message_id: int,
        call: ModelCall,
        stage: str,
        choices: int = 1,
        before: tuple[int, Ending] | None = None,
    ) -> None:
        """Begins another run of the same answer, or of as many as are asked for; ends the one before."""
        run, messages = await self._store.begin_continuation(
            message_id,
            endpoint_id=call.endpoint.id,
            model=call.model,
            parameters=call.kept,
            stage=stage,
            choices=choices,
            before=before,
        )
        self._take_stage(call, run, messages)

    def _take_stage(self, call: ModelCall, run: Run, messages: list[Message]) -> None:
        kind = ThoughtKind.THINKING if self.question.fusion is None else ThoughtKind.OWN
        answers = Answers(
            messages,
            kind,
            passed_on=self._pass_on,
            rewrote=lambda answer: self._listener.turn_rewrote(self, answer.message_id),
            cited=self._keep_sources,
            called=self._keep_call,
        )
        asking = Asking(
            self._api,
            self._attachments,
            self._connect,
            self._cures,
            lambda waiting: self._listener.turn_waits(self, waiting),
        )
        self.messages = messages
        self.runs.append(run)
        self._current = Stage(run, call, asking, answers)

    def _pass_on(self, choice: int, kind: str, text: str, shown: str) -> None:
        stage = self.stage
        if stage.first_token_at is None:
            stage.first_token_at = time.time()
        self._store.journal(stage.run.id, choice, kind, text)
        shown_as = "text" if kind == "text" else "thinking"
        self._listener.turn_delta(self, stage.answers.every[choice].message_id, shown_as, shown)

    def _keep_sources(self, choice: int, answer: Answer) -> None:
        self._store.journal_sources(self.stage.run.id, choice, answer.sources)
        self._listener.turn_cited(self, answer.message_id)

    def _keep_call(self, choice: int, fragment: ToolCallDelta, answer: Answer, begins: bool) -> None:
        stage = self.stage
        stage.first_token_at = stage.first_token_at or time.time()
        self._store.journal_call(stage.run.id, choice, fragment)
        if begins:
            self._listener.turn_cited(self, answer.message_id)

    async def _move_on(self, call: ModelCall, stage: str, choices: int = 1) -> None:
        """Ends the current run and begins the next one."""
        await _wholly(self._end_and_begin(call, stage, choices))
        self._listener.turn_moved_on(self)

    async def _end_and_begin(self, call: ModelCall, stage: str, choices: int) -> None:
        """In one step: a kill in between would leave an answer that looks done and says nothing."""
        before, error = self.stage, self.stage.error
        ending = before.end(Status.FAILED if error else Status.DONE, error)
        self._note_ended(before)
        await self._begin_next(self.messages[0].id, call, stage, choices, before=(before.run.id, ending))

    def _note_ended(self, stage: Stage) -> None:
        self.runs[-1] = stage.run
        if stage.asking.request_id:
            self.request_ids[stage.run.id] = stage.asking.request_id

    async def _end(self) -> None:
        stage = self.stage
        pictures = await stage.answers.drawn_pictures(self._attachments)
        ending = replace(stage.end(self.status, self.error), more_parts=pictures)
        self._note_ended(stage)
        self.messages = await self._store.end_run(stage.run.id, ending)
        for choice, answer in enumerate(stage.answers.every):
            if answer.text_was_thinking:
                parts = sorted_out(answer, self.messages[choice]).parts
                self.messages[choice] = await self._store.set_message(answer.message_id, parts=parts)


async def _wholly(work: Coroutine[Any, Any, _Result]) -> _Result:
    """Lets work that must not end half-way come to its end, even if the turn is stopped meanwhile."""
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await task
        raise
