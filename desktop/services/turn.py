"""One turn: from a question that is saved to an answer that is saved.

The order is what keeps every word: the run and its empty answers are committed, then the request goes out, each delta
goes to the journal before anyone sees it, and a shielded end folds the journal into the messages whatever happened:
done, stopped, failed, or the program going away.
"""

from __future__ import annotations

import asyncio
import base64
import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from desktop.core import request
from desktop.core.conversation import Finish, Message, Part, Role, Run, Status, TextPart, Usage, pictures, with_text
from desktop.core.deltas import (
    Delta,
    FinishDelta,
    PictureDelta,
    RefusalDelta,
    TextDelta,
    TextWasThinkingDelta,
    ThinkingDelta,
    UsageDelta,
)
from desktop.core.endpoints import Endpoint, Price
from desktop.core.errors import AttachmentError, UserError
from desktop.core.money import cost
from desktop.resources import resource
from desktop.services.api import Api, Waiting
from desktop.services.attachments import Attachments
from desktop.services.store import Store

log = logging.getLogger(__name__)

DRAWN_NAME = "picture"


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of whom. `line` holds the ids of the messages to send, oldest first.

    `continues` names the answer to append to; it is then the last of `line`.
    """

    chat_id: int
    line: tuple[int, ...]
    endpoint: Endpoint
    model: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    price: Price | None = None
    continues: int | None = None

    @property
    def choices(self) -> int:
        """How many answers are asked for."""
        return 1 if self.continues else int(self.parameters.get("n", 1))


class Listener(Protocol):
    """Who is told while a turn runs; called on the event loop's thread, must return at once."""

    def turn_began(self, turn: Turn) -> None:
        """The run is committed; its answers exist, empty."""

    def turn_delta(self, turn: Turn, message_id: int, kind: str, text: str) -> None:
        """More "text" or "thinking" came for a message."""

    def turn_rewrote(self, turn: Turn, message_id: int) -> None:
        """What was text until now turned out to be thinking."""

    def turn_waits(self, turn: Turn, waiting: Waiting) -> None:
        """The endpoint is to be asked again after a pause."""


Connect = Callable[[Endpoint], Awaitable[tuple[Endpoint, str | None]]]
"""Makes an endpoint ready: starts the model on this computer, fetches the key."""


@dataclass(slots=True)
class Answer:
    """One choice while it arrives. Texts are kept in pieces: joining them for each delta would be quadratic."""

    message_id: int
    text: list[str] = field(default_factory=list)
    thinking: list[str] = field(default_factory=list)
    finish: Finish = Finish.NONE
    thinking_began: float | None = None
    thinking_ended: float | None = None
    picture_urls: list[str] = field(default_factory=list)
    text_was_thinking: bool = False  # so the journal, which only grows, calls thinking what is text

    @property
    def thinking_duration_s(self) -> float:
        """Seconds from the first to the last thinking token, or to now."""
        if self.thinking_began is None:
            return 0.0
        return (self.thinking_ended or time.monotonic()) - self.thinking_began


