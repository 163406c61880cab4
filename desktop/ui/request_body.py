"""The body of a request as it is sent, in colours; pictures are folded, and whole in what is copied."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass

from PySide6.QtCore import QMimeData, Qt, Signal
from PySide6.QtGui import (
    QKeyEvent,
    QMouseEvent,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextLayout,
    QTextOption,
)
from PySide6.QtWidgets import QFrame, QTextEdit

from desktop.core.conversation import PicturePart
from desktop.core.json_text import Kind, Path, Piece, pieces
from desktop.services.previews import Preview
from desktop.ui.controls import look, name
from desktop.ui.message_view.positions import units
from desktop.ui.theme import Theme

FONT = 12.5
LINE_PERCENT = 118  # of the font's own
HANG = 46
LONGEST_SHOWN = 20_000  # characters of one text: no editor lays out a longer line in time
COLORS = {Kind.STRING: "string", Kind.NUMBER: "number", Kind.WORD: "keyword"}
_DATA = re.compile(r'"data:([\w.+-]+/[\w.+-]+);base64,')


@dataclass(frozen=True, slots=True)
class _Span:
    """What stands at a place of the text, in Qt's positions; `whole` is what a fold stands for."""

    start: int
    length: int
    color: str
    path: Path
    whole: str = ""
    picture: PicturePart | None = None


