"""The page of the settings that shows what endpoints remember of the user, and forgets it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from desktop.core.memory import Remembered
from desktop.ui.controls import icon_button, name
from desktop.ui.icons import Icons
from desktop.ui.labels import Paragraph
from desktop.ui.settings_page import SettingsPage, SettingsRow, outline_button
from desktop.ui.theme import Theme


class MemoryPage(SettingsPage):
    """Knows one endpoint at a time, by its name only."""

    wanted = Signal()  # somebody looks
    forget_requested = Signal(object)  # Remembered
    forget_all_requested = Signal()

    def __init__(self, theme: Theme, icons: Icons) -> None:
        super().__init__(theme, "settingsMemory")
        self.set_title(self.tr("Memory"))
        self._icons = icons
        self._about = Paragraph("")
        self._state = Paragraph("")
        name(self._state, "memoryState")
        self._list = QWidget()
        self._list_column = QVBoxLayout(self._list)
        self._list_column.setContentsMargins(0, 0, 0, 0)
        self._rows: list[_MemoryRow] = []
        self._forget_all = outline_button(self.tr("Forget everything"), "memoryForgetAll")
        self._forget_all.clicked.connect(self._forget_all_pressed)
        foot = QWidget()
        row = QHBoxLayout(foot)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._forget_all)
        row.addStretch(1)
        for part in (self._about, self._state, self._list, foot):
            self.add(part)
        self._forget_all.hide()
        self._sure = False
        theme.changed.connect(self._space_rows)
        self._space_rows()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not event.spontaneous():
            self.wanted.emit()

    def show_state(self, about: str, state: str) -> None:
        """Says whose memory it is, and what there is to say instead of a list."""
        self._about.say(about)
        self._state.say(state)
        self._state.setVisible(bool(state))

    def show_entries(self, entries: Sequence[Remembered]) -> None:
        """Shows what is remembered."""
        for row in self._rows:
            self._list_column.removeWidget(row)
            row.hide()
            row.deleteLater()
        self._rows = [_MemoryRow(self.theme, self._icons, entry) for entry in entries]
        for row in self._rows:
            row.confirmed.connect(self.forget_requested)
            self._list_column.addWidget(row)
        self._list.setVisible(bool(entries))
        self._forget_all.setVisible(bool(entries))
        self._ask(sure=False)

    def _forget_all_pressed(self) -> None:
        """Asks once more, in the same place."""
        if self._sure:
            self.forget_all_requested.emit()
        self._ask(sure=not self._sure)

    def _ask(self, *, sure: bool) -> None:
        self._sure = sure
        self._forget_all.setText(self.tr("Forget everything for good") if sure else self.tr("Forget everything"))

    def _space_rows(self) -> None:
        self._list_column.setSpacing(self.theme.px(12))


class _MemoryRow(QWidget):
    """One thing; Forget asks once more, in the row itself."""

    confirmed = Signal(object)  # Remembered

    def __init__(self, theme: Theme, icons: Icons, entry: Remembered) -> None:
        super().__init__()
        name(self, f"memory_{entry.id}", entry.text)
        what = self.tr("Forget: {text}").format(text=entry.text)
        self._forget = icon_button(icons, "trash", f"memoryForget_{entry.id}", what)
        confirm = outline_button(self.tr("Forget"), f"memoryForgetConfirm_{entry.id}", what)
        self._keep = outline_button(self.tr("Keep"), f"memoryKeep_{entry.id}")
        self._row = SettingsRow(theme, entry.text, entry.topic, self._forget)
        self._question = SettingsRow(theme, self.tr("Forget this?"), entry.text, confirm, self._keep)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self._row)
        self._stack.addWidget(self._question)
        self._forget.clicked.connect(lambda: self._ask(on=True))
        self._keep.clicked.connect(lambda: self._ask(on=False))
        confirm.clicked.connect(lambda: self.confirmed.emit(entry))

    def _ask(self, *, on: bool) -> None:
        self._stack.setCurrentWidget(self._question if on else self._row)
        (self._keep if on else self._forget).setFocus()
