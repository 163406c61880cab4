"""A call of a tool, as a quiet card under the answer: name, arguments, and how far it has come."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QFontMetrics, QPainter

from desktop.ui.message_view.item import CallItem, CallState
from desktop.ui.message_view.row import PaintState, Row, Target, paint_box
from desktop.ui.message_view.style import Style

ANSWER_CALL = "answer-call "  # the action of the button, before the call's id
STOP_CALL = "stop-call "
MOST_LINES = 12
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class CallRow(Row):
    """One call. What is too long for the card can be read whole in the one that opens from it."""

    def __init__(self, style: Style, call: CallItem) -> None:
        super().__init__(style)
        self.call = call
        self.height = self._lay_out(0)

    @property
    def label(self) -> str:
        """What the card says in one line."""
        return f"{self.call.name} · {self.call.told}"

    def estimate(self, _width: int) -> int:
        return self.margin + self._lay_out(0)

    def _lines(self) -> list[str]:
        lines = self.call.arguments.splitlines() if self.call.arguments not in ("", "{}") else []
        return lines if len(lines) <= MOST_LINES else [*lines[: MOST_LINES - 1], "…"]

    def _head_height(self) -> int:
        return self.style.px(40)

    def _lay_out(self, _width: int) -> int:
        px, lines = self.style.px, self._lines()
        return self._head_height() + (len(lines) * self.style.code_line_height + px(20) if lines else 0)

    def _button_text(self) -> str:
        words = self.style.words
        return words.stop_call() if self.call.state is CallState.RUNNING else words.answer_call()

    def _button_rect(self) -> QRect:
        px = self.style.px
        width = QFontMetrics(self.style.label).horizontalAdvance(self._button_text()) + 2 * px(12)
        return QRect(self._width - width - px(7), px(6), width, px(28))

    def _targets(self) -> list[Target]:
        if self.call.state not in {CallState.WAITING, CallState.RUNNING}:
            return []
        action = STOP_CALL if self.call.state is CallState.RUNNING else ANSWER_CALL
        return [Target(self._button_rect(), f"{action}{self.call.id}", self._button_text())]

    def _paint(self, painter: QPainter, state: PaintState) -> None:
        style = self.style
        px = style.px
        card = QRectF(0, 0, self._width, self.height - self.margin)
        paint_box(painter, card, px(10), style.color("line"), style.color("bg"))
        self._paint_head(painter)
        for target in self._targets():
            self._paint_button(painter, target, hovered=state.hovered == target.action)
        if self._lines():
            self._paint_arguments(painter)

    def _paint_head(self, painter: QPainter) -> None:
        style = self.style
        px, height, side = style.px, self._head_height(), style.px(16)
        waits = self.call.state in {CallState.WAITING, CallState.RUNNING}
        icon = style.icons.pixmap("wrench", "accent" if waits else "dim", side, painter.device().devicePixelRatioF())
        painter.drawPixmap(px(12), (height - side) // 2, icon)
        left = px(37)
        end = self._button_rect().left() - px(8) if self._targets() else self._width - px(12)
        painter.setFont(style.strong)
        painter.setPen(style.color("text"))
        metrics = painter.fontMetrics()
        shown = metrics.elidedText(self.call.name, Qt.TextElideMode.ElideMiddle, end - left)
        painter.drawText(QRect(left, 0, end - left, height), _LEFT, shown)
        left += metrics.horizontalAdvance(shown) + px(8)
        painter.setFont(style.label)
        painter.setPen(style.color("dim"))
        told = painter.fontMetrics().elidedText(self.call.told, Qt.TextElideMode.ElideRight, max(0, end - left))
        painter.drawText(QRect(left, 0, max(0, end - left), height), _LEFT, told)

    def _paint_button(self, painter: QPainter, target: Target, *, hovered: bool) -> None:
        style = self.style
        ground = style.color("bubble" if hovered else "bg")
        paint_box(painter, QRectF(target.rect), style.px(7), style.color("line"), ground)
        painter.setFont(style.label)
        painter.setPen(style.color("text"))
        painter.drawText(target.rect, Qt.AlignmentFlag.AlignCenter, target.text)

    def _paint_arguments(self, painter: QPainter) -> None:
        style = self.style
        px, top = style.px, self._head_height()
        painter.fillRect(1, top - 1, self._width - 2, 1, style.color("line"))
        painter.setFont(style.code)
        painter.setPen(style.color("text"))
        room, metrics = self._width - 2 * px(15), QFontMetrics(style.code)
        for number, line in enumerate(self._lines()):
            place = QRect(px(15), top + px(10) + number * style.code_line_height, room, style.code_line_height)
            painter.drawText(place, _LEFT, metrics.elidedText(line, Qt.TextElideMode.ElideRight, room))
