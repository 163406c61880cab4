"""The quiet lines around an answer's text: who says it, what it thought, and what became of it."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QFontMetrics, QPainter

from desktop.ui.message_view.row import PaintState, Row, Target, paint_box
from desktop.ui.message_view.style import Style

TOGGLE_THINKING = "toggle-thinking"
ANSWER_NOW = "answer-now"
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class AuthorRow(Row):
    """Who answers, and what stands beside the name."""

    def __init__(self, style: Style, author: str, caption: str, *, shown: bool = True) -> None:
        super().__init__(style)
        self._author = author
        self._caption = caption
        self._shown = shown
        self.height = self._lay_out(0)

    def _lay_out(self, _width: int) -> int:
        return self.style.px(22) if self._shown else 0

    def _paint(self, painter: QPainter, _state: PaintState) -> None:
        if not self._shown:
            return
        style = self.style
        height = style.px(22)
        author_width = QFontMetrics(style.strong).horizontalAdvance(self._author)
        painter.setFont(style.strong)
        painter.setPen(style.color("text"))
        painter.drawText(QRect(0, 0, self._width, height), _LEFT, self._author)
        painter.setFont(style.label)
        painter.setPen(style.color("dim"))
        left = author_width + style.px(8) if self._author else 0
        painter.drawText(QRect(left, 0, self._width - left, height), _LEFT, self._caption)


class ThinkingRow(Row):
    """The line that the thinking folds into."""

    def __init__(self, style: Style) -> None:
        super().__init__(style)
        self._label = ""
        self._caption = ""
        self._live = False
        self._open = False
        self._can_end = False
        self.height = style.px(40)

    def show(self, label: str, caption: str, *, live: bool, is_open: bool, can_end: bool) -> None:
        """Says what the line reads; `live` while it thinks, `is_open` if its text is shown below.

        With `can_end` there is a button that ends the thinking.
        """
        now = (label, caption, live, is_open, can_end)
        if (self._label, self._caption, self._live, self._open, self._can_end) != now:
            self._label, self._caption, self._live, self._open, self._can_end = now
            self.changed()

    @property
    def label(self) -> str:
        """What the line reads; while it thinks, without the figures that change all the time."""
        return self._label if self._live else " · ".join(filter(None, (self._label, self._caption)))

    @property
    def is_open(self) -> bool:
        """True if the thinking is shown below."""
        return self._open

    def _lay_out(self, _width: int) -> int:
        return self.style.px(40)

    def _button_rect(self) -> QRect:
        """Before the chevron; empty where there is no button."""
        px = self.style.px
        if not self._can_end:
            return QRect(self._width - px(40), 0, 0, 0)
        width = QFontMetrics(self.style.button).horizontalAdvance(self.style.words.answer_now()) + px(20)
        return QRect(self._width - px(37) - width, px(7), width, px(26))

    def _targets(self) -> list[Target]:
        words = self.style.words
        toggle = Target(QRect(0, 0, self._width, self.style.px(40)), TOGGLE_THINKING, words.show_thinking())
        if not self._can_end:
            return [toggle]
        return [Target(self._button_rect(), ANSWER_NOW, words.end_thinking()), toggle]

    def _paint(self, painter: QPainter, state: PaintState) -> None:
        style = self.style
        height, side = style.px(40), style.px(16)
        ratio = painter.device().devicePixelRatioF()
        brain = style.icons.pixmap("brain", "accent" if self._live else "dim", side, ratio)
        painter.drawPixmap(style.px(12), (height - side) // 2, brain)
        left = style.px(37)
        painter.setFont(style.strong)
        painter.setPen(style.color("text"))
        painter.drawText(QRect(left, 0, self._width, height), _LEFT, self._label)
        left += painter.fontMetrics().horizontalAdvance(self._label) + style.px(8)
        painter.setFont(style.label)
        painter.setPen(style.color("dim"))
        room = self._button_rect().left() - left - style.px(8 if self._can_end else 0)
        caption = painter.fontMetrics().elidedText(self._caption, Qt.TextElideMode.ElideRight, room)
        painter.drawText(QRect(left, 0, room, height), _LEFT, caption)
        token = "text" if state.hovered == TOGGLE_THINKING else "dim"
        chevron = style.icons.pixmap("chevron-down" if self._open else "chevron-right", token, side, ratio)
        painter.drawPixmap(self._width - style.px(12) - side, (height - side) // 2, chevron)
        if self._open:
            painter.fillRect(0, height - 1, self._width, 1, style.color("line"))
        if self._can_end:
            hovered = state.hovered == ANSWER_NOW
            _paint_button(painter, style, self._button_rect(), style.words.answer_now(), hovered=hovered, quiet=True)


class NoticeRow(Row):
    """What became of an answer that is not simply done, and what can be done about it.

    It warns, unless it is a mere `note`: the answer was stopped by the user, or is whole and something is told of it.
    """

    def __init__(self, style: Style, text: str, action: str, *, note: bool) -> None:
        super().__init__(style)
        self._text = text
        self._action = action
        self._icon = ("info", "dim") if note else ("circle-alert", "warn")
        self._text_height = 0

    @property
    def text(self) -> str:
        return ""

    def estimate(self, width: int) -> int:
        return self.margin + self._lay_out(width)

    def _label(self) -> str:
        words = self.style.words
        labels = {
            "continue": words.go_on(),
            "retry": words.retry(),
            "leave_out": words.leave_out(),
            "about_model": words.about_model(),
        }
        return labels.get(self._action, "")

    def _button_width(self) -> int:
        metrics = QFontMetrics(self.style.strong)
        return metrics.horizontalAdvance(self._label()) + 2 * self.style.px(12) if self._label() else 0

    def _text_rect(self, width: int) -> QRect:
        left = self.style.px(24)
        button = self._button_width()
        room = max(self.style.px(80), width - left - (button + self.style.px(12) if button else 0))
        flags = Qt.TextFlag.TextWordWrap.value | Qt.AlignmentFlag.AlignLeft.value
        rect = QFontMetrics(self.style.label).boundingRect(QRect(left, 0, room, 10_000), flags, self._text)
        return QRect(left, 0, min(room, rect.width() + 2), rect.height())

    def _lay_out(self, width: int) -> int:
        return max(self._text_rect(width).height() + self.style.px(8), self.style.px(28))

    def _button_rect(self) -> QRect:
        text = self._text_rect(self._width)
        return QRect(text.right() + self.style.px(12), 0, self._button_width(), self.style.px(28))

    def _targets(self) -> list[Target]:
        return [Target(self._button_rect(), self._action, self._label())] if self._label() else []

    def _paint(self, painter: QPainter, state: PaintState) -> None:
        style = self.style
        side = style.px(16)
        ratio = painter.device().devicePixelRatioF()
        painter.drawPixmap(0, (style.px(28) - side) // 2, style.icons.pixmap(*self._icon, side, ratio))
        painter.setFont(style.label)
        painter.setPen(style.color("dim"))
        rect = self._text_rect(self._width)
        rect.translate(0, max(style.px(4), (style.px(28) - rect.height()) // 2))
        rect.setWidth(rect.width() + style.px(4))
        flags = Qt.TextFlag.TextWordWrap.value | Qt.AlignmentFlag.AlignLeft.value
        painter.drawText(rect, flags, self._text)
        if self._label():
            hovered = state.hovered == self._action
            _paint_button(painter, style, self._button_rect(), self._label(), hovered=hovered)


def _paint_button(
    painter: QPainter, style: Style, rect: QRect, label: str, *, hovered: bool, quiet: bool = False
) -> None:
    """A button with a line around it; a `quiet` one is smaller and fainter than the text beside it."""
    paint_box(painter, rect.toRectF(), style.px(8), style.color("line"), style.color("bubble" if hovered else "bg"))
    painter.setFont(style.button if quiet else style.strong)
    painter.setPen(style.color("dim" if quiet and not hovered else "text"))
    painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, label)
