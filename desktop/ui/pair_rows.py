"""A small table of pairs: two inputs a row, a button that removes it, and one that adds a row."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QToolButton, QVBoxLayout, QWidget

from desktop.ui.controls import icon_button, name
from desktop.ui.fields import mark_wrong
from desktop.ui.icons import Icons
from desktop.ui.theme import Theme


@dataclass(frozen=True, slots=True)
class PairTexts:
    """What the table says: hints of the two inputs, and the buttons."""

    first: str
    second: str
    add: str
    remove: str


class PairRows(QWidget):
    """Rows whose both inputs are empty do not count."""

    changed = Signal()

    def __init__(self, theme: Theme, icons: Icons, object_name: str, texts: PairTexts) -> None:
        super().__init__()
        self._theme = theme
        self._icons = icons
        self._texts = texts
        self._rows: list[_Row] = []
        name(self, object_name)
        self._add = QPushButton(texts.add)
        self._add.setProperty("look", "link")
        self._add.setAutoDefault(False)
        name(self._add, f"{object_name}Add", texts.add)
        self._add.clicked.connect(self._add_row)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        foot = QHBoxLayout()
        foot.addWidget(self._add)
        foot.addStretch(1)
        self._column.addLayout(foot)
        self._column.setSpacing(theme.px(6))

    def pairs(self) -> list[tuple[str, str]]:
        """What stands in the rows."""
        written = [(row.first.text().strip(), row.second.text().strip()) for row in self._rows]
        return [pair for pair in written if any(pair)]

    def set_pairs(self, pairs: Iterable[tuple[str, str]]) -> None:
        """Shows other rows, without `changed`."""
        for row in self._rows:
            row.hide()
            row.deleteLater()
        self._rows.clear()
        for first, second in pairs:
            self._append(first, second)

    def mark_wrong(self, is_wrong: Callable[[str, str], tuple[bool, bool]]) -> None:
        """Marks the inputs that `is_wrong` says cannot be used; it is asked about each row."""
        for row in self._rows:
            marks = is_wrong(row.first.text().strip(), row.second.text().strip())
            for edit, wrong in zip((row.first, row.second), marks, strict=True):
                mark_wrong(edit, wrong)

    def _add_row(self) -> None:
        self._append("", "").first.setFocus()

    def _append(self, first: str, second: str) -> _Row:
        row = _Row(self._theme, self._icons, self.objectName(), self._texts)
        row.first.setText(first)
        row.second.setText(second)
        row.first.textChanged.connect(self.changed)
        row.second.textChanged.connect(self.changed)
        row.remove.clicked.connect(lambda: self._remove(row))
        before = self._rows[-1].remove if self._rows else None
        self._rows.append(row)
        self._column.insertWidget(len(self._rows) - 1, row)
        if before is not None:
            QWidget.setTabOrder(before, row.first)
        for one, other in ((row.first, row.second), (row.second, row.remove), (row.remove, self._add)):
            QWidget.setTabOrder(one, other)
        return row

    def _remove(self, row: _Row) -> None:
        had_keyboard = row.remove.hasFocus()
        self._rows.remove(row)
        row.hide()
        row.deleteLater()
        if had_keyboard:
            self._add.setFocus()
        self.changed.emit()


class _Row(QWidget):
    def __init__(self, theme: Theme, icons: Icons, object_name: str, texts: PairTexts) -> None:
        super().__init__()
        self.first = QLineEdit()
        self.second = QLineEdit()
        self.remove: QToolButton = icon_button(icons, "x", f"{object_name}Remove", texts.remove)
        name(self.first, f"{object_name}First", texts.first)
        name(self.second, f"{object_name}Second", texts.second)
        self.first.setPlaceholderText(texts.first)
        self.second.setPlaceholderText(texts.second)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.px(6))
        layout.addWidget(self.first, 2)
        layout.addWidget(self.second, 3)
        layout.addWidget(self.remove)
