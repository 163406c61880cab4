"""The fields of one endpoint, checked as they are typed."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection
from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from desktop.core.endpoint_rules import (
    beside,
    check_body,
    check_headers,
    check_id,
    check_proxy,
    clean_base_url,
    free_id,
)
from desktop.core.endpoints import Endpoint
from desktop.core.errors import UserError
from desktop.core.parameters import parse
from desktop.core.simple_dialect import OPENAI, SIMPLE
from desktop.ui.controls import name
from desktop.ui.fields import Field
from desktop.ui.file_field import FileField
from desktop.ui.fold_button import FoldButton
from desktop.ui.icons import Icons
from desktop.ui.key_section import KeySection
from desktop.ui.pair_rows import PairRows, PairTexts
from desktop.ui.settings_page import SettingsRow
from desktop.ui.switch import Switch
from desktop.ui.theme import Theme


class EndpointForm(QWidget):
    """Key, address, and folded what few need. `changed` comes with every change, right or wrong."""

    changed = Signal()

    def __init__(self, theme: Theme, icons: Icons) -> None:
        super().__init__()
        self._theme = theme
        self._base = Endpoint("", "", "")
        self._taken: frozenset[str] = frozenset()
        self._id_typed = False
        self._loading = False
        self._touched: set[Field] = set()
        self.key = KeySection(theme, icons)
        self._name, self._name_edit = self._line("endpointName", self.tr("Name"))
        self._id, self._id_edit = self._line("endpointId", self.tr("Id, in files and environment variables"))
        self._address, self._address_edit = self._line("endpointAddress", self.tr("Address"))
        self._address_edit.setPlaceholderText("https://api.example.com/v1")
        self._headers = self._header_rows(icons)
        self._body = QPlainTextEdit()
        self._proxy, self._proxy_edit = self._line("endpointProxy", self.tr("Proxy"))
        self._proxy_edit.setPlaceholderText(self.tr("the system's"))
        self._simple = Switch(theme, "endpointSimple", self.tr("Simplified requests"))
        self._ca_file = FileField(theme, "endpointCertificate", self.tr("Certificate authority"))
        self._more = self._more_fields()
        self.fold = FoldButton(theme, icons, self.tr("Headers, extra fields, proxy, certificate"), self._more, "dim")
        name(self.fold, "endpointMore")
        self._arrange()
        self._connect()

    def load(self, endpoint: Endpoint, taken: Collection[str], *, is_new: bool, stored: str = "") -> None:
        """Begins anew with an endpoint or a preset; `taken` are the ids of the others."""
        self._loading = True
        stands_beside = is_new and endpoint.id in taken
        if stands_beside:
            endpoint = beside(endpoint, taken)
        self._base = endpoint
        self._taken = frozenset(taken)
        self._touched.clear()
        own = not endpoint.base_url
        self._id_typed = not (is_new and own)
        self._name_edit.setText("" if own else endpoint.name)
        self._id_edit.setText(free_id(endpoint.id, taken) if is_new else endpoint.id)
        self._name.setVisible(own or not is_new or stands_beside)
        self._id.setVisible(is_new and (own or stands_beside))
        self._address_edit.setText(endpoint.base_url)
        self._headers.set_pairs(endpoint.headers.items())
        self._body.setPlainText(json.dumps(dict(endpoint.body), indent=2) if endpoint.body else "")
        self._proxy_edit.setText(endpoint.proxy)
        self._simple.setChecked(endpoint.dialect == SIMPLE)
        self._ca_file.setText(endpoint.ca_file)
        self.fold.setChecked(False)
        self.key.load(stored=stored, key_url=endpoint.key_url, needs_key=endpoint.needs_key)
        self._loading = False
        self.endpoint()

    def first_field(self) -> QWidget:
        """Where one begins to type."""
        if self._name.isVisibleTo(self) and not self._name_edit.text():
            return self._name_edit
        return self.key.field if self.key.field.isVisibleTo(self) else self._address_edit

    def endpoint(self) -> Endpoint | None:
        """What the fields say, or None while one of them is wrong; shows what is wrong with those touched."""
        values: dict[str, Any] = {}
        wrong = not self.key.check()
        for field, key, read in self._readers():
            try:
                values[key] = read()
            except UserError as error:
                field.tell(error if field in self._touched else None)
                wrong = True
            else:
                field.tell(None)
        values["dialect"] = SIMPLE if self._simple.isChecked() else OPENAI
        return None if wrong else replace(self._base, **values)

    def _readers(self) -> list[tuple[Field, str, Callable[[], object]]]:
        return [
            (self._name, "name", lambda: self._name_edit.text().strip() or self._base.name),
            (self._id, "id", self._checked_id),
            (self._address, "base_url", lambda: clean_base_url(self._address_edit.text())),
            (self._headers_field, "headers", self._checked_headers),
            (self._body_field, "body", self._checked_body),
            (self._proxy, "proxy", self._checked_proxy),
            (self._ca_field, "ca_file", self._checked_file),
        ]

    def _checked_id(self) -> str:
        endpoint_id = self._id_edit.text().strip()
        if endpoint_id == self._base.id and not self._id.isVisibleTo(self):
            return endpoint_id
        check_id(endpoint_id)
        if endpoint_id in self._taken:
            raise UserError(self.tr("There is an endpoint with this id already."))
        return endpoint_id

    def _checked_headers(self) -> dict[str, str]:
        headers = dict(self._headers.pairs())
        check_headers(headers)
        return headers

    def _checked_body(self) -> dict[str, Any]:
        text = self._body.toPlainText()
        body: dict[str, Any] = parse("extra", text) if text.strip() else {}
        check_body(body)
        return body

    def _checked_proxy(self) -> str:
        proxy = self._proxy_edit.text().strip()
        check_proxy(proxy)
        return proxy

    def _checked_file(self) -> str:
        path = self._ca_file.text().strip()
        if path and not Path(path).expanduser().is_file():
            raise UserError(self.tr("There is no such file."))
        return path

    def _line(self, object_name: str, label: str) -> tuple[Field, QLineEdit]:
        edit = QLineEdit()
        name(edit, object_name, label)
        field = Field(self._theme, label, edit)
        edit.textChanged.connect(lambda: self._edited(field))
        return field, edit

    def _header_rows(self, icons: Icons) -> PairRows:
        texts = PairTexts(self.tr("Header"), self.tr("Value"), self.tr("Add a header"), self.tr("Remove the header"))
        rows = PairRows(self._theme, icons, "endpointHeaders", texts)
        rows.setToolTip(self.tr("{key} in a value stands for the key."))
        return rows

    def _more_fields(self) -> QWidget:
        self._body.setProperty("look", "field")
        self._body.setTabChangesFocus(True)
        self._body.setPlaceholderText('{"key": "value"}')
        name(self._body, "endpointBody", self.tr("Extra fields of every request, as JSON"))
        self._headers_field = Field(self._theme, self.tr("Headers"), self._headers)
        self._body_field = Field(self._theme, self.tr("Extra fields of every request, as JSON"), self._body)
        self._ca_field = Field(self._theme, self.tr("Certificate authority"), self._ca_file)
        more = QWidget()
        self._more_column = QVBoxLayout(more)
        self._more_column.setContentsMargins(0, 0, 0, 0)
        for field in (self._headers_field, self._body_field, self._proxy, self._ca_field):
            self._more_column.addWidget(field)
        text = self.tr("The whole chat goes out as one text. Nothing streams, and no parameters are sent.")
        self._more_column.addWidget(SettingsRow(self._theme, self.tr("Simplified requests"), text, self._simple))
        return more

    def _arrange(self) -> None:
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        for widget in (self._name, self._id, self.key, self._address, self.fold, self._more):
            self._column.addWidget(widget)
        self._theme.changed.connect(self._restyle)
        self._restyle()

    def _connect(self) -> None:
        self._name_edit.textEdited.connect(self._suggest_id)
        self._id_edit.textEdited.connect(self._id_edited)
        self.key.changed.connect(self.changed)
        self._headers.changed.connect(lambda: self._edited(self._headers_field))
        self._body.textChanged.connect(lambda: self._edited(self._body_field))
        self._simple.toggled.connect(lambda: self._edited(self._body_field))
        self._ca_file.changed.connect(lambda: self._edited(self._ca_field))

    def _edited(self, field: Field) -> None:
        if not self._loading:
            self._touched.add(field)
            self.changed.emit()

    def _suggest_id(self, text: str) -> None:
        """An own server's id follows its name until it is typed."""
        if not self._id_typed:
            self._id_edit.setText(free_id(text or self._base.id, self._taken))

    def _id_edited(self) -> None:
        self._id_typed = True

    def _restyle(self) -> None:
        px = self._theme.px
        self._column.setSpacing(px(14))
        self._more_column.setSpacing(px(14))
        self._body.setFixedHeight(px(72))
        self._body.setFont(self._theme.font(12, code=True))
