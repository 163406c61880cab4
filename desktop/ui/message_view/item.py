"""What the view shows of one message."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

from desktop.core.conversation import Attachment, Role, Source, Status


class CallState(Enum):
    """How far a call of a tool has come."""

    ARRIVING = auto()
    WAITING = auto()  # for a result
    RUNNING = auto()  # a command works on it
    ANSWERED = auto()
    GONE = auto()  # broken off, or the chat went on without


@dataclass(frozen=True, slots=True)
class CallItem:
    """One call of a tool: what it is to be told with, and how far it has come, in a word."""

    id: str
    name: str
    arguments: str
    state: CallState
    told: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """One message as the reader sees it.

    `text` and `thinking` are None while they are not read from the store: then their lengths say how high the
    message will be, and the view asks for them when they come near. `choice` is (index from 1, count).
    `thinking_labels` say what each text on the thinking card is, where there are several.
    `thinks_first` is true while another model works for the answer; `thought_length` says how much of the thinking of
    an arriving answer was over before what arrives now.
    """

    id: int
    role: Role
    author: str = ""
    caption: str = ""
    status: Status = Status.DONE
    text: str | None = ""
    thinking: str | None = ""
    text_length: int = 0
    thinking_length: int = 0
    thinking_caption: str = ""
    thinking_duration_s: float = 0.0
    thinking_labels: tuple[str, ...] = ()
    thinks_first: bool = False
    thought_length: int = 0
    attachments: tuple[Attachment, ...] = ()
    sources: tuple[Source, ...] = ()
    calls: tuple[CallItem, ...] = ()
    notice: str = ""
    notice_action: str = ""  # "continue", "retry", "leave_out", "about_model" or ""
    footer: str = ""
    choice: tuple[int, int] = (1, 1)
    follows_on: bool = False  # no question stands right above it
    can_retry: bool = True
    can_edit: bool = True
    pinned: bool = False
    in_context: bool = True
    other_way: str = ""  # "with_thinking" or "without_thinking": how the question can be asked again
    on_card: bool = False  # beside other answers; who gave it stands above

    @property
    def unread(self) -> bool:
        """True while the texts are still in the store."""
        return self.text is None or self.thinking is None

    @property
    def lengths(self) -> tuple[int, int]:
        """Characters of text and of thinking, read or not."""
        return (
            self.text_length if self.text is None else len(self.text),
            self.thinking_length if self.thinking is None else len(self.thinking),
        )

    @property
    def has_text(self) -> bool:
        """True where there is something to copy and to quote, read or not."""
        return bool(self.text or self.calls) if self.text is not None else self.text_length > 0

    @property
    def asks(self) -> bool:
        """True for what the user wrote."""
        return self.role is Role.USER

    @property
    def streaming(self) -> bool:
        """True while the answer arrives."""
        return self.status is Status.STREAMING
