"""What every field of the parameter panel has in common.

A field is two widgets: `head` stands beside the label, `body` below, if there is one. It shows one value, and says what
the user makes of it: a value that holds, nothing (the parameter is not sent), or why it cannot be.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QCoreApplication, QObject, Qt, Signal
from PySide6.QtWidgets import QLabel, QWidget

from desktop.core.errors import UserError
from desktop.core.parameters import Parameter, check, parse
from desktop.ui.controls import look
from desktop.ui.fields import mark_wrong
from desktop.ui.icons import Icons
from desktop.ui.theme import Theme

OWN_NAMES = {"system_prompt": "systemPrompt"}


class ParameterField(QObject):
    """Subclasses set `head`, `body` and `editor`, and implement `display`."""

    edited = Signal(object)  # a value that holds, or None: not sent
    refused = Signal(str)  # why what stands in the field cannot be sent

    head: QWidget
    body: QWidget | None = None
    editor: QWidget  # what has the keyboard first
    space = 7  # between head and body

    def __init__(self, parameter: Parameter, theme: Theme, icons: Icons) -> None:
        super().__init__()
        self.parameter = parameter
        self.theme = theme
        self.icons = icons
        self.object_name = OWN_NAMES.get(parameter.name, f"param_{parameter.name}")
        self.label = translated(parameter.label)
        self.help = translated(parameter.help)
        self.value: Any = None

    def show_value(self, value: Any) -> None:
        """Shows a value, or with None that nothing is set; without signals."""
        self.value = value
        self.display(value)
        self.reflect(value)

    def display(self, value: Any) -> None:
        """Puts a value into what the user edits, without signals."""
        raise NotImplementedError

    def reflect(self, value: Any) -> None:
        """Shows a value everywhere else in the field: what the user is typing in stays as it is."""

    def keep(self, value: Any) -> None:
        """What stands in the field cannot be sent, and `value` holds instead."""
        self.value = value
        self.reflect(value)

    def show_wrong(self, wrong: bool) -> None:
        """Marks what cannot be sent, or takes the marks away."""
        mark_wrong(self.editor, wrong)

    def restyle(self) -> None:
        """Sizes, after the theme has changed."""

    def submit(self, value: Any) -> None:
        """Passes on what the user made, if it holds."""
        self._pass_on(lambda: check(self.parameter.name, value))

    def submit_text(self, text: str) -> None:
        """Passes on what the user typed, if it holds; nothing typed is nothing set."""
        self._pass_on(lambda: parse(self.parameter.name, text) if text.strip() else None)

    def _pass_on(self, checked: Callable[[], Any]) -> None:
        try:
            value = checked()
        except UserError as error:
            self.refused.emit(str(error))
            return
        self.value = value
        self.reflect(value)
        self.edited.emit(value)


def translated(text: str) -> str:
    """A label or help of the table of parameters, as the user reads it."""
    return QCoreApplication.translate("Parameters", text)


class SummaryLabel(QLabel):
    """The value in a few characters, or "default"."""

    def __init__(self) -> None:
        super().__init__()
        look(self, "value")
        self.setTextFormat(Qt.TextFormat.PlainText)

    def show_summary(self, text: str | None) -> None:
        """None is for nothing set."""
        self.setText(self.tr("default") if text is None else text)
        mark(self, "set", text is not None)


def mark(widget: QWidget, property_name: str, on: bool) -> None:
    """Sets a property that the style sheet asks for, and styles the widget anew if it was another."""
    value = "true" if on else "false"
    if widget.property(property_name) != value:
        widget.setProperty(property_name, value)
        widget.style().unpolish(widget)
        widget.style().polish(widget)
