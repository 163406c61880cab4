"""Chats as trees of messages.

A message names its parent; Retry, another model and n > 1 make siblings under one parent, and the chat's leaf says
which line is the current one. What an answer cost belongs to the run that made it, never to the message, so that
nothing is counted twice. Identity is a storage concern: ids are the database's.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, NamedTuple


class Role(StrEnum):
    """Who says it, in the words of the wire."""

    SYSTEM = "system"
    USER = "user"
    ASSISTANT = "assistant"
    TOOL = "tool"


class Status(StrEnum):
    """How far a message or a run has come."""

    QUEUED = "queued"  # a question that waits for the answer before it
    STREAMING = "streaming"
    DONE = "done"
    STOPPED = "stopped"  # by the user
    FAILED = "failed"  # by an error, which the run tells
    INTERRUPTED = "interrupted"  # the program or the computer went away in mid-answer


class Finish(StrEnum):
    """Why the model ended its answer, over all vendors' words for it."""

    NONE = ""
    STOP = "stop"
    LENGTH = "length"
    CONTENT_FILTER = "content_filter"
    REFUSAL = "refusal"
    TOOL_CALLS = "tool_calls"
    ERROR = "error"
    NO_ROOM = "no_room"  # nothing was sent: the user wants to be asked before messages are left out


@dataclass(frozen=True, slots=True)
class TextPart:
    """What is read: Markdown."""

    text: str


class ThoughtKind(StrEnum):
    """What a text on the thinking card is: where two models make an answer, there are several."""

    THINKING = "thinking"
    ANSWER = "answer"  # what the first model answered, passed on as a draft or as a critique
    DRAFT = "draft"  # what the second model wrote for the first one to criticise
    OWN = "own"  # what the second model thought itself


SEAM = "\n\n⁂\n\n"
"""Stands between the texts of a thinking card."""


@dataclass(frozen=True, slots=True)
class ThinkingPart:
    """What was thought before the answer; `duration_s` from its first to its last token."""

    text: str
    duration_s: float = 0.0
    kind: ThoughtKind = ThoughtKind.THINKING


@dataclass(frozen=True, slots=True)
class PicturePart:
    """A picture kept in the attachment store under the sha256 of its bytes; sizes in pixels and bytes."""

    sha256: str
    mime: str
    width: int
    height: int
    size_bytes: int
    name: str = ""
    detail: str = "auto"


@dataclass(frozen=True, slots=True)
class FilePart:
    """Any other file kept in the attachment store."""

    sha256: str
    mime: str
    size_bytes: int
    name: str


@dataclass(frozen=True, slots=True)
class Source:
    """A page that an answer rests on, as the endpoint named it."""

    url: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class SourcesPart:
    """What marks such as `[1]` in the text point at, in their numbered order."""

    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class ToolCallPart:
    """What a model asks to have done. `arguments` is JSON as the model wrote it; `complete` once all of it came."""

    id: str
    name: str
    arguments: str
    complete: bool = True


@dataclass(frozen=True, slots=True)
class ToolResultPart:
    """Which call a message of the role TOOL answers; its text is the result. `by` is the command that gave it."""

    call_id: str
    name: str
    by: str = ""


Part = TextPart | ThinkingPart | PicturePart | FilePart | SourcesPart | ToolCallPart | ToolResultPart
Attachment = PicturePart | FilePart


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens of one run. `estimated` where the endpoint gave no figures and the program guessed."""

    prompt_tokens: int = 0
    completion_tokens: int = 0
    reasoning_tokens: int = 0
    cached_tokens: int = 0
    estimated: bool = False

    @property
    def total_tokens(self) -> int:
        """Prompt and completion together; thinking is part of the completion."""
        return self.prompt_tokens + self.completion_tokens

    def __add__(self, other: Usage) -> Usage:
        return Usage(
            self.prompt_tokens + other.prompt_tokens,
            self.completion_tokens + other.completion_tokens,
            self.reasoning_tokens + other.reasoning_tokens,
            self.cached_tokens + other.cached_tokens,
            self.estimated or other.estimated,
        )


@dataclass(frozen=True, slots=True)
class Message:
    """One node of the tree. `run_id` and `choice` name what made an answer; a question has neither."""

    id: int
    chat_id: int
    parent_id: int | None
    role: Role
    parts: tuple[Part, ...] = ()
    status: Status = Status.DONE
    in_context: bool = True
    run_id: int | None = None
    choice: int = 0
    finish: Finish = Finish.NONE
    created_at: float = 0.0  # seconds since 1970
    pinned: bool = False  # stays in the context when older messages are left out

    @property
    def text(self) -> str:
        """What is read, without the thinking."""
        return "".join(part.text for part in self.parts if isinstance(part, TextPart))

    @property
    def thinking(self) -> str:
        """What was thought before."""
        return SEAM.join(part.text for part in self.parts if isinstance(part, ThinkingPart))

    @property
    def own_thinking(self) -> str:
        """What the model that answered thought itself; another one's thinking before it is not of its making."""
        thoughts = [part for part in self.parts if isinstance(part, ThinkingPart)]
        own = [part for part in thoughts if part.kind is ThoughtKind.OWN]
        return "".join(part.text for part in own or thoughts)

    @property
    def thinking_duration_s(self) -> float:
        """How long the thinking took, in seconds."""
        return sum(part.duration_s for part in self.parts if isinstance(part, ThinkingPart))

    @property
    def attachments(self) -> tuple[Attachment, ...]:
        """Pictures and files, in the order they were attached."""
        return tuple(part for part in self.parts if isinstance(part, PicturePart | FilePart))

    @property
    def sources(self) -> tuple[Source, ...]:
        """What the answer rests on, in its numbered order."""
        return tuple(source for part in self.parts if isinstance(part, SourcesPart) for source in part.sources)

    @property
    def tool_calls(self) -> tuple[ToolCallPart, ...]:
        """What the answer asks to have done."""
        return tuple(part for part in self.parts if isinstance(part, ToolCallPart))

    @property
    def tool_result(self) -> ToolResultPart | None:
        """Which call this message answers."""
        return next((part for part in self.parts if isinstance(part, ToolResultPart)), None)

    @property
    def answers_call(self) -> str:
        """The id of the call that this message answers, or nothing."""
        result = self.tool_result
        return result.call_id if result else ""


