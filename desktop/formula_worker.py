"""The child process that draws formulas: `python -m desktop.formula_worker`.

Its library takes 26 MB, and Python's lock for up to 24 ms at a time, which a window would stutter from. Each line of
standard input is a formula as JSON, each line of standard output its drawing, or the reason why there is none. It
lives until its input ends: so it cannot outlive its parent, however that one ends.
"""

from __future__ import annotations

import faulthandler
import importlib
import json
import os
import re
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any, TextIO

from desktop.core.drawn_formula import INK, SPARE, Drawing, Failure

START_LIMIT_S = 60.0  # with the library, from a slow disk
_TAG = re.compile(r"\\tag\*?\{([^{}]*)\}")
_SIGN = re.compile(r"((?:[=<>,(\[]|\\(?:approx|equiv|leq?|geq?|sim|to|in|cdot|times)(?![a-z]))\s*)([-+])")
_CENTRED_LINES = re.compile(r"\\(begin|end)\{(?:gather\*?|gathered|multline\*?)\}")
_SILENT = re.compile(r"\\(?:nonumber|notag)\b|\\label\{[^{}]*\}")


def main() -> None:
    """Draws until standard input ends. Files are opened by number, as a frozen program has no `sys.stdin`."""
    with Path(os.devnull).open("w", encoding="utf-8") as nowhere:
        with _time_limit(START_LIMIT_S, nowhere), suppress(ImportError):  # which the first formula tells
            importlib.import_module("ziamath.zmath")
        with open(0, "rb") as asked, open(1, "wb") as answers:
            for line in asked:
                question = json.loads(line)
                with _time_limit(question.pop("limit_s"), nowhere):
                    answer = draw(**question)
                answers.write(json.dumps(asdict(answer)).encode() + b"\n")
                answers.flush()


@contextmanager
def _time_limit(limit_s: float, nowhere: TextIO) -> Iterator[None]:
    """Ends the process when this takes longer, even where the library holds Python's lock, and with it every thread."""
    faulthandler.dump_traceback_later(limit_s, exit=True, file=nowhere)
    yield
    faulthandler.cancel_dump_traceback_later()


def draw(latex: str, size_px: float, *, display: bool) -> Drawing | Failure:
    """Draws a formula in letters of `size_px`; what the library cannot do, or would do wrong, is a Failure."""
    try:
        from ziamath.config import config
        from ziamath.tex import tex2mml
        from ziamath.zmath import Math

        config.svg2 = False  # QtSvg knows no symbols
        config.math.color = INK
        mathml = tex2mml(_as_the_library_likes_it(latex), inline=not display)
        mathml = mathml.replace("<math ", f'<math mathcolor="{INK}" ', 1)
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
    latex = _CENTRED_LINES.sub(r"\\\1{matrix}", latex)
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
    if isinstance(error, RecursionError):
        return "its parts are nested too deeply"
    name = type(error).__name__
    if name == "ParseError":
        return "a character that has no place here"
    if type(error).__module__.startswith("latex2mathml"):
        return " ".join(re.findall(r"[A-Z][a-z]+", name.removesuffix("Error"))).lower()
    return str(error) or "it is not whole"


if __name__ == "__main__":
    main()
