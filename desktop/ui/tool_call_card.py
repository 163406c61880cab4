"""The card in which a call of a tool is answered: by hand, or by the command that is listed for it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from desktop.core.tool_commands import ToolCommand
from desktop.ui.controls import icon_button, name
from desktop.ui.fields import Field
from desktop.ui.icons import Icons
from desktop.ui.labels import Paragraph, text_label
from desktop.ui.message_view.item import CallItem
from desktop.ui.modal_card import ModalCard
from desktop.ui.switch import Switch
from desktop.ui.theme import Theme

WIDTH = 540
HEIGHT = 440
COMMAND_HEIGHT = 96
PADDING = 22


class ToolCallCard(ModalCard):
    """Shows the call whole. Nothing is run before a press on the button that says what."""

    answered = Signal(str)  # the result
    run_requested = Signal(bool)  # whether it may run by itself from now on in this chat

    def __init__(
        self, theme: Theme, icons: Icons, parent: QWidget, call: CallItem, command: ToolCommand | None
    ) -> None:
        super().__init__(theme, parent, WIDTH, HEIGHT + (COMMAND_HEIGHT if command else 0))
        title = self.tr("Answer {name}").format(name=call.name)
        name(self, "toolCallCard", title)
        self._title = text_label(title, "title")
        self._close = icon_button(icons, "x", "toolCallClose", self.tr("Close"), token="text")
        self._arguments = QPlainTextEdit(call.arguments)
        self._arguments.setReadOnly(True)
        self._arguments.setProperty("look", "field")
        name(self._arguments, "toolCallArguments", self.tr("Arguments"))
        self._result = QPlainTextEdit()
        self._result.setProperty("look", "field")
        self._result.setTabChangesFocus(True)
        self._result.setPlaceholderText(self.tr("What the model is to be told"))
        name(self._result, "toolCallResult", self.tr("Result"))
        self._send = QPushButton(self.tr("Send result"))
        self._send.setProperty("look", "primary")
        name(self._send, "toolCallSend")
        self._command = self._command_part(command) if command else None
        self._lay_out()
        self._close.clicked.connect(self.reject)
        self._send.clicked.connect(self._send_pressed)
        self.finished.connect(self.deleteLater)
        theme.changed.connect(self._restyle)
        self._restyle()

    def first_focus(self) -> QWidget:
        return self._result

    def _command_part(self, command: ToolCommand) -> QWidget:
        """What would be run, word by word; the list in config.toml alone says what can be."""
        part = QWidget()
        line = Paragraph(" ".join(command.command), "dim")
        name(line, "toolCommand")
        line.setWordWrap(True)
        always = Switch(self._theme, "toolCommandAlways", self.tr("Always in this chat"))
        run = QPushButton(self.tr("Run {command}").format(command=command.label))
        run.setProperty("look", "outline")
        run.setAutoDefault(False)
        name(run, "toolCommandRun")
        run.clicked.connect(lambda: self._run_pressed(always=always.isChecked()))
        row = QHBoxLayout()
        row.addWidget(run)
        row.addWidget(always)
        row.addWidget(text_label(self.tr("Always in this chat"), "label"))
        row.addStretch(1)
        column = QVBoxLayout(part)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(text_label(self.tr("Or let the command answer that is listed for it"), "field"))
        column.addWidget(line)
        column.addLayout(row)
        self._command_row, self._command_column = row, column
        return part

    def _send_pressed(self) -> None:
        self.accept()
        self.answered.emit(self._result.toPlainText())

    def _run_pressed(self, *, always: bool) -> None:
        self.accept()
        self.run_requested.emit(always)

    def _lay_out(self) -> None:
        self._top = QHBoxLayout()
        self._top.addWidget(self._title, 1)
        self._top.addWidget(self._close)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(self._send)
        self._column = QVBoxLayout(self.card)
        self._column.addLayout(self._top)
        self._column.addWidget(Field(self._theme, self.tr("Arguments"), self._arguments), 1)
        self._column.addWidget(Field(self._theme, self.tr("Result"), self._result), 1)
        if self._command is not None:
            self._column.addWidget(self._command)
        self._column.addLayout(foot)

    def _restyle(self) -> None:
        px = self._theme.px
        self._column.setContentsMargins(px(PADDING), px(14), px(15), px(20))
        self._column.setSpacing(px(12))
        if self._command is not None:
            self._command_column.setSpacing(px(6))
            self._command_row.setSpacing(px(8))
        for edit in (self._arguments, self._result):
            edit.setFont(self._theme.font(12.5, code=True))
