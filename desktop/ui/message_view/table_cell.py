"""One cell of a table: its Markdown read, its text laid out."""

from __future__ import annotations

import math
import re
import unicodedata
from dataclasses import dataclass, field

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QFont, QTextCharFormat, QTextLayout, QTextOption

from desktop.core.citations import source_number
from desktop.core.markdown_blocks import Definitions
from desktop.ui.message_view.markdown_document import (
    FEATURES,
    blocks,
    fragments,
    link_text,
    with_definitions,
    without_separators,
)
from desktop.ui.message_view.positions import units
from desktop.ui.message_view.style import Style
from desktop.ui.message_view.text_row import QuietDocument

_MARKUP = re.compile(r"[*_`\[<&\\~@!]|://|www\.")
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

    def position_at(self, point: QPointF, line_height: int) -> int:
        """The table's character nearest to a point."""
        inside = point - self.place
        lines = self.layout.lineCount()
        for number in range(lines):
            line = self.layout.lineAt(number)
            if inside.y() < line.y() + line_height or number == lines - 1:
                return self.start + min(line.xToCursor(inside.x()), self.length)
        return self.start


def make_cell(
    markdown: str, alignment: Qt.AlignmentFlag | None, font: QFont, style: Style, definitions: Definitions = ()
) -> Cell:
    """Reads and measures a cell; without an alignment, its text decides."""
    inline = _inline(markdown, style, definitions)
    text = inline.text
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
    return Cell(layout, text, inline.links, math.ceil(natural) + 1, min(math.ceil(word * 1.15) + 1, natural + 1))


def _leading(text: str) -> Qt.AlignmentFlag:
    """The side at which a text begins, by its first letter: Qt mirrors whole documents only."""
    directions = (unicodedata.bidirectional(character) for character in text)
    first = next((direction for direction in directions if direction in {"L", "R", "AL"}), "L")
    return Qt.AlignmentFlag.AlignLeft if first == "L" else Qt.AlignmentFlag.AlignRight


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
        self.looks.append(format_range(self.length, length, look))
        self.text += text
        self.length += length


def _inline(markdown: str, style: Style, definitions: Definitions) -> Inline:
    """Parses a cell; most have nothing to parse."""
    if not _MARKUP.search(markdown):
        return Inline(markdown)
    document = QuietDocument(style.table)
    document.setLayoutEnabled(False)
    cell = f"||\n|-|\n|{markdown.replace('|', _PIPE)}|"  # in a table's head, Qt would make the beginning bold
    document.setMarkdown(with_definitions(cell, definitions), FEATURES)
    inline = Inline()
    for block in blocks(document):
        for fragment in fragments(block):
            char_format = fragment.charFormat()
            picture = char_format.toImageFormat().name() if char_format.isImageFormat() else ""
            target = (picture or char_format.anchorHref()).replace(_PIPE, "|")
            text = target if picture else without_separators(link_text(fragment.text(), target)).replace(_PIPE, "|")
            inline.add(text, _look(char_format, style), target)
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
