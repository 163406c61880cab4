"""Formulas are one character to the layout and their whole source to everyone else: this counts for both."""

from __future__ import annotations

from dataclasses import dataclass

from desktop.core.drawn_formula import Drawing
from desktop.ui.message_view.positions import units


@dataclass(frozen=True, slots=True)
class Placed:
    """A drawn formula: its character in the layout, and where its source begins for everyone else."""

    position: int
    text_position: int
    source: str
    drawing: Drawing

    @property
    def text_end(self) -> int:
        """Where its source ends."""
        return self.text_position + units(self.source)

    def meets(self, span: tuple[int, int] | None) -> bool:
        """True if a part of the text has a part of its source in it."""
        return span is not None and span[0] < self.text_end and span[1] > self.text_position


class Places:
    """The drawn formulas of a text, in their order."""

    def __init__(self) -> None:
        self.placed: list[Placed] = []

    def add(self, position: int, source: str, drawing: Drawing) -> None:
        """One more formula, behind the others."""
        self.placed.append(Placed(position, self.text_position(position), source, drawing))

    def text_position(self, position: int) -> int:
        """Where a character of the layout stands in the text."""
        return position + sum(units(placed.source) - 1 for placed in self.placed if placed.position < position)

    def layout_position(self, position: int, *, after: bool = False) -> int:
        """Where a character of the text stands in the layout; inside a formula that is before or after it."""
        for placed in reversed(self.placed):
            if position >= placed.text_end:
                return position - placed.text_end + placed.position + 1
            if position > placed.text_position:
                return placed.position + (1 if after else 0)
        return position

    def formula_at(self, position: int) -> tuple[int, int] | None:
        """Beginning and end of the formula at a place in the text."""
        at = (placed for placed in self.placed if placed.text_position <= position <= placed.text_end)
        return next(((placed.text_position, placed.text_end) for placed in at), None)
