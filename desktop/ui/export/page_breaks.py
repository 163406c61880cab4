"""Where a laid out text may be cut: between lines, never through one, nor through a table's row."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtGui import QTextDocument, QTextTable


def lines_of(document: QTextDocument) -> list[tuple[float, float]]:
    """(top, bottom) of all lines from above to below; lines side by side, as in a table's row, are one."""
    layout = document.documentLayout()
    found: list[tuple[float, float]] = []
    block = document.begin()
    while block.isValid():
        top = layout.blockBoundingRect(block).top()
        lines = block.layout()
        for number in range(lines.lineCount()):
            line = lines.lineAt(number)
            found.append((top + line.y(), top + line.y() + line.height()))
        block = block.next()
    return _merged(sorted(found + list(_table_rows(document))))


def _table_rows(document: QTextDocument) -> Iterator[tuple[float, float]]:
    """(top, bottom) of the rows of real tables; a card of code is a table of one column, and may be cut."""
    layout = document.documentLayout()
    for table in document.rootFrame().childFrames():
        if not isinstance(table, QTextTable) or table.columns() < 2:
            continue
        for row in range(table.rows()):
            cells = [table.cellAt(row, column) for column in range(table.columns())]
            tops = [layout.blockBoundingRect(cell.firstCursorPosition().block()).top() for cell in cells]
            bottoms = [layout.blockBoundingRect(cell.lastCursorPosition().block()).bottom() for cell in cells]
            yield min(tops), max(bottoms)


def _merged(lines: list[tuple[float, float]]) -> list[tuple[float, float]]:
    merged: list[tuple[float, float]] = []
    for top, bottom in lines:
        if merged and top < merged[-1][1] - 0.5:
            merged[-1] = (merged[-1][0], max(merged[-1][1], bottom))
        else:
            merged.append((top, bottom))
    return merged
