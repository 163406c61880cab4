"""The line under a message: its actions, faint until they are looked for, and its figures."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter

from desktop.core.conversation import Status
from desktop.ui.message_view.item import Item
from desktop.ui.message_view.row import PaintState, Row, Target
from desktop.ui.message_view.style import Style

COPY, RETRY, EDIT, PREVIOUS, NEXT = "copy", "retry", "edit", "previous", "next"
MARK_STEP = 20
WITH_THINKING, WITHOUT_THINKING = "with_thinking", "without_thinking"
_ICONS = {
    COPY: "copy",
    RETRY: "refresh-cw",
    EDIT: "pencil",
    PREVIOUS: "chevron-left",
    NEXT: "chevron-right",
    WITH_THINKING: "git-compare-arrows",
    WITHOUT_THINKING: "git-compare-arrows",
}


class FooterRow(Row):
    """Actions at the left and figures at the right under an answer; actions at the right under a question."""

    def __init__(self, style: Style, item: Item) -> None:
        super().__init__(style)
        self._item = item
        self.height = self._row_height()

    def set_item(self, item: Item) -> None:
        """Shows what the message has become."""
        if item != self._item:
            self._item = item
            self.changed()

    def _row_height(self) -> int:
        return self.style.px(20 if self._item.asks else 26)

    def _lay_out(self, _width: int) -> int:
        return self._row_height()

    def _actions(self) -> list[str]:
        item = self._item
        if item.streaming:
            return []
        actions = [COPY] if item.has_text else []
        if item.can_retry and not item.asks and item.status is not Status.QUEUED:
            actions.append(RETRY)
        if item.can_edit:
            actions.append(EDIT)
        return actions

    def _marks(self) -> list[str]:
        """The icons of what holds for the message in the context."""
        pinned = ["pin"] if self._item.pinned else []
        return pinned if self._item.in_context else [*pinned, "eye-off"]

    def _marks_width(self) -> int:
        return self.style.px(MARK_STEP) * len(self._marks())

    def _stepper_width(self) -> int:
        if self._item.choice[1] < 2:
            return 0
        return QFontMetrics(self.style.small).horizontalAdvance(self._choice()) + 2 * self.style.px(22)

    def _choice(self) -> str:
        return self.style.words.choice(*self._item.choice)

    def _targets(self) -> list[Target]:
        style = self.style
        words = style.words
        names = {COPY: words.copy_message(), RETRY: words.retry(), EDIT: words.edit()}
        actions = self._actions()
        step, height = style.px(29), self._row_height()
        stepper = self._stepper_width()
        left = -style.px(6)
        if self._item.asks:
            left = self._width - step * len(actions) - (stepper + style.px(4) if stepper else 0) + style.px(4)
            left -= self._marks_width()
        targets = []
        for action in actions:
            targets.append(
                Target(QRect(left, (height - style.px(26)) // 2, style.px(28), style.px(26)), action, names[action])
            )
            left += step
        if stepper:
            targets += self._stepper_targets()
        if self._item.other_way:
            targets.append(self._other_way_target())
        return targets

    def _other_way(self) -> str:
        words = self.style.words
        return words.without_thinking() if self._item.other_way == WITHOUT_THINKING else words.with_thinking()

    def _other_way_target(self) -> Target:
        """An icon with its words, where they leave the figures their room."""
        style = self.style
        metrics = QFontMetrics(style.small)
        stepper = self._stepper_rect()
        left = stepper.right() + 1 + style.px(9) if stepper.width() else stepper.left()
        left += self._marks_width()
        width = style.px(33) + metrics.horizontalAdvance(self._other_way())
        room = self._width - metrics.horizontalAdvance(self._item.footer) - style.px(12) - left
        rect = QRect(
            left, (self._row_height() - style.px(26)) // 2, width if width <= room else style.px(28), style.px(26)
        )
        return Target(rect, self._item.other_way, self._other_way())

    def _stepper_rect(self) -> QRect:
        style = self.style
        width = self._stepper_width()
        at_right = self._width - width - self._marks_width()
        left = at_right if self._item.asks else style.px(29) * len(self._actions()) - style.px(2)
        return QRect(left, 0, width, self._row_height())

    def _stepper_ends(self, area: QRect) -> list[Target]:
        """The arrows at both sides of "2 / 3"."""
        style = self.style
        top, side = (area.height() - style.px(24)) // 2, style.px(22)
        before = QRect(area.left(), top, side, style.px(24))
        after = QRect(area.right() + 1 - side, top, side, style.px(24))
        return [Target(before, PREVIOUS, style.words.previous()), Target(after, NEXT, style.words.next())]

    def _stepper_targets(self) -> list[Target]:
        index, count = self._item.choice
        ends = self._stepper_ends(self._stepper_rect())
        return [end for end, possible in zip(ends, (index > 1, index < count), strict=True) if possible]

    def _paint(self, painter: QPainter, state: PaintState) -> None:
        style = self.style
        targets = self._targets()
        for target in targets:
            if target.action == self._item.other_way:
                self._paint_other_way(painter, target, state)
            elif target.action not in {PREVIOUS, NEXT} and (state.active or not self._item.asks):
                self._paint_icon(painter, target, state)
        if self._stepper_width():
            self._paint_stepper(painter, targets, state)
        self._paint_marks(painter)
        painter.setFont(style.small)
        painter.setPen(style.color("dim"))
        area = QRect(0, 0, self._width, self._row_height())
        if self._item.status is Status.QUEUED:
            self._paint_waiting(painter, area)
        elif not self._item.asks:
            flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(area, flags, self._item.footer)

    def _paint_other_way(self, painter: QPainter, target: Target, state: PaintState) -> None:
        style = self.style
        hovered = state.hovered == target.action
        icon_rect = QRect(target.rect.topLeft(), QSize(style.px(28), target.rect.height()))
        if hovered:
            self._paint_ground(painter, target.rect)
        self._paint_icon(painter, Target(icon_rect, target.action, target.text), state, ground=False)
        if target.rect.width() > icon_rect.width():
            painter.setFont(style.small)
            painter.setPen(style.color("text" if hovered else "dim"))
            painter.drawText(target.rect.adjusted(style.px(25), 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, target.text)

    def _paint_ground(self, painter: QPainter, rect: QRect) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.style.color("bubble"))
        painter.drawRoundedRect(rect, self.style.px(6), self.style.px(6))

    def _paint_icon(
        self, painter: QPainter, target: Target, state: PaintState, *, enabled: bool = True, ground: bool = True
    ) -> None:
        style = self.style
        hovered = enabled and state.hovered == target.action
        if hovered and ground:
            self._paint_ground(painter, target.rect)
        at_rest = "dim" if state.active or target.action in {PREVIOUS, NEXT} else "faint"
        token = "text" if hovered else at_rest if enabled else "line"
        name = "check" if state.copied and target.action == COPY else _ICONS[target.action]
        side = style.px(15)
        icon = style.icons.pixmap(name, token, side, painter.device().devicePixelRatioF())
        corner = target.rect.topLeft()
        painter.drawPixmap(
            corner.x() + (target.rect.width() - side) // 2, corner.y() + (target.rect.height() - side) // 2, icon
        )

    def _paint_marks(self, painter: QPainter) -> None:
        """At the end of the actions; under a question at its right end."""
        style, side = self.style, self.style.px(14)
        left = style.px(29) * len(self._actions()) + self._stepper_width() + style.px(2)
        if self._item.asks:
            left = self._width - self._marks_width()
        for mark in self._marks():
            left += style.px(MARK_STEP) - side
            icon = style.icons.pixmap(mark, "dim", side, painter.device().devicePixelRatioF())
            painter.drawPixmap(left, (self._row_height() - side) // 2, icon)
            left += side

    def _paint_stepper(self, painter: QPainter, targets: list[Target], state: PaintState) -> None:
        style = self.style
        area = self._stepper_rect()
        painter.setFont(style.small)
        painter.setPen(style.color("dim"))
        painter.drawText(area, Qt.AlignmentFlag.AlignCenter, self._choice())
        for target in self._stepper_ends(area):
            self._paint_icon(painter, target, state, enabled=target in targets)

    def _paint_waiting(self, painter: QPainter, area: QRect) -> None:
        style = self.style
        words = self._item.notice or style.words.waiting()
        painter.drawText(area, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, words)
        side = style.px(13)
        left = area.right() - painter.fontMetrics().horizontalAdvance(words) - side - style.px(6)
        icon = style.icons.pixmap("hourglass", "dim", side, painter.device().devicePixelRatioF())
        painter.drawPixmap(left, (area.height() - side) // 2, icon)
