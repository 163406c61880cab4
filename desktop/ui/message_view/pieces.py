"""Long code and long tables are cut into rows; who copies them wants them whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from desktop.core.markdown_blocks import Block
from desktop.ui.message_view.code_row import CodeRow
from desktop.ui.message_view.row import Row
from desktop.ui.message_view.table_row import TableRow

Piece = CodeRow | TableRow


def pieces_of(rows: Sequence[Row], row: Piece) -> list[Piece]:
    """All rows of the code or the table that `row` is a piece of."""
    number = rows.index(row)
    pieces: list[Piece] = [row]
    while pieces[0].block.continues and isinstance(above := rows[number - len(pieces)], CodeRow | TableRow):
        pieces.insert(0, above)
    for below in rows[number + 1 :]:
        if not isinstance(below, CodeRow | TableRow) or not below.block.continues:
            break
        pieces.append(below)
    return pieces


def whole(pieces: Sequence[Piece]) -> Block:
    """The block that they were cut from."""
    return replace(pieces[0].block, source="".join(piece.block.source for piece in pieces))
