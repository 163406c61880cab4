"""A table, laid out cell by cell: Qt's own tables cost several times as much, and all of it again for each new row."""

from __future__ import annotations

import bisect
from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtGui import QPainter, QTextCharFormat

from desktop.core.markdown_blocks import Block, table_cells
from desktop.ui.message_view.markdown_source import with_citations
from desktop.ui.message_view.positions import line_x, piece
from desktop.ui.message_view.row import PaintState, Row
from desktop.ui.message_view.sideways import Sideways
from desktop.ui.message_view.style import Style
from desktop.ui.message_view.table_cell import Cell, format_range, make_cell
from desktop.ui.message_view.table_columns import Columns
from desktop.ui.message_view.word_bounds import word_around

_ALIGNMENTS = {  # where the delimiter row says nothing, the direction of the text decides
    (False, False): None,
    (True, False): Qt.AlignmentFlag.AlignLeft,
    (False, True): Qt.AlignmentFlag.AlignRight,
    (True, True): Qt.AlignmentFlag.AlignHCenter,
}


class TableRow(Row):
    """A table, or a piece of a long one; `before` is the piece above."""

    def __init__(self, style: Style, block: Block, before: TableRow | None = None, indent: int = 0) -> None:
        super().__init__(style)
        self.block = block
        self._first: TableRow | None = (before._first or before) if before is not None else None  # decides the widths
        self._indent = indent
        self._lines: list[str] = []
        self._cells: list[list[Cell]] = []
        self._settled = False
        self._bottoms: list[int] = []
        self._widths: list[int] = []
        self._columns: Columns | None = None
        self._sideways: Sideways = before._sideways if before is not None else Sideways()

    def set_block(self, block: Block) -> None:
        """The table has grown: rows that are the same keep their layouts."""
        before = (self.block.definitions, self.block.source_count, _head(self.block))
        if (block.definitions, block.source_count, _head(block)) != before:
            self.release()
        self.block = block
        self._settled = False
        self._columns = None
        self._build()
        self.changed(self.margin + (self._bottoms[-1] if self._bottoms else 0))

    def settle(self) -> None:
        """The table is finished: its formulas are drawn, now or as soon as they can be."""
        self._settled = True
        if any(mark in self.block.source for mark in ("$", r"\(", r"\[")):
            self._begin_again()

    def draw_formulas(self) -> bool:
        if not any(cell.waits for row in self._cells for cell in row) or self.style.formulas.busy:
            return False
        self._begin_again()
        return True

    def _begin_again(self) -> None:
        self.release()
        self._columns = None
        self.changed()

    @property
    def ready(self) -> bool:
        return bool(self._bottoms)

    @property
    def heavy(self) -> bool:
        return bool(self._cells)

    @property
    def text(self) -> str:
        return "\n".join("\t".join(row) for row in self.cell_texts())

    @property
    def source(self) -> str:
        return self.block.source

    @property
    def sideways(self) -> Sideways | None:
        return self._sideways

    def cell_texts(self) -> list[list[str]]:
        """What can be read, line by line."""
        self._build()
        return [[cell.text for cell in row] for row in self._cells]

    def links(self) -> list[tuple[str, str]]:
        was_ready = self.ready
        self._build()
        cells = [cell for row in self._cells for cell in row if cell.links]
        found = [(piece(cell.text, start, end), target) for cell in cells for start, end, target in cell.links]
        if not was_ready:
            self.release()
        return found

    def release(self) -> None:
        self._lines, self._cells, self._bottoms, self._widths = [], [], [], []

    def estimate(self, _width: int) -> int:
        lines = self.block.source.strip("\n").count("\n") + (1 if self.block.continues else 0)
        return self.margin + self.below + lines * self.style.px(34)

    def word_at(self, position: int) -> tuple[int, int]:
        cell = self._cell_of(position)
        place = position - cell.start
        start, end = cell.places.formula_at(place) or word_around(cell.text, place)
        return cell.start + start, cell.start + end

    def paragraph_at(self, position: int) -> tuple[int, int]:
        cell = self._cell_of(position)
        return cell.start, cell.start + cell.length

    def line_at(self, position: int) -> tuple[int, int]:
        cell = self._cell_of(position)
        inside = cell.places.layout_position(min(position - cell.start, cell.length))
        line = cell.layout.lineForTextPosition(inside)
        y = line.y() if line.isValid() else 0.0
        return self.margin + round(cell.place.y() + y), self.style.px(21)

    def columns(self) -> Columns:
        """Natural widths of the columns, as this piece knows them."""
        if self._first is not None:
            return self._first.columns()
        if self._columns is None:
            self._build()
            count = len(self._cells[0]) if self._cells else 0
            rows = [row for row in self._cells if len(row) == count]
            self._columns = Columns(
                [max(row[number].natural_width for row in rows) for number in range(count)],
                [max(row[number].word_width for row in rows) for number in range(count)],
            )
        return self._columns

    def _source_lines(self) -> list[str]:
        """The lines to show, without the delimiter row; a later piece has no head."""
        lines = self.block.source.strip("\n").split("\n")
        return lines if self.block.continues else lines[:1] + lines[2:]

    def _build(self) -> None:
        """Makes the cells of new lines."""
        lines = self._source_lines()
        same = 0
        while same < min(len(lines), len(self._lines)) and lines[same] == self._lines[same]:
            same += 1
        if same == len(lines) == len(self._lines):
            return
        head = _head(self.block)
        count = len(table_cells(head[0]))
        alignments = [
            _ALIGNMENTS[cell.startswith(":"), cell.endswith(":")] for cell in table_cells(head[1] if head[1:] else "")
        ]
        del self._cells[same:]
        del self._bottoms[same:]
        for number in range(same, len(lines)):
            is_head = number == 0 and not self.block.continues
            texts = ([with_citations(cell, self.block) for cell in table_cells(lines[number])] + [""] * count)[:count]
            font = self.style.table_head if is_head else self.style.table
            pairs = zip(texts, alignments, strict=False)
            self._cells.append(
                [make_cell(*pair, font, self.style, self.block.definitions, settled=self._settled) for pair in pairs]
            )
        self._lines = lines

    def _lay_out(self, width: int) -> int:
        style = self.style
        self._build()
        room = width - self._indent
        widths = self.columns().widths(room, style.px(10), style.px)
        self._sideways.measure(sum(widths), room)
        if widths != self._widths:
            self._widths, self._bottoms = widths, []
            self.stable = 0
        unchanged = len(self._bottoms)
        bottom = self._bottoms[-1] if unchanged else 0
        before = self._cells[unchanged - 1][-1] if unchanged else None
        start = before.start + before.length + 1 if before else 0
        for row in self._cells[unchanged:]:
            bottom, start = self._lay_out_row(row, widths, bottom, start)
            self._bottoms.append(bottom)
        return bottom

    def _lay_out_row(self, row: Sequence[Cell], widths: list[int], top: int, start: int) -> tuple[int, int]:
        style = self.style
        padding = style.px(10)
        left = self._indent
        tallest = 0
        for cell, width in zip(row, widths, strict=False):
            cell.start = start
            start += cell.length + 1
            cell.place = QPointF(left + padding, top + style.px(6))
            tallest = max(tallest, cell.break_lines(max(8, width - 2 * padding), style.px(21)))
            left += width
        return top + tallest + 2 * style.px(6) + 1, start

    def _cell_of(self, position: int) -> Cell:
        self._build()
        every = [cell for row in self._cells for cell in row]
        return every[max(0, bisect.bisect_right([cell.start for cell in every], position) - 1)]

    def _cell_at(self, point: QPointF) -> Cell | None:
        """The cell at a point of the whole table."""
        if not self._cells or not self._bottoms:
            return None
        number = min(bisect.bisect_right(self._bottoms, point.y()), len(self._cells) - 1)
        row = self._cells[number]
        left: float = self._indent
        for cell, width in zip(row, self._widths, strict=False):
            left += width
            if point.x() < left:
                return cell
        return row[-1] if row else None

    def _position_at(self, point: QPointF) -> int:
        inside = point + QPointF(self._sideways.offset, 0)
        cell = self._cell_at(inside)
        return cell.position_at(inside, self.style.px(21)) if cell is not None else 0

    def _link_at(self, point: QPointF) -> str:
        cell = self._cell_at(point + QPointF(self._sideways.offset, 0))
        if cell is None or not cell.links:
            return ""
        position = self._position_at(point) - cell.start
        return next((target for start, end, target in cell.links if start <= position < end), "")

    def _across(self, position: int) -> int:
        cell = self._cell_of(position)
        inside = cell.places.layout_position(min(position - cell.start, cell.length))
        line = cell.layout.lineForTextPosition(inside)
        return round(cell.place.x() + (line_x(line, inside) if line.isValid() else 0)) - self._indent

    def _window(self) -> QRect:
        return super()._window().adjusted(self._indent, 0, 0, 0)

    def _paint(self, painter: QPainter, state: PaintState) -> None:
        style = self.style
        top = 0
        clip = state.clip.translated(-self.inset, -self.margin)
        width = sum(self._widths)
        painter.save()
        painter.setClipRect(self._window(), Qt.ClipOperation.IntersectClip)
        painter.translate(-self._sideways.offset, 0)
        for row, bottom in zip(self._cells, self._bottoms, strict=False):
            if bottom > clip.top() and top <= clip.bottom():
                self._paint_line(painter, row, state)
                painter.fillRect(QRect(self._indent, bottom - 1, width, 1), style.color("line"))
            top = bottom
        painter.restore()

    def _paint_line(self, painter: QPainter, row: Sequence[Cell], state: PaintState) -> None:
        for cell in row:
            ranges = [
                format_range(start, end - start, look)
                for (first, last), look in self._marked(state)
                if (start := cell.places.layout_position(max(0, first - cell.start)))
                < (end := cell.places.layout_position(min(cell.length, last - cell.start), after=True))
            ]
            painter.setPen(self.style.color("text"))
            cell.layout.draw(painter, cell.place, [*ranges, *cell.grounds_of_formulas(self.style, state.found_current)])
            cell.paint_formulas(painter, self.style, state.found_current)

    def _marked(self, state: PaintState) -> list[tuple[tuple[int, int], QTextCharFormat]]:
        """What is looked for, and over it what is selected."""
        differs = self.style.marked_formats.get(state.marked_as)
        marked = [(span, differs) for span in state.marked] if differs else []
        marked += [(span, self.style.found_format) for span in state.found]
        if state.found_current is not None:
            marked.append((state.found_current, self.style.found_current_format))
        if state.selection is not None:
            marked.append((state.selection, self.style.selection_format))
        return marked


def _head(block: Block) -> list[str]:
    """The names of the columns, and the row that says how they are aligned."""
    return block.markdown.split("\n", 2)[:2]