class Turn:
    """One answer (or n of them) being made. `run()` once; `stop()` or `interrupt()` at any time."""

    def __init__(
        self,
        question: Question,
        *,
        store: Store,
        api: Api,
        attachments: Attachments,
        connect: Connect,
        listener: Listener,
    ) -> None:
        self.question = question
        self.run_record: Run | None = None
        self.messages: list[Message] = []  # the answers as the store has them: empty at first, whole at the end
        self.answers: list[Answer] = []
        self.usage: Usage | None = None
        self.error: UserError | None = None
        self.status = Status.STREAMING
        self._store = store
        self._api = api
        self._attachments = attachments
        self._connect = connect
        self._listener = listener
        self._task: asyncio.Task[Any] | None = None
        self._ends_as = Status.INTERRUPTED
        self._first_token_at: float | None = None
        self._prompt_tokens = 0
        self._began_at = time.monotonic()

    def stop(self) -> None:
        """Ends the answer on the wire now and keeps what came: the user's wish."""
        self._cancel(Status.STOPPED)

    def interrupt(self) -> None:
        """The same, because the program goes away."""
        self._cancel(Status.INTERRUPTED)

    def _cancel(self, status: Status) -> None:
        self._ends_as = status
        if self._task is not None:
            self._task.cancel()

    async def run(self) -> None:
        """Runs the turn to its end; `messages` then holds the finished answers.

        A `UserError` becomes the run's error; any other exception is raised again after the text is safe.
        """
        self._task = asyncio.current_task()
        await self._begin()
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
        await asyncio.shield(self._end())
        if bug is not None:
            raise bug

    async def _begin(self) -> None:
        question = self.question
        sent = {name: value for name, value in question.parameters.items() if name != "system_prompt"}
        if question.continues is None:
            self.run_record, self.messages = await self._store.begin_run(
                question.chat_id,
                question.line[-1],
                endpoint_id=question.endpoint.id,
                model=question.model,
                parameters=sent,
                choices=question.choices,
            )
            self.answers = [Answer(message.id) for message in self.messages]
        else:
            self.run_record = await self._store.begin_continuation(
                question.continues, endpoint_id=question.endpoint.id, model=question.model, parameters=sent
            )
            self.messages = await self._store.messages([question.continues])
            self.answers = [Answer(question.continues)]
        self._listener.turn_began(self)

    async def _stream(self) -> None:
        endpoint, key = await self._connect(self.question.endpoint)
        body = await self._body(endpoint)
        self._prompt_tokens = request.estimate_body_tokens(body)
        deltas = self._api.stream(endpoint, key, body, on_wait=lambda waiting: self._listener.turn_waits(self, waiting))
        try:
            async for delta in deltas:
                self._take(delta)
        finally:
            await deltas.aclose()

    async def _body(self, endpoint: Endpoint) -> dict[str, Any]:
        messages = await self._store.messages(self.question.line)
        parameters = dict(self.question.parameters)
        if self.question.continues is not None:
            parameters.pop("n", None)
            if not endpoint.prefill:
                messages.append(_request_to_go_on(self.question))
        urls = {
            part.sha256: await self._attachments.data_url(part)
            for message in messages
            for part in pictures(message.parts)
        }
        return request.build(endpoint, self.question.model, messages, parameters, lambda picture: urls[picture.sha256])

    def _take(self, delta: Delta) -> None:
        match delta:
            case TextDelta() | RefusalDelta():
                answer = self._answer(delta.choice)
                if answer.thinking_began is not None and answer.thinking_ended is None:
                    answer.thinking_ended = time.monotonic()
                if isinstance(delta, RefusalDelta):
                    answer.finish = Finish.REFUSAL
                answer.text.append(delta.text)
                self._pass_on(delta.choice, answer, "text", delta.text)
            case TextWasThinkingDelta():
                self._take_text_as_thinking(delta.choice)
            case ThinkingDelta():
                answer = self._answer(delta.choice)
                answer.thinking_began = answer.thinking_began or time.monotonic()
                answer.thinking.append(delta.text)
                self._pass_on(delta.choice, answer, "thinking", delta.text)
            case PictureDelta():
                self._answer(delta.choice).picture_urls.append(delta.url)
            case UsageDelta():
                self.usage = delta.usage
            case FinishDelta():
                answer = self._answer(delta.choice)
                if answer.finish is not Finish.REFUSAL:
                    answer.finish = delta.finish
            case _:
                log.debug("%s is not shown yet", type(delta).__name__)

    def _take_text_as_thinking(self, choice: int) -> None:
        answer = self._answer(choice)
        answer.thinking, answer.text = answer.thinking + answer.text, []
        answer.text_was_thinking = True
        answer.thinking_began = answer.thinking_began or self._began_at
        self._listener.turn_rewrote(self, answer.message_id)

    def _answer(self, choice: int) -> Answer:
        """The answer for a choice index; one that was not asked for joins the first, so that no word is lost."""
        return self.answers[choice if choice < len(self.answers) else 0]

    def _pass_on(self, choice: int, answer: Answer, kind: str, text: str) -> None:
        if self._first_token_at is None:
            self._first_token_at = time.time()
        if self.run_record is None:
            raise RuntimeError("a delta before the run began")
        self._store.journal(self.run_record.id, choice if choice < len(self.answers) else 0, kind, text)
        self._listener.turn_delta(self, answer.message_id, kind, text)

    async def _end(self) -> None:
        if self.run_record is None:
            raise RuntimeError("a turn ends that never began")
        before = self.messages
        usage = self.usage or self._estimated_usage()
        self.run_record = replace(
            self.run_record,
            usage=usage,
            cost=cost(usage, self.question.price),
            first_token_at=self._first_token_at,
            finished_at=time.time(),
            status=self.status,
            error_text=self.error.text if self.error else "",
            error_hint=self.error.hint if self.error else "",
        )
        self.messages = await self._store.end_run(
            self.run_record.id,
            status=self.status,
            usage=usage,
            cost=self.run_record.cost,
            first_token_at=self._first_token_at,
            error_text=self.run_record.error_text,
            error_hint=self.run_record.error_hint,
            finishes={choice: answer.finish for choice, answer in enumerate(self.answers)},
            thinking_durations_s={
                choice: answer.thinking_duration_s for choice, answer in enumerate(self.answers) if answer.thinking
            },
            more_parts=await self._drawn_pictures(),
        )
        for choice, answer in enumerate(self.answers):
            if answer.text_was_thinking:
                self.messages[choice] = await self._sorted_out(answer, before[choice], self.messages[choice])

    async def _sorted_out(self, answer: Answer, before: Message, folded: Message) -> Message:
        """Stores what was journalled as text, before it turned out to be thinking, as thinking."""
        sorted_out = with_text(
            folded,
            before.text + "".join(answer.text),
            before.thinking + "".join(answer.thinking),
            before.thinking_duration_s + answer.thinking_duration_s,
        )
        return await self._store.set_message(folded.id, parts=sorted_out.parts)

    async def _drawn_pictures(self) -> dict[int, tuple[Part, ...]]:
        drawn: dict[int, tuple[Part, ...]] = {}
        for choice, answer in enumerate(self.answers):
            if answer.picture_urls:
                drawn[choice] = tuple([await self._picture(url) for url in answer.picture_urls])
        return drawn

    async def _picture(self, url: str) -> Part:
        """A drawn picture, kept; or, if it came as a link or cannot be read, words that say so."""
        scheme, _, data = url.partition(";base64,")
        if not scheme.startswith("data:image/"):
            return TextPart(f"\n\n<{url}>")
        try:
            return await self._attachments.add_bytes(base64.b64decode(data), DRAWN_NAME)
        except (AttachmentError, ValueError) as error:
            return TextPart(f"\n\n{error}")

    def _estimated_usage(self) -> Usage:
        thinking = sum(request.estimate_tokens("".join(answer.thinking)) for answer in self.answers)
        text = sum(request.estimate_tokens("".join(answer.text)) for answer in self.answers)
        prompt = self._prompt_tokens if self._first_token_at is not None else 0
        return Usage(prompt, text + thinking, thinking, estimated=True)


def _request_to_go_on(question: Question) -> Message:
    text = resource("splices", "continue.txt").read_text(encoding="utf-8").strip()
    return Message(0, question.chat_id, question.continues, Role.USER, (TextPart(text),))
