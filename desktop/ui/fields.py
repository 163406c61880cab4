"""An input with its name above and, while something is wrong with it, what is wrong below."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from desktop.core.errors import UserError
from desktop.ui.controls import name
from desktop.ui.labels import text_label
from desktop.ui.theme import Theme


class Message(QLabel):
    """What is wrong, under an input; it takes no room while nothing is."""

    def __init__(self, object_name: str) -> None:
        super().__init__()
        name(self, object_name)
        self.setProperty("look", "wrong")
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        self.hide()

    def tell(self, text: str, editor: QWidget | None = None) -> None:
        """Shows a text and marks the `editor` that it is about; an empty text clears both."""
        self.setText(text)
        self.setVisible(bool(text))
        if editor is not None:
            mark_wrong(editor, bool(text))
            editor.setAccessibleDescription(text)


def mark_wrong(editor: QWidget, wrong: bool) -> None:
    """Draws an input as one whose value cannot be used, or as a usual one again."""
    if bool(editor.property("wrong")) != wrong:
        editor.setProperty("wrong", wrong)
        editor.style().unpolish(editor)
        editor.style().polish(editor)


class Field(QWidget):
    """A label, its input, and a message."""

    def __init__(self, theme: Theme, label: str, editor: QWidget) -> None:
        super().__init__()
        self._theme = theme
        self.editor = editor
        self._label = text_label(label, "field")
        self._label.setBuddy(editor)
        self._label.setWordWrap(True)
        self._message = Message(f"{editor.objectName()}Message")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(self._label)
        self._column.addWidget(editor)
        self._column.addWidget(self._message)
        theme.changed.connect(self._restyle)
        self._restyle()

    def tell(self, error: UserError | None) -> None:
        """Says what is wrong, or that nothing is."""
        self._message.tell(str(error) if error else "", self.editor)

    def _restyle(self) -> None:
        self._column.setSpacing(self._theme.px(6))
