"""What a stream says, one small fact at a time: the vocabulary between the wire and everything else.

`stream.py` makes these out of bytes; `turn.py` journals them; the view shows them. `choice` is the wire's
`choices[].index` (0 unless n > 1).
"""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import field as dataclass_field

from desktop.core.conversation import Finish, Source, Usage


@dataclass(frozen=True, slots=True)
class TextDelta:
    """More of the answer."""

    choice: int
    text: str


@dataclass(frozen=True, slots=True)
class ThinkingDelta:
    """More of the thinking. `field` says where it stands on the wire: a field's name, or "tags" in the text."""

    choice: int
    text: str
    field: str = dataclass_field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class TextWasThinkingDelta:
    """All text of this choice until now was thinking: its end was told, its beginning was not."""

    choice: int


@dataclass(frozen=True, slots=True)
class RefusalDelta:
    """The model says why it will not answer; shown as the answer's text."""

    choice: int
    text: str


@dataclass(frozen=True, slots=True)
class PictureDelta:
    """A picture that the model drew, as the wire's URL (nearly always a data: URL)."""

    choice: int
    url: str


@dataclass(frozen=True, slots=True)
class CitationsDelta:
    """All sources so far, in their numbered order: of one choice, or of every one."""

    sources: tuple[Source, ...]
    choice: int | None = None


@dataclass(frozen=True, slots=True)
class ToolCallDelta:
    """A fragment of a tool call; id and name come with the first fragment of each `index`."""

    choice: int
    index: int
    id: str
    name: str
    arguments: str


@dataclass(frozen=True, slots=True)
class UsageDelta:
    """The endpoint's own token figures."""

    usage: Usage


@dataclass(frozen=True, slots=True)
class FinishDelta:
    """One choice is finished; `word` is the vendor's own word for why."""

    choice: int
    finish: Finish
    word: str = ""


Delta = (
    TextDelta
    | ThinkingDelta
    | TextWasThinkingDelta
    | RefusalDelta
    | PictureDelta
    | CitationsDelta
    | ToolCallDelta
    | UsageDelta
    | FinishDelta
)
