"""The button above the conversation that says which model answers."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QPaintEvent
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
        text = min(self.fontMetrics().horizontalAdvance(self.text()), px(LONGEST))
        return QSize(text + px(10 + 7 + 14 + 10) + 2, px(33))

    def minimumSizeHint(self) -> QSize:
        return QSize(min(self.sizeHint().width(), self._theme.px(120)), self.sizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        px = self._theme.px
        option = QStyleOptionButton()
        self.initStyleOption(option)
        option.text = ""
        painter = QStylePainter(self)
        painter.drawControl(QStyle.ControlElement.CE_PushButton, option)
        arrow = QRect(self.width() - px(10 + 14), (self.height() - px(14)) // 2, px(14), px(14))
        room = QRect(px(10) + 1, 0, arrow.left() - px(7) - px(10) - 1, self.height())
        text = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideMiddle, room.width())
        painter.setPen(self._theme.color("text"))
        alignment = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeading
        painter.drawText(QStyle.visualRect(self.layoutDirection(), self.rect(), room), alignment, text)
        icon = self._icons.pixmap("chevron-down", "dim", px(14), self.devicePixelRatioF())
        painter.drawPixmap(QStyle.visualRect(self.layoutDirection(), self.rect(), arrow).topLeft(), icon)
