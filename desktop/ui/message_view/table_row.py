"""A table, laid out cell by cell: Qt's own tables cost several times as much, and all of it again for each new row."""

from __future__ import annotations

import bisect
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import accumulate, pairwise

from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtGui import QFont, QPainter, QTextCharFormat, QTextDocument, QTextLayout, QTextOption

from desktop.core.markdown_blocks import Block, table_cells
from desktop.ui.message_view.markdown_document import blocks, fragments
from desktop.ui.message_view.positions import units
from desktop.ui.message_view.row import PaintState, Row
from desktop.ui.message_view.style import Style
from desktop.ui.message_view.text_row import QuietDocument

_MARKUP = re.compile(r"[*_`\[<&\\~@!]|://|www\.")
_FEATURES = QTextDocument.MarkdownFeature.MarkdownDialectGitHub | QTextDocument.MarkdownFeature.MarkdownNoHTML
_ALIGNMENTS = {
    (False, False): Qt.AlignmentFlag.AlignLeft,
    (True, False): Qt.AlignmentFlag.AlignLeft,
    (False, True): Qt.AlignmentFlag.AlignRight,
    (True, True): Qt.AlignmentFlag.AlignHCenter,
}


@dataclass
class Cell:
    """One laid out cell; `start` counts the characters of the table before it."""

    layout: QTextLayout
    text: str
    links: list[tuple[int, int, str]]
    natural_width: float
    word_width: float
    start: int = 0
    place: QPointF = field(default_factory=QPointF)

    def __post_init__(self) -> None:
        self.length = units(self.text)
        self._width = -1.0

    def break_lines(self, width: float, line_height: int) -> int:
        """Breaks the text at `width`; gives the number of lines."""
        if width == self._width:
            return max(1, self.layout.lineCount())
        self._width = width
        self.layout.beginLayout()
        count = 0
        while (line := self.layout.createLine()).isValid():
            line.setLineWidth(width)
            line.setPosition(QPointF(0, count * line_height + (line_height - line.height()) / 2))
            count += 1
        self.layout.endLayout()
        return max(1, count)


@dataclass
class Columns:
    """The widths that all pieces of one table share; its first piece decides."""

    naturals: list[float] = field(default_factory=list)
    words: list[float] = field(default_factory=list)

    def widths(self, width: int, padding: int) -> list[int]:
        """Column widths that fill `width`, each with `padding` at both sides."""
        naturals = [natural + 2 * padding for natural in self.naturals]
        words = [word + 2 * padding for word in self.words]
        if sum(naturals) <= width:
            shares = [natural * width / sum(naturals) for natural in naturals]
        else:
            shares = _squeezed(naturals, words, width)
        edges = [round(edge) for edge in accumulate(shares, initial=0.0)]
        return [right - left for left, right in pairwise(edges)]


def _squeezed(naturals: list[float], words: list[float], width: float) -> list[float]:
    """Widths for too little room: narrow columns keep theirs, the others share the rest, by whole words if it goes."""
    shares = dict.fromkeys(range(len(naturals)), 0.0)
    left = sorted(shares, key=lambda number: naturals[number])
    while left and naturals[left[0]] <= width / len(left):
        number = left.pop(0)
        shares[number] = naturals[number]
        width -= naturals[number]
    least = sum(words[number] for number in left)
    most = sum(naturals[number] for number in left)
    for number in left:
        if least < width:
            share = words[number] + (naturals[number] - words[number]) * (width - least) / (most - least)
        else:
            share = words[number] * width / least
        shares[number] = share
    return list(shares.values())


