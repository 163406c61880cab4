"""What of a conversation is sent when all of it is more than the model can read.

The oldest turns are left out, each whole: a question with what answers it, so that roles go on alternating. The system
prompt, turns with a pinned message and the last question stay. Weights are estimates, so some room is kept free.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from desktop.core.conversation import Message, MessageHead, Role, Status
from desktop.core.errors import ContextFull
from desktop.core.money import context_text, tokens_text
from desktop.core.request import estimate_message_tokens, estimate_tokens, message_tokens_by_length

ANSWER_TOKENS = 4096  # kept free for an answer whose length nobody has limited …
ANSWER_SHARE = 0.25  # … but no more than this of what the model reads
LEAST_ANSWER_SHARE = 1 / 16  # without so much there is no sense in asking


@dataclass(frozen=True, slots=True)
class Weighed:
    """One message: what it weighs (0 if it is not sent anyway), and whether a turn begins with it."""

    tokens: int
    begins_turn: bool = False
    pinned: bool = False


@dataclass(frozen=True, slots=True)
class Limits:
    """What a model can read, and what of that has to be left for the system prompt and the answer."""

    model: str
    context_tokens: int
    system_tokens: int = 0
    answer_tokens: int = 0  # as the user has limited the answer; 0 if he has not

    @property
    def room_tokens(self) -> int:
        """What there is for messages, with a good answer in mind."""
        usual = min(ANSWER_TOKENS, round(self.context_tokens * ANSWER_SHARE))
        return self.context_tokens - self.system_tokens - (self.answer_tokens or usual)

    @property
    def most_tokens(self) -> int:
        """What the messages that have to stay may weigh at most."""
        least = round(self.context_tokens * LEAST_ANSWER_SHARE)
        return self.context_tokens - self.system_tokens - (self.answer_tokens or least)


@dataclass(frozen=True, slots=True)
class Fitted:
    """What of some messages is sent, what is left out of it, and why, in a sentence for the user."""

    kept: tuple[Message, ...]
    left_out: tuple[Message, ...] = ()
    reason: str = ""


def limits_of(
    model: str, context_tokens: int | None, max_output_tokens: int | None, parameters: Mapping[str, Any]
) -> Limits | None:
    """The limits of a request with these parameters; None where nobody knows what the model can read."""
    if not context_tokens:
        return None
    extra = parameters.get("extra") or {}
    wanted = parameters.get("max_tokens") or extra.get("max_tokens") or extra.get("max_completion_tokens") or 0
    answer_tokens = int(wanted) if isinstance(wanted, int | float) else 0
    if max_output_tokens and not answer_tokens and max_output_tokens < context_tokens * ANSWER_SHARE:
        answer_tokens = min(max_output_tokens, ANSWER_TOKENS)
    prompt = parameters.get("system_prompt", "").strip()
    return Limits(model, context_tokens, estimate_tokens(prompt) if prompt else 0, answer_tokens)


def fit(messages: Sequence[Message], limits: Limits | None) -> Fitted:
    """What is sent of the messages. Raises ContextFull where even what has to stay does not fit."""
    if limits is None:
        return Fitted(tuple(messages))
    weighed = [weigh(message) for message in messages]
    out = left_out(weighed, limits.room_tokens)
    stays = _weight_without(weighed, out)
    if stays > limits.most_tokens:
        raise _too_long(limits, stays, pinned=any(each.pinned for each in weighed))
    gone = tuple(messages[index] for index in sorted(out) if weighed[index].tokens)
    kept = tuple(message for index, message in enumerate(messages) if index not in out)
    return Fitted(kept, gone, left_out_text(len(gone), limits) if gone else "")


def weigh(message: Message) -> Weighed:
    """A message that is to be sent. One without an id is the program's own, and goes with the turn before it."""
    return Weighed(estimate_message_tokens(message), message.role is Role.USER and message.id > 0, message.pinned)


def weigh_head(head: MessageHead) -> Weighed:
    """The same of a message whose texts are not read: only roughly."""
    sent = head.in_context and head.status is not Status.QUEUED
    tokens = message_tokens_by_length(head.text_length, head.attachment_count) if sent else 0
    return Weighed(tokens, head.role is Role.USER, head.pinned)


def left_out(weighed: Sequence[Weighed], room_tokens: int) -> frozenset[int]:
    """The indexes of what is left out: as few of the oldest turns as it takes. The last turn and pinned ones stay."""
    total = sum(each.tokens for each in weighed)
    out: set[int] = set()
    for turn in _turns(weighed)[:-1]:
        if total <= room_tokens:
            break
        weight = sum(weighed[index].tokens for index in turn)
        if weight and not any(weighed[index].pinned for index in turn):
            out.update(turn)
            total -= weight
    return frozenset(out)


def outlook(weighed: Sequence[Weighed], limits: Limits) -> tuple[int, bool]:
    """How many messages would be left out, and whether the rest could be sent."""
    out = left_out(weighed, limits.room_tokens)
    return sum(weighed[index].tokens > 0 for index in out), _weight_without(weighed, out) <= limits.most_tokens


def left_out_text(count: int, limits: Limits) -> str:
    """Says that messages were left out, and why."""
    context = context_text(limits.context_tokens)
    return f"{_were(count)} left out: the conversation no longer fits the {context} tokens that {limits.model} reads."


def left_out_when_refused(count: int, model: str) -> str:
    """The same where only the refusal of the endpoint told that the conversation is too long."""
    return f"{_were(count)} left out: {model} refused the conversation as too long."


def would_leave_out(count: int, limits: Limits) -> ContextFull:
    """The question whether messages may be left out."""
    what = "1 message" if count == 1 else f"{count} messages"
    context = context_text(limits.context_tokens)
    text = f"The conversation no longer fits the {context} tokens that {limits.model} reads: {what} would be left out."
    return ContextFull(text, "", can_leave_out=True)


def _weight_without(weighed: Sequence[Weighed], out: frozenset[int]) -> int:
    return sum(each.tokens for index, each in enumerate(weighed) if index not in out)


def _were(count: int) -> str:
    return "1 message was" if count == 1 else f"{count} messages were"


def _turns(weighed: Sequence[Weighed]) -> list[range]:
    """What belongs together, oldest first; what stands before the first question is a turn, too."""
    starts = sorted({0, *(index for index, each in enumerate(weighed) if each.begins_turn)})
    return [range(start, end) for start, end in zip(starts, [*starts[1:], len(weighed)], strict=True)]


def _too_long(limits: Limits, tokens: int, *, pinned: bool) -> ContextFull:
    context = context_text(limits.context_tokens)
    what = "The question and what is pinned weigh" if pinned else "The question weighs"
    beside = [f"{tokens_text(limits.system_tokens)} for the system prompt"] if limits.system_tokens else []
    beside += [f"{tokens_text(limits.answer_tokens)} for the answer"] if limits.answer_tokens else []
    text = f"{what} ≈ {tokens_text(tokens)} tokens{', with ' if beside else ''}{' and '.join(beside)}: more than the "
    mend = ["Shorten the question"]
    mend += ["unpin messages"] if pinned else []
    mend += ["shorten the system prompt"] if limits.system_tokens > limits.context_tokens * ANSWER_SHARE else []
    mend += ["lower “Max tokens”"] if limits.answer_tokens > limits.context_tokens * ANSWER_SHARE else []
    hint = f"{', '.join(mend)}, or choose a model that reads more."
    return ContextFull(f"{text}{context} tokens that {limits.model} reads. Nothing was sent.", hint)
