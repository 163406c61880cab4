"""A chat on pages: PDF and paper.

Each piece is laid out by a QTextDocument of its own, small enough to hold nobody up, and cut only between lines. A
card of code, a table or a picture that fits on a page is not cut; a heading stays with what follows it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import (
    QAbstractTextDocumentLayout,
    QColor,
    QFont,
    QFontMetricsF,
    QImage,
    QPagedPaintDevice,
    QPainter,
    QPalette,
    QTextDocument,
    QTextOption,
)

from desktop.ui.export.page_breaks import lines_of
from desktop.ui.theme import CODE_FAMILY, LIGHT, TEXT_FAMILY

DOTS_PER_INCH = 96  # lengths are those of a screen; letters are placed by the device's own dots
HEAD_HEIGHT = 34
FOOT_HEIGHT = 30
ORPHAN_HEIGHT = 42  # a piece does not begin with less than this at the foot of a page
STYLE = f"""
body, td, p, li {{ font-size: 13px; }}
h1 {{ font-size: 19px; }} h2 {{ font-size: 17px; }} h3 {{ font-size: 15px; }} h4, h5, h6 {{ font-size: 14px; }}
h1, h2, h3, h4, h5, h6 {{ font-weight: 600; margin: 6px 0 2px 0; }}
p {{ margin: 0; }} ul, ol {{ margin: 0; }} li {{ margin: 0 0 3px 0; }}
a {{ color: {LIGHT.accent}; text-decoration: none; }}
code, pre {{ font-family: "{CODE_FAMILY}", monospace; font-size: 11px; }}
pre {{ white-space: pre-wrap; margin: 0; }}
blockquote {{ color: {LIGHT.dim}; margin: 0 0 0 18px; }}
.cells td, .cells th {{ border-bottom: 1px solid {LIGHT.line}; }} .cells th {{ text-align: left; }}
.title {{ font-size: 22px; font-weight: 600; }} .who {{ font-weight: 600; }}
.dim {{ color: {LIGHT.dim}; font-size: 12px; }}
"""


@dataclass(frozen=True, slots=True)
class Piece:
    """HTML that is laid out by itself. `pictures` are named in it by their keys."""

    html: str
    gap_above: int = 6
    stays_whole: bool = False
    stays_with_next: bool = False
    pictures: tuple[tuple[str, QImage], ...] = ()


class PieceDocument(QTextDocument):
    """Loads nothing but the pictures it was given; used again for other pieces, since making one is slow."""

    def __init__(self, font: QFont, width: float) -> None:
        super().__init__()
        self.setUndoRedoEnabled(False)
        self.setDocumentMargin(0)
        self.setDefaultFont(font)
        self.setDefaultStyleSheet(STYLE)
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.setDefaultTextOption(option)
        self.setTextWidth(width)

    def loadResource(self, _kind: int, _name: object) -> None:
        """Nothing."""


class PagePainter:
    """Paints pieces one below the other onto the pages of `device`; `finish` ends the last page."""

    def __init__(self, device: QPagedPaintDevice, title: str) -> None:
        self._device = device
        self._title = title
        self._painter = QPainter(device)
        scale = self._painter.device().logicalDpiX() / DOTS_PER_INCH
        self._painter.scale(scale, scale)
        self._width = self._painter.device().width() / scale
        self._height = self._painter.device().height() / scale
        self._font = QFont()
        self._font.setFamilies([TEXT_FAMILY, QFont().family()])
        self._font.setPixelSize(13)
        self._font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
        self._y = 0.0
        self._number = 1
        self._held: list[tuple[Piece, PieceDocument]] = []  # headings that wait for what follows them
        self._spare: list[PieceDocument] = []

    @property
    def is_active(self) -> bool:
        """False if the device refused to be painted on, as a file that cannot be written does."""
        return self._painter.isActive()

    @property
    def width(self) -> float:
        """How wide the text is."""
        return self._width

    def add(self, piece: Piece) -> None:
        """Paints one more piece."""
        document = self._spare.pop() if self._spare else PieceDocument(self._font, self._width)
        for key, image in piece.pictures:
            document.addResource(QTextDocument.ResourceType.ImageResource.value, key, image)
        document.setHtml(piece.html)
        self._held.append((piece, document))
        if not piece.stays_with_next:
            self._place_held()

    def finish(self) -> None:
        """Paints the last page's foot, and closes the document."""
        self._place_held()
        self._paint_frame()
        self._painter.end()

    def abandon(self) -> None:
        """Stops in the middle."""
        self._painter.end()

    @property
    def _bottom(self) -> float:
        return self._height - FOOT_HEIGHT

    def _place_held(self) -> None:
        held, self._held = self._held, []
        needed = sum(piece.gap_above + document.size().height() for piece, document in held[:-1])
        if held:
            piece, document = held[-1]
            height = document.size().height()
            fits_on_a_page = height <= self._bottom - HEAD_HEIGHT
            needed += piece.gap_above + (height if piece.stays_whole and fits_on_a_page else min(height, ORPHAN_HEIGHT))
        if self._y + needed > self._bottom:
            self._next_page()
        for piece, document in held:
            self._y += piece.gap_above if self._y > self._top else 0
            self._paint(document)
            if not piece.pictures:
                self._spare.append(document)

    @property
    def _top(self) -> float:
        return 0.0 if self._number == 1 else HEAD_HEIGHT

    def _paint(self, document: PieceDocument) -> None:
        for start, end in self._slices(document):
            if self._y + end - start > self._bottom:
                self._next_page()
            self._paint_slice(document, start, end)
            self._y += end - start

    def _slices(self, document: PieceDocument) -> Iterator[tuple[float, float]]:
        """Cuts what does not fit on this page, between lines."""
        start = last = 0.0
        room = self._bottom - self._y
        for _, bottom in lines_of(document) if document.size().height() > room else ():
            if bottom - start > room and last > start:
                yield start, last
                start, room = last, self._bottom - HEAD_HEIGHT
            last = bottom
        yield start, max(last, document.size().height())

    def _paint_slice(self, document: PieceDocument, start: float, end: float) -> None:
        context = QAbstractTextDocumentLayout.PaintContext()
        context.clip = QRectF(-2, start, self._width + 4, end - start)
        context.palette.setColor(QPalette.ColorRole.Text, QColor(LIGHT.text))
        self._painter.save()
        self._painter.translate(0, self._y - start)
        self._painter.setClipRect(context.clip)
        document.documentLayout().draw(self._painter, context)
        self._painter.restore()

    def _next_page(self) -> None:
        self._paint_frame()
        self._device.newPage()
        self._number += 1
        self._y = HEAD_HEIGHT

    def _paint_frame(self) -> None:
        """The title above, from the second page on, and the page's number below."""
        font = QFont(self._font)
        font.setPixelSize(11)
        self._painter.setFont(font)
        self._painter.setPen(QColor(LIGHT.dim))
        foot = QRectF(0, self._height - FOOT_HEIGHT, self._width, FOOT_HEIGHT)
        self._painter.drawText(foot, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignBottom, str(self._number))
        if self._number > 1:
            title = QFontMetricsF(font).elidedText(self._title, Qt.TextElideMode.ElideRight, self._width)
            head = QRectF(0, 0, self._width, HEAD_HEIGHT)
            self._painter.drawText(head, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop, title)
