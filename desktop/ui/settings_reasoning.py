"""The page of the settings that says who thinks first in new chats, and what the other model is told of it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QSignalBlocker, Signal

from desktop.core.endpoint_rules import GATEWAY_ENDPOINT_ID
from desktop.core.endpoints import ModelRef
from desktop.core.pass_on import PassOn
from desktop.services.settings import Settings
from desktop.ui.choice_box import ChoiceBox
from desktop.ui.icons import Icons
from desktop.ui.link_menu import LinkMenu
from desktop.ui.pass_on_words import pass_on_words
from desktop.ui.settings_page import SettingsPage, SettingsRow, outline_button
from desktop.ui.switch import Switch
from desktop.ui.theme import Theme

ANYWAY, STOP = "anyway", "stop"


class ReasoningPage(SettingsPage):
    """Rows from "whether" by "who" and "what" to "in which words"."""

    changed = Signal(dict)  # settings by their names
    another_wanted = Signal(object)  # the button under which all models are to be shown
    texts_wanted = Signal()

    def __init__(self, theme: Theme, icons: Icons) -> None:
        super().__init__(theme, "settingsReasoning")
        self.set_title(self.tr("Reasoning"))
        self._models: Sequence[tuple[ModelRef, str]] = ()
        self._settings = Settings()
        self._on = Switch(theme, "fusionSwitch", self.tr("Think first in new chats"))
        self._thinker = LinkMenu(icons, "fusionThinker", self.tr("Who thinks first in new chats"))
        self._pass_on = LinkMenu(icons, "fusionPassOn", self.tr("What is passed on in new chats"))
        self._failing = ChoiceBox(
            theme,
            "fusionFails",
            self.tr("If the thinking fails"),
            [(ANYWAY, self.tr("Answer anyway")), (STOP, self.tr("Stop"))],
        )
        self._texts = outline_button(self.tr("Edit the texts…"), "editSplices")
        self._build()
        self._connect()

    def show_values(self, settings: Settings, thinker: str, models: Sequence[tuple[ModelRef, str]]) -> None:
        """Shows what is set, without signals: the thinker by its label, and others by theirs to choose from."""
        self._settings = settings
        self._models = models
        with QSignalBlocker(self._on):
            self._on.setChecked(settings.fusion_enabled)
        self._thinker.show_word(thinker)
        self._pass_on.show_word(pass_on_words()[PassOn(settings.fusion_pass_on)])
        self._failing.choose(ANYWAY if settings.fusion_answers_anyway else STOP)
        self.show_row(self._what, settings.fusion_endpoint != GATEWAY_ENDPOINT_ID)

    def choose_thinker(self, ref: ModelRef) -> None:
        """Takes another one; whoever chooses one wants it to think."""
        self.changed.emit({"fusion_enabled": True, "fusion_endpoint": ref.endpoint_id, "fusion_model": ref.model})

    def _build(self) -> None:
        row = partial(SettingsRow, self.theme)
        self._what = row(
            self.tr("Passed on"), self.tr("What the model that answers is given, beside the question."), self._pass_on
        )
        for part in (
            row(
                self.tr("Think first in new chats"),
                self.tr("One model thinks, then the chat's model answers. Each chat can be switched by itself."),
                self._on,
            ),
            row(
                self.tr("Thinks first"),
                self.tr("Any model, or the chat's endpoint itself where it can."),
                self._thinker,
            ),
            self._what,
            row(
                self.tr("If the thinking fails"),
                self.tr("Answer without it and say so, or stop and say why."),
                self._failing,
            ),
            row(
                self.tr("Texts that join the two"),
                self.tr("How the question and the work of the first model are put to the second."),
                self._texts,
            ),
        ):
            self.add_row(part)

    def _connect(self) -> None:
        self._on.toggled.connect(self._switched)
        self._thinker.entries.aboutToShow.connect(self._fill_thinkers)
        self._pass_on.entries.aboutToShow.connect(self._fill_pass_on)
        self._failing.chosen.connect(lambda value: self.changed.emit({"fusion_answers_anyway": value == ANYWAY}))
        self._texts.clicked.connect(self.texts_wanted)

    def _switched(self, on: bool) -> None:
        self.changed.emit({"fusion_enabled": on})

    def _fill_pass_on(self) -> None:
        self._pass_on.entries.clear()
        for pass_on, text in pass_on_words().items():
            choose = partial(self.changed.emit, {"fusion_pass_on": pass_on.value})
            self._pass_on.add(text, choose, checked=pass_on is PassOn(self._settings.fusion_pass_on))

    def _fill_thinkers(self) -> None:
        current = ModelRef(self._settings.fusion_endpoint, self._settings.fusion_model)
        gateway = ModelRef(GATEWAY_ENDPOINT_ID, "")
        thinker = self._thinker
        thinker.entries.clear()
        text = self.tr("The endpoint itself, in one request")
        thinker.add(text, partial(self.choose_thinker, gateway), checked=current == gateway)
        thinker.entries.addSeparator()
        for ref, label in self._models:
            thinker.add(label, partial(self.choose_thinker, ref), checked=ref == current)
        thinker.add(self.tr("Any other model…"), partial(self.another_wanted.emit, thinker))
