"""What can be chosen of one feature: which service searches, how many results, which sites."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QLineEdit, QMenu, QVBoxLayout, QWidget

from desktop.core.errors import UserError
from desktop.core.feature_options import parse_option
from desktop.core.features import Feature, Option
from desktop.core.parameters import is_set
from desktop.ui.chevron_button import ChevronButton
from desktop.ui.controls import look, name
from desktop.ui.feature_words import feature_word
from desktop.ui.fields import Message, mark_wrong
from desktop.ui.icons import Icons
from desktop.ui.popup import Popup
from desktop.ui.theme import Theme

WIDTH = 340
SIDE = 14
TOP = 10
GAP = 8
FIELD_WIDTH = 150
FIELD_HEIGHT = 34


class FeatureOptions(Popup):
    """Opens at a switch. What is not chosen reads as what happens by itself, and is not sent."""

    changed = Signal(str, dict)  # a feature's id, and all its options that are set

    def __init__(self, theme: Theme, icons: Icons) -> None:
        super().__init__(theme)
        name(self, "featureOptions", self.tr("Options"))
        self._icons = icons
        self._feature = Feature("")
        self._values: dict[str, Any] = {}
        self._wrong: dict[str, str] = {}  # why what stands in a field cannot be, by the option's field
        self._title = QLabel()
        look(self._title, "strong")
        self._message = Message("featureOptionsMessage")
        self._form = QWidget()
        self._first: QWidget = self
        self._column = QVBoxLayout()
        for part in (self._title, self._form, self._message):
            self._column.addWidget(part)
        self._column.addStretch(1)
        self.content.addLayout(self._column)

    def open_for(self, anchor: QWidget, feature: Feature, values: Mapping[str, Any]) -> None:
        """Shows the options of a feature over its switch."""
        self._feature = feature
        self._values = {
            option.field: values[option.field] for option in feature.options if is_set(values.get(option.field))
        }
        self._wrong = {}
        self._title.setText(feature_word(feature.name))
        self.setAccessibleName(self._title.text())
        self._message.tell("")
        form = self._make_form(feature)
        self._column.replaceWidget(self._form, form)
        self._form.deleteLater()
        self._form = form
        px = self._theme.px
        self._column.setContentsMargins(px(SIDE), px(TOP), px(SIDE), px(TOP))
        self._column.setSpacing(px(GAP))
        self.open_under(anchor, px(WIDTH), self._height())

    def first_focus(self) -> QWidget:
        return self._first

    def _height(self) -> int:
        """Of the card with all its rows, and the message below them."""
        width = self._theme.px(WIDTH - 2 * SIDE)
        message = self._message.heightForWidth(width) + self._theme.px(GAP) if self._message.text() else 0
        rows = self._title.sizeHint().height() + self._theme.px(GAP) + self._form.sizeHint().height()
        return rows + message + self._theme.px(2 * TOP + 8)

    def _make_form(self, feature: Feature) -> QWidget:
        form = QWidget()
        grid = QGridLayout(form)
        px = self._theme.px
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(px(12))
        grid.setVerticalSpacing(px(GAP))
        for row, option in enumerate(feature.options):
            label = QLabel(feature_word(option.label))
            look(label, "label")
            field = self._choice(option) if option.kind == "choice" else self._text(option)
            name(field, f"option_{option.field}", label.text())
            field.setMinimumWidth(px(FIELD_WIDTH))
            field.setFixedHeight(px(FIELD_HEIGHT))
            label.setBuddy(field)
            grid.addWidget(label, row, 0)
            grid.addWidget(field, row, 1)
            if row == 0:
                self._first = field
        grid.setColumnStretch(1, 1)
        return form

    def _choice(self, option: Option) -> QWidget:
        button = ChevronButton(self._theme, self._icons)
        button.clicked.connect(partial(self._open_choices, option, button))
        self._show_choice(option, button, self._values.get(option.field, option.default))
        return button

    def _open_choices(self, option: Option, button: ChevronButton) -> None:
        menu = QMenu(button)
        name(menu, f"option_{option.field}_menu", feature_word(option.label))
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for value in option.choices:
            action = menu.addAction(value, partial(self._choose, option, button, value))
            action.setCheckable(True)
            action.setChecked(value == button.words())
        menu.setMinimumWidth(button.width())
        menu.popup(button.mapToGlobal(QPoint(0, button.height() + self._theme.px(4))))

    def _choose(self, option: Option, button: ChevronButton, value: str) -> None:
        self._show_choice(option, button, value)
        self._keep(option, None if value == option.default else value)

    def _show_choice(self, option: Option, button: ChevronButton, value: Any) -> None:
        """The button says what is chosen, but it is called by what it is for."""
        button.show_words(str(value or ""))
        button.setAccessibleName(feature_word(option.label))
        button.setAccessibleDescription(str(value or ""))

    def _text(self, option: Option) -> QWidget:
        field = QLineEdit()
        value = self._values.get(option.field)
        if value is not None:
            field.setText(", ".join(value) if isinstance(value, list) else f"{value}")
        field.setPlaceholderText(self._hint(option))
        field.textEdited.connect(partial(self._typed, option, field))
        return field

    def _hint(self, option: Option) -> str:
        if option.kind == "texts":
            return self.tr("example.org, …")
        return str(option.default or "")

    def _typed(self, option: Option, field: QLineEdit, text: str) -> None:
        try:
            value = parse_option(option, text)
        except UserError as error:
            self._wrong[option.field] = error.text
        else:
            self._wrong.pop(option.field, None)
            self._keep(option, value)
        mark_wrong(field, option.field in self._wrong)
        field.setAccessibleDescription(self._wrong.get(option.field, ""))
        self._message.tell("\n".join(self._wrong.values()))
        self.grow(self._height())

    def _keep(self, option: Option, value: Any) -> None:
        if value is None:
            self._values.pop(option.field, None)
        else:
            self._values[option.field] = value
        self.changed.emit(self._feature.id, dict(self._values))
