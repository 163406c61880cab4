"""Where in a laid-out Markdown document the parts stand around which a row paints, or which it names."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from PySide6.QtCore import QRectF
from PySide6.QtGui import QFontMetricsF, QTextBlock, QTextBlockFormat, QTextDocument, QTextFormat

from desktop.core.citations import source_number
from desktop.ui.message_view.document_parts import blocks, fragments, is_code
from desktop.ui.message_view.positions import line_x


@dataclass(frozen=True, slots=True)
class Marker:
    """What stands before a list's item: a number, a bullet (by depth), or a task's box."""

    left: float  # of the item's first line
    baseline: float
    text: str
    depth: int
    checked: bool | None


def quotes(document: QTextDocument) -> list[tuple[int, QRectF]]:
    """(depth, rectangle) of every quoted paragraph."""
    return [
        (depth, _whole_lines(block, document.documentLayout().blockBoundingRect(block)))
        for block in blocks(document)
        if (depth := block.blockFormat().property(QTextFormat.Property.BlockQuoteLevel))
    ]


def code_lines(document: QTextDocument) -> list[QRectF]:
    """Rectangles of the lines of fences inside quotes and lists, from where their text begins."""
    rects = []
    for block in blocks(document):
        if is_code(block) and block.layout().lineCount():
            rect = document.documentLayout().blockBoundingRect(block)
            rects.append(rect.adjusted(block.layout().lineAt(0).x(), 0, 0, 0))
    return rects


def markers(document: QTextDocument, number: int) -> list[Marker]:
    """What to draw before the items of a list; `number` is that of the outermost item."""
    found: list[Marker] = []
    for block in blocks(document):
        text_list = block.textList()
        if text_list is None or block.layout().lineCount() == 0:
            continue
        list_format = text_list.format()
        depth = list_format.indent()
        text = ""
        if list_format.property(QTextFormat.Property.UserProperty):
            start = number if number and depth == 1 else list_format.start()
            text = f"{start + text_list.itemNumber(block)}."
        corner = document.documentLayout().blockBoundingRect(block).topLeft()
        box = block.blockFormat().marker()
        checked = None if box is QTextBlockFormat.MarkerType.NoMarker else box is QTextBlockFormat.MarkerType.Checked
        line = block.layout().lineAt(0)
        found.append(Marker(corner.x() + line.x(), corner.y() + line.y() + line.ascent(), text, depth, checked))
    return found


def code_spans(document: QTextDocument) -> list[QRectF]:
    """Where inline code stands: one rectangle a line."""
    rects: list[QRectF] = []
    for block in blocks(document):
        if is_code(block):
            continue
        for fragment in fragments(block):
            if fragment.charFormat().fontFixedPitch():
                start = fragment.position() - block.position()
                rects += _line_rects(document, block, start, start + fragment.length())
    return rects


def source_chips(document: QTextDocument) -> list[QRectF]:
    """Where numbers of sources stand: one rectangle each."""
    rects: list[QRectF] = []
    for block in blocks(document):
        for fragment in fragments(block):
            if source_number(fragment.charFormat().anchorHref()) is not None:
                start = fragment.position() - block.position()
                rects += _line_rects(document, block, start, start + fragment.length())
    return rects


def links(document: QTextDocument) -> list[tuple[str, str]]:
    """Text and address of every link; a link's parts of different looks are one."""
    found: list[tuple[str, str]] = []
    end = -1
    for block in blocks(document):
        for fragment in fragments(block):
            address = fragment.charFormat().anchorHref()
            if address and found and found[-1][1] == address and end == fragment.position():
                found[-1] = (found[-1][0] + fragment.text(), address)
            elif address:
                found.append((fragment.text(), address))
            end = fragment.position() + fragment.length() if address else -1
    return found


def _line_rects(document: QTextDocument, block: QTextBlock, start: int, end: int) -> Iterator[QRectF]:
    corner = document.documentLayout().blockBoundingRect(block).topLeft()
    layout = block.layout()
    metrics = QFontMetricsF(document.defaultFont())
    raised = block.blockFormat().lineHeightType() == QTextBlockFormat.LineHeightTypes.MinimumHeight.value
    for number in range(layout.lineCount()):
        line = layout.lineAt(number)
        first, last = max(start, line.textStart()), min(end, line.textStart() + line.textLength())
        if first < last:
            left, right = line_x(line, first), line_x(line, last)
            rect = QRectF(min(left, right), line.y(), abs(right - left), line.height())
            if raised:  # by a formula: the letters take less
                rect.setTop(line.y() + line.ascent() - metrics.ascent())
                rect.setHeight(metrics.height())
            yield rect.translated(corner)


def _whole_lines(block: QTextBlock, rect: QRectF) -> QRectF:
    """A paragraph's rectangle with its last line as high as the others: Qt's ends at the letters."""
    height = block.layout().lineCount() * block.blockFormat().lineHeight()
    return QRectF(rect.x(), rect.y(), rect.width(), max(rect.height(), height))
