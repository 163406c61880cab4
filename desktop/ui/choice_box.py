"""A few values side by side, one of which is on."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QPushButton, QSizePolicy

from desktop.ui.controls import name
from desktop.ui.theme import Theme


class ChoiceBox(QFrame):
    """The arrow keys move between its buttons, which are named by their values."""

    chosen = Signal(str)

    def __init__(self, theme: Theme, object_name: str, label: str, choices: Sequence[tuple[str, str]]) -> None:
        super().__init__()
        name(self, object_name, label)
        self.setProperty("look", "box")
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._group = QButtonGroup(self)
        self._buttons: dict[str, QPushButton] = {}
        row = QHBoxLayout(self)
        row.setContentsMargins(2, 2, 2, 2)
        row.setSpacing(theme.px(2))
        for value, text in choices:
            button = QPushButton(text)
            name(button, f"{object_name}_{value}", text)
            button.setProperty("look", "chip")
            button.setCheckable(True)
            button.setAutoDefault(False)
            self._group.addButton(button)
            self._buttons[value] = button
            row.addWidget(button)
            button.toggled.connect(lambda on, value=str(value): self._toggled(value, on=on))

    def choose(self, value: str) -> None:
        """Shows which one is set, without `chosen`."""
        blocked = self.blockSignals(True)
        if value in self._buttons:
            self._buttons[value].setChecked(True)
        self.blockSignals(blocked)

    def _toggled(self, value: str, *, on: bool) -> None:
        if on:
            self.chosen.emit(value)
