"""The requests that a question makes, before they are sent or after: built by what sends them, without sending."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from desktop.core import request
from desktop.core.conversation import Chat, Message, PicturePart, Role, Run, Status, Usage, pictures
from desktop.core.endpoint_rules import KEY_PLACEHOLDER
from desktop.core.endpoints import ModelRef
from desktop.core.errors import UserError
from desktop.core.fusion import Thought, thought_of
from desktop.core.json_text import Path
from desktop.core.money import cost
from desktop.core.pass_on import PassOn
from desktop.core.snippets import WireRequest
from desktop.services.api_call import chat_call
from desktop.services.asking import Asking, fitted
from desktop.services.keys import variable_of
from desktop.services.question import KEPT_FEATURES, KEPT_THINKER, Fusion, ModelCall, Question
from desktop.services.questions import Questions
from desktop.services.stages import (
    ANSWER,
    CONTINUE,
    DRAFT,
    THINK,
    to_answer,
    to_criticise,
    to_think_about,
    with_one_answer,
)

SENT_HEADERS_LEFT_OUT = frozenset({"User-Agent", "Accept-Encoding"})  # they tell of the program, not of the request


@dataclass(frozen=True, slots=True)
class Row:
    """A message, or a picture of one. `reason` says why it is not sent; else `path` is its place in the body."""

    role: str
    text: str
    tokens: int
    reason: str = ""
    path: Path = ()
    picture: PicturePart | None = None


@dataclass(frozen=True, slots=True)
class Preview:
    """One request. `pictures` are those in it, by their data URLs; `error` is why it would not be sent."""

    stage: str
    call: ModelCall
    wire: WireRequest
    rows: tuple[Row, ...]
    pictures: Mapping[str, PicturePart]
    left_out: str = ""
    error: UserError | None = None

    @property
    def tokens(self) -> int:
        """What is sent weighs so much, roughly."""
        return sum(row.tokens for row in self.rows if not row.reason)

    @property
    def cost(self) -> float | None:
        """US dollars for what is sent; the answer comes on top. None where the price is not known."""
        return cost(Usage(self.tokens), self.call.price, self.call.thinker_price)


@dataclass(frozen=True, slots=True)
class _Stage:
    name: str
    call: ModelCall
    messages: Sequence[Message]


class Previews:
    """Makes previews. `asking` is made like that of a turn, but sends nothing; `has_key` tells of optional keys."""

    def __init__(self, questions: Questions, asking: Asking, has_key: Callable[[str], bool]) -> None:
        self._questions = questions
        self._asking = asking
        self._has_key = has_key

    async def of_question(self, chat: Chat, messages: Sequence[Message]) -> list[Preview]:
        """What the last of these messages would be asked with; one preview for each model that works for the answer."""
        question = self._questions.of(chat, tuple(message.id for message in messages))
        thought = _thought_to_come(question.fusion)
        return [await self._preview(stage) for stage in _stages(question, messages, thought)]

    async def of_answer(
        self, chat: Chat, messages: Sequence[Message], answer: Message, runs: Sequence[Run]
    ) -> list[Preview]:
        """What an answer was asked with, as far as it is stored; `runs` are those of the answer, newest first."""
        stages = {run.stage: run for run in reversed(runs)}
        asked = next((run for run in reversed(runs) if run.stage in {ANSWER, CONTINUE}), runs[0])
        question = Question(
            chat.id,
            tuple(message.id for message in messages),
            self._call_of(chat, asked),
            self._fusion_of(chat, stages, thought_of(answer)),
        )
        return [await self._preview(stage) for stage in _stages(question, messages, thought_of(answer))]

    def _call_of(self, chat: Chat, run: Run) -> ModelCall:
        parameters = {
            name: run.parameters[name] for name in run.parameters if name not in {KEPT_THINKER, KEPT_FEATURES}
        }
        if "system_prompt" in chat.parameters:
            parameters["system_prompt"] = chat.parameters["system_prompt"]
        kept = run.parameters.get(KEPT_FEATURES, {})
        others = {name: values for name, values in chat.features.items() if not values.get("on")}
        return self._questions.call(ModelRef(run.endpoint_id, run.model), parameters, {**others, **kept})

    def _fusion_of(self, chat: Chat, stages: Mapping[str, Run], thought: Thought) -> Fusion | None:
        if THINK not in stages:
            return None
        fusion = self._questions.fusion(chat)
        pass_on = fusion.pass_on
        if (DRAFT in stages) != (pass_on is PassOn.CRITIQUE):
            pass_on = PassOn.CRITIQUE if DRAFT in stages else PassOn.BOTH if thought.answer else PassOn.THINKING
        return replace(fusion, thinker=self._call_of(chat, stages[THINK]), pass_on=pass_on)

    async def _preview(self, stage: _Stage) -> Preview:
        call, error, left_out, reason = stage.call, None, frozenset[int](), ""
        try:
            fits = fitted(call, stage.messages)
            left_out, reason = frozenset(message.id for message in fits.left_out), fits.reason
        except UserError as problem:  # shown as it would be with everything in it
            error = problem
            call = replace(call, context_tokens=None)
        body = await self._asking.body(call, call.endpoint, stage.messages)
        urls = await self._asking.picture_urls(stage.messages)
        shown = {urls[part.sha256]: part for message in stage.messages for part in pictures(message.parts)}
        wire = await asyncio.to_thread(_wire, call, body, with_key=self._sends_key(call))  # megabytes, with pictures
        rows = tuple(_rows(wire.body["messages"], stage.messages, left_out, reason, shown))
        return Preview(stage.name, stage.call, wire, rows, shown, reason, error)

    def _sends_key(self, call: ModelCall) -> bool:
        return call.endpoint.needs_key or self._has_key(call.endpoint.id)


def _stages(question: Question, messages: Sequence[Message], thought: Thought) -> list[_Stage]:
    """The requests of a turn, in order, once it is known what was thought."""
    call, fusion = question.call, question.fusion
    if fusion is None:
        return [_Stage(ANSWER, call, messages)]
    stages = []
    given = messages
    if fusion.pass_on is PassOn.CRITIQUE:
        stages.append(_Stage(DRAFT, with_one_answer(call), to_think_about(call, messages)))
        given = to_criticise(fusion, messages, thought.draft)
    stages.append(_Stage(THINK, fusion.thinker, to_think_about(fusion.thinker, given)))
    stages.append(_Stage(ANSWER, call, to_answer(fusion, messages, thought)))
    return stages


def _thought_to_come(fusion: Fusion | None) -> Thought:
    """Stands for what the first model has not thought yet."""
    if fusion is None:
        return Thought()
    thinks, answers = f"⟨what {fusion.thinker.model} thinks⟩", f"⟨what {fusion.thinker.model} answers⟩"
    match fusion.pass_on:
        case PassOn.THINKING:
            return Thought(thinks)
        case PassOn.ANSWER:
            return Thought("", answers)
        case PassOn.BOTH:
            return Thought(thinks, answers)
        case PassOn.CRITIQUE:
            return Thought("", answers, "⟨its own draft⟩")


def _wire(call: ModelCall, body: Mapping[str, Any], *, with_key: bool) -> WireRequest:
    """The request as it goes out, with the key's placeholder where the key will be."""
    sent = chat_call(call.endpoint, KEY_PLACEHOLDER if with_key else None, body)
    headers = {name: value for name, value in sent.headers("").items() if name not in SENT_HEADERS_LEFT_OUT}
    return WireRequest(sent.url, headers, json.loads(sent.content() or b"{}"), variable_of(call.endpoint.id))


