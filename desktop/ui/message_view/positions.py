"""Qt counts characters in UTF-16 units, Python in code points: an emoji is two here and one there."""

from __future__ import annotations

from typing import Any

from PySide6.QtGui import QTextLine


def units(text: str) -> int:
    """A text's length as Qt counts it."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def piece(text: str, start: int, end: int) -> str:
    """A part of a text between two of Qt's positions."""
    if text.isascii():
        return text[start:end]
    return text.encode("utf-16-le", "surrogatepass")[2 * start : 2 * end].decode("utf-16-le", "replace")


def line_x(line: QTextLine, position: int) -> float:
    """Where a character stands in its line; Qt gives the position, corrected, beside it."""
    x: Any = line.cursorToX(position)
    return float(x[0] if isinstance(x, tuple) else x)
