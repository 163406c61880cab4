"""The answers of a run while they arrive: one for each choice on the wire."""

from __future__ import annotations

import base64
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from desktop.core.conversation import (
    SEAM,
    Finish,
    Message,
    Part,
    Source,
    TextPart,
    ThoughtKind,
    ToolCallPart,
    Usage,
    with_text,
)
from desktop.core.deltas import (
    CitationsDelta,
    Delta,
    FinishDelta,
    PictureDelta,
    RefusalDelta,
    TextDelta,
    TextWasThinkingDelta,
    ThinkingDelta,
    ToolCallDelta,
    UsageDelta,
)
from desktop.core.errors import AttachmentError
from desktop.core.request import estimate_tokens
from desktop.core.tool_calls import CallGatherer
from desktop.services.attachments import Attachments

LABELLED = frozenset({ThoughtKind.DRAFT, ThoughtKind.ANSWER})  # what is no thinking, but stands on its card
DRAWN_NAME = "picture"


@dataclass(slots=True)
class Answer:
    """One choice while it arrives. Texts are kept in pieces: joining them for each delta would be quadratic."""

    message_id: int
    before: Message  # the answer as it is stored: empty, or what this run goes on from
    text: list[str] = field(default_factory=list)
    thinking: list[str] = field(default_factory=list)  # as it is shown, seams included
    finish: Finish = Finish.NONE
    thinking_began: float | None = None
    thinking_ended: float | None = None
    picture_urls: list[str] = field(default_factory=list)
    text_was_thinking: bool = False  # so the journal, which only grows, calls thinking what is text
    last_kind: ThoughtKind | None = None
    kinds: list[ThoughtKind] = field(default_factory=list)  # of the texts between the seams
    shared_sources: tuple[Source, ...] = ()  # of all choices
    own_sources: tuple[Source, ...] = ()
    calls: CallGatherer = field(default_factory=CallGatherer)

    @property
    def tool_calls(self) -> list[ToolCallPart]:
        """What the model asks to have done, as far as it came."""
        return self.calls.parts(complete=False)

    @property
    def sources(self) -> tuple[Source, ...]:
        """What the answer rests on so far, in its numbered order."""
        own = [source for source in self.own_sources if source not in self.shared_sources]
        return (*self.shared_sources, *own)

    @property
    def thinking_duration_s(self) -> float:
        """Seconds from the first to the last thinking token, or to now."""
        if self.thinking_began is None:
            return 0.0
        return (self.thinking_ended or time.monotonic()) - self.thinking_began

    def think(self, kind: ThoughtKind, text: str) -> str:
        """Takes more thinking; returns it as it is shown."""
        self.thinking_began = self.thinking_began or time.monotonic()
        begins = kind is not self.last_kind and bool(self.thinking or self.before.thinking)
        if kind is not self.last_kind:
            self.kinds.append(kind)
        self.last_kind = kind
        shown = SEAM + text if begins else text
        self.thinking.append(shown)
        return shown

    def end_thinking(self) -> None:
        """The thinking is over, if there was any."""
        if self.thinking_began is not None and self.thinking_ended is None:
            self.thinking_ended = time.monotonic()


