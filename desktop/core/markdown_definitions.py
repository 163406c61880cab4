"""What the labels of one text mean, while it streams: links, and footnotes in the order in which they are asked for.

A definition may come long after the blocks that ask for it: `update` tells which of them have to be shown again. What
is not finished counts as if the text ended there, and may be another thing a moment later.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from desktop.core.markdown_block import Block, Definitions, Kind
from desktop.core.markdown_references import footnote_label, references

FOOTNOTE_LINK = "footnote:"  # the target of a reference, before the footnote's number
_NOWHERE = (1 << 60, 0)
_WITHOUT_LINKS = {Kind.CODE, Kind.RULE}


@dataclass(frozen=True)
class Footnote:
    """One footnote: its number, and the blocks by number that define it and that first asks for it."""

    number: int
    label: str
    blocks: tuple[int, ...]
    asked_for_in: int | None


@dataclass
class _Found:
    """What some blocks define, and what they ask for."""

    links: dict[str, str] = field(default_factory=dict)
    footnotes: dict[str, list[int]] = field(default_factory=dict)
    users: dict[str, list[int]] = field(default_factory=dict)
    asked_for: dict[str, tuple[int, int]] = field(default_factory=dict)  # label -> block, place among its labels
    last_footnote: str = ""  # the label of the last block, if it is a footnote's: its later pieces have none

    def take(self, number: int, block: Block) -> set[str]:
        """One more block; gives the labels that it defines as links."""
        last_footnote, self.last_footnote = self.last_footnote, ""
        if block.kind in _WITHOUT_LINKS:
            return set()
        found = references(block.source)
        for label, definition in found.links.items():
            self.links.setdefault(label, definition)
        for place, label in enumerate(found.asked_for):
            self.users.setdefault(label, []).append(number)
            self.asked_for.setdefault(label, (number, place))
        if block.kind is Kind.FOOTNOTE:
            self.last_footnote = last_footnote if block.continues else footnote_label(block.source)
            self.footnotes.setdefault(self.last_footnote, []).append(number)
        return set(found.links)


class Dictionary:
    """What the labels of one text mean so far."""

    def __init__(self) -> None:
        self.footnotes: list[Footnote] = []  # by number
        self._finished = _Found()
        self._pending = _Found()
        self._meanings: dict[str, str] = {}

    def update(self, start: int, finished: list[Block], pending: list[Block]) -> set[int]:
        """Takes new blocks, the first of them number `start`; gives the earlier ones that mean another thing."""
        touched = set(self._pending.links)
        for number, block in enumerate(finished, start):
            touched |= self._finished.take(number, block)
        self._pending = _Found(last_footnote=self._finished.last_footnote)
        for number, block in enumerate(pending, start + len(finished)):
            touched |= self._pending.take(number, block)
        meanings = {label: self._link(label) for label in touched} | self._count_footnotes()
        changed = {label for label, meaning in meanings.items() if meaning != self._meanings.get(label, "")}
        self._meanings.update(meanings)
        return {number for label in changed for number in self._finished.users.get(label, ()) if number < start}

    def known_to(self, block: Block) -> Definitions:
        """The definitions that a block asks for, whichever block has them."""
        if not self._meanings or block.kind in _WITHOUT_LINKS:
            return ()
        labels = references(block.source).asked_for
        return tuple((label, meaning) for label in labels if (meaning := self._meanings.get(label)))

    def _link(self, label: str) -> str:
        return self._finished.links.get(label) or self._pending.links.get(label, "")

    def _count_footnotes(self) -> dict[str, str]:
        """Numbers the footnotes that are defined, in the order in which they are asked for; gives what they mean."""
        blocks = _joined(self._finished.footnotes, self._pending.footnotes)
        meanings = dict.fromkeys((footnote.label for footnote in self.footnotes), "")
        if not blocks and not meanings:
            return {}
        order = sorted(blocks, key=lambda label: self._first_place(label) or _NOWHERE)
        self.footnotes = [
            Footnote(number, label, tuple(blocks[label]), (self._first_place(label) or (None,))[0])
            for number, label in enumerate(order, 1)
        ]
        return meanings | {note.label: f"[{note.label}]: <{FOOTNOTE_LINK}{note.number}>" for note in self.footnotes}

    def _first_place(self, label: str) -> tuple[int, int] | None:
        """The block that asks for a label first, and which of its labels that is."""
        return self._finished.asked_for.get(label) or self._pending.asked_for.get(label)


def _joined(one: dict[str, list[int]], other: dict[str, list[int]]) -> dict[str, list[int]]:
    return {label: one.get(label, []) + other.get(label, []) for label in {**one, **other}}
