"""The editor of one splice: the text with its placeholders at one side, what becomes of it at the other."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from desktop.core.errors import UserError
from desktop.core.fusion import PLACEHOLDERS, Splice, Thought, check_template, filled
from desktop.ui.controls import name
from desktop.ui.fields import Message
from desktop.ui.labels import Paragraph, text_label
from desktop.ui.settings_page import outline_button
from desktop.ui.theme import Theme

NARROW = 520  # in less room the preview stands below the text
LOWEST = 120  # of either, before the page scrolls


class SpliceEditor(QWidget):
    """Shows one splice after another; `edited` tells each text that can be used, as it is typed."""

    edited = Signal(object, str)  # Splice, text

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._splice = Splice.THINKING
        self._shipped = ""
        self._edit = QPlainTextEdit()
        self._preview = QPlainTextEdit()
        self._message = Message("spliceMessage")
        self._note = Paragraph("", "small")
        self._reset = outline_button(self.tr("Reset to the shipped text"), "spliceReset")
        self._placeholders: dict[str, QPushButton] = {}
        self._lay_out()
        self._edit.textChanged.connect(self._changed)
        self._reset.clicked.connect(self._take_shipped)
        theme.changed.connect(self._restyle)
        self._restyle()

    def show_splice(self, splice: Splice, note: str, text: str, shipped: str) -> None:
        """Shows a splice; `note` says when it is used."""
        self._splice, self._shipped = splice, shipped
        self._note.say(note)
        for placeholder, button in self._placeholders.items():
            button.setVisible(placeholder in PLACEHOLDERS[splice])
        with QSignalBlocker(self._edit):
            self._edit.setPlainText(text.strip())
        self._show_state()

    def _example(self) -> tuple[str, Thought]:
        """A question, and what models might have made of it before."""
        answer = self.tr("Because air scatters blue light more than red.")
        critique = self.tr("It does not say why the sky is not violet, which is scattered even more.")
        thinking = self.tr("Air scatters short waves more, by the fourth power. But then why not violet? The eye …")
        thought = {
            Splice.CRITIQUE_REQUEST: Thought(draft=answer),
            Splice.CRITIQUE: Thought(draft=answer, answer=critique),
        }.get(self._splice, Thought(thinking, answer))
        return self.tr("Why is the sky blue?"), thought

    def _changed(self) -> None:
        if self._show_state():
            self.edited.emit(self._splice, self._edit.toPlainText())

    def _show_state(self) -> bool:
        """Shows what becomes of the text; false if it cannot be used."""
        text = self._edit.toPlainText()
        question, thought = self._example()
        self._preview.setPlainText(filled(text, question, thought))
        self._reset.setEnabled(text.strip() != self._shipped.strip())
        try:
            check_template(self._splice, text)
        except UserError as error:
            kept = self.tr("Until it does, the last text that could be used is kept.")
            self._message.tell(f"{error.text} {kept}", self._edit)
            return False
        self._message.tell("", self._edit)
        return True

    def _take_shipped(self) -> None:
        """As typed, so that Ctrl+Z brings the own text back."""
        cursor = self._edit.textCursor()
        cursor.select(cursor.SelectionType.Document)
        cursor.insertText(self._shipped.strip())
        self._edit.setFocus()

    def _insert(self, placeholder: str) -> None:
        self._edit.insertPlainText(f"{{{placeholder}}}")
        self._edit.setFocus()

    def _lay_out(self) -> None:
        name(self._edit, "spliceText", self.tr("Text"))
        name(self._preview, "splicePreview", self.tr("Preview with an example"))
        self._preview.setReadOnly(True)
        for edit in (self._edit, self._preview):
            edit.setProperty("look", "field")
            edit.setTabChangesFocus(True)
            edit.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._sides = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        for title, edit in ((self.tr("Text"), self._edit), (self.tr("Preview with an example"), self._preview)):
            side = QVBoxLayout()
            side.setSpacing(self._theme.px(6))
            side.addWidget(text_label(title, "small"))
            side.addWidget(edit, 1)
            self._sides.addLayout(side, 1)
        self._column = QVBoxLayout(self)
        for part in (self._note, self._sides, self._message, self._foot()):
            if isinstance(part, QBoxLayout):
                self._column.addLayout(part, 1 if part is self._sides else 0)
            else:
                self._column.addWidget(part)

    def _foot(self) -> QBoxLayout:
        """The placeholders, which a press puts into the text, and the way back."""
        self._foot_row = QHBoxLayout()
        self._foot_row.addWidget(text_label(self.tr("Insert"), "small"))
        for placeholder, meaning in (
            ("question", self.tr("The user's question")),
            ("thinking", self.tr("What the first model thought")),
            ("draft", self.tr("The first draft of the model that answers")),
            ("answer", self.tr("What the first model answered, or criticised")),
        ):
            button = QPushButton(f"{{{placeholder}}}")
            name(button, f"insert_{placeholder}", self.tr("Insert: {meaning}").format(meaning=meaning))
            button.setToolTip(meaning)
            button.setProperty("look", "link")
            button.setAutoDefault(False)
            button.clicked.connect(partial(self._insert, placeholder))
            self._placeholders[placeholder] = button
            self._foot_row.addWidget(button)
        self._foot_row.addStretch(1)
        self._foot_row.addWidget(self._reset)
        return self._foot_row

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow = self.width() < self._theme.px(NARROW)
        down, beside = QBoxLayout.Direction.TopToBottom, QBoxLayout.Direction.LeftToRight
        self._sides.setDirection(down if narrow else beside)

    def _restyle(self) -> None:
        px = self._theme.px
        self._column.setContentsMargins(px(22), px(8), px(22), px(20))
        self._column.setSpacing(px(10))
        self._sides.setSpacing(px(12))
        self._foot_row.setSpacing(px(12))
        for edit in (self._edit, self._preview):
            edit.setFont(self._theme.font(13))
            edit.setMinimumHeight(px(LOWEST))
