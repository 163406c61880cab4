"""The foot of the model picker: who thinks before the model answers, and what of it is passed on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QPushButton, QWidget

from desktop.core.endpoints import ModelRef
from desktop.core.fusion import PassOn
from desktop.ui.controls import look, name
from desktop.ui.icons import Icons
from desktop.ui.theme import Theme

LONGEST = 190  # a longer name loses its middle, in pixels at scale 1


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

    def __init__(self, theme: Theme, icons: Icons) -> None:
        super().__init__()
        self._theme = theme
        self._offer = ThinkerOffer()
        self._think = QLabel(self.tr("Think first with"))
        self._pass = QLabel(self.tr("pass on"))
        self._thinker = self._menu_button(icons, "thinkerModel", self.tr("Who thinks first"))
        self._pass_on = self._menu_button(icons, "passOn", self.tr("What is passed on"))
        self._thinker.menu().aboutToShow.connect(self._fill_thinkers)
        self._fill_pass_on()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        for label in (self._think, self._pass):
            look(label, "small")
        for part in (self._think, self._thinker, self._pass, self._pass_on):
            row.addWidget(part)
        theme.changed.connect(self._restyle)
        self._restyle()
        self.show_offer(self._offer)

    def show_offer(self, offer: ThinkerOffer) -> None:
        """Shows who thinks first now."""
        self._offer = offer
        label = offer.current or self.tr("nobody")
        room = self._theme.px(LONGEST)
        self._thinker.setText(self.fontMetrics().elidedText(label, Qt.TextElideMode.ElideMiddle, room))
        self._thinker.setAccessibleDescription(label)
        self._pass_on.setText(self._words()[offer.pass_on])
        two_models = bool(offer.current) and not offer.by_gateway
        self._pass.setVisible(two_models)
        self._pass_on.setVisible(two_models)

    def take_focus(self) -> None:
        """Gives the keyboard to the first of the two."""
        self._thinker.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _words(self) -> Mapping[PassOn, str]:
        return {
            PassOn.THINKING: self.tr("its thinking"),
            PassOn.ANSWER: self.tr("its answer as a draft"),
            PassOn.BOTH: self.tr("its thinking and its answer"),
            PassOn.CRITIQUE: self.tr("its critique of a first draft"),
        }

    def _menu_button(self, icons: Icons, object_name: str, label: str) -> QPushButton:
        button = QPushButton(icons.icon("chevron-down", "faint"), "")
        button.setLayoutDirection(Qt.LayoutDirection.RightToLeft)  # the arrow stands behind the word
        name(button, object_name, label)
        button.setProperty("look", "linkMenu")
        menu = QMenu(button)
        name(menu, f"{object_name}Menu", label)
        button.setMenu(menu)
        return button

    def _fill_thinkers(self) -> None:
        menu = self._thinker.menu()
        menu.clear()
        self._add(menu, self.tr("Nobody"), partial(self.chosen.emit, None), checked=not self._offer.current)
        if self._offer.gateway:
            text = self.tr("{endpoint} itself, in one request").format(endpoint=self._offer.gateway)
            self._add(menu, text, self.gateway_chosen.emit, checked=self._offer.by_gateway)
        menu.addSeparator()
        for ref, label in self._offer.models:
            is_current = label == self._offer.current and not self._offer.by_gateway
            self._add(menu, label, partial(self.chosen.emit, ref), checked=is_current)
        self._add(menu, self.tr("Any other model…"), self.another_wanted.emit)

    def _fill_pass_on(self) -> None:
        menu = self._pass_on.menu()
        for pass_on, text in self._words().items():
            self._add(menu, text, partial(self.pass_on_chosen.emit, pass_on))
        menu.addSeparator()
        self._add(menu, self.tr("Limits of the thinking…"), self.limits_wanted.emit)

    def _add(self, menu: QMenu, text: str, do: partial[None] | object, *, checked: bool = False) -> None:
        action = menu.addAction(text)
        action.setCheckable(checked)
        action.setChecked(checked)
        action.triggered.connect(lambda _checked=False: do())  # type: ignore[operator]

    def _restyle(self) -> None:
        side = self._theme.px(12)
        for button in (self._thinker, self._pass_on):
            button.setIconSize(QSize(side, side))
