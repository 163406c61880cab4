"""A model's page: what is known of it and from where, what is changed in requests to it, and the probe.

It knows no services: it shows what it is given, and says what the user wants.
"""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from desktop.core.errors import UserError
from desktop.core.healing import Cure
from desktop.services.model_notes import Fact
from desktop.ui.check_list import CheckList, CheckStep
from desktop.ui.controls import icon_button, name
from desktop.ui.icons import Icons
from desktop.ui.labels import text_label
from desktop.ui.modal_card import ModalCard
from desktop.ui.model_fact_rows import AS_FOUND, AbilityRow, FactRow, PriceRow, TokensRow, date_text
from desktop.ui.scroll_column import ScrollColumn
from desktop.ui.settings_page import SettingsPage, SettingsRow, outline_button
from desktop.ui.theme import Theme

WIDTH = 600
HEIGHT = 640


class ModelPage(ModalCard):
    """One model. Everything is at work as soon as it is changed."""

    said = Signal(str, object)  # a fact's name, and the user's word on it or None
    undo_requested = Signal(object)  # Cure
    probe_requested = Signal()
    probe_cancelled = Signal()
    forget_requested = Signal()  # what a probe found

    def __init__(self, theme: Theme, icons: Icons, parent: QWidget, title: str, subtitle: str) -> None:
        super().__init__(theme, parent, WIDTH, HEIGHT, 0)
        name(self, "modelPage", self.tr("About {model}").format(model=title))
        self._probing = False
        self._title = text_label(title, "title", "modelPageTitle")
        self._subtitle = text_label(subtitle, "small", "modelPageSubtitle")
        self._close = icon_button(icons, "x", "modelPageClose", self.tr("Close"), token="text")
        self._rows: dict[str, FactRow] = {
            "sees": AbilityRow(theme, "sees", self.tr("Sees pictures")),
            "thinks": AbilityRow(theme, "thinks", self.tr("Thinks")),
            "tools": AbilityRow(theme, "tools", self.tr("Uses tools")),
            "context_tokens": TokensRow(theme, "context_tokens", self.tr("Reads at most")),
            "max_output_tokens": TokensRow(theme, "max_output_tokens", self.tr("Writes at most")),
            "price": PriceRow(theme, self.tr("Price")),
        }
        self._probe = outline_button(self.tr("Probe"), "modelProbe")
        self._forget = outline_button(self.tr("Forget"), "modelForgetProbe", self.tr("Forget what the probe found"))
        self._probe_row = SettingsRow(theme, self.tr("Probe"), "", self._forget, self._probe)
        self._checks = CheckList(theme, icons)
        self._cures = _CureRows(theme)
        self._page = self._make_page()
        self._scroll = ScrollColumn(self._page)
        self._lay_out()
        self._connect()

    def first_focus(self) -> QWidget:
        return self.findChild(QPushButton, f"model_sees_{AS_FOUND}") or self

    def show_facts(self, facts: Mapping[str, Fact]) -> None:
        """Shows what is known, without signals."""
        for fact, row in self._rows.items():
            row.show_fact(facts.get(fact, Fact()))

    def show_cures(self, cures: Mapping[Cure, float]) -> None:
        """Shows what is changed in requests, and since when."""
        self._cures.show_cures(cures)

    def show_probe(self, announcement: str, *, was_probed: bool) -> None:
        """Says what a probe would do and cost; what one has found can be forgotten."""
        self._probe_row.set_text(announcement)
        self._forget.setVisible(was_probed)

    def start_probe(self) -> None:
        """Shows that the probe runs."""
        self._probing = True
        self._checks.start()
        self._probe.setText(self.tr("Stop"))
        self._scroll.scroll_to(self._checks)

    def add_step(self, step: CheckStep) -> None:
        """Shows one step of the probe that runs."""
        if self._probing:
            self._checks.add(step)
            self._scroll.scroll_to(self._checks)

    def finish_probe(self) -> None:
        """Shows that the probe is over, however it ended."""
        if self._probing:
            self._probing = False
            self._checks.finish()
            self._probe.setText(self.tr("Probe again"))

    def show_error(self, error: UserError) -> None:
        """Says why the model could not be asked."""
        self._checks.add_error(error)
        self._scroll.scroll_to(self._checks)

    def done(self, result: int) -> None:
        """Ends the probe with the page, and takes what stands in a field that has the keyboard."""
        self._close.setFocus()
        self._cancel_probe()
        super().done(result)

    def focusNextPrevChild(self, next: bool) -> bool:  # noqa: A002 - Qt's own name of the argument
        """What has the keyboard is in view."""
        moved = super().focusNextPrevChild(next)
        focused = QApplication.focusWidget()
        if focused is not None and self._page.isAncestorOf(focused):
            self._scroll.ensureWidgetVisible(focused, 0, self._theme.px(24))
        return moved

    def _make_page(self) -> SettingsPage:
        page = SettingsPage(self._theme, "modelFacts")
        page.set_title(self.tr("What is known"))
        for row in self._rows.values():
            page.add_row(row)
        page.add_row(self._probe_row)
        page.add(self._checks)
        page.add_row(self._cures)
        return page

    def _lay_out(self) -> None:
        self._titles = QVBoxLayout()
        self._titles.addWidget(self._title)
        self._titles.addWidget(self._subtitle)
        self._top = QHBoxLayout()
        self._top.addLayout(self._titles, 1)
        self._top.addWidget(self._close)
        self._main = QVBoxLayout(self.card)
        self._main.setContentsMargins(0, 0, 0, 0)
        self._main.setSpacing(0)
        line = QFrame()
        line.setProperty("look", "hairline")
        line.setFixedHeight(1)
        self._main.addLayout(self._top)
        self._main.addWidget(line)
        self._main.addWidget(self._scroll, 1)
        self._theme.changed.connect(self._restyle)
        self._restyle()

    def _connect(self) -> None:
        self._close.clicked.connect(self.reject)
        self._probe.clicked.connect(self._probe_pressed)
        self._forget.clicked.connect(self.forget_requested)
        self._cures.undo_requested.connect(self.undo_requested)
        self._cures.focus_lost.connect(self._probe.setFocus)
        for row in self._rows.values():
            row.said.connect(self.said)

    def _probe_pressed(self) -> None:
        if self._probing:
            self._cancel_probe()
            self._checks.finish()
            self._probe.setText(self.tr("Probe again"))
        else:
            self.probe_requested.emit()

    def _cancel_probe(self) -> None:
        if self._probing:
            self._probing = False
            self.probe_cancelled.emit()

    def _restyle(self) -> None:
        px = self._theme.px
        self._top.setContentsMargins(px(22), px(16), px(14), px(14))
        self._main.setContentsMargins(0, 0, 0, px(10))
        self._titles.setSpacing(px(2))


