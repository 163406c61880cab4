"""The named presets of the parameter panel: a button that says which one, its menu, and a field for names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QAction, QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLabel, QLineEdit, QMenu, QVBoxLayout, QWidget

from desktop.ui.chevron_button import ChevronButton
from desktop.ui.controls import look, name
from desktop.ui.icons import Icons
from desktop.ui.theme import Theme

HEIGHT = 34
LONGEST_NAME = 60

Values = dict[str, Any]


class PresetBar(QWidget):
    """Knows the presets, which one is chosen, and whether the values are still its own."""

    chosen = Signal(dict)  # the values to take
    changed = Signal(dict)  # all presets: name → values

    def __init__(self, theme: Theme, icons: Icons) -> None:
        super().__init__()
        self._theme = theme
        self._presets: dict[str, Values] = {}
        self._values: Values = {}
        self._current: str | None = None
        self._named: Callable[[str], None] = self._save_as
        self._button = ChevronButton(theme, icons)
        self._field = _NameField()
        self._problem = QLabel()
        name(self._button, "presetButton")
        name(self._field, "presetName", self.tr("Name of the preset"))
        name(self._problem, "presetProblem")
        self._lay_out()
        self._button.clicked.connect(self._show_menu)
        self._field.entered.connect(self._name_entered)
        self._field.left.connect(self._end_naming)
        self._field.textChanged.connect(lambda _text: self._show_problem(""))
        theme.changed.connect(self._restyle)
        self._restyle()
        self._show_current()

    def set_presets(self, presets: Mapping[str, Mapping[str, Any]]) -> None:
        """Offers these, and finds the one that the values are of."""
        self._presets = {title: dict(values) for title, values in presets.items()}
        if self._current in self._presets:
            self._show_current()
        else:
            self.show_values(self._values)

    def show_values(self, values: Mapping[str, Any]) -> None:
        """Other values than before: chosen is the preset they are of."""
        self._values = dict(values)
        kept = self._current if self._presets.get(self._current or "") == self._values else None
        matching = [title for title, preset in self._presets.items() if preset and preset == self._values]
        self._current = kept or next(iter(matching), None)
        self._show_current()

    def follow(self, values: Mapping[str, Any]) -> None:
        """The user changed values: the chosen preset stays, marked as changed."""
        self._values = dict(values)
        self._show_current()

    def choose(self, title: str | None) -> None:
        """Takes a preset; None takes everything back."""
        self._current = title
        self.chosen.emit(dict(self._presets[title]) if title is not None else {})
        self._show_current()

    def _lay_out(self) -> None:
        look(self._problem, "warn")
        self._problem.setWordWrap(True)
        self._field.setMaxLength(LONGEST_NAME)
        self._field.setPlaceholderText(self.tr("Name, then Enter"))
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        for part in (self._button, self._field, self._problem):
            self._column.addWidget(part)
        self._field.hide()
        self._problem.hide()

    @property
    def _is_changed(self) -> bool:
        return self._current is not None and self._presets[self._current] != self._values

    def _show_current(self) -> None:
        if self._current is None:
            text = self.tr("No preset")
        elif self._is_changed:
            text = self.tr("Preset: {name} · changed").format(name=self._current)
        else:
            text = self.tr("Preset: {name}").format(name=self._current)
        self._button.show_words(text)

    def _show_menu(self) -> None:
        menu = QMenu(self)
        name(menu, "presetMenu", self.tr("Presets"))
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        _add(menu, "noPreset", self.tr("No preset"), lambda: self.choose(None), on=self._current is None)
        for title in sorted(self._presets, key=str.casefold):
            act = partial(self.choose, title)
            _add(menu, "presetChoice", title.replace("&", "&&"), act, on=title == self._current)
        menu.addSeparator()
        if self._is_changed:
            _add(menu, "savePreset", self.tr("Save the changes"), self._save)
        _add(menu, "savePresetAs", self.tr("Save as…"), lambda: self._begin_naming("", self._save_as))
        if self._current is not None:
            current = self._current
            _add(menu, "renamePreset", self.tr("Rename…"), lambda: self._begin_naming(current, self._rename))
            _add(menu, "deletePreset", self.tr("Delete"), self._delete)
        menu.setMinimumWidth(self._button.width())
        menu.popup(self._button.mapToGlobal(QPoint(0, self._button.height() + self._theme.px(4))))

    def _begin_naming(self, text: str, named: Callable[[str], None]) -> None:
        self._named = named
        self._field.setText(text)
        self._field.selectAll()
        self._button.hide()
        self._field.show()
        self._field.setFocus(Qt.FocusReason.OtherFocusReason)

    def _name_entered(self) -> None:
        title = self._field.text().strip()
        taken = title in self._presets and (title != self._current or self._named == self._save_as)
        if not title:
            self._show_problem(self.tr("A preset needs a name."))
        elif taken:
            self._show_problem(self.tr("There is a preset of this name already."))
        else:
            self._named(title)
            self._end_naming()

    def _end_naming(self) -> None:
        had_focus = self._field.hasFocus()
        self._show_problem("")
        self._button.show()
        if had_focus:
            self._button.setFocus(Qt.FocusReason.OtherFocusReason)
        self._field.hide()

    def _show_problem(self, text: str) -> None:
        self._problem.setText(text)
        self._problem.setVisible(bool(text))

    def _save(self) -> None:
        if self._current is not None:
            self._save_as(self._current)

    def _save_as(self, title: str) -> None:
        self._presets[title] = dict(self._values)
        self._current = title
        self._tell()

    def _rename(self, title: str) -> None:
        self._presets = {title if old == self._current else old: values for old, values in self._presets.items()}
        self._current = title
        self._tell()

    def _delete(self) -> None:
        """The values stay as they are."""
        self._presets.pop(self._current or "", None)
        self._current = None
        self._tell()

    def _tell(self) -> None:
        self._show_current()
        self.changed.emit({title: dict(values) for title, values in self._presets.items()})

    def _restyle(self) -> None:
        self._column.setSpacing(self._theme.px(4))
        for part in (self._button, self._field):
            part.setFixedHeight(self._theme.px(HEIGHT))


class _NameField(QLineEdit):
    """Enter takes the name; Escape, or going elsewhere, gives it up."""

    entered = Signal()
    left = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.entered.emit()
        elif event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() not in (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason):
            self.left.emit()


def _add(menu: QMenu, object_name: str, text: str, act: Callable[[], None], *, on: bool | None = None) -> None:
    """Adds an entry; with `on` it is one of several, with a mark if it is the chosen one."""
    action = QAction(text, menu)
    action.setObjectName(object_name)
    if on is not None:
        action.setCheckable(True)
        action.setChecked(on)
    action.triggered.connect(lambda _checked=False: act())
    menu.addAction(action)
