"""Rows whose content is one small QTextDocument."""

from __future__ import annotations

import math
from functools import cache

from PySide6.QtCore import QPoint, QPointF, QRectF, Qt, QUrl
from PySide6.QtGui import (
    QAbstractTextDocumentLayout,
    QColor,
    QFont,
    QPainter,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextOption,
)

from desktop.ui.message_view.positions import line_x
from desktop.ui.message_view.row import PaintState, Row
from desktop.ui.message_view.selected_ground import ground, is_one_way
from desktop.ui.message_view.style import Style
from desktop.ui.message_view.word_bounds import word_around


class QuietDocument(QTextDocument):
    """A document that loads nothing: no picture of an answer is ever fetched or read from a disk."""

    def __init__(self, font: QFont) -> None:
        super().__init__()
        self.setUndoRedoEnabled(False)
        self.setDocumentMargin(0)
        self.setDefaultFont(font)
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.setDefaultTextOption(option)

    def loadResource(self, _type: int, _name: QUrl | str) -> None:
        """Nothing."""

    def set_line_height(self, line_height: int) -> None:
        """Gives every line the same height, in whole pixels."""
        cursor = QTextCursor(self)
        if self.blockCount() > 1:
            cursor.select(QTextCursor.SelectionType.Document)
        cursor.mergeBlockFormat(line_format(line_height))


@cache
def line_format(line_height: int) -> QTextBlockFormat:
    """Lines of one height without space between paragraphs."""
    block_format = QTextBlockFormat()
    block_format.setLineHeight(line_height, QTextBlockFormat.LineHeightTypes.FixedHeight.value)
    block_format.setTopMargin(0)
    block_format.setBottomMargin(0)
    return block_format