class _CureRows(QWidget):
    """What is changed in requests because it was refused, each with Undo."""

    undo_requested = Signal(object)  # Cure
    focus_lost = Signal()  # the row that has it goes

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._rows: list[QWidget] = []
        self._head = SettingsRow(theme, self.tr("Changed in requests"))
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(self._head)

    def show_cures(self, cures: Mapping[Cure, float]) -> None:
        """Shows these in place of those before."""
        focused = QApplication.focusWidget()
        if focused is not None and self.isAncestorOf(focused):
            self.focus_lost.emit()
        for row in self._rows:
            self._column.removeWidget(row)
            row.hide()
            row.deleteLater()
        self._rows = [self._row(cure, at) for cure, at in cures.items()]
        for row in self._rows:
            self._column.addWidget(row)
        none = self.tr("Nothing: no request to it was refused for a field.")
        some = self.tr("It has refused these, and is asked without from then on.")
        self._head.set_text(some if cures else none)
        self._column.setSpacing(self._theme.px(10))

    def _row(self, cure: Cure, at: float) -> QWidget:
        undo: QPushButton = outline_button(
            self.tr("Undo"), f"cureUndo_{cure.field or cure.instead}", self.tr("Undo: {cure}").format(cure=cure.text)
        )
        undo.clicked.connect(lambda: self.undo_requested.emit(cure))
        since = self.tr("Since {date}").format(date=date_text(at)) if at else ""
        text = cure.text[0].upper() + cure.text[1:]
        return SettingsRow(self._theme, text, since, undo)
