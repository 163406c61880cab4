"""One cell of a table: its Markdown read, its text laid out."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QTextCharFormat, QTextLayout, QTextLine, QTextOption

from desktop.core.citations import source_number
from desktop.core.drawn_formula import SPARE, Drawing, Failure
from desktop.core.markdown_blocks import Block, Definitions, Kind
from desktop.core.math_spans import Formula, with_stand_ins
from desktop.ui.message_view.document_parts import blocks, fragments
from desktop.ui.message_view.formula_document import STAND_IN, Shown, formulas_shown
from desktop.ui.message_view.formula_places import Placed, Places
from desktop.ui.message_view.markdown_document import FEATURES
from desktop.ui.message_view.markdown_source import link_text, with_definitions, without_separators
from desktop.ui.message_view.positions import line_x, units
from desktop.ui.message_view.style import Style
from desktop.ui.message_view.text_row import QuietDocument

_MARKUP = re.compile(r"[*_`\[<&\\~@!]|://|www\.")
_LETTER = "x"  # stands where a formula is drawn, spaced as wide as it: a line breaks around it as around a word
_PIPE = "\ufdd6"  # stands for no character anywhere; an escaped one would keep its backslash in code
_WORD = re.compile(r"[^\s\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uff60]+")  # Chinese breaks at any character


@dataclass
class Cell:
    """One laid out cell; `start` counts the characters of the table before it."""

    layout: QTextLayout
    text: str
    links: list[tuple[int, int, str]]
    natural_width: float
    word_width: float
    places: Places = field(default_factory=Places)  # of the formulas that are drawn
    waits: bool = False  # for drawings of formulas
    start: int = 0
    place: QPointF = field(default_factory=QPointF)

    def __post_init__(self) -> None:
        self.length = units(self.text)
        self._width = -1.0
        self._height = 0

    def break_lines(self, width: float, line_height: int) -> int:
        """Breaks the text at `width`; gives the height of all lines."""
        if width == self._width:
            return self._height
        self._width = width
        self.layout.beginLayout()
        top = 0
        while (line := self.layout.createLine()).isValid():
            line.setLineWidth(width)
            lead = (line_height - line.height()) / 2
            above, below = self._more_room(line, lead)
            line.setPosition(QPointF(0, top + above + lead))
            top += line_height + above + below
        self.layout.endLayout()
        self._height = max(line_height, top)
        return self._height

    def _more_room(self, line: QTextLine, lead: float) -> tuple[int, int]:
        """What the formulas of a line need above and below it."""
        end = line.textStart() + line.textLength()
        inside = [placed.drawing for placed in self.places.placed if line.textStart() <= placed.position < end]
        above = max((drawing.ascent - line.ascent() - lead for drawing in inside), default=0.0)
        below = max((drawing.descent - line.descent() - lead for drawing in inside), default=0.0)
        return math.ceil(max(0.0, above)), math.ceil(max(0.0, below))

    def grounds_of_formulas(self, style: Style, current: tuple[int, int] | None) -> Iterator[QTextLayout.FormatRange]:
        """What hides the letters under formulas in a mark that gives text a colour."""
        look = QTextCharFormat(style.found_current_format)
        look.setForeground(Qt.GlobalColor.transparent)
        return (format_range(placed.position, 1, look) for placed in self.places.placed if self._meets(placed, current))

    def paint_formulas(self, painter: QPainter, style: Style, current: tuple[int, int] | None) -> None:
        """Draws the formulas over the text; `current` is the match of a search that the reader is at."""
        for placed in self.places.placed:
            line = self.layout.lineForTextPosition(placed.position)
            if line.isValid():
                left, right = sorted((line_x(line, placed.position), line_x(line, placed.position + 1)))
                foot = self.place + QPointF(left, line.y() + line.ascent())
                color = style.color("on_found" if self._meets(placed, current) else "text")
                style.formulas.paint(painter, placed.drawing, color.name(), foot, right - left)

    def _meets(self, placed: Placed, span: tuple[int, int] | None) -> bool:
        return span is not None and placed.meets((span[0] - self.start, span[1] - self.start))

    def position_at(self, point: QPointF, line_height: int) -> int:
        """The table's character nearest to a point."""
        inside = point - self.place
        lines = self.layout.lineCount()
        for number in range(lines):
            line = self.layout.lineAt(number)
            bottom = self.layout.lineAt(number + 1).y() if number < lines - 1 else line.y() + line_height
            if inside.y() < bottom or number == lines - 1:
                return self.start + min(self.places.text_position(line.xToCursor(inside.x())), self.length)
        return self.start


