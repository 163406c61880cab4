"""The page of the settings about models: what happens when a chat is too long, and what is known of single models."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.core.endpoints import ModelRef
from desktop.services.settings import ASK, LEAVE_OUT
from desktop.ui.choice_box import ChoiceBox
from desktop.ui.settings_page import SettingsPage, SettingsRow, outline_button
from desktop.ui.theme import Theme


@dataclass(frozen=True, slots=True)
class KnownHere:
    """A model with a page to open; `text` says why it stands here."""

    ref: ModelRef
    label: str
    text: str


class ModelsPage(SettingsPage):
    """The chat's own model first, then those of which something is said, found or changed."""

    context_full_changed = Signal(str)
    about_requested = Signal(object)  # ModelRef

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, "settingsModels")
        self.set_title(self.tr("Models"))
        choices = [(LEAVE_OUT, self.tr("Leave out the oldest")), (ASK, self.tr("Ask me"))]
        self._context_full = ChoiceBox(theme, "contextFull", self.tr("When a chat no longer fits"), choices)
        self._context_full.chosen.connect(self.context_full_changed)
        self.add_row(
            SettingsRow(
                theme,
                self.tr("When a chat no longer fits its model"),
                self.tr("The oldest turns are left out; the system prompt, pinned messages and the question stay."),
                self._context_full,
            )
        )
        self._models = QWidget()
        self._column = QVBoxLayout(self._models)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._rows: list[QWidget] = []
        self._shown: list[KnownHere] = []
        self.add_row(self._models)

    def show_values(self, context_full: str, models: Sequence[KnownHere]) -> None:
        """Shows what is set, without signals."""
        self._context_full.choose(context_full)
        if list(models) == self._shown:
            return
        self._shown = list(models)
        for row in self._rows:
            self._column.removeWidget(row)
            row.hide()
            row.deleteLater()
        self._rows = [self._row(model) for model in models]
        for row in self._rows:
            self._column.addWidget(row)
        self._column.setSpacing(self.theme.px(12))

    def _row(self, model: KnownHere) -> QWidget:
        about = self.tr("What is known of {model}").format(model=model.label)
        button = outline_button(self.tr("About…"), f"about_{model.ref.endpoint_id}_{model.ref.model}", about)
        button.clicked.connect(lambda: self.about_requested.emit(model.ref))
        return SettingsRow(self.theme, model.label, model.text, button)
