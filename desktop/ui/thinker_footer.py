"""The foot of the model picker: who thinks before the model answers, and what of it is passed on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from desktop.core.endpoints import ModelRef
from desktop.core.pass_on import PassOn
from desktop.ui.controls import look
from desktop.ui.icons import Icons
from desktop.ui.link_menu import LinkMenu
from desktop.ui.pass_on_words import pass_on_words


@dataclass(frozen=True, slots=True)
class ThinkerOffer:
    """What can be chosen: the models named, and with `gateway` (its name) the endpoint's own way.

    `current` is the label of whoever thinks now, or nothing.
    """

    current: str = ""
    pass_on: PassOn = PassOn.THINKING
    gateway: str = ""
    by_gateway: bool = False
    models: Sequence[tuple[ModelRef, str]] = ()


class ThinkerFooter(QWidget):
    """Two words that open menus."""

    chosen = Signal(object)  # ModelRef, or None for nobody
    gateway_chosen = Signal()
    another_wanted = Signal()  # any model, from the list
    pass_on_chosen = Signal(object)  # PassOn
    limits_wanted = Signal()
    two_models_shown = Signal(bool)  # whether it is both words now, which need more room

    def __init__(self, icons: Icons) -> None:
        super().__init__()
        self._offer = ThinkerOffer()
        self._think = QLabel(self.tr("Think first with"))
        self._pass = QLabel(self.tr("pass on"))
        self._thinker = LinkMenu(icons, "thinkerModel", self.tr("Who thinks first"))
        self._pass_on = LinkMenu(icons, "passOn", self.tr("What is passed on"))
        self._thinker.entries.aboutToShow.connect(self._fill_thinkers)
        self._pass_on.entries.aboutToShow.connect(self._fill_pass_on)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        for label in (self._think, self._pass):
            look(label, "small")
        for part in (self._think, self._thinker, self._pass, self._pass_on):
            row.addWidget(part)
        self.show_offer(self._offer)

    def show_offer(self, offer: ThinkerOffer) -> None:
        """Shows who thinks first now."""
        self._offer = offer
        self._thinker.show_word(offer.current or self.tr("nobody"))
        self._pass_on.show_word(pass_on_words()[offer.pass_on])
        two_models = bool(offer.current) and not offer.by_gateway
        self._pass.setVisible(two_models)
        self._pass_on.setVisible(two_models)
        self.two_models_shown.emit(two_models)

    def take_focus(self) -> None:
        """Gives the keyboard to the first of the two."""
        self._thinker.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _fill_thinkers(self) -> None:
        thinker = self._thinker
        thinker.entries.clear()
        thinker.add(self.tr("Nobody"), partial(self.chosen.emit, None), checked=not self._offer.current)
        if self._offer.gateway:
            text = self.tr("{endpoint} itself, in one request").format(endpoint=self._offer.gateway)
            thinker.add(text, self.gateway_chosen.emit, checked=self._offer.by_gateway)
        thinker.entries.addSeparator()
        for ref, label in self._offer.models:
            is_current = label == self._offer.current and not self._offer.by_gateway
            thinker.add(label, partial(self.chosen.emit, ref), checked=is_current)
        thinker.add(self.tr("Any other model…"), self.another_wanted.emit)

    def _fill_pass_on(self) -> None:
        self._pass_on.entries.clear()
        for pass_on, text in pass_on_words().items():
            self._pass_on.add(text, partial(self.pass_on_chosen.emit, pass_on), checked=pass_on is self._offer.pass_on)
        self._pass_on.entries.addSeparator()
        self._pass_on.add(self.tr("Limits of the thinking…"), self.limits_wanted.emit)
