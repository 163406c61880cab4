"""The head of a card with code: its language, and the buttons that wrap its lines and copy it."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QPainter

from desktop.ui.message_view.row import PaintState, Target
from desktop.ui.message_view.style import Style

COPY = "copy-code"
WRAP = "wrap-code"


class CodeHead:
    """What stands above the code."""

    def __init__(self, style: Style) -> None:
        self._style = style

    @property
    def height(self) -> int:
        """The head with the line below it."""
        return self._style.px(31)

    def targets(self, card: QRect) -> list[Target]:
        """The buttons in the head of a card."""
        words = self._style.words
        wrap = words.scroll_code() if self._style.wraps_code else words.wrap_code()
        return [Target(self._copy_rect(card), COPY, words.copy_code()), Target(self._wrap_rect(card), WRAP, wrap)]

    def paint(self, painter: QPainter, card: QRect, language: str, state: PaintState) -> None:
        """Draws the head of a card."""
        style = self._style
        painter.fillRect(card.left(), self.height, card.width(), 1, style.color("line"))
        painter.setFont(style.label)
        painter.setPen(style.color("dim"))
        left = card.left() + style.px(13)
        head = QRect(left, 0, self._wrap_rect(card).left() - left, self.height)
        text = painter.fontMetrics().elidedText(language, Qt.TextElideMode.ElideRight, head.width())
        painter.drawText(head, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)
        self._paint_copy(painter, self._copy_rect(card), state)
        if state.active or style.wraps_code:
            self._paint_wrap(painter, self._wrap_rect(card), state)

    def _copy_rect(self, card: QRect) -> QRect:
        style = self._style
        width = style.px(74)
        return QRect(card.right() + 1 - width - style.px(4), style.px(4), width, style.px(24))

    def _wrap_rect(self, card: QRect) -> QRect:
        style = self._style
        side = style.px(24)
        return QRect(self._copy_rect(card).left() - side - style.px(2), style.px(4), side, side)

    def _paint_copy(self, painter: QPainter, rect: QRect, state: PaintState) -> None:
        style = self._style
        hovered = state.hovered == COPY
        if hovered:
            self._paint_ground(painter, rect)
        token = "text" if hovered else "dim"
        words = style.words.copied() if state.copied else style.words.copy()
        painter.setPen(style.color(token))
        inside = rect.adjusted(0, 0, -style.px(8), 0)
        painter.drawText(inside, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, words)
        left = inside.right() - painter.fontMetrics().horizontalAdvance(words) - style.px(14) - style.px(4)
        self._paint_icon(painter, "check" if state.copied else "copy", token, left, rect)

    def _paint_wrap(self, painter: QPainter, rect: QRect, state: PaintState) -> None:
        hovered = state.hovered == WRAP
        if hovered:
            self._paint_ground(painter, rect)
        token = "accent" if self._style.wraps_code else "text" if hovered else "dim"
        self._paint_icon(painter, "text-wrap", token, rect.left() + (rect.width() - self._style.px(14)) // 2, rect)

    def _paint_ground(self, painter: QPainter, rect: QRect) -> None:
        style = self._style
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(style.color("line"))
        painter.drawRoundedRect(rect, style.px(6), style.px(6))

    def _paint_icon(self, painter: QPainter, icon: str, token: str, left: int, rect: QRect) -> None:
        size = self._style.px(14)
        ratio = painter.device().devicePixelRatioF()
        pixmap = self._style.icons.pixmap(icon, token, size, ratio)
        painter.drawPixmap(left, rect.top() + (rect.height() - size) // 2, pixmap)