def _rows(
    wire: Sequence[Mapping[str, Any]],
    messages: Sequence[Message],
    left_out: frozenset[int],
    reason: str,
    shown: Mapping[str, PicturePart],
) -> list[Row]:
    """All messages in their order, those that are not sent among those that are."""
    rows: list[Row] = []
    at = 0
    while at < len(wire) and wire[at].get("role") == Role.SYSTEM:
        rows += _sent_rows(wire[at], at, shown)
        at += 1
    for message in messages:
        why = _why_not_sent(message, left_out, reason)
        if why:
            tokens = request.estimate_message_tokens(replace(message, in_context=True, status=Status.DONE))
            rows.append(Row(message.role.value, message.text, tokens, why))
        elif at < len(wire) and wire[at].get("role") == message.role.value and request.estimate_message_tokens(message):
            rows += _sent_rows(wire[at], at, shown)
            at += 1
    for index in range(at, len(wire)):
        rows += _sent_rows(wire[index], index, shown)
    return rows


def _why_not_sent(message: Message, left_out: frozenset[int], reason: str) -> str:
    if message.id in left_out:
        return reason
    if not message.in_context:
        return "You have left this message out."
    return "This question still waits for its turn." if message.status is Status.QUEUED else ""


def _sent_rows(message: Mapping[str, Any], index: int, shown: Mapping[str, PicturePart]) -> list[Row]:
    """A message and the pictures in it."""
    role, content, path = str(message.get("role", "")), message.get("content"), ("messages", index)
    parts = content if isinstance(content, list) else []
    found = [(number, shown.get(_url_of(part))) for number, part in enumerate(parts) if _url_of(part)]
    texts = [part.get("text", "") for part in parts if part.get("type") == "text"]
    calls = " ".join(str(call.get("function", {}).get("name", "")) for call in message.get("tool_calls", ()))
    text = content if isinstance(content, str) else " ".join(texts) or calls
    tokens = request.estimate_body_tokens({"messages": [message]}) - len(found) * request.PICTURE_TOKENS
    rows = [Row(role, text, tokens, path=path)]
    for number, picture in found:
        weight = request.estimate_picture_tokens(picture.width, picture.height) if picture else request.PICTURE_TOKENS
        rows.append(Row("picture", "", weight, path=(*path, "content", number), picture=picture))
    return rows


def _url_of(part: Mapping[str, Any]) -> str:
    url = part.get("image_url", {}).get("url", "") if part.get("type") == "image_url" else ""
    return str(url)
