"""What can be chosen of one feature: which service searches, how many results, which sites."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QLineEdit, QMenu, QPushButton, QWidget

from desktop.core.features import Feature, Option
from desktop.ui.controls import look, name
from desktop.ui.fields import mark_wrong
from desktop.ui.icons import Icons
from desktop.ui.popup import Popup
from desktop.ui.theme import Theme

WIDTH = 320
ROW = 42
HEAD = 40


class FeatureOptions(Popup):
    """Opens at a switch. What is not chosen reads as what the endpoint does by itself, and is not sent."""

    changed = Signal(str, dict)  # a feature's id, and all its options that are set

    def __init__(self, theme: Theme, icons: Icons) -> None:
        super().__init__(theme)
        name(self, "featureOptions", self.tr("Options"))
        self._icons = icons
        self._feature: Feature | None = None
        self._values: dict[str, Any] = {}
        self._title = QLabel()
        look(self._title, "strong")
        self._form: QWidget | None = None
        self._first: QWidget = self
        self.content.addWidget(self._title)

    def open_for(self, anchor: QWidget, feature: Feature, values: Mapping[str, Any]) -> None:
        """Shows the options of a feature over its switch."""
        self._feature = feature
        self._values = {option.field: values[option.field] for option in feature.options if values.get(option.field)}
        self._title.setText(feature.name)
        px = self._theme.px
        self._title.setContentsMargins(px(14), px(8), px(14), 0)
        if self._form is not None:
            self.content.removeWidget(self._form)
            self._form.deleteLater()
        self._form = self._make_form(feature)
        self.content.addWidget(self._form)
        self.open_under(anchor, px(WIDTH), px(HEAD + 14) + px(ROW) * len(feature.options))

    def first_focus(self) -> QWidget:
        return self._first

    def _make_form(self, feature: Feature) -> QWidget:
        form = QWidget()
        grid = QGridLayout(form)
        px = self._theme.px
        grid.setContentsMargins(px(14), px(6), px(14), px(8))
        grid.setHorizontalSpacing(px(12))
        for row, option in enumerate(feature.options):
            label = QLabel(self.tr(option.label))
            look(label, "label")
            field = self._choice(option) if option.kind == "choice" else self._text(option)
            name(field, f"option_{option.field}", label.text())
            field.setMinimumWidth(px(150))
            label.setBuddy(field)
            grid.addWidget(label, row, 0)
            grid.addWidget(field, row, 1)
            if row == 0:
                self._first = field
        grid.setColumnStretch(1, 1)
        return form

    def _choice(self, option: Option) -> QWidget:
        button = QPushButton()
        look(button, "combo")
        button.setMinimumHeight(self._theme.px(32))
        button.setIcon(self._icons.icon("chevron-down"))
        button.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
        menu = QMenu(button)
        for value in option.choices:
            menu.addAction(value, partial(self._choose, option, button, value))
        button.setMenu(menu)
        button.setText(str(self._values.get(option.field, option.default or "")))
        return button

    def _choose(self, option: Option, button: QPushButton, value: str) -> None:
        button.setText(value)
        self._keep(option, None if value == option.default else value)

    def _text(self, option: Option) -> QWidget:
        field = QLineEdit()
        value = self._values.get(option.field)
        field.setText(", ".join(value) if isinstance(value, list) else str(value or ""))
        field.setPlaceholderText(self._hint(option))
        field.textEdited.connect(partial(self._typed, option, field))
        return field

    def _hint(self, option: Option) -> str:
        if option.kind == "texts":
            return self.tr("example.org, example.com")
        return str(option.default or "")

    def _typed(self, option: Option, field: QLineEdit, text: str) -> None:
        value, good = _value(option, text.strip())
        mark_wrong(field, not good)
        if good:
            self._keep(option, value)

    def _keep(self, option: Option, value: Any) -> None:
        if value is None:
            self._values.pop(option.field, None)
        else:
            self._values[option.field] = value
        if self._feature is not None:
            self.changed.emit(self._feature.id, dict(self._values))


def _value(option: Option, text: str) -> tuple[Any, bool]:
    """What a text means, None for nothing, and whether it means anything."""
    if not text:
        return None, True
    if option.kind == "texts":
        return [site for part in text.replace(",", " ").split() if (site := part.strip())], True
    if option.kind != "integer":
        return text, True
    if not text.isdecimal():
        return None, False
    number = int(text)
    low, high = option.minimum, option.maximum
    return number, (low is None or number >= low) and (high is None or number <= high)
