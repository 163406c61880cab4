"""Fields for one of several values: a list to choose from, and on or off."""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtCore import QPoint, QRect, QSignalBlocker, Qt
from PySide6.QtGui import QAction, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QMenu, QStyle, QStyleOptionComboBox, QStylePainter, QWidget

from desktop.core.parameters import Parameter
from desktop.ui.controls import look, name
from desktop.ui.icons import Icons
from desktop.ui.parameter_fields.field import ParameterField, SummaryLabel
from desktop.ui.switch import FOCUS, KNOB, Switch
from desktop.ui.theme import Theme

CHEVRON = 14


class _Combo(QComboBox):
    """Reads like a value beside its label, and leaves the wheel to the column that scrolls."""

    def __init__(self, theme: Theme, icons: Icons) -> None:
        super().__init__()
        self._theme = theme
        self._icons = icons
        look(self, "value")
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()

    def showPopup(self) -> None:
        """A menu like the program's others: the list that Qt would show has a square frame of its own."""
        menu = QMenu(self)
        name(menu, f"{self.objectName()}_menu", self.accessibleName())
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for index in range(self.count()):
            action = QAction(self.itemText(index), menu)
            action.setCheckable(True)
            action.setChecked(index == self.currentIndex())
            action.triggered.connect(partial(self.setCurrentIndex, index))
            menu.addAction(action)
        menu.setActiveAction(menu.actions()[self.currentIndex()])
        mirrored = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
        left = 0 if mirrored else self.width() - menu.sizeHint().width()
        menu.popup(self.mapToGlobal(QPoint(left, self.height() + self._theme.px(4))))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QStylePainter(self)
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        option.currentText = ""
        painter.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
        size = self._theme.px(CHEVRON)
        chevron = QRect(self.width() - size, (self.height() - size) // 2, size, size)
        pixmap = self._icons.pixmap("chevron-down", "faint", size, self.devicePixelRatioF())
        painter.drawPixmap(QStyle.visualRect(self.layoutDirection(), self.rect(), chevron).topLeft(), pixmap)
        text = QRect(0, 0, chevron.left() - self._theme.px(4), self.height())
        painter.setFont(self._theme.font(13))
        painter.setPen(self._theme.color("faint" if self.currentData() is None else "accent"))
        place = QStyle.visualRect(self.layoutDirection(), self.rect(), text)
        painter.drawText(place, Qt.AlignmentFlag.AlignTrailing | Qt.AlignmentFlag.AlignVCenter, self.currentText())


class _ThreeWaySwitch(Switch):
    """A switch that stands in the middle while nothing is set."""

    def __init__(self, theme: Theme, object_name: str, accessible_name: str) -> None:
        super().__init__(theme, object_name, accessible_name)
        self._theme = theme
        self.setTristate(True)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.checkState() is not Qt.CheckState.PartiallyChecked:
            super().paintEvent(event)
            return
        px = self._theme.px
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.hasFocus():
            painter.setPen(self._theme.color("accent"))
            ring = self.rect().toRectF().adjusted(0.5, 0.5, -0.5, -0.5)
            painter.drawRoundedRect(ring, ring.height() / 2, ring.height() / 2)
        track = self.rect().toRectF().adjusted(px(FOCUS), px(FOCUS), -px(FOCUS), -px(FOCUS))
        painter.setPen(self._theme.color("faint"))
        painter.setBrush(self._theme.color("bg"))
        painter.drawRoundedRect(track.adjusted(0.5, 0.5, -0.5, -0.5), track.height() / 2, track.height() / 2)
        painter.setBrush(self._theme.color("line"))
        painter.drawEllipse(track.center(), px(KNOB) / 2, px(KNOB) / 2)


class ChoiceField(ParameterField):
    """A list, whose first entry is "default"."""

    def __init__(self, parameter: Parameter, theme: Theme, icons: Icons) -> None:
        super().__init__(parameter, theme, icons)
        self._combo = _Combo(theme, icons)
        name(self._combo, self.object_name, self.label)
        self._combo.addItem(self.tr("default"), None)
        for choice in parameter.choices:
            self._combo.addItem(choice, choice)
        self._combo.currentIndexChanged.connect(lambda _index: self._chosen())
        self.head = self.editor = self._combo

    def display(self, value: Any) -> None:
        with QSignalBlocker(self._combo):
            self._combo.setCurrentIndex(max(0, self._combo.findData(value)))

    def restyle(self) -> None:
        self._combo.setFixedHeight(self.theme.px(22))

    def _chosen(self) -> None:
        value = self._combo.currentData()
        if value is None:
            self.submit_text("")
        else:
            self.submit(value)


class CheckField(ParameterField):
    """On, off, or default, which is the check box's third state."""

    def __init__(self, parameter: Parameter, theme: Theme, icons: Icons) -> None:
        super().__init__(parameter, theme, icons)
        self._summary = SummaryLabel()
        self._check = _ThreeWaySwitch(theme, self.object_name, self.label)
        self._check.checkStateChanged.connect(self._changed)
        self.editor = self._check
        self.head = QWidget()
        row = QHBoxLayout(self.head)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._summary)
        row.addWidget(self._check)

    def display(self, value: Any) -> None:
        state = Qt.CheckState.Checked if value else Qt.CheckState.Unchecked
        with QSignalBlocker(self._check):
            self._check.setCheckState(Qt.CheckState.PartiallyChecked if value is None else state)

    def reflect(self, value: Any) -> None:
        words = {None: None, True: self.tr("on"), False: self.tr("off")}
        self._summary.show_summary(words[value])

    def _changed(self, state: Qt.CheckState) -> None:
        if state is Qt.CheckState.PartiallyChecked:
            self.submit_text("")
        else:
            self.submit(state is Qt.CheckState.Checked)