class TableRow(Row):
    """A table, or a piece of a long one."""

    def __init__(self, style: Style, block: Block, first: TableRow | None = None, indent: int = 0) -> None:
        super().__init__(style)
        self.block = block
        self._first = first  # the piece that decides the widths, if it is another one
        self._indent = indent
        self._lines: list[str] = []
        self._cells: list[list[Cell]] = []
        self._bottoms: list[int] = []
        self._widths: list[int] = []
        self._columns: Columns | None = None

    def set_block(self, block: Block) -> None:
        """The table has grown: rows that are the same keep their layouts."""
        self.block = block
        self._columns = None
        self._build()
        self.changed(self.margin + (self._bottoms[-1] if self._bottoms else 0))

    @property
    def ready(self) -> bool:
        return bool(self._cells)

    @property
    def heavy(self) -> bool:
        return bool(self._cells)

    @property
    def text(self) -> str:
        self._build()
        return "\n".join("\t".join(cell.text for cell in row) for row in self._cells)

    @property
    def source(self) -> str:
        return self.block.source.strip("\n")

    def release(self) -> None:
        self._lines, self._cells, self._bottoms, self._widths = [], [], [], []

    def estimate(self, _width: int) -> int:
        lines = self.block.source.strip("\n").count("\n") + (1 if self.block.continues else 0)
        return self.margin + self.below + lines * self.style.px(34)

    def word_at(self, position: int) -> tuple[int, int]:
        cell = self._cell_of(position)
        start = cell.start
        for word in re.findall(r"\w+|\W", cell.text):
            if start <= position < start + units(word):
                return start, start + units(word)
            start += units(word)
        return position, position

    def paragraph_at(self, position: int) -> tuple[int, int]:
        cell = self._cell_of(position)
        return cell.start, cell.start + cell.length

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
        head = self.block.markdown.split("\n", 2)
        count = len(table_cells(head[0]))
        alignments = [
            _ALIGNMENTS[cell.startswith(":"), cell.endswith(":")] for cell in table_cells(head[1] if head[1:] else "")
        ]
        del self._cells[same:]
        del self._bottoms[same:]
        for number in range(same, len(lines)):
            is_head = number == 0 and not self.block.continues
            texts = (table_cells(lines[number]) + [""] * count)[:count]
            font = self.style.table_head if is_head else self.style.table
            self._cells.append([self._cell(*pair, font) for pair in zip(texts, alignments, strict=False)])
        self._lines = lines

    def _cell(self, markdown: str, alignment: Qt.AlignmentFlag, font: QFont) -> Cell:
        inline = _inline(markdown, self.style)
        text = inline.text
        layout = QTextLayout(text, font)
        option = QTextOption(alignment)
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        layout.setTextOption(option)
        layout.setFormats(inline.looks)
        layout.setCacheEnabled(True)
        layout.beginLayout()
        line = layout.createLine()
        natural = 0.0
        if line.isValid():
            line.setLineWidth(1e6)
            natural = line.naturalTextWidth()
        layout.endLayout()
        longest = max((len(word) for word in text.split()), default=0)
        word = natural if longest == len(text) else natural * longest / len(text)
        return Cell(layout, text, inline.links, math.ceil(natural) + 1, min(math.ceil(word * 1.15) + 1, natural + 1))

    def _lay_out(self, width: int) -> int:
        style = self.style
        self._build()
        padding = style.px(10)
        widths = self.columns().widths(width - self._indent, padding)
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
        return top + tallest * style.px(21) + 2 * style.px(6) + 1, start

    def _cell_of(self, position: int) -> Cell:
        self._build()
        every = [cell for row in self._cells for cell in row]
        return every[max(0, bisect.bisect_right([cell.start for cell in every], position) - 1)]

    def _cell_at(self, point: QPointF) -> Cell | None:
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
        cell = self._cell_at(point)
        if cell is None:
            return 0
        inside = point - cell.place
        layout = cell.layout
        for number in range(layout.lineCount()):
            line = layout.lineAt(number)
            if inside.y() < line.y() + self.style.px(21) or number == layout.lineCount() - 1:
                return cell.start + min(line.xToCursor(inside.x()), cell.length)
        return cell.start

    def _link_at(self, point: QPointF) -> str:
        cell = self._cell_at(point)
        if cell is None or not cell.links:
            return ""
        position = self._position_at(point) - cell.start
        return next((target for start, end, target in cell.links if start <= position < end), "")

    def _paint(self, painter: QPainter, state: PaintState) -> None:
        style = self.style
        top = 0
        clip = state.clip.translated(-self.inset, -self.margin)
        width = sum(self._widths)
        for row, bottom in zip(self._cells, self._bottoms, strict=False):
            if bottom > clip.top() and top <= clip.bottom():
                self._paint_line(painter, row, state)
                painter.fillRect(QRect(self._indent, bottom - 1, width, 1), style.color("line"))
            top = bottom

    def _paint_line(self, painter: QPainter, row: Sequence[Cell], state: PaintState) -> None:
        for cell in row:
            ranges = []
            if state.selection is not None:
                start = max(0, state.selection[0] - cell.start)
                end = min(cell.length, state.selection[1] - cell.start)
                if start < end:
                    ranges = [_range(start, end - start, _ground(self.style))]
            painter.setPen(self.style.color("text"))
            cell.layout.draw(painter, cell.place, ranges)


@dataclass
class Inline:
    """A cell's text, the looks of its parts, and its links (start, end, target), in Qt's positions."""

    text: str = ""
    length: int = 0
    looks: list[QTextLayout.FormatRange] = field(default_factory=list)
    links: list[tuple[int, int, str]] = field(default_factory=list)

    def add(self, text: str, look: QTextCharFormat, target: str) -> None:
        """One more run of one look."""
        length = units(text)
        if target:
            self.links.append((self.length, self.length + length, target))
        self.looks.append(_range(self.length, length, look))
        self.text += text
        self.length += length


def _inline(markdown: str, style: Style) -> Inline:
    """Parses a cell; most have nothing to parse."""
    if not _MARKUP.search(markdown):
        return Inline(markdown)
    document = QuietDocument(style.table)
    document.setLayoutEnabled(False)
    document.setMarkdown(f"|{markdown.replace('|', chr(92) + '|')}|\n|-|", _FEATURES)
    inline = Inline()
    for block in blocks(document):
        for fragment in fragments(block):
            char_format = fragment.charFormat()
            picture = char_format.toImageFormat().name() if char_format.isImageFormat() else ""
            inline.add(picture or fragment.text(), _look(char_format, style), picture or char_format.anchorHref())
    return inline


def _look(char_format: QTextCharFormat, style: Style) -> QTextCharFormat:
    look = QTextCharFormat()
    if char_format.fontWeight() > QFont.Weight.Normal:
        look.setFontWeight(QFont.Weight.Bold)
    look.setFontItalic(char_format.fontItalic())
    look.setFontStrikeOut(char_format.fontStrikeOut())
    if char_format.fontFixedPitch():
        look.setFontFamilies([style.code.family()])
        look.setBackground(style.color("bubble"))
    if char_format.isAnchor() or char_format.isImageFormat():
        look.setForeground(style.color("accent"))
    return look


def _range(start: int, length: int, look: QTextCharFormat) -> QTextLayout.FormatRange:
    span = QTextLayout.FormatRange()
    span.start, span.length, span.format = start, length, look
    return span


def _ground(style: Style) -> QTextCharFormat:
    look = QTextCharFormat()
    look.setBackground(style.selection)
    return look
