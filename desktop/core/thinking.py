"""Thinking that stands in the text as tags: `<think>…</think>` and its relatives.

A tag counts at the beginning of a line outside a code fence; elsewhere it is text, since models talk about tags, too.
It may be split over deltas anywhere, and an answer may think several times. Where the endpoint's template has already
written the opening tag, only the closing one comes: then all text until there was thinking. Text that cannot be the
beginning of a tag is never held back.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Literal

Kind = Literal["text", "thinking", "was_thinking"]
"""The last, with no text of its own, says that all text until now was thinking."""
Piece = tuple[Kind, str]

_NAMES = ("think", "thinking", "reason", "reasoning", "thought")
TAGS: dict[str, str] = {
    **{f"<{name}>": f"</{name}>" for name in _NAMES},
    "<|begin_of_thought|>": "<|end_of_thought|>",
    "◁think▷": "◁/think▷",
}
_OPENING = tuple(TAGS)
_CLOSING = tuple(TAGS.values())
_FENCE = re.compile(r"\s*(?:(`{3,})[^`]*$|(~{3,}))")
_LINE_OF_A_TAG = re.compile(r"\n[^\S\n]*[<◁]")
_FENCE_LINE_LENGTH = 200  # more of a line says nothing about fences, and some answers are one line


class ThinkingSplitter:
    """Feed it the text of one choice; it tells thinking from answer."""

    def __init__(self) -> None:
        self._held = ""  # may be the beginning of a tag
        self._closing = ""  # the tag that ends the thinking that is going on
        self._thought = False  # a tag has come, so a closing one alone means nothing
        self._trims = True  # blanks around a tag belong to neither side
        self._blanks = ""  # at the beginning; they belong to the text if no tag follows
        self._line = ""  # the beginning of the answer's line
        self._line_is_blank = True
        self._fence = ""

    def feed(self, text: str) -> list[Piece]:
        """The pieces that are certain by now."""
        self._held += text
        pieces: list[Piece] = []
        if not self._closing and "<" not in self._held and "◁" not in self._held:  # most text: no tag begins here
            self._pass_on(pieces, len(self._held))
        while self._held and self._step(pieces):
            pass
        return _joined(pieces)

    def finish(self) -> list[Piece]:
        """What was held back in case it became a tag."""
        pieces: list[Piece] = []
        self._pass_on(pieces, len(self._held))
        return pieces

    def _step(self, pieces: list[Piece]) -> bool:
        """Takes the next bit off what is held; False if more must come first."""
        if self._closing:
            return self._think(pieces)
        if not self._fence and self._line_is_blank:
            self._pass_on(pieces, len(self._held) - len(self._held.lstrip()))
            tag = next((tag for tag in self._possible_tags() if self._held.startswith(tag)), "")
            if tag:
                self._take_tag(pieces, tag)
                return True
            if any(tag.startswith(self._held) for tag in self._possible_tags()):
                return False
        next_line = _LINE_OF_A_TAG.search(self._held)
        self._pass_on(pieces, next_line.start() + 1 if next_line else len(self._held))
        return True

    def _think(self, pieces: list[Piece]) -> bool:
        at = self._held.find(self._closing)
        if at < 0:
            self._pass_on(pieces, len(self._held) - _overlap(self._held, self._closing))
            return False
        self._pass_on(pieces, at)
        self._held = self._held[len(self._closing) :]
        self._closing, self._trims, self._line, self._line_is_blank = "", True, "", True
        return True

    def _possible_tags(self) -> tuple[str, ...]:
        return _OPENING if self._thought else _OPENING + _CLOSING

    def _take_tag(self, pieces: list[Piece], tag: str) -> None:
        if tag in TAGS:
            self._closing = TAGS[tag]
        else:
            pieces.append(("was_thinking", ""))
        self._held = self._held[len(tag) :]
        self._thought, self._trims, self._blanks = True, True, ""

    def _pass_on(self, pieces: list[Piece], length: int) -> None:
        text, self._held = self._held[:length], self._held[length:]
        if self._trims:
            text = self._trimmed(text)
        if not text:
            return
        self._trims = False
        if self._closing:
            pieces.append(("thinking", text))
        else:
            pieces.append(("text", text))
            self._follow_lines(text)

    def _trimmed(self, text: str) -> str:
        """Nothing while only blanks have come. Those of an answer without tags are kept: it may go on from another."""
        kept = text.lstrip()
        if not self._thought:
            self._blanks += text[: len(text) - len(kept)]
        return self._blanks + kept if kept else ""

    def _follow_lines(self, text: str) -> None:
        """Keeps track of the line, and of the code fence, that the answer is in."""
        *ended, last = (self._line + text).split("\n")
        for line in ended:
            self._follow_fence(line[:_FENCE_LINE_LENGTH])
        self._line_is_blank = (bool(ended) or self._line_is_blank) and not last.strip()
        self._line = last[:_FENCE_LINE_LENGTH]

    def _follow_fence(self, line: str) -> None:
        if not self._fence:
            fence = _FENCE.match(line)
            self._fence = (fence[1] or fence[2]) if fence else ""
        elif line.strip().startswith(self._fence) and not line.strip().strip(self._fence[0]):
            self._fence = ""


def _joined(pieces: Iterable[Piece]) -> list[Piece]:
    """Neighbours of one kind as one piece."""
    joined: list[Piece] = []
    for kind, text in pieces:
        if joined and joined[-1][0] == kind:
            joined[-1] = (kind, joined[-1][1] + text)
        else:
            joined.append((kind, text))
    return joined


def _overlap(text: str, tag: str) -> int:
    """How many characters at the end of `text` may be the beginning of `tag`."""
    for length in range(min(len(tag) - 1, len(text)), 0, -1):
        if tag.startswith(text[-length:]):
            return length
    return 0
