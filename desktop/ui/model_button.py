"""The button above the conversation that says which model answers."""

from __future__ import annotations

import math

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPaintEvent
from PySide6.QtWidgets import QPushButton, QStyle, QStyleOptionButton, QStylePainter

from desktop.ui.controls import name
from desktop.ui.icons import Icons
from desktop.ui.theme import Theme

LONGEST = 340  # a longer name loses its middle, in pixels at scale 1


class ModelButton(QPushButton):
    """Its text and a small arrow at the end, in reading direction."""

    def __init__(self, theme: Theme, icons: Icons) -> None:
        super().__init__()
        self._theme = theme
        self._icons = icons
        name(self, "modelButton")
        self.setProperty("look", "outline")
        self.set_model("")
        theme.changed.connect(self.updateGeometry)

    def set_model(self, label: str) -> None:
        """Shows the model's name; an empty one asks to choose."""
        self.setText(label or self.tr("Choose a model"))
        self.setAccessibleName(self.tr("Model: {name}").format(name=label) if label else self.text())
        self.setToolTip(self.tr("Choose the model"))
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        px = self._theme.px
        text = QFontMetricsF(self.font()).horizontalAdvance(self.text())
        room = min(math.ceil(text), px(LONGEST))  # rounded down, the text would lose its middle
        return QSize(room + px(10) + px(7) + px(14 + 10) + 2, px(33))

    def minimumSizeHint(self) -> QSize:
        return QSize(min(self.sizeHint().width(), self._theme.px(120)), self.sizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        px = self._theme.px
        option = QStyleOptionButton()
        self.initStyleOption(option)
        option.text = ""
        painter = QStylePainter(self)
        painter.drawControl(QStyle.ControlElement.CE_PushButton, option)
        arrow, room = self._arrow(), self._room()
        painter.setPen(self._theme.color("text"))
        alignment = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeading
        painter.drawText(QStyle.visualRect(self.layoutDirection(), self.rect(), room), alignment, self.shown_text())
        icon = self._icons.pixmap("chevron-down", "dim", px(14), self.devicePixelRatioF())
        painter.drawPixmap(QStyle.visualRect(self.layoutDirection(), self.rect(), arrow).topLeft(), icon)

    def shown_text(self) -> str:
        """The text as far as there is room for it."""
        return self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideMiddle, self._room().width())

    def _arrow(self) -> QRect:
        px = self._theme.px
        return QRect(self.width() - px(10 + 14), (self.height() - px(14)) // 2, px(14), px(14))

    def _room(self) -> QRect:
        px = self._theme.px
        return QRect(px(10) + 1, 0, self._arrow().left() - px(7) - px(10) - 1, self.height())
