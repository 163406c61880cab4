"""Formulas inside a QTextDocument: each is one character that is as wide and as high as its drawing.

Qt lays it out and the row paints it, since only the row knows the screen's pixels. To everyone outside, the character
counts as the formula's source, so that selecting, copying, finding and reading aloud see text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRect, QRectF, QSizeF, Qt
from PySide6.QtGui import (
    QFont,
    QFontMetrics,
    QFontMetricsF,
    QPainter,
    QPyTextObject,
    QTextBlock,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
)

from desktop.core.drawn_formula import SPARE, Drawing, Failure
from desktop.core.markdown_blocks import Block
from desktop.ui.message_view.formula_places import Placed, Places
from desktop.ui.message_view.formulas import Formulas, Wanted
from desktop.ui.message_view.positions import line_x, piece, units

STAND_IN = "\u2e3b"  # while Markdown is parsed: like a dollar, a punctuation mark to its rules
OBJECT = "\ufffc"
_LINE_END = re.compile(r"[ \t]*\n[ \t>]*")
_LETTER_HEIGHT = 0.473  # of STIX Two Math, the library's font
_TYPE = QTextFormat.ObjectTypes.UserObject.value + 1
_WIDTH, _HEIGHT = QTextFormat.Property.UserProperty.value + 1, QTextFormat.Property.UserProperty.value + 2


@dataclass(frozen=True, slots=True)
class Shown:
    """A formula and what there is of it: a drawing, a reason why not, or nothing yet."""

    source: str
    display: bool
    drawing: Drawing | Failure | None


def letter_size(font: QFont) -> float:
    """The size in which a formula's letters are as high as the text's."""
    size = font.pixelSize()
    return round(min(1.25, max(1.0, QFontMetricsF(font).xHeight() / size / _LETTER_HEIGHT)) * size, 1)


def formulas_shown(block: Block, font: QFont, formulas: Formulas | None, *, urgent: bool) -> list[Shown]:
    """A block's formulas in the size of `font`, drawn as far as `formulas` has them; without it, as sources."""
    source = block.markdown
    if STAND_IN in source or OBJECT in source:
        return []
    size_px = letter_size(font)
    found = []
    for formula in block.formulas:
        drawing = None
        if formulas is not None:
            drawing = formulas.get(Wanted(formula.latex, size_px, formula.display), urgent=urgent)
        text = source[formula.start : formula.end]
        found.append(Shown(text if block.latex else _LINE_END.sub(" ", text), formula.display, drawing))
    return found


def draw_early(block: Block, font: QFont, formulas: Formulas) -> None:
    """Has a block's formulas drawn while it still grows, so that they are there when it is finished."""
    for formula in block.formulas:
        formulas.get(Wanted(formula.latex, letter_size(font), formula.display), urgent=False)


class _Box(QPyTextObject):
    """Tells Qt how much room a formula takes; one wider than the column is made smaller."""

    def intrinsicSize(self, document: QTextDocument, _position: int, look: QTextFormat) -> QSizeF:
        width, height = float(look.property(_WIDTH)), float(look.property(_HEIGHT))
        room = document.textWidth()
        scale = min(1.0, room / width) if room > 0 else 1.0
        return QSizeF(width * scale, height * scale)

    def drawObject(
        self, painter: QPainter, rect: QRectF | QRect, document: QTextDocument, position: int, look: QTextFormat
    ) -> None:
        """Nothing: the row paints it."""


