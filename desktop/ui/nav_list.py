"""The list at the beginning of a dialog that says what its other side is about."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QListWidget, QListWidgetItem

from desktop.ui.controls import name


class NavList(QListWidget):
    """A short list in which always one entry is chosen, by a press or the arrow keys."""

    chosen = Signal(str)  # the key of the entry that the user went to

    def __init__(self, object_name: str, accessible_name: str) -> None:
        super().__init__()
        name(self, object_name, accessible_name)
        self.setProperty("look", "nav")
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)
        self.currentItemChanged.connect(self._changed)

    def set_entries(self, entries: Sequence[tuple[str, str]]) -> None:
        """Shows (key, text) entries, without `chosen`."""
        blocked = self.blockSignals(True)
        self.clear()
        for key, text in entries:
            item = QListWidgetItem(text)
            item.setData(Qt.ItemDataRole.UserRole, key)
            self.addItem(item)
        self.blockSignals(blocked)

    def choose(self, key: str) -> None:
        """Marks an entry, without `chosen`."""
        blocked = self.blockSignals(True)
        for row in range(self.count()):
            if self.item(row).data(Qt.ItemDataRole.UserRole) == key:
                self.setCurrentRow(row)
        self.blockSignals(blocked)

    def sizeHint(self) -> QSize:
        """As high as its entries, so that it scrolls only where there is no room for them."""
        height = sum(self.sizeHintForRow(row) for row in range(self.count()))
        return QSize(super().sizeHint().width(), height + 2 * self.frameWidth())

    def minimumSizeHint(self) -> QSize:
        return QSize(0, 0)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        super().keyPressEvent(event)
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.ignore()  # the dialog's

    def _changed(self, item: QListWidgetItem | None) -> None:
        if item is not None:
            self.chosen.emit(item.data(Qt.ItemDataRole.UserRole))
