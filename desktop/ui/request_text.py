"""The body of a request as text to be shown: what is coloured, what is folded, and where each message stands.

Made in a thread: a long chat has hundreds of thousands of pieces. Positions and lengths are Qt's.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from desktop.core.conversation import PicturePart
from desktop.core.json_text import Kind, Path, Piece, pieces
from desktop.services.previews import Preview
from desktop.ui.message_view.positions import units

LONGEST_SHOWN = 20_000  # characters of one text: no editor lays out a longer line in time
COLORS = {Kind.STRING: "string", Kind.NUMBER: "number", Kind.WORD: "keyword"}
FOLDED = "dim"
SUFFIX = "accent"  # of the model's name
_DATA = re.compile(r'"data:([\w.+-]+/[\w.+-]+);base64,')


@dataclass(frozen=True, slots=True)
class Fold:
    """A place where something short stands for something long, which may be a picture."""

    start: int
    length: int
    whole: str
    picture: PicturePart | None = None


@dataclass(slots=True)
class RequestText:
    """The text. `colors` has spans (first character, length, colour) by the number of their line."""

    text: str = ""
    colors: dict[int, list[tuple[int, int, str]]] = field(default_factory=dict)
    folds: list[Fold] = field(default_factory=list)
    places: dict[Path, int] = field(default_factory=dict)


def request_text(preview: Preview) -> RequestText:
    """The text of a preview's body."""
    result, texts = RequestText(), []
    position, line, line_start = 0, 0, 0
    for piece in pieces(preview.wire.body):
        text, picture = _shown(piece, preview)
        length = units(text)
        result.places.setdefault(piece.path, position)
        if text is not piece.text:
            result.folds.append(Fold(position, length, piece.text, picture))
        for start, end, color in _colors(piece, length, preview, is_folded=text is not piece.text):
            result.colors.setdefault(line, []).append((position - line_start + start, end - start, color))
        texts.append(text)
        position += length
        if piece.kind is Kind.MARK and "\n" in text:
            line += 1
            line_start = position - units(text.rpartition("\n")[2])
    result.text = "".join(texts)
    return result


def _shown(piece: Piece, preview: Preview) -> tuple[str, PicturePart | None]:
    """What stands for a piece that nobody wants to read, and the picture that it is."""
    if piece.kind is not Kind.STRING:
        return piece.text, None
    data = _DATA.match(piece.text)
    if data is not None:
        picture = preview.pictures.get(piece.text[1:-1])
        size = f" {picture.width}×{picture.height}" if picture is not None else ""
        return f"▸ {data[1]}{size}, {_size_text((len(piece.text) - len(data[0]) - 1) * 3 // 4)}", picture
    if len(piece.text) > LONGEST_SHOWN:
        return f"{piece.text[:LONGEST_SHOWN]} ▸ +{len(piece.text) - LONGEST_SHOWN:,}", None
    return piece.text, None


def _colors(piece: Piece, length: int, preview: Preview, *, is_folded: bool) -> list[tuple[int, int, str]]:
    if is_folded and _DATA.match(piece.text):
        return [(0, length, FOLDED)]
    if piece.path == ("model",) and piece.kind is Kind.STRING and piece.text[1:].startswith(preview.call.model):
        return [(1 + units(preview.call.model), length - 1, SUFFIX)]
    color = COLORS.get(piece.kind)
    return [(0, length, color)] if color else []


def _size_text(size_bytes: int) -> str:
    if size_bytes < 1000:
        return f"{size_bytes} B"
    return f"{size_bytes / 1000:.0f} KB" if size_bytes < 1_000_000 else f"{size_bytes / 1_000_000:.1f} MB"
