"""The switches in the composer: thinking first, searching, reading links. They say what the next answer may use."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QStyle, QToolButton, QWidget

from desktop.ui.controls import look, name
from desktop.ui.icons import Icons
from desktop.ui.theme import Theme


@dataclass(frozen=True, slots=True)
class Switch:
    """One switch; with `has_options` there is more to choose than on or off."""

    id: str
    object_name: str
    icon: str
    label: str
    tooltip: str
    on: bool = False
    has_options: bool = False


class FeatureBar(QWidget):
    """Switches side by side; where there is little room they show their icons only."""

    toggled = Signal(str, bool)  # a switch's id
    options_requested = Signal(str, QWidget)  # a switch's id, and its button

    def __init__(self, theme: Theme, icons: Icons) -> None:
        super().__init__()
        self._theme = theme
        self._icons = icons
        self._buttons: dict[str, _SwitchButton] = {}
        self._switches: dict[str, Switch] = {}
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setAlignment(Qt.AlignmentFlag.AlignLeading)
        name(self, "featureBar")
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)  # takes what is left, icons if need be
        theme.changed.connect(self._restyle)
        self._restyle()

    def show_switches(self, switches: Sequence[Switch]) -> None:
        """Shows these switches and no others."""
        self._switches = {switch.id: switch for switch in switches}
        for switch_id in [known for known in self._buttons if known not in self._switches]:
            button = self._buttons.pop(switch_id)
            self._row.removeWidget(button)
            button.deleteLater()
        for place, switch in enumerate(switches):
            button = self._buttons.get(switch.id) or self._make(switch, place)
            button.show_switch(switch)
        self._fit()

    def button(self, switch_id: str) -> QWidget:
        """The button of a switch."""
        return self._buttons[switch_id]

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _make(self, switch: Switch, place: int) -> _SwitchButton:
        button = _SwitchButton(self._icons, switch)
        button.clicked.connect(lambda on: self.toggled.emit(switch.id, on))
        button.options_requested.connect(lambda: self._request_options(switch.id))
        self._buttons[switch.id] = button
        self._row.insertWidget(place, button)
        self._size(button)
        return button

    def _request_options(self, switch_id: str) -> None:
        if self._switches[switch_id].has_options:
            self.options_requested.emit(switch_id, self._buttons[switch_id])

    def _fit(self) -> None:
        """Words where there is room for all of them, else icons; arrows only where there is room for them, too."""
        for words, arrows in ((True, True), (False, True), (False, False)):
            for button in self._buttons.values():
                button.show_parts(words=words, arrow=arrows)
            needed = sum(button.sizeHint().width() + self._row.spacing() for button in self._buttons.values())
            if needed <= self.width():
                return

    def _size(self, button: _SwitchButton) -> None:
        px = self._theme.px
        button.setIconSize(QSize(px(16), px(16)))
        button.setFixedHeight(px(30))
        button.arrow.setIconSize(QSize(px(12), px(12)))
        button.arrow.setFixedSize(px(20), px(26))

    def _restyle(self) -> None:
        self._row.setSpacing(self._theme.px(4))
        for button in self._buttons.values():
            self._size(button)
        self._fit()


class _SwitchButton(QPushButton):
    """The arrow in it, the menu key, a right click and the down arrow ask for its options."""

    options_requested = Signal()

    def __init__(self, icons: Icons, switch: Switch) -> None:
        super().__init__()
        self._switch = switch
        name(self, switch.object_name, switch.label)
        self.setProperty("look", "chip")
        self.setCheckable(True)
        self.setIcon(icons.icon(switch.icon, "dim"))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._menu_wanted)
        self.arrow = QToolButton(self)
        look(self.arrow, "tight")
        name(self.arrow, f"{switch.object_name}Options", self.tr("Options of {name}").format(name=switch.label))
        self.arrow.setToolTip(self.arrow.accessibleName())
        self.arrow.setIcon(icons.icon("chevron-down", "accent"))
        self.arrow.clicked.connect(self.options_requested)
        self.arrow.hide()

    def show_switch(self, switch: Switch) -> None:
        """Shows whether it is on, and what it does."""
        self._switch = switch
        self.setChecked(switch.on)
        self.setToolTip(switch.tooltip)
        self.setAccessibleDescription(switch.tooltip)

    def show_parts(self, *, words: bool, arrow: bool) -> None:
        """With its label, or with its icon alone; with an arrow while it is on and there is something to choose."""
        self.setText(f" {self._switch.label}" if words else "")  # Qt alone sets the text too close to the icon
        arrow = arrow and self._switch.on and self._switch.has_options
        self.arrow.setVisible(arrow)
        side = "left" if self.isRightToLeft() else "right"
        wanted = side if arrow else ""
        if self.property("arrow") != wanted:
            self.setProperty("arrow", wanted)
            self.style().unpolish(self)
            self.style().polish(self)
            self.updateGeometry()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        place = QRect(self.width() - self.arrow.width() - 3, 0, self.arrow.width(), self.arrow.height())
        place.moveTop((self.height() - self.arrow.height()) // 2)
        self.arrow.setGeometry(QStyle.visualRect(self.layoutDirection(), self.rect(), place))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Down:
            self.options_requested.emit()
        else:
            super().keyPressEvent(event)

    def _menu_wanted(self, _position: QPoint) -> None:
        self.options_requested.emit()
