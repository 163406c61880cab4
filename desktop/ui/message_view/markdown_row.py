"""A row of running text: paragraph, heading, item, quote."""

from __future__ import annotations

import re
from typing import NamedTuple

from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QTextCursor, QTextDocument

from desktop.core.find import readable
from desktop.core.markdown_blocks import Block, Kind
from desktop.core.plain_growth import plain_growth
from desktop.ui.message_view import markdown_document, markdown_places
from desktop.ui.message_view.formula_document import FormulaLayer, Shown, formulas_shown
from desktop.ui.message_view.row import PaintState
from desktop.ui.message_view.style import Style, Tone
from desktop.ui.message_view.text_row import QuietDocument, TextRow


class Marks(NamedTuple):
    """Everything around the letters, in the document's coordinates."""

    quotes: list[tuple[int, QRectF]]
    code_lines: list[QRectF]
    markers: list[markdown_places.Marker]
    code_spans: list[QRectF]
    source_chips: list[QRectF]


_MARKUP = re.compile(r"[*_`~\[<\\&#>|@:]")  # what may change the look of a line when more text comes
_LINK = re.compile(r"\[|://|www\.|@")  # without one of these, nothing is a link
NO_MARKS = Marks([], [], [], [], [])


class MarkdownRow(TextRow):
    """One block of Markdown."""

    def __init__(self, style: Style, tone: Tone, block: Block, indent: int = 0) -> None:
        super().__init__(style)
        self.block = block
        self._indent = indent
        self._tone = tone
        self._spare: QuietDocument | None = None
        self._marks: Marks | None = None
        self._settled = False
        self._waits = False  # for drawings of formulas
        self._layer: FormulaLayer | None = None

    def set_block(self, block: Block) -> None:
        """The block has grown."""
        old, self.block = self.block, block
        if self._grown_by_words(old):
            return
        appended = block.source.startswith(old.source) and not _MARKUP.search(block.source)
        stable = self.last_line_top() if appended else 0
        self._spare, self._document = self._as_quiet(self._document), None
        self._settled = False
        self.changed(stable)

    def _grown_by_words(self, old: Block) -> bool:
        """Puts plain words behind the others; False if the block has to be parsed."""
        words = plain_growth(old, self.block) if self._document is not None and self._layer is None else None
        if words is None or self._document is None:
            return False
        stable = self.last_line_top()
        cursor = QTextCursor(self._document)
        cursor.movePosition(QTextCursor.MoveOperation.End)
        cursor.insertText(words)
        self._settled = False
        self.changed(stable)
        return True

    def settle(self) -> None:
        """The block is finished: formulas are drawn, now or as soon as they can be."""
        self._settled = True
        if self.block.formulas:
            self._shown(urgent=False)
            self.release()
            self.changed()

    def draw_formulas(self) -> bool:
        if not self._waits or any(shown.drawing is None for shown in self._shown()):
            return False
        self.release()
        self.changed()
        return True

    @property
    def source(self) -> str:
        return self.block.source

    def links(self) -> list[tuple[str, str]]:
        if not _LINK.search(self.block.source):
            return []
        was_ready = self.ready
        document = self.document()
        found = markdown_places.links(document) if document is not None else []
        if not was_ready:
            self.release()
        return found

    @property
    def readable(self) -> str:
        return readable(self.block.source)

    @property
    def text(self) -> str:
        return super().text if self.document() is None or self._layer is None else self._layer.text()

    def word_at(self, position: int) -> tuple[int, int]:
        formula = self._layer.places.formula_at(position) if self._layer is not None else None
        return formula or super().word_at(position)

    def release(self) -> None:
        super().release()
        self._spare = None
        self._layer = None
        self._waits = False

    def estimate(self, width: int) -> int:
        characters = max(1.0, (width - 2 * self.inset) / self.style.character_width)
        lines = sum(1 + len(line) // characters for line in self.block.source.strip("\n").split("\n"))
        return self.margin + self.below + int(lines * self._tone.line_height)

    def origin(self) -> QPoint:
        return QPoint(self._indent, -self._tone.lift)

    def lift(self) -> int:
        return self._tone.lift

    def _document_width(self, width: int) -> int:
        return width - self._indent

    def text_color(self) -> QColor:
        return self.style.color("dim") if self.block.kind is Kind.QUOTE else self._tone.color

    def _make(self, width: int) -> QTextDocument:
        document, self._spare = self._spare or QuietDocument(self._tone.font), None
        shown = self._shown()
        self._waits = self._settled and any(one.drawing is None for one in shown)
        self._layer = markdown_document.fill(document, self.block, self.style, self._tone, width, formulas=shown)
        return document

    def _shown(self, *, urgent: bool = True) -> list[Shown]:
        """The block's formulas, with their drawings if they are there."""
        if not self.block.formulas:
            return []
        font = markdown_document.main_font(self.block, self.style, self._tone)
        return formulas_shown(self.block, font, self.style.formulas if self._settled else None, urgent=urgent)

    def _text_position(self, position: int) -> int:
        return self._layer.places.text_position(position) if self._layer is not None else position

    def _document_position(self, position: int, *, after: bool = False) -> int:
        return self._layer.places.layout_position(position, after=after) if self._layer is not None else position

    def _lay_out(self, width: int) -> int:
        self._marks = None
        return super()._lay_out(width)

    def _find_marks(self, document: QTextDocument) -> Marks:
        """What is drawn under the text; found once for each layout."""
        block = self.block
        plain = block.kind is Kind.PARAGRAPH and not block.indent
        return Marks(
            [] if plain else markdown_places.quotes(document),
            [] if plain else markdown_places.code_lines(document),
            [] if plain else markdown_places.markers(document, block.number),
            markdown_places.code_spans(document) if "`" in block.source or block.formulas else [],
            markdown_places.source_chips(document) if block.source_count else [],
        )

    def _as_quiet(self, document: QTextDocument | None) -> QuietDocument | None:
        return document if isinstance(document, QuietDocument) else None

    def _paint_over(self, painter: QPainter, clip: QRectF, state: PaintState) -> None:
        if self._layer is None:
            return
        for placed, foot, width in self._layer.inside(clip):
            color = self.style.color("on_found") if placed.meets(state.found_current) else self.text_color()
            self.style.formulas.paint(painter, placed.drawing, color.name(), foot, width)

    def _paint_under(self, painter: QPainter, document: QTextDocument) -> None:
        if self._marks is None:
            self._marks = self._find_marks(document)
        marks = self._marks
        if marks == NO_MARKS:
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.translate(0, self.lift())  # they stand around whole lines, not around raised letters
        self._paint_quotes_and_code(painter, marks)
        painter.translate(0, -self.lift())
        for marker in marks.markers:
            self._paint_marker(painter, marker)
        self._paint_code_spans(painter, marks)
        self._paint_source_chips(painter, marks)
        painter.restore()

    def _paint_quotes_and_code(self, painter: QPainter, marks: Marks) -> None:
        style = self.style
        painter.setBrush(style.color("line"))
        above, bottom_above = 0, float(-self.margin if self.block.continues else 0)
        for depth, rect in marks.quotes:
            for level in range(depth):
                top = bottom_above if level < above or self.block.continues else rect.top()
                painter.drawRect(QRectF(style.px(16) * level, top, style.px(3), rect.bottom() - top))
            above, bottom_above = depth, rect.bottom()
        painter.setBrush(style.color("code"))
        for rect in marks.code_lines:
            painter.drawRect(rect.adjusted(-style.px(10), 0, 0, 0))

    def _paint_code_spans(self, painter: QPainter, marks: Marks) -> None:
        style = self.style
        painter.setBrush(style.color("bubble"))
        for rect in marks.code_spans:
            chip = rect.adjusted(-style.px(2), -style.px(1), style.px(2), style.px(1))
            painter.drawRoundedRect(chip, style.px(4), style.px(4))

    def _paint_source_chips(self, painter: QPainter, marks: Marks) -> None:
        style = self.style
        painter.setBrush(style.color("bubble"))
        height = style.px(16)
        for rect in marks.source_chips:
            top = rect.bottom() - height - style.px(1)
            chip = QRectF(rect.left() + style.px(2), top, rect.width() - 2 * style.px(2), height)
            painter.drawRoundedRect(chip, height / 2, height / 2)

    def _paint_marker(self, painter: QPainter, marker: markdown_places.Marker) -> None:
        style = self.style
        if marker.checked is not None:
            self._paint_box(painter, marker)
        elif marker.text:
            painter.setPen(style.color("dim"))
            painter.setFont(self._tone.font)
            width = painter.fontMetrics().horizontalAdvance(marker.text)
            painter.drawText(QPointF(marker.left - style.px(7) - width, marker.baseline), marker.text)
            painter.setPen(Qt.PenStyle.NoPen)
        else:
            self._paint_bullet(painter, marker)

    def _paint_bullet(self, painter: QPainter, marker: markdown_places.Marker) -> None:
        style = self.style
        radius = style.px(5) / 2
        centre = QPointF(marker.left - style.px(12), marker.baseline - style.px(5))
        if marker.depth % 2:
            painter.setBrush(style.color("dim"))
            painter.drawEllipse(centre, radius, radius)
        else:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(style.color("dim"), 1.2))
            painter.drawEllipse(centre, radius - 0.5, radius - 0.5)
            painter.setPen(Qt.PenStyle.NoPen)

    def _paint_box(self, painter: QPainter, marker: markdown_places.Marker) -> None:
        style = self.style
        side = style.px(14)
        left, top = round(marker.left - style.px(20)), round(marker.baseline - side * 0.86)
        box = QRectF(left + 0.5, top + 0.5, side - 1, side - 1)
        checked = bool(marker.checked)
        painter.setBrush(style.color("accent") if checked else Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(style.color("accent" if checked else "faint"), 1.2))
        painter.drawRoundedRect(box, style.px(3), style.px(3))
        if checked:
            painter.setPen(QPen(style.color("on_accent"), style.px(2) * 0.9))
            painter.drawPolyline(
                [
                    QPointF(box.left() + side * 0.22, box.top() + side * 0.48),
                    QPointF(box.left() + side * 0.42, box.top() + side * 0.67),
                    QPointF(box.left() + side * 0.74, box.top() + side * 0.28),
                ]
            )
        painter.setPen(Qt.PenStyle.NoPen)
