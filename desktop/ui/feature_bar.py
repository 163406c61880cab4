"""The switches in the composer: thinking first, searching, reading links. They say what the next answer may use."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QWidget

from desktop.ui.controls import name
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
        """Words where there is room for all of them, else icons."""
        for words in (True, False):
            for button in self._buttons.values():
                button.show_words(words)
            needed = sum(button.sizeHint().width() + self._row.spacing() for button in self._buttons.values())
            if needed <= self.width():
                return

    def _size(self, button: _SwitchButton) -> None:
        side = self._theme.px(16)
        button.setIconSize(QSize(side, side))
        button.setFixedHeight(self._theme.px(30))

    def _restyle(self) -> None:
        self._row.setSpacing(self._theme.px(4))
        for button in self._buttons.values():
            self._size(button)
        self._fit()


class _SwitchButton(QPushButton):
    """The menu key, a right click and the down arrow ask for its options."""

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

    def show_switch(self, switch: Switch) -> None:
        """Shows whether it is on, and what it does."""
        self._switch = switch
        self.setChecked(switch.on)
        self.setToolTip(switch.tooltip)
        self.setAccessibleDescription(switch.tooltip)

    def show_words(self, words: bool) -> None:
        """With its label, or with its icon alone."""
        self.setText(f" {self._switch.label}" if words else "")  # Qt alone sets the text too close to the icon

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Down:
            self.options_requested.emit()
        else:
            super().keyPressEvent(event)

    def _menu_wanted(self, _position: QPoint) -> None:
        self.options_requested.emit()
