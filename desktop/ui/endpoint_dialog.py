"""The dialog that adds an endpoint or changes one, and tests it first.

It knows no services: whoever opens it runs the test, keeps the endpoint, and keeps its key.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from urllib.parse import urlsplit

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from desktop.core.endpoints import Endpoint
from desktop.core.errors import UserError
from desktop.ui.check_list import CheckList, CheckStep
from desktop.ui.controls import icon_button, name
from desktop.ui.endpoint_form import EndpointForm
from desktop.ui.icons import Icons
from desktop.ui.labels import Paragraph, text_label
from desktop.ui.modal_card import ModalCard
from desktop.ui.nav_list import NavList
from desktop.ui.scroll_column import ScrollColumn
from desktop.ui.theme import Theme

SIDE_WIDTH = 190
LARGEST_SIDE_SHARE = 0.34  # of the card, in a small window or with large text
FORM_WIDTH = 510
HEIGHT = 486
PADDING = 22


class EndpointDialog(ModalCard):
    """Adds one of the presets, or after `edit` changes an endpoint.

    `accepted_endpoint` asks to save: the dialog stays open until `accept()`, or `show_error` says why it cannot be
    saved. Its key is None where nothing is to change, and "" where the kept one is to be removed.
    """

    test_requested = Signal(object, object)  # Endpoint, key or None
    test_cancelled = Signal()
    accepted_endpoint = Signal(object, object)  # Endpoint, key or None
    removed = Signal(str)  # the endpoint's id

    def __init__(
        self, theme: Theme, icons: Icons, presets: Sequence[Endpoint], parent: QWidget, taken: Collection[str] = ()
    ) -> None:
        super().__init__(theme, parent, SIDE_WIDTH + FORM_WIDTH, HEIGHT, SIDE_WIDTH)
        name(self, "endpointDialog", self.tr("Endpoint"))
        self._presets = {preset.id: preset for preset in presets}
        self._taken = taken
        self._editing: Endpoint | None = None
        self._testing = False
        self._is_proposed = False
        self._title = text_label("", "title", "endpointTitle")
        self._title.setWordWrap(True)
        self._close = icon_button(icons, "x", "endpointClose", self.tr("Close"), token="text")
        self._services = NavList("serviceList", self.tr("Service"))
        self._side = self._side_column()
        self.form = EndpointForm(theme, icons)
        self._checks = CheckList(theme, icons)
        self._warning = self._warning_card()
        self._fields = QWidget()
        self._scroll = ScrollColumn(self._fields)
        self._remove = self._button("endpointRemove", self.tr("Remove endpoint"))
        self._test = self._button("endpointTest", self.tr("Test"), "outline")
        self._accept = self._button("endpointAccept", self.tr("Add"), "primary")
        self._arrange()
        self._connect()
        self._services.set_entries([(preset.id, preset.name) for preset in presets])
        self._remove.hide()
        if presets:
            self.choose(presets[0].id)

    def choose(self, preset_id: str) -> None:
        """Begins with another preset."""
        self._services.choose(preset_id)
        preset = self._presets[preset_id]
        own = self.tr("Add your own server")
        self._load(preset, self.tr("Add {name}").format(name=preset.name) if preset.base_url else own)

    def edit(self, endpoint: Endpoint, key_state: str) -> None:
        """Changes an endpoint instead of adding one; `key_state` says where its key is kept, "" if it has none."""
        self._editing = endpoint
        self._side.hide()
        self._fit_side()
        self._remove.show()
        self._accept.setText(self.tr("Save"))
        self._load(endpoint, self.tr("Change {name}").format(name=endpoint.name), key_state)

    def propose(self, endpoint: Endpoint, key: str) -> None:
        """Shows what a link proposes: where it goes stands above it, and the user adds it, or does not.

        No field has the keyboard, and Enter adds nothing: whoever is typing when the card comes has not said yes.
        """
        self._is_proposed = True
        self._accept.setDefault(False)
        self._side.hide()
        self._fit_side()
        self._load(endpoint, self.tr("Add {name}?").format(name=endpoint.name))
        self.form.key.field.setText(key)
        self._show_advice(has_key=bool(key))

    def _show_host(self, base_url: str) -> None:
        host = urlsplit(base_url).netloc
        self._host.setText(host)
        self._host.setAccessibleName(self.tr("Questions would go to {host}").format(host=host))

    def _show_advice(self, *, has_key: bool) -> None:
        self._origin.say(self.tr("A link proposes this. Questions would go to:"))
        with_key = self.tr("The key came with the link, and is kept only when you press Add.")
        without = self.tr("A key that you enter goes there, too.")
        self._advice.say(f"{with_key if has_key else without} {self.tr('Add it only if you trust who made the link.')}")
        self._warning.show()

    def set_key_place(self, place: str, warn: bool) -> None:
        """Says where keys are kept: the keyring's name, or with `warn` why there is none."""
        self.form.key.set_place(place, warn)

    def start_test(self) -> None:
        """Shows that the test runs."""
        self._testing = True
        self._checks.start()
        self._test.setText(self.tr("Stop"))

    def add_step(self, step: CheckStep) -> None:
        """Shows one step of the test that runs."""
        if self._testing:
            self._checks.add(step)
            self._scroll.scroll_to(self._checks)

    def finish_test(self) -> None:
        """Shows that the test is over, however it ended."""
        if self._testing:
            self._testing = False
            self._checks.finish()
            self._test.setText(self.tr("Test again"))

    def show_error(self, error: UserError) -> None:
        """Says why the endpoint could not be tested or saved."""
        self._checks.add_error(error)
        self._scroll.scroll_to(self._checks)
        self._accept.setEnabled(True)

    def first_focus(self) -> QWidget:
        return self if self._is_proposed else self.form.first_field()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_side()

    def done(self, result: int) -> None:
        """Ends the test with the dialog."""
        self._cancel_test()
        super().done(result)

    def _load(self, endpoint: Endpoint, title: str, key_state: str = "") -> None:
        self._title.setText(title)
        self.setAccessibleName(title)
        self.form.load(endpoint, self._taken, is_new=self._editing is None, stored=key_state)
        self._changed()

    def _changed(self) -> None:
        """What was tested is no longer what stands in the fields."""
        self._cancel_test()
        self._checks.clear()
        self._test.setText(self.tr("Test"))
        endpoint = self.form.endpoint()
        complete = endpoint is not None
        if endpoint is not None:
            self._show_host(endpoint.base_url)
        self._test.setEnabled(complete)
        self._accept.setEnabled(complete)

    def _test_pressed(self) -> None:
        if self._testing:
            self._cancel_test()
            self._checks.finish()
            self._test.setText(self.tr("Test again"))
            return
        endpoint = self.form.endpoint()
        if endpoint is not None:
            self.test_requested.emit(endpoint, self.form.key.entered())

    def _cancel_test(self) -> None:
        if self._testing:
            self._testing = False
            self.test_cancelled.emit()

    def _accept_pressed(self) -> None:
        endpoint = self.form.endpoint()
        if endpoint is not None:
            self._accept.setEnabled(False)  # once is enough
            self.accepted_endpoint.emit(endpoint, self.form.key.entered())

    def _remove_pressed(self) -> None:
        """Asks once more, in the same place: what is removed takes its key along."""
        if self._editing is None:
            return
        for_good = self.tr("Remove for good")
        if self._remove.text() != for_good:
            self._remove.setText(for_good)
            return
        self.reject()
        self.removed.emit(self._editing.id)

    def _button(self, object_name: str, text: str, look: str = "") -> QPushButton:
        button = QPushButton(text)
        button.setAutoDefault(False)
        button.setProperty("look", look)
        name(button, object_name)
        return button

    def _side_column(self) -> QWidget:
        side = QWidget()
        self._side_layout = QVBoxLayout(side)
        self._side_layout.addWidget(text_label(self.tr("Service"), "section"))
        self._side_layout.addWidget(self._services, 1)
        return side

    def _warning_card(self) -> QFrame:
        """What is to be known of an endpoint that somebody else proposes."""
        card = QFrame()
        card.setProperty("look", "card")
        name(card, "endpointOrigin", self.tr("From a link"))
        self._origin, self._host, self._advice = Paragraph(""), text_label("", "title", "endpointHost"), Paragraph("")
        self._host.setWordWrap(True)
        self._host.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        column = QVBoxLayout(card)
        for label in (self._origin, self._host, self._advice):
            column.addWidget(label)
        card.hide()
        return card

    def _arrange(self) -> None:
        self._top = QHBoxLayout()
        self._top.addWidget(self._title, 1)
        self._top.addWidget(self._close)
        self._column = QVBoxLayout(self._fields)
        self._column.addWidget(self._warning)
        self._column.addWidget(self.form)
        self._column.addWidget(self._checks)
        self._column.addStretch(1)
        self._foot = QHBoxLayout()
        self._foot.addWidget(self._remove)
        self._foot.addStretch(1)
        self._foot.addWidget(self._test)
        self._foot.addWidget(self._accept)
        self._main = QVBoxLayout()
        self._main.addLayout(self._top)
        self._main.addWidget(self._scroll, 1)
        self._main.addLayout(self._foot)
        row = QHBoxLayout(self.card)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._side)
        row.addLayout(self._main, 1)
        self._theme.changed.connect(self._restyle)
        self._restyle()

    def _connect(self) -> None:
        self._accept.setDefault(True)
        self.setTabOrder(self._accept, self._close)  # the fields come first, though the cross stands above them
        self._services.chosen.connect(self.choose)
        self._close.clicked.connect(self.reject)
        self.form.changed.connect(self._changed)
        self._test.clicked.connect(self._test_pressed)
        self._accept.clicked.connect(self._accept_pressed)
        self._remove.clicked.connect(self._remove_pressed)

    def _fit_side(self) -> None:
        """The services leave the form the larger part."""
        if self._editing is not None or self._is_proposed:
            self.set_card_size(FORM_WIDTH, HEIGHT, 0)
            return
        px = self._theme.px
        side = min(px(SIDE_WIDTH), round(self.card.width() * LARGEST_SIDE_SHARE))
        self._side.setFixedWidth(side)
        self.set_card_size(SIDE_WIDTH + FORM_WIDTH, HEIGHT, round(side / self._theme.scale))

    def _restyle(self) -> None:
        px = self._theme.px
        self._fit_side()
        self._side_layout.setContentsMargins(px(8), px(22), px(8), px(8))
        self._side_layout.setSpacing(px(4))
        self._main.setContentsMargins(0, px(14), 0, px(20))
        self._main.setSpacing(px(6))
        self._top.setContentsMargins(px(PADDING), 0, px(15), 0)
        self._column.setContentsMargins(px(PADDING), px(4), px(PADDING), px(4))
        self._column.setSpacing(px(8))
        self._foot.setContentsMargins(px(PADDING), px(4), px(PADDING), 0)
        self._foot.setSpacing(px(8))