class FormulaLayer:
    """The formulas of one document."""

    def __init__(self, document: QTextDocument) -> None:
        self._document = document
        self._box = _Box()
        self.places = Places()
        document.documentLayout().registerHandler(_TYPE, self._box)

    def place(self, shown: Sequence[Shown], source_look: QTextCharFormat) -> None:
        """Puts formulas where their stand-ins are: drawings, or else their sources, in code's look if they failed."""
        cursor = QTextCursor(self._document)
        for one in shown:
            cursor = self._document.find(STAND_IN, cursor)
            if cursor.isNull():
                return
            position = cursor.selectionStart()
            if isinstance(one.drawing, Drawing):
                self.places.add(position, one.source, one.drawing)
                self._insert(cursor, one.drawing, display=one.display)
            elif isinstance(one.drawing, Failure):
                look = QTextCharFormat(source_look)
                look.setToolTip(one.drawing.reason)
                cursor.insertText(one.source, look)
            else:
                cursor.insertText(one.source)
            _centre(cursor.block(), display=one.display)

    def _insert(self, cursor: QTextCursor, drawing: Drawing, *, display: bool) -> None:
        ascent, descent = drawing.ascent, drawing.descent
        look = cursor.charFormat()
        look.setObjectType(_TYPE)
        height = ascent
        line_height = cursor.block().blockFormat().lineHeight()
        if display or ascent > line_height * 0.68 or descent > line_height * 0.27:
            spare = line_height * 0.1
            above, below = max(ascent + spare, line_height * 0.8), max(descent + spare, line_height * 0.2)
            height = self._raise_line(cursor.block(), look, above, below)
        look.setProperty(_WIDTH, drawing.width + 2 * SPARE)
        look.setProperty(_HEIGHT, height)
        cursor.insertText(OBJECT, look)

    def _raise_line(self, block: QTextBlock, look: QTextCharFormat, ascent: float, descent: float) -> float:
        """Has lines of this paragraph grow with their formulas.

        Qt gives an object no descent, except one in the middle: that stands half an x-height above the baseline. So
        the font is chosen whose x-height puts it where the formula has it.
        """
        block_format = QTextBlockFormat()
        block_format.setLineHeight(
            block.blockFormat().lineHeight(), QTextBlockFormat.LineHeightTypes.MinimumHeight.value
        )
        QTextCursor(block).mergeBlockFormat(block_format)
        font = QFont(self._document.defaultFont())
        x_height = max(1.0, 2 * (ascent - descent))
        font.setPixelSize(max(1, round(font.pixelSize() * x_height / max(1.0, QFontMetricsF(font).xHeight()))))
        look.setFont(font)
        look.setVerticalAlignment(QTextCharFormat.VerticalAlignment.AlignMiddle)
        above = QFontMetrics(font).xHeight() / 2
        return max(2 * ascent - above, 2 * descent + above)

    def text(self) -> str:
        """The document's text with the sources of its formulas."""
        plain = self._document.toPlainText()
        parts, start = [], 0
        for placed in self.places.placed:
            parts += [piece(plain, start, placed.position), placed.source]
            start = placed.position + 1
        return "".join([*parts, piece(plain, start, units(plain))])

    def inside(self, clip: QRectF) -> Iterator[tuple[Placed, QPointF, float]]:
        """The drawn formulas that are seen, each with the left end of its baseline, and its width."""
        for placed in self.places.placed:
            left, baseline, width = self._stand(placed.position)
            drawing = placed.drawing
            if baseline + drawing.descent >= clip.top() and baseline - drawing.ascent <= clip.bottom():
                yield placed, QPointF(left, baseline), width

    def _stand(self, position: int) -> tuple[float, float, float]:
        """Left edge, baseline and width of a formula."""
        block = self._document.findBlock(position)
        inside = position - block.position()
        line = block.layout().lineForTextPosition(inside)
        if not line.isValid():
            return 0.0, 0.0, 0.0
        corner = self._document.documentLayout().blockBoundingRect(block).topLeft()
        left, right = sorted((line_x(line, inside), line_x(line, inside + 1)))
        return corner.x() + left, corner.y() + line.y() + line.ascent(), right - left


def _centre(block: QTextBlock, *, display: bool) -> None:
    if display and block.length() == 2 and block.textList() is None:
        block_format = QTextBlockFormat()
        block_format.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        QTextCursor(block).mergeBlockFormat(block_format)
