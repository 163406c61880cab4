"""Fields for texts: prose of several lines, one line, and JSON."""

from __future__ import annotations

import json
from typing import Any

from PySide6.QtCore import QPointF, QSignalBlocker, Qt
from PySide6.QtGui import (
    QPainter,
    QPaintEvent,
    QPalette,
    QResizeEvent,
    QTextBlockFormat,
    QTextCursor,
    QTextLayout,
)
from PySide6.QtWidgets import QLineEdit, QTextEdit

from desktop.core.parameters import Parameter
from desktop.ui.controls import look, name
from desktop.ui.icons import Icons
from desktop.ui.parameter_fields.field import ParameterField, SummaryLabel
from desktop.ui.parameter_fields.numbers import FIELD_HEIGHT
from desktop.ui.theme import Theme

MOST_LINES = 10
PROSE_SPACING = 127  # per cent of the font's own, as of the paragraphs elsewhere
FRAME = 9  # border and padding at the top, and again at the bottom
LONGEST_SUMMARY = 18  # characters


class GrowingEdit(QTextEdit):
    """Plain text, as high as it is, between some lines and ten. `line_spacing` is in per cent of the font's own."""

    def __init__(self, fewest_lines: int, line_spacing: int = 100) -> None:
        super().__init__()
        self._fewest_lines = fewest_lines
        self._line_spacing = line_spacing
        self._frame = FRAME
        self.hint = ""
        look(self, "field")
        self.setAcceptRichText(False)
        self.setTabChangesFocus(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.document().setDocumentMargin(0)
        self.document().documentLayout().documentSizeChanged.connect(self.fit)

    def set_frame(self, frame: int) -> None:
        """How much stands above the text, and again below."""
        self._frame = frame
        self.fit()

    def setPlainText(self, text: str) -> None:
        """A new text, in the field's own spacing: Qt gives it none."""
        super().setPlainText(text)
        cursor = QTextCursor(self.document())
        cursor.select(QTextCursor.SelectionType.Document)
        spacing = QTextBlockFormat()
        spacing.setLineHeight(self._line_spacing, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
        cursor.mergeBlockFormat(spacing)
        self.document().clearUndoRedoStacks()

    def fit(self) -> None:
        """Takes the height of its text."""
        line = self._line_height()
        lines = min(MOST_LINES, max(self._fewest_lines, round(self.document().size().height() / line)))
        self.setFixedHeight(round(lines * line) + 2 * self._frame)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The hint in an empty field has the spacing that a text will have."""
        super().paintEvent(event)
        if not self.document().isEmpty() or not self.hint:
            return
        painter = QPainter(self.viewport())
        painter.setPen(self.palette().color(QPalette.ColorRole.PlaceholderText))
        layout = QTextLayout(self.hint, self.font())
        layout.beginLayout()
        top = 0.0
        while (line := layout.createLine()).isValid():
            line.setLineWidth(self.viewport().width())
            line.setPosition(QPointF(0, top))
            top += self._line_height()
        layout.endLayout()
        layout.draw(painter, QPointF(0, 0))

    def _line_height(self) -> float:
        return self.fontMetrics().lineSpacing() * self._line_spacing / 100

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
        super().__init__(parameter, theme, icons, GrowingEdit(fewest_lines=3, line_spacing=PROSE_SPACING))
        self.edit.hint = self.help
        self.edit.setPlainText("")
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
        self.edit.hint = "{ }"

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