class TextRow(Row):
    """A row with one document, laid out when it comes near the viewport."""

    def __init__(self, style: Style) -> None:
        super().__init__(style)
        self._document: QTextDocument | None = None

    @property
    def ready(self) -> bool:
        return self._document is not None

    @property
    def heavy(self) -> bool:
        return self._document is not None

    @property
    def text(self) -> str:
        document = self.document()
        return document.toPlainText() if document is not None else ""

    def document(self) -> QTextDocument | None:
        """The document; made now if need be."""
        if self._document is None:
            self.lay_out(self._width if self._width > 0 else self.style.px(720))
        return self._document

    def release(self) -> None:
        self._document = None

    def word_at(self, position: int) -> tuple[int, int]:
        return word_around(self.text, position)

    def paragraph_at(self, position: int) -> tuple[int, int]:
        block = self._cursor(self._document_position(position)).block()
        end = block.position() + block.length() - 1
        return self._text_position(block.position()), self._text_position(end)

    def origin(self) -> QPoint:
        """Where the document stands in the content."""
        return QPoint(0, 0)

    def last_line_top(self) -> int:
        """Where the last line begins, in the row's coordinates: all above it stays when text is appended."""
        document = self._document
        if document is None or self._width < 0:
            return 0
        block = document.lastBlock()
        layout = block.layout()
        lines = layout.lineCount()
        top = document.documentLayout().blockBoundingRect(block).top() + (layout.lineAt(lines - 1).y() if lines else 0)
        return self.margin + self.origin().y() + int(top) - self.style.px(4)

    def line_at(self, position: int) -> tuple[int, int]:
        document = self.document()
        if document is None:
            return super().line_at(position)
        position = self._document_position(position)
        block = self._cursor(position).block()
        line = block.layout().lineForTextPosition(position - block.position())
        top = document.documentLayout().blockBoundingRect(block).top() + (line.y() if line.isValid() else 0)
        height = line.height() if line.isValid() else self.style.answer.line_height
        return self.margin + self.origin().y() + round(top), round(height)

    def lift(self) -> int:
        """How far the text is raised in its lines."""
        return 0

    def text_color(self) -> QColor:
        """The colour of plain text."""
        return self.style.color("text")

    def _make(self, width: int) -> QTextDocument:
        """Makes the document for content `width`."""
        raise NotImplementedError

    def _document_width(self, width: int) -> int:
        return width

    def _space_around(self) -> int:
        """What the content is higher than its document."""
        return 0

    def _lay_out(self, width: int) -> int:
        document_width = self._document_width(width)
        if self._document is None:
            self._document = self._make(document_width)
        if self._document.textWidth() != document_width:
            self._document.setTextWidth(document_width)
        return math.ceil(self._document.size().height()) + self._space_around()

    def _cursor(self, position: int) -> QTextCursor:
        document = self.document()
        assert document is not None
        cursor = QTextCursor(document)
        cursor.setPosition(min(max(0, position), document.characterCount() - 1))
        return cursor

    def _position_at(self, point: QPointF) -> int:
        if self._document is None:
            return 0
        layout = self._document.documentLayout()
        position = layout.hitTest(point - QPointF(self.origin()), Qt.HitTestAccuracy.FuzzyHit)
        return self._text_position(max(0, position))

    def _text_position(self, position: int) -> int:
        """Where a character of the document stands in `text`; another place only if the two differ."""
        return position

    def _document_position(self, position: int, *, after: bool = False) -> int:  # noqa: ARG002 - for subclasses
        """The same the other way round; `after` what is one character in the document and several in the text."""
        return position

    def _tooltip_at(self, point: QPointF) -> str:
        if self._document is None:
            return ""
        look = self._document.documentLayout().formatAt(point - QPointF(self.origin()))
        return look.toCharFormat().toolTip()

    def _link_at(self, point: QPointF) -> str:
        if self._document is None:
            return ""
        return self._document.documentLayout().anchorAt(point - QPointF(self.origin()))

    def _paint(self, painter: QPainter, state: PaintState) -> None:
        if self._document is None:
            return
        origin = self.origin()
        painter.translate(origin)
        self._paint_under(painter, self._document)
        self._paint_ground(painter, state)
        context = QAbstractTextDocumentLayout.PaintContext()
        context.palette = self.style.palette(self.text_color())
        clip = state.clip.translated(-self.inset - origin.x(), -self.margin - origin.y())
        context.clip = QRectF(clip)
        context.selections = self._marked(state)
        self._document.documentLayout().draw(painter, context)
        self._paint_over(painter, context.clip, state)
        painter.translate(-origin)
        if state.caret:
            self._paint_caret(painter, self._document)

    def _paint_under(self, _painter: QPainter, _document: QTextDocument) -> None:
        """Draws what lies under the text, in the document's coordinates."""

    def _paint_over(self, _painter: QPainter, _clip: QRectF, _state: PaintState) -> None:
        """Draws what lies over the text, in the document's coordinates."""

    def _paint_ground(self, painter: QPainter, state: PaintState) -> None:
        """Draws the ground of what is selected, line by line."""
        if state.selection is None or self._document is None or not is_one_way(self.text):
            return
        start = self._document_position(state.selection[0])
        end = self._document_position(state.selection[1], after=True)
        for rect in ground(self._document, start, end, self.lift()):
            painter.fillRect(rect, self.style.selection)

    def _marked(self, state: PaintState) -> list[QAbstractTextDocumentLayout.Selection]:
        """What differs, over it what is looked for, and over that what is selected."""
        differs, found = self.style.marked_formats.get(state.marked_as), self.style.found_format
        marked = [self._selected(start, end, differs) for start, end in state.marked] if differs else []
        marked += [self._selected(start, end, found) for start, end in state.found]
        if state.found_current is not None:
            marked.append(self._selected(*state.found_current, self.style.found_current_format))
        if state.selection is not None and not is_one_way(self.text):
            marked.append(self._selected(*state.selection, self.style.selection_format))
        return marked

    def _selected(self, start: int, end: int, look: QTextCharFormat) -> QAbstractTextDocumentLayout.Selection:
        selection = QAbstractTextDocumentLayout.Selection()
        cursor = self._cursor(self._document_position(start))
        last = cursor.document().characterCount() - 1
        end = self._document_position(end, after=True)
        cursor.setPosition(min(max(0, end), last), QTextCursor.MoveMode.KeepAnchor)
        selection.cursor = cursor
        selection.format = look
        return selection

    def _paint_caret(self, painter: QPainter, document: QTextDocument) -> None:
        """Marks the place where text arrives."""
        block = document.lastBlock()
        corner = document.documentLayout().blockBoundingRect(block).topLeft() + QPointF(self.origin())
        layout = block.layout()
        if layout.lineCount():
            line = layout.lineAt(layout.lineCount() - 1)
            corner += QPointF(line_x(line, block.length() - 1) + 1, line.y())
        rect = QRectF(corner.x(), corner.y(), max(2, self.style.px(3)), self.style.px(17))
        painter.fillRect(rect, self.style.color("accent"))
