"""Two models make one answer: what the first one said is spliced with the question and put to the second.

The splices are templates with {question}, {thinking}, {answer} and {draft} in them. They change the last question only:
system prompt, earlier turns and pictures go along as they are.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from enum import StrEnum
from typing import Any

from desktop.core.conversation import Message, PicturePart, Role, TextPart, ThinkingPart, ThoughtKind, with_text
from desktop.core.endpoint_rules import GATEWAY_ENDPOINT_ID
from desktop.core.errors import UserError
from desktop.core.features import REASONING, Chosen
from desktop.core.pass_on import PassOn


class Splice(StrEnum):
    """The templates, by the names of their files."""

    THINKING = "thinking"
    ANSWER = "answer"
    BOTH = "both"
    CRITIQUE_REQUEST = "critique_request"
    CRITIQUE = "critique"


PLACEHOLDERS: Mapping[Splice, tuple[str, ...]] = {
    Splice.THINKING: ("question", "thinking"),
    Splice.ANSWER: ("question", "answer"),
    Splice.BOTH: ("question", "thinking", "answer"),
    Splice.CRITIQUE_REQUEST: ("question", "draft"),
    Splice.CRITIQUE: ("question", "draft", "answer"),
}
"""What each template must say somewhere, or a part of the work would be lost in silence."""

_PLACEHOLDER = re.compile(r"\{(question|thinking|answer|draft)\}")


@dataclass(frozen=True, slots=True)
class Thought:
    """What came before the answer: the thinking, the thinker's own answer, and the draft that it criticised."""

    thinking: str = ""
    answer: str = ""
    draft: str = ""


def thought_of(message: Message) -> Thought:
    """What an answer that goes on was given before, from what is stored of it."""
    texts = {part.kind: part.text for part in message.parts if isinstance(part, ThinkingPart)}
    return Thought(
        texts.get(ThoughtKind.THINKING, ""), texts.get(ThoughtKind.ANSWER, ""), texts.get(ThoughtKind.DRAFT, "")
    )


def splice_for(pass_on: PassOn, thought: Thought) -> Splice | None:
    """The template that puts to the answerer what there is; None if there is nothing that could be passed on."""
    thinks, answers = bool(thought.thinking.strip()), bool(thought.answer.strip())
    if pass_on is PassOn.CRITIQUE:
        return Splice.CRITIQUE if thought.draft.strip() and (answers or thinks) else None
    if pass_on is PassOn.BOTH and thinks and answers:
        return Splice.BOTH
    if pass_on is not PassOn.THINKING and answers:
        return Splice.ANSWER
    return Splice.THINKING if thinks else None


def spliced(messages: Sequence[Message], template: str, thought: Thought) -> list[Message]:
    """The conversation with its last question put into the template."""
    result = list(messages)
    for index in range(len(result) - 1, -1, -1):
        question = result[index]
        if question.role is Role.USER:
            result[index] = with_text(question, filled(template, question.text, thought))
            break
    return result


def without_pictures(messages: Sequence[Message]) -> list[Message]:
    """The same conversation for a model that does not see; of nothing but a picture it is said that there was one."""
    return [
        replace(
            message,
            parts=tuple(part for part in message.parts if not isinstance(part, PicturePart))
            or (TextPart("[picture]"),),
        )
        for message in messages
    ]


def check_template(splice: Splice, template: str) -> None:
    """Raises UserError if a template would leave out what it is there for."""
    for name in PLACEHOLDERS[splice]:
        if f"{{{name}}}" not in template:
            raise UserError(f"The text must say {{{name}}} somewhere.", "It is replaced by what it names.")


def filled(template: str, question: str, thought: Thought) -> str:
    """Every placeholder replaced at once, so that one which stands in a question or a thought stays a word.

    A question that is only a picture has no text, and leaves no blank lines where it would have stood.
    """
    critique = thought.answer or thought.thinking
    values = {
        "question": question,
        "thinking": thought.thinking.strip(),
        "answer": (critique if thought.draft else thought.answer).strip(),
        "draft": thought.draft.strip(),
    }
    return _PLACEHOLDER.sub(lambda match: values[match[1]], template.strip()).lstrip("\n")


@dataclass(frozen=True, slots=True)
class Reasoning:
    """A chat's choice of who thinks first. `endpoint_id` "gateway" is the endpoint's own way, in one request."""

    on: bool = False
    endpoint_id: str = GATEWAY_ENDPOINT_ID
    model: str = ""
    pass_on: PassOn = PassOn.THINKING
    parameters: Mapping[str, Any] = field(default_factory=dict)
    budget_tokens: int | None = None
    time_limit_s: float | None = None

    @property
    def by_gateway(self) -> bool:
        """True if the gateway thinks, False if two models are asked."""
        return self.endpoint_id == GATEWAY_ENDPOINT_ID


def reasoning_of(chosen: Chosen) -> Reasoning:
    """What a chat says of its reasoning; what this version does not know is left out."""
    known = {name.name for name in fields(Reasoning)}
    values = {name: value for name, value in chosen.get(REASONING, {}).items() if name in known}
    if "pass_on" in values:
        values["pass_on"] = PassOn(values["pass_on"])
    return Reasoning(**values)


def with_reasoning(chosen: Chosen, reasoning: Reasoning) -> dict[str, Mapping[str, Any]]:
    """The same choices with another reasoning, as a chat keeps it."""
    return {**chosen, REASONING: asdict(reasoning)}
