"""Draws one LaTeX formula by ziamath. It takes 2 to 16 ms and no Qt, so any thread can do it; they take turns."""

from __future__ import annotations

import re
import threading
import unicodedata
from dataclasses import dataclass
from typing import Any

SPARE = 1.0  # pixels around the drawing, for strokes that reach over their box
_TURN = threading.Lock()  # the library has one configuration for all
_INK = "#000001"  # stands for the colour of the text, which is chosen when it is painted
_TAG = re.compile(r"\\tag\*?\{([^{}]*)\}")
_SIGN = re.compile(r"((?:[=<>,(\[]|\\(?:approx|equiv|leq?|geq?|sim|to|in|cdot|times)(?![a-z]))\s*)([-+])")
_SILENT = re.compile(r"\\(?:nonumber|notag)\b|\\label\{[^{}]*\}")


@dataclass(frozen=True, slots=True)
class Drawing:
    """A formula as SVG; sizes in pixels at scale 1, above and below its baseline."""

    svg: str
    width: float
    ascent: float
    descent: float

    def svg_in(self, color: str) -> str:
        """The drawing in a colour such as "#1c1c1e"."""
        return self.svg.replace(_INK, color)


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a formula cannot be drawn."""

    reason: str


def draw(latex: str, size_px: float, *, display: bool) -> Drawing | Failure:
    """Draws a formula in letters of `size_px`; what the library cannot do, or would do wrong, is a Failure."""
    with _TURN:
        return _drawn(latex, size_px, display=display)


def _drawn(latex: str, size_px: float, *, display: bool) -> Drawing | Failure:
    try:
        from ziamath.config import config
        from ziamath.tex import tex2mml
        from ziamath.zmath import Math

        config.svg2 = False  # QtSvg knows no symbols
        config.math.color = _INK
        mathml = tex2mml(_as_the_library_likes_it(latex), inline=not display)
        mathml = mathml.replace("<math ", f'<math mathcolor="{_INK}" ', 1)
        drawn = Math(mathml.replace('rowspacing="3pt"', 'rowspacing="0.5em"'), size=size_px, margin=SPARE)
        svg = drawn.svg()
    except Exception as error:  # noqa: BLE001 - its parser fails in many ways, by IndexError, too
        return Failure(_reason(error))
    if missing := _not_understood(drawn):
        return Failure(missing)
    box = drawn.node.bbox
    if not -1000 < box.ymax < 10_000 or box.xmax <= box.xmin:
        return Failure("nothing to draw")
    return Drawing(svg, box.xmax - box.xmin, box.ymax, -box.ymin)


def _as_the_library_likes_it(latex: str) -> str:
    """The same formula with numbers of equations as text, and signs that are no operators marked as such."""
    latex = _SILENT.sub("", _TAG.sub(r"\\qquad (\\text{\1})", latex))
    return _SIGN.sub(r"\1{\2}", latex)


def _not_understood(drawn: Any) -> str:
    """What the library would write out instead of drawing it: unknown commands, and letters its font has not."""
    for text in drawn.mathml.itertext():
        if text.startswith("\\") and len(text) > 1:
            return f"{text} is not known"
        for character in text:
            visible = unicodedata.category(character)[0] not in "CZ"
            if visible and not character.isascii() and not drawn.font.glyphindex(character):
                return f"no sign for {character}"
    return ""


def _reason(error: Exception) -> str:
    """The library's own words, or those in the name of its error."""
    name = type(error).__name__
    if name == "ParseError":
        return "a character that has no place here"
    if type(error).__module__.startswith("latex2mathml"):
        return " ".join(re.findall(r"[A-Z][a-z]+", name.removesuffix("Error"))).lower()
    return str(error) or "it is not whole"