class MessageHead(NamedTuple):
    """A message without its texts: what a long chat is opened with. Lengths in characters.

    A tuple, because twenty thousand of them are made at once: a third of the time of a dataclass.
    """

    id: int
    parent_id: int | None
    role: Role
    status: Status
    in_context: bool
    run_id: int | None
    choice: int
    finish: Finish
    created_at: float
    text_length: int
    thinking_length: int
    attachment_count: int
    pinned: bool = False


@dataclass(frozen=True, slots=True)
class Run:
    """One request to one endpoint, and what it cost.

    `parent_id` names the run this one goes on from: the thinker's run of a fused answer, or the run that a
    continuation continues. `parameters` is the request body without its messages, as sent.
    """

    id: int
    chat_id: int
    parent_id: int | None
    stage: str  # "draft" and "think" before an "answer"; "continue" after it
    endpoint_id: str
    model: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    usage: Usage | None = None
    cost: float | None = None
    started_at: float = 0.0
    first_token_at: float | None = None
    finished_at: float | None = None
    status: Status = Status.STREAMING
    error_text: str = ""
    error_hint: str = ""
    exact_cost: float | None = None  # what the endpoint says it has charged

    @property
    def paid(self) -> float | None:
        """Dollars, as exactly as they are known."""
        return self.cost if self.exact_cost is None else self.exact_cost


@dataclass(frozen=True, slots=True)
class Draft:
    """What stands unsent in the composer."""

    text: str = ""
    attachments: tuple[Attachment, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.text.strip() or self.attachments)

    @property
    def parts(self) -> tuple[Part, ...]:
        """The question that it becomes when it is sent."""
        text = self.text.strip()
        return (*self.attachments, TextPart(text)) if text else self.attachments


NEW_CHAT_ID = 0
"""The id of a chat that has no message yet: it is stored with its first question."""


@dataclass(frozen=True, slots=True)
class Chat:
    """One conversation; `leaf_id` is the last message of its current line."""

    id: int
    title: str = ""
    folder: str = ""
    pinned: bool = False
    draft: Draft = Draft()
    endpoint_id: str = ""
    model: str = ""
    parameters: Mapping[str, Any] = field(default_factory=dict)
    features: Mapping[str, Any] = field(default_factory=dict)
    leaf_id: int | None = None
    created_at: float = 0.0
    updated_at: float = 0.0
    unread: bool = False
    failed: bool = False


def head_of(message: Message) -> MessageHead:
    """What is known of a message without its texts."""
    return MessageHead(
        message.id,
        message.parent_id,
        message.role,
        message.status,
        message.in_context,
        message.run_id,
        message.choice,
        message.finish,
        message.created_at,
        len(message.text),
        len(message.thinking),
        len(message.attachments),
        message.pinned,
    )


def line_to(leaf_id: int | None, parents: Mapping[int, int | None]) -> list[int]:
    """The ids from the root to `leaf_id`; `parents` maps every message of the chat to its parent.

    A missing parent ends the line there, so that one bad row never locks a chat.
    """
    line: list[int] = []
    seen: set[int] = set()
    current = leaf_id
    while current is not None and current in parents and current not in seen:
        line.append(current)
        seen.add(current)
        current = parents[current]
    line.reverse()
    return line


def newest_leaf(message_id: int, parents: Mapping[int, int | None]) -> int:
    """The leaf reached from `message_id` by always taking the newest child."""
    children: dict[int, int] = {}
    for child, parent in parents.items():
        if parent is not None and child > children.get(parent, -1):
            children[parent] = child
    while message_id in children:
        message_id = children[message_id]
    return message_id


TITLE_LENGTH = 60


def title_from(text: str) -> str:
    """A chat's title from the first words of its first question, at most `TITLE_LENGTH` characters."""
    words = " ".join(text.split()).strip("#>*`- ")
    if len(words) <= TITLE_LENGTH:
        return words
    cut = words[: TITLE_LENGTH - 1]
    head, space, _ = cut.rpartition(" ")
    return (head if space and len(head) > TITLE_LENGTH // 2 else cut).rstrip(",.;: ") + "…"


def with_text(message: Message, text: str, thinking: str = "", thinking_duration_s: float = 0.0) -> Message:
    """The same message with its text and thinking replaced, its attachments kept."""
    parts: list[Part] = []
    if thinking:
        parts.append(ThinkingPart(thinking, thinking_duration_s))
    if text:
        parts.append(TextPart(text))
    others = [part for part in message.parts if isinstance(part, SourcesPart | ToolCallPart | ToolResultPart)]
    return replace(message, parts=(*parts, *message.attachments, *others))


def pictures(parts: Iterable[Part]) -> list[PicturePart]:
    """The pictures among `parts`."""
    return [part for part in parts if isinstance(part, PicturePart)]
