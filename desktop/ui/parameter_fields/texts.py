"""Fields for texts: prose of several lines, one line, and JSON."""

from __future__ import annotations

import json
from typing import Any

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit

from desktop.core.parameters import Parameter
from desktop.ui.controls import look, name
from desktop.ui.icons import Icons
from desktop.ui.parameter_fields.field import ParameterField, SummaryLabel
from desktop.ui.parameter_fields.numbers import FIELD_HEIGHT
from desktop.ui.theme import Theme

MOST_LINES = 10
FRAME = 9  # border and padding at the top, and again at the bottom
LONGEST_SUMMARY = 18  # characters


class GrowingEdit(QPlainTextEdit):
    """As high as its text, between some lines and ten."""

    def __init__(self, fewest_lines: int) -> None:
        super().__init__()
        self._fewest_lines = fewest_lines
        self._frame = FRAME
        look(self, "field")
        self.setTabChangesFocus(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.document().setDocumentMargin(0)
        self.document().documentLayout().documentSizeChanged.connect(self.fit)

    def set_frame(self, frame: int) -> None:
        """How much stands above the text, and again below."""
        self._frame = frame
        self.fit()

    def fit(self) -> None:
        """Takes the height of its text."""
        lines = min(MOST_LINES, max(self._fewest_lines, round(self.document().size().height())))
        self.setFixedHeight(lines * self.fontMetrics().lineSpacing() + 2 * self._frame)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.fit()


class _SeveralLinesField(ParameterField):
    """A field that grows with its text."""

    def __init__(self, parameter: Parameter, theme: Theme, icons: Icons, edit: GrowingEdit) -> None:
        super().__init__(parameter, theme, icons)
        self.edit = edit
        name(edit, self.object_name, self.label)
        edit.textChanged.connect(lambda: self.submit_text(edit.toPlainText()))
        self.head = self.summary = SummaryLabel()
        self.body = self.editor = edit

    def show_text(self, text: str) -> None:
        """Shows another text, without signals."""
        with QSignalBlocker(self.edit):
            self.edit.setPlainText(text)
        self.edit.fit()


class ProseField(_SeveralLinesField):
    """A text of several lines; the field itself says whether it is set."""

    def __init__(self, parameter: Parameter, theme: Theme, icons: Icons) -> None:
        super().__init__(parameter, theme, icons, GrowingEdit(fewest_lines=3))
        self.edit.setPlaceholderText(self.help)
        self.summary.hide()

    def display(self, value: Any) -> None:
        self.show_text(value or "")

    def restyle(self) -> None:
        self.edit.setFont(self.theme.font(13))
        self.edit.set_frame(self.theme.px(FRAME))


class JsonField(_SeveralLinesField):
    """A JSON object, checked as it is typed."""

    def __init__(self, parameter: Parameter, theme: Theme, icons: Icons) -> None:
        super().__init__(parameter, theme, icons, GrowingEdit(fewest_lines=1))
        self.edit.setPlaceholderText("{ }")

    def display(self, value: Any) -> None:
        self.show_text("" if value is None else json.dumps(value, ensure_ascii=False, indent=2))

    def reflect(self, value: Any) -> None:
        self.summary.show_summary(None if value is None else str(len(value)))

    def restyle(self) -> None:
        self.edit.setFont(self.theme.font(12, code=True))
        self.edit.set_frame(self.theme.px(FRAME))


class LineField(ParameterField):
    """A text of one line."""

    def __init__(self, parameter: Parameter, theme: Theme, icons: Icons) -> None:
        super().__init__(parameter, theme, icons)
        self._edit = QLineEdit()
        name(self._edit, self.object_name, self.label)
        self._edit.textChanged.connect(self.submit_text)
        self.head = self._summary = SummaryLabel()
        self.body = self.editor = self._edit

    def display(self, value: Any) -> None:
        with QSignalBlocker(self._edit):
            self._edit.setText(value or "")

    def reflect(self, value: Any) -> None:
        short = value if value is None or len(value) <= LONGEST_SUMMARY else f"{value[: LONGEST_SUMMARY - 1]}…"
        self._summary.show_summary(short)

    def restyle(self) -> None:
        self._edit.setFixedHeight(self.theme.px(FIELD_HEIGHT))
