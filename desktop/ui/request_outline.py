"""The messages of a request in a narrow list: who, the first words, what they weigh; struck through if left out."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import (
    QAbstractListModel,
    QLocale,
    QModelIndex,
    QPersistentModelIndex,
    QPointF,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFont, QKeyEvent, QPainter, QTextCharFormat, QTextLayout, QTextOption
from PySide6.QtWidgets import QFrame, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from desktop.services.previews import Row
from desktop.ui.controls import name
from desktop.ui.theme import Theme

Index = QModelIndex | QPersistentModelIndex

FIRST_WORDS = 90  # characters: more than two lines have room for
FONT = 12.5
LINES = 2
LINE_HEIGHT = 1.2
SIDE = 12
ABOVE = 7
TOKENS_WIDTH = 44
ROW = Qt.ItemDataRole.UserRole


class RequestOutline(QListView):
    """`chosen` tells the row that the reader wants to see, `opened` the one that was entered or clicked twice."""

    chosen = Signal(object)  # Row
    opened = Signal(object)  # Row

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._rows = _Rows()
        self.setModel(self._rows)
        self.setItemDelegate(_Painter(theme, self))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setProperty("look", "rows")
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setLayoutMode(QListView.LayoutMode.Batched)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        name(self, "requestOutline", self.tr("Messages of the request"))
        self.selectionModel().currentChanged.connect(self._tell)
        self.doubleClicked.connect(lambda index: self.opened.emit(index.data(ROW)))
        theme.changed.connect(self.doItemsLayout)

    def show_rows(self, rows: Sequence[Row]) -> None:
        """Shows these and no others."""
        self._rows.put(rows)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self.opened.emit(self.currentIndex().data(ROW))
        else:
            super().keyPressEvent(event)

    def _tell(self, index: QModelIndex) -> None:
        if index.isValid():
            self.chosen.emit(index.data(ROW))


class _Rows(QAbstractListModel):
    def __init__(self) -> None:
        super().__init__()
        self._rows: Sequence[Row] = ()

    def put(self, rows: Sequence[Row]) -> None:
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        row = self._rows[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return f"{row.role} {self._words(row)}"
            case Qt.ItemDataRole.ToolTipRole:
                return row.reason or None
            case Qt.ItemDataRole.AccessibleTextRole:
                return self._spoken(row)
        return row if role == ROW else None

    def _words(self, row: Row) -> str:
        if row.picture is not None:
            return f"{row.picture.width}×{row.picture.height}"
        words = " ".join(row.text[: 4 * FIRST_WORDS].split())
        return words if len(words) <= FIRST_WORDS and len(row.text) <= 4 * FIRST_WORDS else f"{words[:FIRST_WORDS]}…"

    def _spoken(self, row: Row) -> str:
        text = self.tr("{role}, {tokens} tokens: {words}").format(
            role=row.role, tokens=QLocale().toString(row.tokens), words=self._words(row)
        )
        return self.tr("{row}. Not sent: {reason}").format(row=text, reason=row.reason) if row.reason else text


class _Painter(QStyledItemDelegate):
    def __init__(self, theme: Theme, view: QListView) -> None:
        super().__init__(view)
        self._theme = theme
        self._view = view

    def sizeHint(self, _option: QStyleOptionViewItem, index: Index) -> QSize:
        width = self._view.viewport().width()
        layout = self._layout(index, width)
        height = layout.lineAt(0).height() * LINE_HEIGHT * min(LINES, layout.lineCount())
        return QSize(width, round(height) + 2 * self._theme.px(ABOVE))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row: Row = index.data(ROW)
        px, rect = self._theme.px, QRect(option.rect)
        state = option.state
        painter.save()
        if state & QStyle.StateFlag.State_Selected:
            self._paint_ground(painter, rect, framed=bool(state & QStyle.StateFlag.State_HasFocus))
        layout = self._layout(index, rect.width())
        corner = QPointF(rect.left() + px(SIDE), rect.top() + px(ABOVE))
        painter.setPen(self._theme.color("faint" if row.reason else "dim"))
        layout.lineAt(0).draw(painter, corner)
        if layout.lineCount() > 1:
            self._paint_rest(painter, layout, corner)
        painter.setFont(self._font(row))
        tokens = QRect(rect.right() - px(TOKENS_WIDTH + SIDE), rect.top() + px(ABOVE), px(TOKENS_WIDTH), px(20))
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop
        painter.drawText(tokens, right, QLocale().toString(row.tokens))
        painter.restore()

    def _paint_ground(self, painter: QPainter, rect: QRect, *, framed: bool) -> None:
        px = self._theme.px
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(self._theme.color("accent") if framed else Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.color("accent_soft"))
        painter.drawRoundedRect(rect.adjusted(px(4), 1, -px(4), -1), px(7), px(7))

    def _paint_rest(self, painter: QPainter, layout: QTextLayout, corner: QPointF) -> None:
        """The second line, shortened to the room there is."""
        line = layout.lineAt(1)
        if layout.lineCount() <= LINES:
            line.draw(painter, corner)
            return
        painter.setFont(layout.font())
        rest = layout.text()[line.textStart() :]
        shown = painter.fontMetrics().elidedText(rest, Qt.TextElideMode.ElideRight, round(line.width()))
        painter.drawText(QPointF(corner.x(), corner.y() + line.y() + line.ascent()), shown)

    def _layout(self, index: Index, width: int) -> QTextLayout:
        """Role and first words, in as many lines as they take."""
        row: Row = index.data(ROW)
        text = str(index.data())
        layout = QTextLayout(text, self._font(row))
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        layout.setTextOption(option)
        layout.setFormats([self._range(0, len(row.role), self._theme.color("faint" if row.reason else "text"))])
        room = width - self._theme.px(2 * SIDE + TOKENS_WIDTH + 4)
        layout.beginLayout()
        top = 0.0
        while (line := layout.createLine()).isValid():
            line.setLineWidth(max(1, room))
            line.setPosition(QPointF(0, top))
            top += line.height() * LINE_HEIGHT
        layout.endLayout()
        return layout

    def _font(self, row: Row) -> QFont:
        font = self._theme.font(FONT)
        font.setStrikeOut(bool(row.reason))
        return font

    def _range(self, start: int, length: int, color: QColor) -> QTextLayout.FormatRange:
        span = QTextLayout.FormatRange()
        look = QTextCharFormat()
        look.setForeground(color)
        span.start, span.length, span.format = start, length, look
        return span
