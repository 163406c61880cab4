"""The page of the settings that lists the endpoints."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QApplication, QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from desktop.core.endpoints import Endpoint
from desktop.ui.controls import icon_button, name
from desktop.ui.icons import Icons
from desktop.ui.labels import Paragraph
from desktop.ui.settings_page import SettingsPage, SettingsRow, outline_button
from desktop.ui.switch import Switch
from desktop.ui.theme import Theme


class EndpointsPage(SettingsPage):
    """Each endpoint with its switch, its address, and where its key is."""

    add_requested = Signal()
    edit_requested = Signal(str)
    remove_requested = Signal(str)
    enabled_changed = Signal(str, bool)

    def __init__(self, theme: Theme, icons: Icons) -> None:
        super().__init__(theme, "settingsEndpoints")
        self.set_title(self.tr("Endpoints"))
        self._icons = icons
        self._shown: list[str] = []
        self._rows: dict[str, _EndpointRow] = {}
        self._none = Paragraph(self.tr("There is none yet: add a service and its key, or a server of your own."))
        self._list = QWidget()
        self._list_column = QVBoxLayout(self._list)
        self._list_column.setContentsMargins(0, 0, 0, 0)
        add = outline_button(self.tr("Add an endpoint"), "addEndpoint")
        add.setIcon(icons.icon("plus", "text"))
        add.clicked.connect(self.add_requested)
        foot = QWidget()
        row = QHBoxLayout(foot)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(add)
        row.addStretch(1)
        for part in (self._none, self._list, foot):
            self.add(part)
        self._add = add
        theme.changed.connect(self._space_rows)
        self._space_rows()

    def show_values(self, endpoints: Sequence[Endpoint], key_states: Mapping[str, str]) -> None:
        """Shows the endpoints. Rows that are there already stay, and so does the keyboard's place."""
        ids = [endpoint.id for endpoint in endpoints]
        if ids != self._shown:
            self._rebuild(ids)
        for endpoint in endpoints:
            self._rows[endpoint.id].show_endpoint(endpoint, key_states.get(endpoint.id))
        self._none.setVisible(not endpoints)
        self._list.setVisible(bool(endpoints))

    def _rebuild(self, ids: Sequence[str]) -> None:
        focused = QApplication.focusWidget()
        had_focus = focused is not None and self._list.isAncestorOf(focused)
        for row in self._rows.values():
            self._list_column.removeWidget(row)
            row.hide()
            row.deleteLater()
        self._rows = {endpoint_id: self._row(endpoint_id) for endpoint_id in ids}
        for row in self._rows.values():
            self._list_column.addWidget(row)
        self._shown = list(ids)
        if had_focus:
            self._add.setFocus()

    def _row(self, endpoint_id: str) -> _EndpointRow:
        row = _EndpointRow(self.theme, self._icons, endpoint_id)
        row.edit_pressed.connect(lambda: self.edit_requested.emit(endpoint_id))
        row.remove_confirmed.connect(lambda: self.remove_requested.emit(endpoint_id))
        row.switched.connect(lambda on: self.enabled_changed.emit(endpoint_id, on))
        return row

    def _space_rows(self) -> None:
        self._list_column.setSpacing(self.theme.px(10))


class _EndpointRow(QWidget):
    """One endpoint; Remove asks once more, in the row itself."""

    edit_pressed = Signal()
    remove_confirmed = Signal()
    switched = Signal(bool)

    def __init__(self, theme: Theme, icons: Icons, endpoint_id: str) -> None:
        super().__init__()
        self._theme = theme
        name(self, f"endpoint_{endpoint_id}")
        self._switch = Switch(theme, f"endpointEnabled_{endpoint_id}", "")
        self._edit = icon_button(icons, "pencil", f"endpointEdit_{endpoint_id}", self.tr("Change"))
        self._remove = icon_button(icons, "trash", f"endpointRemove_{endpoint_id}", self.tr("Remove"))
        self._confirm = outline_button(self.tr("Remove"), f"endpointRemoveConfirm_{endpoint_id}")
        self._keep = outline_button(self.tr("Keep"), f"endpointKeep_{endpoint_id}")
        self._row = SettingsRow(theme, "", "", self._edit, self._remove, self._switch)
        self._question = SettingsRow(theme, "", "", self._confirm, self._keep)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self._row)
        self._stack.addWidget(self._question)
        self._switch.toggled.connect(self.switched)
        self._edit.clicked.connect(self.edit_pressed)
        self._remove.clicked.connect(lambda: self._ask(on=True))
        self._keep.clicked.connect(lambda: self._ask(on=False))
        self._confirm.clicked.connect(self.remove_confirmed)

    def show_endpoint(self, endpoint: Endpoint, key_state: str | None) -> None:
        """Shows what is known; the key's state is None as long as nobody has looked."""
        if key_state is None:
            key = ""
        elif key_state:
            key = key_state
        else:
            key = self.tr("no key") if endpoint.needs_key else self.tr("no key needed")
        self._row.set_title(endpoint.name)
        self._row.set_text(" · ".join(part for part in (endpoint.base_url, key) if part))
        self._question.set_title(self.tr("Remove {name} and its key?").format(name=endpoint.name))
        self._question.set_text(self.tr("Chats that used it stay."))
        self.setAccessibleName(endpoint.name)
        with QSignalBlocker(self._switch):
            self._switch.setChecked(endpoint.enabled)
        for control, text in (
            (self._switch, self.tr("Use {name}")),
            (self._edit, self.tr("Change {name}")),
            (self._remove, self.tr("Remove {name}")),
        ):
            control.setAccessibleName(text.format(name=endpoint.name))
            control.setToolTip(text.format(name=endpoint.name))

    def _ask(self, *, on: bool) -> None:
        self._stack.setCurrentWidget(self._question if on else self._row)
        (self._keep if on else self._remove).setFocus()
