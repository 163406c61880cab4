"""One parameter in the panel: its label, its field, and what is to be said about it."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QAction, QContextMenuEvent, QHideEvent, QMouseEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QMenu, QTextEdit, QVBoxLayout, QWidget

from desktop.core.parameters import Parameter
from desktop.ui.controls import look, name
from desktop.ui.fields import Message
from desktop.ui.icons import Icons
from desktop.ui.parameter_fields import make_field
from desktop.ui.parameter_fields.field import mark
from desktop.ui.parameter_fields.numbers import number_text
from desktop.ui.theme import Theme


class ParameterRow(QWidget):
    """Its context menu, or a double click on label or value, resets it."""

    edited = Signal(str, object)  # the parameter's name, and its value or None
    refused = Signal(str, str)  # the parameter's name, and why what stands in its field cannot be sent

    def __init__(self, parameter: Parameter, theme: Theme, icons: Icons) -> None:
        super().__init__()
        self.parameter = parameter
        self._theme = theme
        self._field = make_field(parameter, theme, icons)
        self._field.setParent(self)
        self._label = QLabel(self._field.label)
        self._conflict = QLabel()
        self._error = Message(f"{self._field.object_name}_error")
        name(self._label, f"{self._field.object_name}_label")
        name(self._conflict, f"{self._field.object_name}_conflict")
        self._lay_out()
        self._watch()
        self._field.edited.connect(self._edited)
        self._field.refused.connect(lambda text: self.refused.emit(parameter.name, text))
        theme.changed.connect(self._restyle)
        self._restyle()
        self._field.show_value(None)
        self.show_conflict("")

    @property
    def wrong(self) -> bool:
        """True while something stands in the field that cannot be sent."""
        return bool(self._error.text())

    def show_value(self, value: Any) -> None:
        """Shows a value, None for nothing set, and forgets what was wrong."""
        self._field.show_value(value)
        self._show_error("")

    def show_refusal(self, text: str, value: Any) -> None:
        """Leaves what was typed, says what is wrong with it and what is sent until it is mended."""
        self._field.keep(value)
        self._show_error(f"{text} {self._until_then(value)}")

    def show_conflict(self, text: str) -> None:
        """Says why this should not be set; it can be changed all the same."""
        self._conflict.setText(text)
        self._conflict.setVisible(bool(text))
        mark(self._label, "muted", bool(text) and self._field.value is None)

    def take_focus(self) -> None:
        """Gives the keyboard to the field."""
        self._field.editor.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def reset(self) -> None:
        """Takes the value away, as the user does."""
        self.show_value(None)
        self.edited.emit(self.parameter.name, None)

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody sees what is wrong any more, so that it is given up."""
        super().hideEvent(event)
        if self.wrong and not event.spontaneous():
            self.show_value(self._field.value)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self._show_menu(QMenu(self), event.globalPos())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.position().y() < self._head_height():
            self.reset()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.MouseButtonDblClick and watched is self._field.head:
            self.reset()
            return True
        if event.type() is QEvent.Type.ContextMenu and isinstance(event, QContextMenuEvent):
            edit = watched if isinstance(watched, QLineEdit) else watched.parent()
            text = edit if isinstance(edit, QLineEdit | QTextEdit) else None
            self._show_menu(text.createStandardContextMenu() if text else QMenu(self), event.globalPos())
            return True
        return False

    def _lay_out(self) -> None:
        look(self._label, "label")
        look(self._conflict, "faint")
        self._conflict.setWordWrap(True)
        self._label.setToolTip(self._field.help)
        self._label.setBuddy(self._field.editor)
        self._head = QHBoxLayout()
        self._head.addWidget(self._label, 1)
        self._head.addWidget(self._field.head)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addLayout(self._head)
        for part in (self._field.body, self._conflict, self._error):
            if part is not None:
                self._column.addWidget(part)

    def _watch(self) -> None:
        """Text fields and lists keep context menus and double clicks to themselves."""
        self._field.head.installEventFilter(self)
        if isinstance(self._field.editor, QTextEdit):
            self._field.editor.viewport().installEventFilter(self)
        else:
            self._field.editor.installEventFilter(self)

    def _edited(self, value: Any) -> None:
        self._show_error("")
        self.edited.emit(self.parameter.name, value)

    def _show_error(self, text: str) -> None:
        self._error.tell(text)
        self._field.show_wrong(bool(text))
        self._field.editor.setAccessibleDescription(text or self._field.help)

    def _until_then(self, value: Any) -> str:
        if value is None:
            return self.tr("Until then it is not sent.")
        if isinstance(value, int | float):
            return self.tr("Until then {value} is sent.").format(value=number_text(value))
        return self.tr("Until then what was set before is sent.")

    def _show_menu(self, menu: QMenu, position: QPoint) -> None:
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        name(menu, "parameterMenu", self._field.label)
        if menu.actions():
            menu.addSeparator()
        reset = QAction(self.tr("Reset to default"), menu)
        reset.setObjectName("resetParameter")
        reset.setEnabled(self._field.value is not None or self.wrong)
        reset.triggered.connect(self.reset)
        menu.addAction(reset)
        menu.popup(position)

    def _head_height(self) -> int:
        return self._head.geometry().bottom()

    def _restyle(self) -> None:
        self._field.restyle()
        px = self._theme.px
        self._head.setContentsMargins(0, 0, 0, px(self._field.space) if self._field.body is not None else 0)
        self._head.setSpacing(px(8))
        for label in (self._conflict, self._error):
            label.setContentsMargins(0, px(3), 0, 0)