class Answers:
    """All answers of one run. The functions are told each text, a change of what it is, and sources."""

    def __init__(
        self,
        messages: Sequence[Message],
        own_thoughts: ThoughtKind,
        *,
        passed_on: Callable[[int, str, str, str], None],
        rewrote: Callable[[Answer], None],
        cited: Callable[[int, Answer], None],
        called: Callable[[int, ToolCallDelta, Answer, bool], None],
    ) -> None:
        self.every = [Answer(message.id, message) for message in messages]
        self._own_thoughts = own_thoughts
        self._passed_on = passed_on
        self._rewrote = rewrote
        self._cited = cited
        self._called = called
        self._began_at = time.monotonic()

    def take(self, delta: Delta) -> None:
        """Takes what has come; usage is not an answer's."""
        match delta:
            case TextDelta() | RefusalDelta():
                self._take_text(delta)
            case ThinkingDelta():
                self.think(delta.choice, self._own_thoughts, delta.text)
            case TextWasThinkingDelta():
                self._take_text_as_thinking(self.of(delta.choice))
            case PictureDelta():
                self.of(delta.choice).picture_urls.append(delta.url)
            case CitationsDelta():
                self._take_sources(delta)
            case FinishDelta():
                answer = self.of(delta.choice)
                if answer.finish is not Finish.REFUSAL:
                    answer.finish = Finish.TOOL_CALLS if _is_call(answer, delta.finish) else delta.finish
            case ToolCallDelta():
                self._take_call(delta)
            case UsageDelta():
                """Told by the turn."""

    def think(self, choice: int, kind: ThoughtKind, text: str) -> None:
        """Takes more of one kind of thinking."""
        answer = self.of(choice)
        is_another = kind is not answer.last_kind
        shown = answer.think(kind, text)
        self._passed_on(self._index(choice), kind, text, shown)
        if is_another and (shown is not text or kind in LABELLED):
            self._rewrote(answer)

    def of(self, choice: int) -> Answer:
        """The answer for a choice index; one that was not asked for joins the first, so that no word is lost."""
        return self.every[self._index(choice)]

    def _index(self, choice: int) -> int:
        return choice if choice < len(self.every) else 0

    def _take_text(self, delta: TextDelta | RefusalDelta) -> None:
        answer = self.of(delta.choice)
        answer.end_thinking()
        if isinstance(delta, RefusalDelta):
            answer.finish = Finish.REFUSAL
        answer.text.append(delta.text)
        self._passed_on(self._index(delta.choice), "text", delta.text, delta.text)

    def _take_sources(self, delta: CitationsDelta) -> None:
        choices = range(len(self.every)) if delta.choice is None else [self._index(delta.choice)]
        for choice in choices:
            answer = self.every[choice]
            if delta.choice is None:
                answer.shared_sources = delta.sources
            else:
                answer.own_sources = delta.sources
            self._cited(choice, answer)

    def _take_call(self, delta: ToolCallDelta) -> None:
        answer = self.of(delta.choice)
        answer.end_thinking()
        begins = answer.calls.take(delta)
        self._called(self._index(delta.choice), delta, answer, begins)

    def _take_text_as_thinking(self, answer: Answer) -> None:
        answer.thinking, answer.text = answer.thinking + answer.text, []
        answer.text_was_thinking = True
        answer.thinking_began = answer.thinking_began or self._began_at
        self._rewrote(answer)

    def estimated_usage(self, prompt_tokens: int) -> Usage:
        """Tokens by guess, where the endpoint told none."""
        thinking = sum(estimate_tokens("".join(answer.thinking)) for answer in self.every)
        text = sum(estimate_tokens("".join(answer.text)) for answer in self.every)
        calls = sum(estimate_tokens(call.arguments) for answer in self.every for call in answer.tool_calls)
        return Usage(prompt_tokens, text + calls + thinking, thinking, estimated=True)

    async def drawn_pictures(self, attachments: Attachments) -> dict[int, tuple[Part, ...]]:
        """What the model drew, kept, by choice."""
        return {
            choice: tuple([await _picture(url, attachments) for url in answer.picture_urls])
            for choice, answer in enumerate(self.every)
            if answer.picture_urls
        }


def sorted_out(answer: Answer, folded: Message) -> Message:
    """A folded message in which what was journalled as text, before it turned out to be thinking, is thinking."""
    before = answer.before
    return with_text(
        folded,
        before.text + "".join(answer.text),
        before.thinking + "".join(answer.thinking),
        before.thinking_duration_s + answer.thinking_duration_s,
    )


def _is_call(answer: Answer, finish: Finish) -> bool:
    """Some servers end an answer that calls tools with a plain stop."""
    return finish is Finish.STOP and bool(answer.tool_calls)


async def _picture(url: str, attachments: Attachments) -> Part:
    """A drawn picture, kept; or, if it came as a link or cannot be read, words that say so."""
    scheme, _, data = url.partition(";base64,")
    if not scheme.startswith("data:image/"):
        return TextPart(f"\n\n<{url}>")
    try:
        return await attachments.add_bytes(base64.b64decode(data), DRAWN_NAME)
    except (AttachmentError, ValueError) as error:
        return TextPart(f"\n\n{error}")
