"""The body of a request as it is sent, in colours; pictures are folded, and whole in what is copied."""

from __future__ import annotations

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
from desktop.core.json_text import Path
from desktop.ui.controls import look, name
from desktop.ui.request_text import RequestText
from desktop.ui.theme import Theme

FONT = 12.5
LINE_PERCENT = 118  # of the font's own
HANG = 46
NEAR = 12  # pixels beside a character that are still a click on it


class RequestBody(QTextEdit):
    """Read only. A picture opens by a click, or by Enter where the caret is."""

    picture_opened = Signal(object)  # PicturePart

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._shown = RequestText()
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

    def show_text(self, text: RequestText) -> None:
        """Shows what is sent."""
        self._shown = text
        self.setPlainText(text.text)
        self._space()
        self._color()

    def show_place(self, path: Path) -> None:
        """Brings a message, or a part of one, into sight."""
        position = self._shown.places.get(path)
        if position is None:
            return
        cursor = self.textCursor()
        cursor.setPosition(position)
        self.setTextCursor(cursor)
        below_middle = self.cursorRect().center().y() - self.viewport().height() // 2
        self.verticalScrollBar().setValue(self.verticalScrollBar().value() + below_middle)

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
        document = self.document()
        formats: dict[str, QTextCharFormat] = {}
        for number, spans in self._shown.colors.items():
            ranges = []
            for start, length, color in spans:
                if color not in formats:
                    formats[color] = QTextCharFormat()
                    formats[color].setForeground(self._theme.color(color))
                span = QTextLayout.FormatRange()
                span.start, span.length, span.format = start, length, formats[color]
                ranges.append(span)
            document.findBlockByNumber(number).layout().setFormats(ranges)
        document.markContentsDirty(0, document.characterCount())

    def _picture_at(self, position: int) -> PicturePart | None:
        folds = (fold for fold in self._shown.folds if fold.start <= position < fold.start + fold.length)
        return next((fold.picture for fold in folds), None)

    def _position_at(self, event: QMouseEvent) -> int:
        """The character under the pointer, or -1 beside the text."""
        point = event.position().toPoint()
        cursor = self.cursorForPosition(point)
        return cursor.position() if self.cursorRect(cursor).adjusted(-NEAR, 0, NEAR, 0).contains(point) else -1

    def _whole(self, start: int, end: int) -> str:
        texts, position = [], start
        for fold in self._shown.folds:
            if fold.start < end and fold.start + fold.length > start:
                texts += [self._text(position, max(position, fold.start)), fold.whole]
                position = fold.start + fold.length
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
