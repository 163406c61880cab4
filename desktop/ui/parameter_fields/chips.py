"""A field for several short texts: each a chip that can be removed, and room to type the next."""

from __future__ import annotations

import re
from typing import Any

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QFrame, QLineEdit, QStyle, QWidget

from desktop.core.parameters import Parameter
from desktop.ui.controls import look, name
from desktop.ui.icons import Icons
from desktop.ui.parameter_fields.field import ParameterField, SummaryLabel, mark
from desktop.ui.theme import Theme

ESCAPES = {"n": "\n", "t": "\t", "\\": "\\"}
CHIP_HEIGHT = 22
CHIP_PADDING = 6
CROSS = 11
CROSS_SPACE = 4
SPACE = 6
LEAST_ENTRY = 70


def unescaped(text: str) -> str:
    r"""Typed text with \n, \t and \\ as the characters they stand for: a line's end cannot be typed into one line."""
    return re.sub(r"\\([nt\\])", lambda found: ESCAPES[found[1]], text)


def escaped(text: str) -> str:
    """The other way round."""
    return text.replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t")


class _Entry(QLineEdit):
    """Where the next text is typed; Backspace in the empty field takes the last one out."""

    entered = Signal()
    backspaced = Signal()
    focus_changed = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.entered.emit()
        elif event.key() == Qt.Key.Key_Backspace and not self.text():
            self.backspaced.emit()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.focus_changed.emit()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.focus_changed.emit()
        if event.reason() not in (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason):
            self.entered.emit()


class _Chip(QAbstractButton):
    """A text, shortened if it must be; pressing it, or Delete, takes it out."""

    def __init__(self, theme: Theme, icons: Icons, object_name: str, text: str) -> None:
        super().__init__()
        self._theme = theme
        self._icons = icons
        name(self, object_name, self.tr("Remove {text}").format(text=text))
        self.setText(text)
        self.setFont(theme.font(12))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def sizeHint(self) -> QSize:
        around = self._theme.px(2 * CHIP_PADDING + CROSS + CROSS_SPACE)
        return QSize(self.fontMetrics().horizontalAdvance(self.text()) + around + 1, self._theme.px(CHIP_HEIGHT))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        px = self._theme.px
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(self._theme.color("accent" if self.hasFocus() else "bubble"))
        painter.setBrush(self._theme.color("bubble"))
        painter.drawRoundedRect(self.rect().toRectF().adjusted(0.5, 0.5, -0.5, -0.5), px(6), px(6))
        cross = QRect(self.width() - px(CHIP_PADDING + CROSS), (self.height() - px(CROSS)) // 2, px(CROSS), px(CROSS))
        text = QRect(px(CHIP_PADDING), 0, cross.left() - px(CHIP_PADDING + CROSS_SPACE) + 1, self.height())
        pixmap = self._icons.pixmap("x", "dim", px(CROSS), self.devicePixelRatioF())
        painter.drawPixmap(QStyle.visualRect(self.layoutDirection(), self.rect(), cross).topLeft(), pixmap)
        painter.setPen(self._theme.color("text"))
        shown = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, text.width())
        place = QStyle.visualRect(self.layoutDirection(), self.rect(), text)
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeading, shown)


class _ChipBox(QFrame):
    """Places chips and entry in lines, as words are."""

    def __init__(self, theme: Theme, entry: QLineEdit) -> None:
        super().__init__()
        self._theme = theme
        self._entry = entry
        self._chips: list[QWidget] = []
        look(self, "box")
        entry.setParent(self)

    def set_chips(self, chips: list[QWidget]) -> None:
        """Shows these instead of those before."""
        for chip in self._chips:
            chip.hide()
            chip.deleteLater()
        self._chips = chips
        for chip in chips:
            chip.setParent(self)
            chip.show()
        self._entry.raise_()
        self.arrange()

    def arrange(self) -> None:
        """Gives everything its place, and the box its height."""
        px = self._theme.px
        space, height = px(SPACE), px(CHIP_HEIGHT)
        left, top = px(9), space
        for chip in self._chips:
            width = min(chip.sizeHint().width(), self.width() - px(18))
            if left > px(9) and left + width > self.width() - px(9):
                left, top = px(9), top + height + space
            self._place(chip, QRect(left, top, width, height))
            left += width + space
        if left + px(LEAST_ENTRY) > self.width() - px(9) and self._chips:
            left, top = px(9), top + height + space
        self._place(self._entry, QRect(left, top, self.width() - px(9) - left, height))
        self.setFixedHeight(top + height + space)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.arrange()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._entry.setFocus(Qt.FocusReason.MouseFocusReason)
        super().mousePressEvent(event)

    def _place(self, widget: QWidget, rect: QRect) -> None:
        widget.setGeometry(QStyle.visualRect(self.layoutDirection(), self.rect(), rect))


class StringsField(ParameterField):
    """Several texts; Enter adds what is typed."""

    def __init__(self, parameter: Parameter, theme: Theme, icons: Icons) -> None:
        super().__init__(parameter, theme, icons)
        self._entry = _Entry()
        look(self._entry, "bare")
        name(self._entry, self.object_name, self.label)
        self._box = _ChipBox(theme, self._entry)
        name(self._box, f"{self.object_name}_box")
        self._entry.entered.connect(self._add)
        self._entry.backspaced.connect(self._remove_last)
        self._entry.focus_changed.connect(lambda: mark(self._box, "active", self._entry.hasFocus()))
        self.head = self._summary = SummaryLabel()
        self.body = self._box
        self.editor = self._entry

    def display(self, _value: Any) -> None:
        self._entry.clear()

    def reflect(self, value: Any) -> None:
        texts = value or []
        self._summary.show_summary(str(len(texts)) if texts else None)
        self._entry.setPlaceholderText("" if texts else self.tr("a text, then Enter"))
        self._box.set_chips([self._chip(index, text) for index, text in enumerate(texts)])

    def restyle(self) -> None:
        self._entry.setFont(self.theme.font(13))
        self.reflect(self.value)

    def _chip(self, index: int, text: str) -> _Chip:
        chip = _Chip(self.theme, self.icons, f"{self.object_name}_{index}", escaped(text))
        chip.clicked.connect(lambda: self._remove(index))
        return chip

    def _add(self) -> None:
        text = unescaped(self._entry.text())
        texts = list(self.value or [])
        if not text:
            return
        if text not in texts:
            self.submit([*texts, text])
        if text in (self.value or []):
            self._entry.clear()

    def _remove(self, index: int) -> None:
        self._entry.setFocus(Qt.FocusReason.OtherFocusReason)
        self._submit_rest([text for place, text in enumerate(self.value or []) if place != index])

    def _remove_last(self) -> None:
        if self.value:
            self._submit_rest(self.value[:-1])

    def _submit_rest(self, texts: list[str]) -> None:
        if texts:
            self.submit(texts)
        else:
            self.submit_text("")
