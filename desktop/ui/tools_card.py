"""The card in which a chat is given tools: each with a name, a description and the schema of its arguments.

Everything is at work as soon as it can be sent; what cannot is told where it stands and kept out until it is mended.
"""

from __future__ import annotations

import json
from dataclasses import replace

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QPlainTextEdit, QStackedWidget, QVBoxLayout, QWidget

from desktop.core.errors import UserError
from desktop.core.tools import NO_PARAMETERS, Tool, Tools, check_name, read_schema
from desktop.ui.controls import icon_button, name
from desktop.ui.fields import Field
from desktop.ui.icons import Icons
from desktop.ui.labels import Paragraph, text_label
from desktop.ui.modal_card import ModalCard
from desktop.ui.nav_list import NavList
from desktop.ui.settings_page import outline_button
from desktop.ui.switch import Switch
from desktop.ui.theme import Theme

SIDE_WIDTH = 190
WIDTH = 700
HEIGHT = 486
DESCRIPTION_HEIGHT = 64
PADDING = 22
NEW_NAME = "new_tool"


class ToolsCard(ModalCard):
    """Shows tools and says what they have become."""

    changed = Signal(object)  # Tools

    def __init__(self, theme: Theme, icons: Icons, parent: QWidget, tools: Tools) -> None:
        super().__init__(theme, parent, WIDTH, HEIGHT, SIDE_WIDTH)
        name(self, "toolsCard", self.tr("Tools of this chat"))
        self._tools = tools
        self._current = 0
        self._list = NavList("toolList", self.tr("Tools"))
        self._add = outline_button(self.tr("Add a tool"), "toolAdd")
        self._add.setIcon(icons.icon("plus", "text"))
        self._close = icon_button(icons, "x", "toolsClose", self.tr("Close"), token="text")
        self._name = QLineEdit()
        self._description = QPlainTextEdit()
        self._schema = QPlainTextEdit()
        self._enabled = Switch(theme, "toolEnabled", self.tr("Send this tool"))
        self._remove = outline_button(self.tr("Remove"), "toolRemove")
        self._name_field = self._field(self._name, "toolName", self.tr("Name"))
        self._description_field = self._field(self._description, "toolDescription", self.tr("What it does"))
        self._schema_field = self._field(self._schema, "toolSchema", self.tr("Its arguments, as a JSON schema"))
        self._pages = QStackedWidget()
        self._lay_out()
        self._connect()
        theme.changed.connect(self._restyle)
        self._restyle()
        self._show_list()

    def first_focus(self) -> QWidget:
        return self._list if self._tools.tools else self._add

    @property
    def tool(self) -> Tool:
        """The one in the fields."""
        return self._tools.tools[self._current]

    def _field(self, editor: QLineEdit | QPlainTextEdit, object_name: str, label: str) -> Field:
        name(editor, object_name, label)
        if isinstance(editor, QPlainTextEdit):
            editor.setProperty("look", "field")
            editor.setTabChangesFocus(True)
        return Field(self._theme, label, editor)

    def _connect(self) -> None:
        self._list.chosen.connect(self._go)
        self._add.clicked.connect(self._add_tool)
        self._remove.clicked.connect(self._remove_tool)
        self._close.clicked.connect(self.reject)
        self._name.textChanged.connect(self._name_typed)
        self._description.textChanged.connect(
            lambda: self._change(replace(self.tool, description=self._description.toPlainText().strip()))
        )
        self._schema.textChanged.connect(self._schema_typed)
        self._enabled.toggled.connect(lambda on: self._change(replace(self.tool, enabled=on)))
        self.finished.connect(self.deleteLater)

    def _name_typed(self, text: str) -> None:
        others = [tool.name for place, tool in enumerate(self._tools.tools) if place != self._current]
        try:
            checked = check_name(text, others)
        except UserError as error:
            self._name_field.tell(error)
            return
        self._name_field.tell(None)
        self._change(replace(self.tool, name=checked))
        self._list.item(self._current).setText(checked)

    def _schema_typed(self) -> None:
        try:
            schema = read_schema(self._schema.toPlainText())
        except UserError as error:
            self._schema_field.tell(error)
            return
        self._schema_field.tell(None)
        self._change(replace(self.tool, schema=schema))

    def _change(self, tool: Tool) -> None:
        tools = list(self._tools.tools)
        tools[self._current] = tool
        self._keep(tools)

    def _keep(self, tools: list[Tool]) -> None:
        new = replace(self._tools, tools=tuple(tools))
        if new != self._tools:
            self._tools = new
            self.changed.emit(new)

    def _add_tool(self) -> None:
        taken = {tool.name for tool in self._tools.tools}
        numbered = (f"{NEW_NAME}_{number}" for number in range(2, len(taken) + 3))
        free = next(text for text in (NEW_NAME, *numbered) if text not in taken)
        self._current = len(self._tools.tools)
        self._keep([*self._tools.tools, Tool(free)])
        self._show_list()
        self._name.setFocus()
        self._name.selectAll()

    def _remove_tool(self) -> None:
        tools = [tool for place, tool in enumerate(self._tools.tools) if place != self._current]
        self._current = max(0, min(self._current, len(tools) - 1))
        self._keep(tools)
        self._show_list()
        self.first_focus().setFocus()

    def _go(self, key: str) -> None:
        self._current = int(key)
        self._show_tool()

    def _show_list(self) -> None:
        self._list.set_entries([(str(place), tool.name) for place, tool in enumerate(self._tools.tools)])
        self._list.choose(str(self._current))
        self._pages.setCurrentIndex(1 if self._tools.tools else 0)
        if self._tools.tools:
            self._show_tool()

    def _show_tool(self) -> None:
        editors = (self._name, self._description, self._schema, self._enabled)
        blockers = [QSignalBlocker(editor) for editor in editors]
        tool = self.tool
        self._name.setText(tool.name)
        self._description.setPlainText(tool.description)
        schema = json.dumps(tool.schema, ensure_ascii=False, indent=2) if tool.schema != NO_PARAMETERS else ""
        self._schema.setPlainText(schema)
        self._enabled.setChecked(tool.enabled)
        for blocker in blockers:
            blocker.unblock()
        for field in (self._name_field, self._schema_field):
            field.tell(None)

    def _lay_out(self) -> None:
        self._side = QWidget()
        self._side_column = QVBoxLayout(self._side)
        self._side_column.addWidget(text_label(self.tr("Tools of this chat"), "section"))
        self._side_column.addWidget(self._list, 1)
        self._side_column.addWidget(self._add)
        self._pages.addWidget(self._nothing())
        self._pages.addWidget(self._form())
        row = QHBoxLayout(self.card)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._side)
        row.addWidget(self._pages, 1)
        self._close.setParent(self.card)
        self._close.raise_()

    def _nothing(self) -> QWidget:
        page = QWidget()
        self._empty_column = QVBoxLayout(page)
        self._empty_column.addWidget(text_label(self.tr("No tools yet"), "title"))
        text = self.tr(
            "A model that is given tools may ask to have them used. Each call stands under the answer, and you answer "
            "it by hand, or let a command do so that you have listed for it under [[tool]] in config.toml."
        )
        self._empty_column.addWidget(Paragraph(text))
        self._empty_column.addStretch(1)
        return page

    def _form(self) -> QWidget:
        page = QWidget()
        self._switch_row = QHBoxLayout()
        self._switch_label = QLabel(self.tr("Send this tool"))
        self._switch_label.setProperty("look", "label")
        self._switch_row.addWidget(self._enabled)
        self._switch_row.addWidget(self._switch_label)
        self._switch_row.addStretch(1)
        self._switch_row.addWidget(self._remove)
        self._schema.setPlaceholderText('{\n  "type": "object",\n  "properties": { }\n}')
        self._form_column = QVBoxLayout(page)
        self._form_column.addWidget(self._name_field)
        self._form_column.addWidget(self._description_field)
        self._form_column.addWidget(self._schema_field, 1)
        self._form_column.addLayout(self._switch_row)
        return page

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_cross()

    def _place_cross(self) -> None:
        px, size = self._theme.px, self._close.sizeHint()
        left = px(14) if self.isRightToLeft() else self.card.width() - px(14) - size.width()
        self._close.setGeometry(left, px(12), size.width(), size.height())

    def _restyle(self) -> None:
        px = self._theme.px
        self._side.setFixedWidth(px(SIDE_WIDTH))
        self._side_column.setContentsMargins(px(8), px(22), px(8), px(14))
        self._side_column.setSpacing(px(6))
        for column in (self._empty_column, self._form_column):
            column.setContentsMargins(px(PADDING), px(20), px(PADDING), px(18))
            column.setSpacing(px(12))
        self._switch_row.setSpacing(px(8))
        self._description.setFixedHeight(px(DESCRIPTION_HEIGHT))
        self._schema.setFont(self._theme.font(12.5, code=True))
        self._place_cross()
