"""The rows of the parameter panel, one for each entry of the table; the less usual ones under a fold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from PySide6.QtCore import QSize, Qt, Signal, SignalInstance
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from desktop.core.parameters import PARAMETERS, Group, Parameter, conflicts, parameter
from desktop.ui.columns import RIGHT_MARGIN
from desktop.ui.controls import look, name
from desktop.ui.fold_button import FoldButton
from desktop.ui.icons import Icons
from desktop.ui.parameter_fields.field import translated
from desktop.ui.parameter_row import ParameterRow
from desktop.ui.scroll_column import ScrollColumn
from desktop.ui.theme import Theme

ROW_SPACE = 12
SCROLL_BAR_WIDTH = 10  # as in the style sheet; it stands in the margin


class ParameterForm(ScrollColumn):
    """Shows values and says what the user changes; it keeps none."""

    edited = Signal(str, object)  # a parameter's name, and its value or None
    request_wanted = Signal()
    copy_wanted = Signal()
    refused = Signal(str, str)  # a parameter's name, and why what stands in its field cannot be sent

    def __init__(self, theme: Theme, icons: Icons) -> None:
        page = QWidget()
        super().__init__(page)
        self._theme = theme
        self._icons = icons
        self._values: Mapping[str, Any] = {}
        self._rows: dict[str, ParameterRow] = {}
        self._more = QWidget()
        self._fold = FoldButton(theme, icons, self.tr("Stream, logit bias, user, extra fields"), self._more)
        self._lay_out(page)
        self._fold.toggled.connect(self._unfold)
        self.verticalScrollBar().rangeChanged.connect(lambda _low, _high: self._place_content())
        theme.changed.connect(self._restyle)
        self._restyle()

    def show_values(self, values: Mapping[str, Any]) -> None:
        """Shows these values and no others; the fold opens if one of them is under it."""
        self._values = values
        for row in self._rows.values():
            self._show_in(row)
        self._show_conflicts()
        if any(parameter(entry_name).group is Group.MORE for entry_name in values):
            self._fold.setChecked(True)

    def follow(self, values: Mapping[str, Any], others: Iterable[str]) -> None:
        """Takes what the user's change has made: only the rows of `others` do not show it yet."""
        self._values = values
        for other in others:
            if other in self._rows:
                self._show_in(self._rows[other])
        self._show_conflicts()

    def show_refusal(self, refused_name: str, text: str) -> None:
        """Says at a field why what stands in it cannot be sent, and what is sent instead."""
        self._rows[refused_name].show_refusal(text, self._values.get(refused_name))

    def focus_first(self) -> None:
        """Puts the keyboard into the first field."""
        self._rows[PARAMETERS[0].name].take_focus()

    def _lay_out(self, page: QWidget) -> None:
        name(self, "parameterForm")
        self._column = QVBoxLayout(page)
        self._more_column = QVBoxLayout(self._more)
        self._more_column.setContentsMargins(0, 0, 0, 0)
        self._add_rows(Group.MAIN, self._column)
        name(self._fold, "moreParameters")
        self._add_request_buttons()
        note = QLabel(self.tr("Only what you change is sent."))
        name(note, "parameterNote")
        look(note, "faint")
        note.setWordWrap(True)
        for part in (self._fold, self._more):
            self._column.addWidget(part)
        self._column.addLayout(self._buttons)
        self._column.addWidget(note)
        self._column.addStretch(1)

    def _add_rows(self, group: Group, column: QVBoxLayout) -> None:
        for entry in PARAMETERS:
            if entry.group is group:
                column.addWidget(self._make_row(entry))

    def _add_request_buttons(self) -> None:
        self._buttons = QHBoxLayout()
        self.request_button = self._button("eye", "showRequest", self.tr("Request"), self.request_wanted)
        self.copy_button = self._button("code", "copyAs", self.tr("Copy as…"), self.copy_wanted)
        self._buttons.addWidget(self.request_button)
        self._buttons.addWidget(self.copy_button)
        self._buttons.addStretch(1)

    def _button(self, icon: str, object_name: str, text: str, wanted: SignalInstance) -> QPushButton:
        button = QPushButton(self._icons.icon(icon, "text"), f" {text}")
        name(button, object_name, text)
        look(button, "outline")
        button.clicked.connect(lambda _checked: wanted.emit())
        return button

    def _make_row(self, entry: Parameter) -> ParameterRow:
        row = ParameterRow(entry, self._theme, self._icons)
        row.edited.connect(self.edited)
        row.refused.connect(self.refused)
        self._rows[entry.name] = row
        self._show_in(row)
        return row

    def _unfold(self, unfolded: bool) -> None:
        """Rows under the fold are made when they are first seen."""
        if unfolded and not self._more_column.count():
            self._add_rows(Group.MORE, self._more_column)
            self._show_conflicts()

    def _show_in(self, row: ParameterRow) -> None:
        row.show_value(self._values.get(row.parameter.name))

    def _show_conflicts(self) -> None:
        found = conflicts(self._values)
        for entry_name, row in self._rows.items():
            other = found.get(entry_name)
            row.show_conflict(self._conflict_text(entry_name, other) if other else "")

    def _conflict_text(self, entry_name: str, other: str) -> str:
        text = self.tr("{label} is set: change one, not both.")
        if entry_name in self._values:
            text = self.tr("{label} is set as well: change one, not both.")
        return text.format(label=translated(parameter(other).label))

    def _restyle(self) -> None:
        side = self._theme.px(14)
        self._buttons.setSpacing(self._theme.px(8))
        for button in (self.request_button, self.copy_button):
            button.setIconSize(QSize(side, side))
        for column in (self._column, self._more_column):
            column.setSpacing(self._theme.px(ROW_SPACE))
        self._place_content()

    def _place_content(self) -> None:
        """The scroll bar takes its room from the margin, so that nothing moves when it comes."""
        px = self._theme.px
        scrolls = self.verticalScrollBar().maximum() > 0
        end = px(RIGHT_MARGIN) - (px(SCROLL_BAR_WIDTH) if scrolls else 0)
        mirrored = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
        left, right = (end, px(RIGHT_MARGIN)) if mirrored else (px(RIGHT_MARGIN), end)
        self._column.setContentsMargins(left, px(7), right, px(RIGHT_MARGIN))