class RequestBody(QTextEdit):
    """Read only. A picture opens by a click, or by Enter where the caret is."""

    picture_opened = Signal(object)  # PicturePart

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._spans: list[_Span] = []
        self._starts: list[int] = []
        name(self, "requestBody", self.tr("Body of the request"))
        look(self, "bare")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setReadOnly(True)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.setTabChangesFocus(True)
        self.viewport().setMouseTracking(True)
        theme.changed.connect(self._restyle)
        self._restyle()

    def show_body(self, preview: Preview) -> None:
        """Shows what is sent."""
        self._spans, texts, position = [], [], 0
        for piece in pieces(preview.wire.body):
            shown = self._folded(piece, preview)
            text = piece.text if shown is None else shown[0]
            length = units(text)
            if shown is not None:
                self._spans.append(_Span(position, length, "dim", piece.path, piece.text, shown[1]))
            else:
                self._spans += self._colored(piece, position, length, preview)
            texts.append(text)
            position += length
        self._starts = [span.start for span in self._spans]
        self.setPlainText("".join(texts))
        self._space()
        self._color()

    def show_place(self, path: Path) -> None:
        """Brings a message, or a part of one, into sight."""
        for span in self._spans:
            if span.path[: len(path)] == path:
                cursor = self.textCursor()
                cursor.setPosition(span.start)
                self.setTextCursor(cursor)
                middle = self.cursorRect().center().y() - self.viewport().height() // 2
                self.verticalScrollBar().setValue(self.verticalScrollBar().value() + middle)
                return

    def createMimeDataFromSelection(self) -> QMimeData:
        """What is selected, with what is folded whole."""
        cursor = self.textCursor()
        data = QMimeData()
        data.setText(self._whole(cursor.selectionStart(), cursor.selectionEnd()))
        return data

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        over = self._picture_at(self._position_at(event))
        self.viewport().setCursor(Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.IBeamCursor)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        picture = self._picture_at(self._position_at(event))
        if picture is not None and event.button() is Qt.MouseButton.LeftButton and not self.textCursor().hasSelection():
            self.picture_opened.emit(picture)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        picture = self._picture_at(self.textCursor().position())
        if picture is not None and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.picture_opened.emit(picture)
        else:
            super().keyPressEvent(event)

    def _folded(self, piece: Piece, preview: Preview) -> tuple[str, PicturePart | None] | None:
        """What stands for a piece that nobody wants to read, and the picture that it is."""
        if piece.kind is not Kind.STRING:
            return None
        data = _DATA.match(piece.text)
        if data is not None:
            picture = preview.pictures.get(piece.text[1:-1])
            size = f" {picture.width}×{picture.height}" if picture is not None else ""
            length = len(piece.text) - len(data[0]) - 1
            return f"▸ {data[1]}{size}, {_size_text(length * 3 // 4)}", picture
        if len(piece.text) > LONGEST_SHOWN:
            left = self.tr("{count} more characters").format(count=f"{len(piece.text) - LONGEST_SHOWN:,}")
            return f"{piece.text[:LONGEST_SHOWN]}… ▸ {left}", None
        return None

    def _colored(self, piece: Piece, start: int, length: int, preview: Preview) -> list[_Span]:
        if piece.path == ("model",) and piece.kind is Kind.STRING and piece.text[1:].startswith(preview.call.model):
            plain = 1 + units(preview.call.model)
            suffix = length - plain - 1
            return [
                _Span(start, plain, "text", piece.path),
                _Span(start + plain, suffix, "accent", piece.path),
                _Span(start + plain + suffix, 1, "text", piece.path),
            ]
        return [_Span(start, length, COLORS.get(piece.kind, "text"), piece.path)]

    def _space(self) -> None:
        """Room between the lines, and a long one goes on further in."""
        hang = self._theme.px(HANG)
        spaced = QTextBlockFormat()
        spaced.setLineHeight(LINE_PERCENT, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
        spaced.setLeftMargin(hang)
        spaced.setTextIndent(-hang)
        cursor = QTextCursor(self.document())
        cursor.select(QTextCursor.SelectionType.Document)
        cursor.setBlockFormat(spaced)

    def _color(self) -> None:
        """Puts the colours on the lines; nothing is laid out for it."""
        by_line: dict[int, list[QTextLayout.FormatRange]] = {}
        document = self.document()
        formats = {color: self._format(color) for color in {span.color for span in self._spans} if color != "text"}
        for span in self._spans:
            if span.color not in formats or not span.length:
                continue
            block = document.findBlock(span.start)
            place = QTextLayout.FormatRange()
            place.start, place.length, place.format = (
                span.start - block.position(),
                span.length,
                formats[span.color],
            )
            by_line.setdefault(block.blockNumber(), []).append(place)
        for number, ranges in by_line.items():
            document.findBlockByNumber(number).layout().setFormats(ranges)
        document.markContentsDirty(0, document.characterCount())

    def _format(self, color: str) -> QTextCharFormat:
        text_format = QTextCharFormat()
        text_format.setForeground(self._theme.color(color))
        return text_format

    def _span_at(self, position: int) -> _Span | None:
        number = bisect_right(self._starts, position) - 1
        span = self._spans[number] if number >= 0 else None
        return span if span is not None and position < span.start + span.length else None

    def _picture_at(self, position: int) -> PicturePart | None:
        span = self._span_at(position)
        return span.picture if span is not None else None

    def _position_at(self, event: QMouseEvent) -> int:
        cursor = self.cursorForPosition(event.position().toPoint())
        near = self.cursorRect(cursor).adjusted(-12, 0, 12, 0)
        return cursor.position() if near.contains(event.position().toPoint()) else -1

    def _whole(self, start: int, end: int) -> str:
        texts, position = [], start
        for span in self._spans:
            if span.whole and span.start < end and span.start + span.length > start:
                texts += [self._text(position, max(position, span.start)), span.whole]
                position = span.start + span.length
        return "".join([*texts, self._text(position, max(position, end))])

    def _text(self, start: int, end: int) -> str:
        cursor = QTextCursor(self.document())
        cursor.setPosition(start)
        cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
        return cursor.selectedText().replace("\u2029", "\n")

    def _restyle(self) -> None:
        self.document().setDefaultFont(self._theme.font(FONT, code=True))  # a style sheet sets the widget's own
        self.document().setDocumentMargin(self._theme.px(14))
        self._space()
        self._color()


def _size_text(size_bytes: int) -> str:
    if size_bytes < 1000:
        return f"{size_bytes} B"
    return f"{size_bytes / 1000:.0f} KB" if size_bytes < 1_000_000 else f"{size_bytes / 1_000_000:.1f} MB"
