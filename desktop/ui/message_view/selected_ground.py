"""The ground of selected text: as high as its lines, where Qt's own is as high as the letters and leaves stripes."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from PySide6.QtCore import QRectF
from PySide6.QtGui import QTextBlock, QTextBlockFormat, QTextDocument

from desktop.ui.message_view.positions import line_x

NEWLINE_WIDTH = 5  # what is shown of a selected line end
BASELINE = 0.8  # of a fixed line height, where Qt puts the baseline


def is_one_way(text: str) -> bool:
    """False for text of two directions, whose selected letters need not stand side by side."""
    return text.isascii() or not any(unicodedata.bidirectional(character) in {"R", "AL"} for character in text)


def ground(document: QTextDocument, start: int, end: int, lift: int) -> Iterator[QRectF]:
    """A rectangle for each selected line; `lift` is how far the text is raised in its lines."""
    block = document.findBlock(start)
    while block.isValid() and block.position() < end:
        corner = document.documentLayout().blockBoundingRect(block).topLeft()
        for number in range(block.layout().lineCount()):
            rect = _line_ground(block, number, start - block.position(), end - block.position())
            if rect.width() > 0:
                yield rect.translated(corner.x(), round(corner.y() + lift))
        block = block.next()


def _line_ground(block: QTextBlock, number: int, start: int, end: int) -> QRectF:
    line = block.layout().lineAt(number)
    first, last = max(start, line.textStart()), min(end, line.textStart() + line.textLength())
    if first > last:
        return QRectF()
    left, right = line_x(line, first), line_x(line, last)
    if number == block.layout().lineCount() - 1 and end >= block.length():
        right += NEWLINE_WIDTH
    look = block.blockFormat()
    if look.lineHeightType() != QTextBlockFormat.LineHeightTypes.FixedHeight.value:
        return QRectF(left, line.y(), right - left, line.height())
    top = round(line.y() + line.ascent() - BASELINE * look.lineHeight())
    return QRectF(left, top, right - left, look.lineHeight())
