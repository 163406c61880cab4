"""What each request of a turn is made of: turns send it, and the request view shows it beforehand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from desktop.core.conversation import Message, pictures
from desktop.core.fusion import Splice, Thought, splice_for, spliced, without_pictures
from desktop.services.question import Fusion, ModelCall

DRAFT, THINK, ANSWER, CONTINUE = "draft", "think", "answer", "continue"  # what a run is for


def with_one_answer(call: ModelCall) -> ModelCall:
    """The same call for a request where several answers make no sense."""
    return replace(call, parameters={name: value for name, value in call.parameters.items() if name != "n"})


def needs_eyes(call: ModelCall, messages: Sequence[Message]) -> bool:
    """True where a model that thinks first would not see what it is shown."""
    return call.sees is False and any(pictures(message.parts) for message in messages)


def to_think_about(call: ModelCall, messages: Sequence[Message]) -> Sequence[Message]:
    """The messages as a model gets them that thinks first."""
    return without_pictures(messages) if needs_eyes(call, messages) else messages


def to_criticise(fusion: Fusion, messages: Sequence[Message], draft: str) -> list[Message]:
    """The messages with the answerer's own draft, for the other model to criticise."""
    return spliced(messages, fusion.splices[Splice.CRITIQUE_REQUEST], Thought(draft=draft))


def to_answer(fusion: Fusion, messages: Sequence[Message], thought: Thought) -> list[Message]:
    """The messages with what was thought before."""
    splice = splice_for(fusion.pass_on, thought)
    return list(messages) if splice is None else spliced(messages, fusion.splices[splice], thought)
