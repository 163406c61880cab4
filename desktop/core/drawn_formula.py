"""What became of a formula that was to be drawn: words between the process that draws and all who show it."""

from __future__ import annotations

from dataclasses import dataclass

SPARE = 1.0  # pixels around the drawing, for strokes that reach over their box
INK = "#000001"  # stands for the colour of the text, which is chosen when it is painted


@dataclass(frozen=True, slots=True)
class Drawing:
    """A formula as SVG; sizes in pixels at scale 1, above and below its baseline."""

    svg: str
    width: float
    ascent: float
    descent: float

    def svg_in(self, color: str) -> str:
        """The drawing in a colour such as "#1c1c1e"."""
        return self.svg.replace(INK, color)


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a formula cannot be drawn."""

    reason: str
