"""What a search over all chats found: rows of two lines, the chat's title and the place in its text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, QPointF, QRect, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QTextCharFormat, QTextLayout, QTextOption
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem, QWidget

from desktop.ui.chat_list_delegate import END_MARGIN, paint_ground, row_rect
from desktop.ui.theme import Theme

RESULT_HEIGHT = 50
RESULT_ROLE = Qt.ItemDataRole.UserRole

AnyIndex = QModelIndex | QPersistentModelIndex


class SearchResult(NamedTuple):
    """One place; `message_id` is None where the title itself was found."""

    chat_id: int
    message_id: int | None
    title: str
    snippet: str


class SearchResultsModel(QAbstractListModel):
    """The results as they came, best first."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._results: list[SearchResult] = []
        self.words: tuple[str, ...] = ()  # what was searched for

    def set_results(self, query: str, results: Iterable[Sequence[Any]]) -> None:
        """Shows the results of a search for `query`."""
        self.beginResetModel()
        self.words = tuple(query.split())
        self._results = [SearchResult(*result) for result in results]
        self.endResetModel()

    def rowCount(self, parent: AnyIndex | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._results)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        result = self._results[index.row()]
        if role == RESULT_ROLE:
            return result
        if role == Qt.ItemDataRole.DisplayRole:
            return result.title
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{result.title}: {result.snippet}" if result.snippet else result.title
        return None


class SearchResultsDelegate(QStyledItemDelegate):
    """Paints title and place, the words that were searched for stronger than the rest."""

    def __init__(self, theme: Theme, model: SearchResultsModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._model = model

    def sizeHint(self, _option: QStyleOptionViewItem, _index: AnyIndex) -> QSize:
        return QSize(0, self._theme.px(RESULT_HEIGHT))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        px = self._theme.px
        result: SearchResult = index.data(RESULT_ROLE)
        painter.save()
        painter.setLayoutDirection(option.direction)
        rect = row_rect(option, px(END_MARGIN))
        paint_ground(painter, self._theme, option, rect.adjusted(0, 1, 0, -1), px(7))
        room = rect.adjusted(px(8), px(6), -px(8), -px(6))
        snippet = " ".join(result.snippet.split())
        upper = QRect(room.x(), room.y(), room.width(), room.height() // 2 if snippet else room.height())
        self._paint_line(painter, upper, result.title, 13, "text")
        if snippet:
            lower = QRect(room.x(), upper.bottom() + 1, room.width(), room.bottom() - upper.bottom())
            self._paint_line(painter, lower, snippet, 12, "dim")
        painter.restore()

    def _paint_line(self, painter: QPainter, rect: QRect, text: str, size: int, token: str) -> None:
        font = self._theme.font(size)
        shown = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, rect.width())
        layout = QTextLayout(shown, font)
        layout.setTextOption(QTextOption(Qt.AlignmentFlag.AlignLeading))
        layout.setFormats(self._emphasis(shown))
        layout.beginLayout()
        line = layout.createLine()
        line.setLineWidth(rect.width())
        layout.endLayout()
        painter.setPen(self._theme.color(token))
        layout.draw(painter, QPointF(rect.x(), rect.y() + (rect.height() - line.height()) / 2))

    def _emphasis(self, text: str) -> list[QTextLayout.FormatRange]:
        strong = QTextCharFormat()
        strong.setFontWeight(QFont.Weight.DemiBold)
        strong.setForeground(self._theme.color("accent"))
        ranges = []
        for word in self._model.words:
            for found in re.finditer(re.escape(word), text, re.IGNORECASE):
                emphasis = QTextLayout.FormatRange()
                emphasis.start, emphasis.length, emphasis.format = found.start(), len(found.group()), strong
                ranges.append(emphasis)
        return ranges