def make_cell(
    markdown: str,
    alignment: Qt.AlignmentFlag | None,
    font: QFont,
    style: Style,
    definitions: Definitions = (),
    *,
    settled: bool = False,
) -> Cell:
    """Reads and measures a cell; without an alignment, its text decides. Formulas are drawn once it is settled."""
    formulas = Block(Kind.PARAGRAPH, markdown)
    shown = formulas_shown(formulas, font, style.formulas if settled else None, urgent=True)
    inline = _inline(markdown, style, definitions, formulas.formulas if shown else (), shown)
    text = inline.layout_text
    layout = QTextLayout(text, font)
    option = QTextOption(alignment or _leading(text))
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
    longest = max((len(word) for word in _WORD.findall(text)), default=1)
    word = natural if longest >= len(text) else natural * longest / len(text)
    word = max(math.ceil(word * 1.15), *(_width_of(placed.drawing) for placed in inline.places.placed), 0) + 1
    waits = settled and any(one.drawing is None for one in shown)
    return Cell(layout, inline.text, inline.links, math.ceil(natural) + 1, min(word, natural + 1), inline.places, waits)


def _width_of(drawing: Drawing) -> float:
    return drawing.width + 2 * SPARE


def _leading(text: str) -> Qt.AlignmentFlag:
    """The side at which a text begins, by its first letter: Qt mirrors whole documents only."""
    directions = (unicodedata.bidirectional(character) for character in text)
    first = next((direction for direction in directions if direction in {"L", "R", "AL"}), "L")
    return Qt.AlignmentFlag.AlignLeft if first == "L" else Qt.AlignmentFlag.AlignRight


@dataclass
class Inline:
    """A cell's text, the looks of its parts, and its links (start, end, target), in Qt's positions.

    In `layout_text`, which the looks are about, each drawn formula is one letter that is not seen.
    """

    text: str = ""
    layout_text: str = ""
    places: Places = field(default_factory=Places)
    length: int = 0
    looks: list[QTextLayout.FormatRange] = field(default_factory=list)
    links: list[tuple[int, int, str]] = field(default_factory=list)

    def add(self, text: str, look: QTextCharFormat, target: str) -> None:
        """One more run of one look."""
        length = units(text)
        if target:
            start = units(self.text)
            self.links.append((start, start + length, target))
        self._add_to_layout(text, look)
        self.text += text

    def add_formula(self, shown: Shown, look: QTextCharFormat, style: Style, font: QFont) -> None:
        """One more formula: its drawing, or its source."""
        look = QTextCharFormat(look)
        if not isinstance(shown.drawing, Drawing):
            if isinstance(shown.drawing, Failure):
                look.setFontFamilies([style.code.family()])
                look.setBackground(style.color("bubble"))
            self.add(shown.source, look, "")
            return
        self.places.add(self.length, shown.source, shown.drawing)
        spacing = _width_of(shown.drawing) - QFontMetricsF(font).horizontalAdvance(_LETTER)
        look.setFontLetterSpacingType(QFont.SpacingType.AbsoluteSpacing)
        look.setFontLetterSpacing(spacing)
        look.setForeground(Qt.GlobalColor.transparent)
        self._add_to_layout(_LETTER, look)
        self.text += shown.source

    def _add_to_layout(self, text: str, look: QTextCharFormat) -> None:
        length = units(text)
        self.looks.append(format_range(self.length, length, look))
        self.layout_text += text
        self.length += length


def _inline(
    markdown: str, style: Style, definitions: Definitions, formulas: Sequence[Formula], shown: Sequence[Shown]
) -> Inline:
    """Parses a cell; most have nothing to parse."""
    if not shown and not _MARKUP.search(markdown):
        return Inline(markdown, markdown)
    one_line = [replace(formula, display=False) for formula in formulas]
    markdown = with_stand_ins(markdown, one_line, STAND_IN)
    document = QuietDocument(style.table)
    document.setLayoutEnabled(False)
    cell = f"||\n|-|\n|{markdown.replace('|', _PIPE)}|"  # in a table's head, Qt would make the beginning bold
    document.setMarkdown(with_definitions(cell, definitions), FEATURES)
    inline = Inline()
    waiting = iter(shown)
    for block in blocks(document):
        for fragment in fragments(block):
            char_format = fragment.charFormat()
            picture = char_format.toImageFormat().name() if char_format.isImageFormat() else ""
            target = (picture or char_format.anchorHref()).replace(_PIPE, "|")
            text = target if picture else without_separators(link_text(fragment.text(), target)).replace(_PIPE, "|")
            look = _look(char_format, style)
            first, *others = text.split(STAND_IN) if shown else [text]
            inline.add(first, look, target)
            for other in others:
                inline.add_formula(next(waiting), look, style, style.table)
                inline.add(other, look, target)
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
    if source_number(char_format.anchorHref()) is not None:
        look.setFont(style.chip, QTextCharFormat.FontPropertiesInheritanceBehavior.FontPropertiesSpecifiedOnly)
        look.setForeground(style.color("dim"))
        look.setBackground(style.color("bubble"))
    elif char_format.isAnchor() or char_format.isImageFormat():
        look.setForeground(style.color("accent"))
    return look


def format_range(start: int, length: int, look: QTextCharFormat) -> QTextLayout.FormatRange:
    """A part of a line in one look."""
    span = QTextLayout.FormatRange()
    span.start, span.length, span.format = start, length, look
    return span
