"""How a row of the chat list looks: headings, titles, and small marks for what goes on in a chat.

Every row has the same height, headings too: the view then lays out ten thousand of them at once. The marks stand
still, so that an answer in the background costs no frames.
"""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QLineEdit, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from desktop.core.conversation import Chat
from desktop.ui.chat_list_model import CHAT_ROLE, STREAMING_ROLE
from desktop.ui.controls import name
from desktop.ui.icons import Icons
from desktop.ui.theme import Theme

ROW_HEIGHT = 32
END_MARGIN = 10  # what stays free beside the rows, where the scroll bar comes and goes

AnyIndex = QModelIndex | QPersistentModelIndex


def row_rect(option: QStyleOptionViewItem, margin: int) -> QRect:
    """Where a row is painted: it keeps its width when a scroll bar takes the margin at its end."""
    rect = QRect(option.rect)
    free = max(0, margin - (option.widget.width() - rect.width()))
    if option.direction is Qt.LayoutDirection.RightToLeft:
        return rect.adjusted(free, 0, 0, 0)
    return rect.adjusted(0, 0, -free, 0)


def paint_ground(painter: QPainter, theme: Theme, option: QStyleOptionViewItem, rect: QRect, radius: int) -> None:
    """The soft ground of a row that is current or under the mouse, and a line around it that shows the focus."""
    state = option.state
    current = bool(state & QStyle.StateFlag.State_Selected)
    if not current and not state & QStyle.StateFlag.State_MouseOver:
        return
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(theme.color("accent_soft" if current else "bubble"))
    focused = current and state & QStyle.StateFlag.State_HasFocus
    painter.setPen(QPen(theme.color("accent"), 1) if focused else Qt.PenStyle.NoPen)
    inset = 0.5 if focused else 0
    painter.drawRoundedRect(rect.toRectF().adjusted(inset, inset, -inset, -inset), radius, radius)


class ChatListDelegate(QStyledItemDelegate):
    """Paints headings and chats."""

    def __init__(self, theme: Theme, icons: Icons, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._icons = icons

    def sizeHint(self, _option: QStyleOptionViewItem, _index: AnyIndex) -> QSize:
        return QSize(0, self._theme.px(ROW_HEIGHT))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        painter.save()
        painter.setLayoutDirection(option.direction)
        chat: Chat | None = index.data(CHAT_ROLE)
        rect = row_rect(option, self._theme.px(END_MARGIN))
        if chat is None:
            self._paint_heading(painter, rect, index.data())
        else:
            paint_ground(painter, self._theme, option, rect, self._theme.px(7))
            self._paint_chat(painter, option, rect, index, chat)
        painter.restore()

    def createEditor(self, parent: QWidget, _option: QStyleOptionViewItem, _index: AnyIndex) -> QWidget:
        """As wide as the row: Qt's own editor grows with its text, over the edge of the column."""
        editor = QLineEdit(parent)
        name(editor, "chatTitleEdit", self.tr("Title of the chat"))
        editor.setProperty("look", "inline")
        return editor

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, _index: AnyIndex) -> None:
        editor.setGeometry(row_rect(option, self._theme.px(END_MARGIN)))

    def _paint_heading(self, painter: QPainter, rect: QRect, text: str) -> None:
        px = self._theme.px
        painter.setFont(self._theme.font(11, weight=QFont.Weight.DemiBold))
        painter.setPen(self._theme.color("dim"))
        painter.drawText(rect.adjusted(px(8), px(6), -px(8), 0), _alignment(), text)

    def _paint_chat(
        self, painter: QPainter, option: QStyleOptionViewItem, rect: QRect, index: AnyIndex, chat: Chat
    ) -> None:
        px = self._theme.px
        room = rect.adjusted(px(8), 0, -px(8), 0)
        if chat.pinned:
            self._paint_icon(painter, option, room, "pin", "faint", at_end=False)
            room = self._shortened(option, room, px(19), at_end=False)
        if self._paint_mark(painter, option, room, chat, streaming=index.data(STREAMING_ROLE)):
            room = self._shortened(option, room, px(20), at_end=True)
        current = bool(option.state & QStyle.StateFlag.State_Selected)
        strong = current or chat.unread
        font = self._theme.font(13, weight=QFont.Weight.Medium if strong else QFont.Weight.Normal)
        painter.setFont(font)
        painter.setPen(self._theme.color("text"))
        title = QFontMetrics(font).elidedText(index.data(), Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, _alignment(), title)

    def _paint_mark(
        self, painter: QPainter, option: QStyleOptionViewItem, room: QRect, chat: Chat, *, streaming: bool
    ) -> bool:
        """What goes on in the chat, at the end of the row; False if nothing."""
        if streaming:
            self._paint_icon(painter, option, room, "ellipsis", "accent", at_end=True)
        elif chat.failed:
            self._paint_icon(painter, option, room, "circle-alert", "warn", at_end=True)
        elif chat.unread:
            self._paint_dot(painter, option, room)
        return streaming or chat.failed or chat.unread

    def _paint_dot(self, painter: QPainter, option: QStyleOptionViewItem, room: QRect) -> None:
        size = self._theme.px(7)
        inset = (self._theme.px(14) - size) // 2
        dot = QRect(room.right() + 1 - size - inset, room.center().y() + 1 - size // 2, size, size)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.color("accent"))
        painter.drawEllipse(QStyle.visualRect(option.direction, room, dot))

    def _paint_icon(
        self, painter: QPainter, option: QStyleOptionViewItem, room: QRect, icon: str, token: str, *, at_end: bool
    ) -> None:
        size = self._theme.px(14)
        corner = QPoint(room.right() + 1 - size if at_end else room.left(), room.center().y() + 1 - size // 2)
        place = QStyle.visualRect(option.direction, room, QRect(corner, QSize(size, size)))
        ratio = painter.device().devicePixelRatioF()
        painter.drawPixmap(place.topLeft(), self._icons.pixmap(icon, token, size, ratio))

    @staticmethod
    def _shortened(option: QStyleOptionViewItem, room: QRect, width: int, *, at_end: bool) -> QRect:
        """`room` without `width` at one side, in reading direction."""
        if at_end == (option.direction is Qt.LayoutDirection.LeftToRight):
            return room.adjusted(0, 0, -width, 0)
        return room.adjusted(width, 0, 0, 0)


def _alignment() -> Qt.AlignmentFlag:
    return Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeading
