"""How the rows of the model picker look: name, abilities, context, price and star in columns."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from desktop.core.money import context_text
from desktop.ui.icons import Icons
from desktop.ui.model_list_model import FAVOURITE_ROLE, PRICE_ROLE, ROW_ROLE, TICKED_ROLE
from desktop.ui.model_rows import Heading, ListingRow, ModelRow, Row
from desktop.ui.theme import Theme

ROW_HEIGHT = 35
PADDING = 12
STAR_WIDTH = 24
INFO_WIDTH = 24
PRICE_WIDTH = 104
CONTEXT_WIDTH = 64
ICON_STEP = 24
TICK_STEP = 24
ABILITY_ICONS = (("tools", "wrench"), ("thinks", "brain"), ("sees", "eye"))  # from the end

AnyIndex = QModelIndex | QPersistentModelIndex


class ModelListDelegate(QStyledItemDelegate):
    """Columns are counted from the end, so that figures stand under figures; in a narrow list the name shrinks."""

    def __init__(self, theme: Theme, icons: Icons, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._icons = icons

    def sizeHint(self, _option: QStyleOptionViewItem, _index: AnyIndex) -> QSize:
        return QSize(0, self._theme.px(ROW_HEIGHT))

    def star_rect(self, row_rect: QRect, direction: Qt.LayoutDirection) -> QRect:
        """Where a click means the star, larger than what is painted."""
        width = self._theme.px(PADDING // 2 + STAR_WIDTH)
        star = QRect(row_rect.right() + 1 - width, row_rect.top(), width, row_rect.height())
        return QStyle.visualRect(direction, row_rect, star)

    def info_rect(self, row_rect: QRect, direction: Qt.LayoutDirection) -> QRect:
        """Where a click means what is known of the model, beside the star."""
        star = self._theme.px(PADDING // 2 + STAR_WIDTH)
        width = self._theme.px(INFO_WIDTH)
        info = QRect(row_rect.right() + 1 - star - width, row_rect.top(), width, row_rect.height())
        return QStyle.visualRect(direction, row_rect, info)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        row: Row = index.data(ROW_ROLE)
        painter.save()
        painter.setLayoutDirection(option.direction)
        rect = QRect(option.rect)
        self._paint_ground(painter, option, rect)
        room = rect.adjusted(self._theme.px(PADDING), 0, -self._theme.px(PADDING), 0)
        if (ticked := index.data(TICKED_ROLE)) is not None:
            room = self._paint_tick(painter, option, room, ticked=ticked)
        if isinstance(row, Heading):
            self._paint_heading(painter, room, index.data())
        elif isinstance(row, ModelRow):
            self._paint_model(painter, option, room, index, row)
        else:
            self._paint_other(painter, room, index.data(), row)
        painter.restore()

    def _paint_ground(self, painter: QPainter, option: QStyleOptionViewItem, rect: QRect) -> None:
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, self._theme.color("accent_soft"))
        elif option.state & QStyle.StateFlag.State_MouseOver and option.state & QStyle.StateFlag.State_Enabled:
            painter.fillRect(rect, self._theme.color("panel"))
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.fillRect(QRect(rect.left(), rect.top(), 2, rect.height()), self._theme.color("accent"))

    def _paint_tick(self, painter: QPainter, option: QStyleOptionViewItem, room: QRect, *, ticked: bool) -> QRect:
        """A box before the row, with or without its tick; gives the room that is left."""
        px = self._theme.px
        side = px(14)
        place = QRect(room.left(), room.center().y() + 1 - side // 2, side, side)
        box = QStyle.visualRect(option.direction, room, place)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self._theme.color("accent" if ticked else "faint"), 1))
        painter.setBrush(self._theme.color("accent") if ticked else Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(QRectF(box).adjusted(0.5, 0.5, -0.5, -0.5), px(3), px(3))
        if ticked:
            check = self._icons.pixmap("check", "on_accent", px(10), painter.device().devicePixelRatioF())
            painter.drawPixmap(box.topLeft() + QPoint(px(2), px(2)), check)
        left = px(TICK_STEP)
        leads = option.direction is Qt.LayoutDirection.LeftToRight
        return room.adjusted(left, 0, 0, 0) if leads else room.adjusted(0, 0, -left, 0)

    def _paint_heading(self, painter: QPainter, room: QRect, text: str) -> None:
        painter.setFont(self._theme.font(11, weight=QFont.Weight.DemiBold))
        painter.setPen(self._theme.color("dim"))
        painter.drawText(room.adjusted(0, self._theme.px(4), 0, 0), _leading(), text)

    def _paint_model(
        self, painter: QPainter, option: QStyleOptionViewItem, room: QRect, index: AnyIndex, row: ModelRow
    ) -> None:
        px = self._theme.px
        mirror = _Mirror(option.direction, room)
        end = room.right() + 1
        star = mirror(QRect(end - px(14), room.center().y() + 1 - px(7), px(14), px(14)))
        self._paint_icon(painter, star.topLeft(), "star", "warn" if index.data(FAVOURITE_ROLE) else "faint")
        end -= px(STAR_WIDTH)
        if option.state & (QStyle.StateFlag.State_Selected | QStyle.StateFlag.State_MouseOver):
            info = mirror(QRect(end - px(17), room.center().y() + 1 - px(7), px(14), px(14)))
            self._paint_icon(painter, info.topLeft(), "info", "dim")
        end -= px(INFO_WIDTH)
        painter.setFont(self._theme.font(12))
        painter.setPen(self._theme.color("dim"))
        for width, text in (
            (px(PRICE_WIDTH), index.data(PRICE_ROLE)),
            (px(CONTEXT_WIDTH), context_text(row.model.context_tokens)),
        ):
            cell = mirror(QRect(end - width, room.top(), width, room.height()))
            painter.drawText(cell, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignTrailing, text)
            end -= width
        for ability, icon in ABILITY_ICONS:
            if getattr(row.model, ability):
                end -= px(ICON_STEP)
                place = mirror(QRect(end, room.center().y() + 1 - px(7), px(14), px(14)))
                self._paint_icon(painter, place.topLeft(), icon, "dim")
        name_room = QRect(room.left(), room.top(), end - px(8) - room.left(), room.height())
        self._paint_name(painter, mirror, name_room, row)

    def _paint_name(self, painter: QPainter, mirror: _Mirror, room: QRect, row: ModelRow) -> None:
        font = self._theme.font(13, weight=QFont.Weight.Medium)
        name = QFontMetrics(font).elidedText(row.model.label, Qt.TextElideMode.ElideMiddle, room.width())
        painter.setFont(font)
        painter.setPen(self._theme.color("text"))
        painter.drawText(mirror(room), _leading(), name)
        if row.ambiguous:
            beside = QFontMetrics(font).horizontalAdvance(name) + self._theme.px(8)
            painter.setFont(self._theme.font(12))
            painter.setPen(self._theme.color("dim"))
            painter.drawText(mirror(room.adjusted(beside, 0, 0, 0)), _leading(), row.endpoint_name)

    def _paint_other(self, painter: QPainter, room: QRect, text: str, row: Row) -> None:
        """A list that loads or failed, and a model id taken as it was typed."""
        dim = self._theme.font(13)
        strong = self._theme.font(13, weight=QFont.Weight.Medium)
        failed = isinstance(row, ListingRow) and row.failed
        if failed:
            again = self.tr("Try again")
            painter.setFont(strong)
            painter.setPen(self._theme.color("accent"))
            painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignTrailing, again)
            taken = QFontMetrics(strong).horizontalAdvance(again) + self._theme.px(12)
            leading = painter.layoutDirection() is Qt.LayoutDirection.LeftToRight
            room = room.adjusted(0, 0, -taken, 0) if leading else room.adjusted(taken, 0, 0, 0)
        painter.setFont(dim)
        painter.setPen(self._theme.color("dim"))
        shown = QFontMetrics(dim).elidedText(text, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, _leading(), shown)

    def _paint_icon(self, painter: QPainter, corner: QPoint, icon: str, token: str) -> None:
        ratio = painter.device().devicePixelRatioF()
        painter.drawPixmap(corner, self._icons.pixmap(icon, token, self._theme.px(14), ratio))


class _Mirror:
    """Turns rectangles laid out from left to right into reading direction."""

    def __init__(self, direction: Qt.LayoutDirection, room: QRect) -> None:
        self._direction = direction
        self._room = room

    def __call__(self, rect: QRect) -> QRect:
        return QStyle.visualRect(self._direction, self._room, rect)


def _leading() -> Qt.AlignmentFlag:
    return Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeading
