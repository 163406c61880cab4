"""Settings and endpoints: the dialogs, the connection test, the search for servers, and what the first run offers."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QUrl, Signal
from PySide6.QtGui import QDesktopServices

from desktop.core.endpoint_rules import beside, free_id, is_loopback
from desktop.core.endpoints import LOCAL_ENDPOINT_ID, Endpoint, ModelRef
from desktop.core.errors import KeyringError, UserError
from desktop.core.model_list import trial_model
from desktop.services.bundle import Services
from desktop.services.endpoint_book import EndpointBook
from desktop.services.keys import Where
from desktop.services.local_model import how_to_install
from desktop.services.settings import presets
from desktop.ui.icons import Icons
from desktop.ui.main_window import MainWindow
from desktop.ui.model_controller import ModelController
from desktop.ui.reasoning_settings import ReasoningSettings
from desktop.ui.tasks import Tasks
from desktop.ui.theme import LARGEST_SCALE, SMALLEST_SCALE, Appearance, Theme

if TYPE_CHECKING:  # dialogs are imported when one is opened: not everybody opens one every day
    from desktop.core.links import EndpointLink
    from desktop.ui.endpoint_dialog import EndpointDialog
    from desktop.ui.settings_dialog import SettingsDialog
    from desktop.ui.settings_models import KnownHere

_NO_ENDPOINT = Endpoint("", "", "")


class SettingsController(QObject):
    """Between the settings file, the keyring and the dialogs that change them."""

    opened = Signal(object)  # SettingsDialog: for pages that others fill

    def __init__(
        self,
        *,
        theme: Theme,
        icons: Icons,
        services: Services,
        book: EndpointBook,
        models: ModelController,
        window: MainWindow,
        saving: Tasks,
        background: Tasks,
    ) -> None:
        super().__init__()
        self._theme = theme
        self._icons = icons
        self._services = services
        self._book = book
        self._models = models
        self._window = window
        self._saving = saving
        self._background = background
        self._balances: Mapping[str, str] = {}
        self._dialog: SettingsDialog | None = None
        self._key_states: dict[str, str] = {}  # of the endpoints that were looked at since the dialog is open
        self._test: asyncio.Task[Any] | None = None
        self._found: dict[str, Endpoint] = {}  # servers on this computer by their address
        self._reasoning = ReasoningSettings(
            icons=icons, services=services, book=book, models=models, saving=saving, background=background
        )
        self._reasoning.changed.connect(self._change)
        models.add_endpoint_requested.connect(self.add_endpoint)
        first_run = window.first_run
        first_run.use_local.connect(self._use_local)
        first_run.add_key_requested.connect(self.add_endpoint)
        first_run.look_for_servers_requested.connect(self._look_for_servers)
        first_run.server_add_requested.connect(lambda address: self._saving.start(self._add_server(address)))
        if services.local_model.available():
            first_run.set_local_state("ready")
        else:
            missing = self.tr("The small demo model is not installed.")
            instead = how_to_install() or self.tr("Add a key, or a server of your own.")
            first_run.set_local_state("missing", f"{missing} {instead}")

    def set_balances(self, balances: Mapping[str, str]) -> None:
        """What is left on the accounts of endpoints; kept up to date by whoever gives it."""
        self._balances = balances

    def change_font_scale(self, step: float | None) -> None:
        """Makes all text larger or smaller; None brings the usual size back."""
        scale = 1.0 if step is None else round(self._book.settings.font_scale + step, 1)
        self._change({"font_scale": min(LARGEST_SCALE, max(SMALLEST_SCALE, scale))})

    def show_endpoint(self, endpoint_id: str) -> None:
        """Names the chat's endpoint at the foot of the list of chats."""
        try:
            name = self._book.find(endpoint_id).name
            balance = self._balances.get(endpoint_id)
            text = self.tr("{endpoint} · {balance} left").format(endpoint=name, balance=balance) if balance else name
            self._window.chat_list.set_footer(text, "good")
        except UserError as error:
            self._window.chat_list.set_footer(error.text if endpoint_id else self.tr("No endpoint yet"), "idle")

    def open_folder(self, folder: Path) -> None:
        """Shows a folder in the system's file manager."""
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))

    def open(self) -> None:
        """Opens the settings."""
        from desktop.ui.settings_dialog import SettingsDialog

        dialog = SettingsDialog(self._theme, self._icons, self._window)
        self._dialog = dialog
        self._key_states = {}
        dialog.appearance_changed.connect(lambda value: self._change({"appearance": value}))
        dialog.font_scale_changed.connect(lambda value: self._change({"font_scale": value}))
        dialog.fold_thinking_changed.connect(lambda value: self._change({"fold_thinking": value}))
        dialog.notify_changed.connect(lambda value: self._change({"notify": value}))
        dialog.add_endpoint_requested.connect(self.add_endpoint)
        dialog.edit_endpoint_requested.connect(self.edit_endpoint)
        dialog.remove_endpoint_requested.connect(lambda id_: self._saving.start(self._remove(id_)))
        dialog.endpoint_enabled_changed.connect(self._enable)
        dialog.context_full_changed.connect(lambda value: self._change({"context_full": value}))
        dialog.about_model_requested.connect(self._models.about_requested)
        dialog.choose_default_model_requested.connect(self._use_current_as_default)
        dialog.open_data_folder_requested.connect(lambda: self.open_folder(self._services.paths.data_dir))
        dialog.finished.connect(self._dialog_closed)
        self._reasoning.serve(dialog.reasoning)
        self.opened.emit(dialog)
        self._show_settings()
        dialog.open()
        self._background.start(self._show_key_states(dialog))

    def open_about(self) -> None:
        """Opens the settings at the page that tells of newer versions."""
        self.open()
        if self._dialog is not None:
            self._dialog.show_page("settingsAbout")

    def add_endpoint(self) -> None:
        """Opens the dialog that adds an endpoint."""
        dialog = self._endpoint_dialog()
        dialog.open()
        self._background.start(self._show_key_place(dialog))

    def propose_endpoint(self, link: EndpointLink) -> None:
        """Opens the dialog with what a link proposes; nothing of it is kept before the user adds it."""
        known = {preset.id: preset for preset in presets(self._services.paths.data_dir)}
        if link.preset and not known.get(link.preset, _NO_ENDPOINT).base_url:
            raise UserError(self.tr("The service that the link names is not known."), self.tr("Ask whoever made it."))
        if link.preset:
            endpoint = known[link.preset]
        else:
            called = link.name or link.host
            endpoint = Endpoint(free_id(called, ()), called, link.base_url, needs_key=bool(link.key))
        dialog = self._endpoint_dialog()
        dialog.propose(endpoint, link.key)
        dialog.open()
        self._background.start(self._show_key_place(dialog))

    def edit_endpoint(self, endpoint_id: str) -> None:
        """Opens the dialog that changes an endpoint or its key."""
        endpoint = self._book.settings.endpoint(endpoint_id)
        if endpoint is None:
            return
        dialog = self._endpoint_dialog()
        dialog.removed.connect(lambda id_: self._saving.start(self._remove(id_)))
        self._background.start(self._open_to_edit(dialog, endpoint))

    async def _open_to_edit(self, dialog: EndpointDialog, endpoint: Endpoint) -> None:
        dialog.edit(endpoint, await self._key_state(endpoint))
        dialog.open()
        await self._show_key_place(dialog)

    def _endpoint_dialog(self) -> EndpointDialog:
        from desktop.ui.endpoint_dialog import EndpointDialog

        parent = self._dialog or self._window
        offered = [preset for preset in presets(self._services.paths.data_dir) if not is_loopback(preset.base_url)]
        taken = [endpoint.id for endpoint in self._book.settings.endpoints]
        dialog = EndpointDialog(self._theme, self._icons, offered, parent, taken)
        dialog.test_requested.connect(lambda endpoint, key: self._start_test(dialog, endpoint, key))
        dialog.test_cancelled.connect(self._cancel_test)
        dialog.accepted_endpoint.connect(
            lambda endpoint, key: self._saving.start(self._save_endpoint(dialog, endpoint, key))
        )
        dialog.finished.connect(self._cancel_test)
        dialog.finished.connect(dialog.deleteLater)
        return dialog

    def _start_test(self, dialog: EndpointDialog, endpoint: Endpoint, key: str | None) -> None:
        self._cancel_test()
        self._test = self._background.start(self._run_test(dialog, endpoint, key))

    def _cancel_test(self) -> None:
        if self._test is not None:
            self._test.cancel()
            self._test = None

    async def _run_test(self, dialog: EndpointDialog, endpoint: Endpoint, key: str | None) -> None:
        dialog.start_test()
        try:
            key = key or await self._services.keys.get(endpoint.id)
            async for step in self._services.api.check(endpoint, key):
                dialog.add_step(step)
        except UserError as error:
            dialog.show_error(error)
        finally:
            dialog.finish_test()

    async def _save_endpoint(self, dialog: EndpointDialog, endpoint: Endpoint, key: str | None) -> None:
        is_new = self._book.settings.endpoint(endpoint.id) is None
        try:
            place = await self._book.save_endpoint(endpoint, key)
        except UserError as error:
            dialog.show_error(error)
            return
        dialog.accept()
        if place is not None and place.where is Where.SESSION:
            self._window.notices.show_notice(
                self.tr("The key is kept until Ligature is closed."), place.text, kind="warn", key="session key"
            )
        await self._endpoint_added(endpoint, is_new=is_new)

    async def _endpoint_added(self, endpoint: Endpoint, *, is_new: bool) -> None:
        """Fetches its models, and offers one where the user has none but the model on this computer."""
        self._endpoints_changed()
        await self._services.catalogue.refresh([endpoint.id])
        if is_new and self._models.current.endpoint_id in ("", LOCAL_ENDPOINT_ID):
            model = trial_model(self._services.catalogue.listing(endpoint.id).models, endpoint.test_model)
            if model is not None:
                self._models.pick(ModelRef(endpoint.id, model.id))

    async def _remove(self, endpoint_id: str) -> None:
        await self._book.remove_endpoint(endpoint_id)
        self._endpoints_changed()

    def _enable(self, endpoint_id: str, enabled: bool) -> None:
        self._saving.start(self._store_enabled(endpoint_id, enabled=enabled))

    async def _store_enabled(self, endpoint_id: str, *, enabled: bool) -> None:
        await self._book.enable_endpoint(endpoint_id, enabled=enabled)
        self._endpoints_changed()

    def _endpoints_changed(self) -> None:
        self._models.endpoints_changed()
        self.show_endpoint(self._models.current.endpoint_id)
        self._show_settings()
        if self._dialog is not None:
            self._background.start(self._show_key_states(self._dialog))

    def _change(self, changes: dict[str, Any]) -> None:
        self._saving.start(self._store(changes))

    async def _store(self, changes: dict[str, Any]) -> None:
        """What the user chose is shown at once, even if the file cannot be written."""
        saving = self._book.change(changes)
        self._apply(changes)
        try:
            await saving
        finally:
            self._show_settings()

    def _apply(self, changes: dict[str, Any]) -> None:
        settings = self._book.settings
        appearance = changes.get("appearance", settings.appearance)
        self._theme.choose(Appearance(appearance), changes.get("font_scale", settings.font_scale))
        self._window.message_view.folds_thinking = changes.get("fold_thinking", settings.fold_thinking)

    def _dialog_closed(self) -> None:
        if self._dialog is not None:
            self._dialog.deleteLater()
            self._dialog = None

    def _show_settings(self) -> None:
        if self._dialog is None:
            return
        local = self._services.local_model.models()
        settings = self._book.settings
        self._dialog.show_settings(
            settings,
            self._key_states,
            self._models.label(ModelRef(settings.chat_endpoint, settings.chat_model)),
            local[0].label if local else f"{self.tr('Not installed.')} {how_to_install()}".strip(),
            str(self._services.paths.data_dir),
        )
        self._dialog.show_models(settings.context_full, self._known_models())
        self._reasoning.show(self._dialog.reasoning)

    def _known_models(self) -> list[KnownHere]:
        """The chat's model, and those of which something is said, found or changed."""
        from desktop.ui.settings_models import KnownHere

        noted = [*self._services.notes.models(), *self._services.cures.models()]
        refs = dict.fromkeys([self._models.current, *sorted(noted)])
        return [KnownHere(ref, self._models.find(ref).label, self._why_known(ref)) for ref in refs if ref.model]

    def _why_known(self, ref: ModelRef) -> str:
        notes, cures = self._services.notes, self._services.cures
        reasons = {
            self.tr("of this chat"): ref == self._models.current,
            self.tr("with your own figures"): bool(notes.said(ref)),
            self.tr("probed"): notes.probed(ref) is not None,
            self.tr("requests are changed"): bool(cures.of(ref)),
        }
        return " · ".join([self._book.named(ref.endpoint_id).name, *(text for text, holds in reasons.items() if holds)])

    async def _show_key_states(self, dialog: SettingsDialog) -> None:
        states = {endpoint.id: await self._key_state(endpoint) for endpoint in self._book.settings.endpoints}
        if dialog is self._dialog:
            self._key_states = states
            self._show_settings()

    async def _key_state(self, endpoint: Endpoint) -> str:
        """Where the key of an endpoint is; empty if there is none."""
        keys = self._services.keys
        if keys.from_environment(endpoint.id):
            return self.tr("Key from the environment")
        try:
            has_key = await keys.get(endpoint.id) is not None
        except KeyringError as error:
            return error.text
        if not has_key:
            return ""
        return (
            self.tr("Key until Ligature is closed")
            if keys.is_for_session(endpoint.id)
            else self.tr("Key in the keyring")
        )

    async def _show_key_place(self, dialog: EndpointDialog) -> None:
        keys = self._services.keys
        dialog.set_key_place(await keys.place(), not await keys.has_keyring())

    def _use_current_as_default(self) -> None:
        ref = self._models.current
        self._change({"chat_endpoint": ref.endpoint_id, "chat_model": ref.model})

    def _use_local(self) -> None:
        for model in self._services.local_model.models():
            self._models.pick(ModelRef(LOCAL_ENDPOINT_ID, model.id))
        self._window.composer.focus()

    def _look_for_servers(self) -> None:
        self._background.start(self._show_servers())

    async def _show_servers(self) -> None:
        """Looks on the usual ports of this computer; what answers can be added."""
        first_run = self._window.first_run
        first_run.set_servers([], searching=True)
        self._found = {}
        try:
            self._found = {server.base_url: server for server in await self._services.api.find_servers()}
        finally:
            first_run.set_servers([(server.name, address) for address, server in self._found.items()], searching=False)

    async def _add_server(self, address: str) -> None:
        server = self._found[address]
        taken = [endpoint.id for endpoint in self._book.settings.endpoints]
        server = beside(server, taken)
        await self._book.save_endpoint(server, None)
        await self._endpoint_added(server, is_new=True)
