"""The parameters of the chat on the screen: shown, stored, and brought back when they were replaced by mistake."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QObject

from desktop.core.open_chat import OpenChat
from desktop.services.store import UNDO_S, Store
from desktop.ui.chat_controller import ChatController
from desktop.ui.notices import NoticeBar
from desktop.ui.parameter_panel import ParameterPanel
from desktop.ui.tasks import Tasks

PRESETS = "parameter_presets"
REPLACED = "parameters replaced"


class ParameterController(QObject):
    """Between the parameter panel, the chat and the store."""

    def __init__(
        self, *, store: Store, panel: ParameterPanel, chats: ChatController, notices: NoticeBar, saving: Tasks
    ) -> None:
        super().__init__()
        self._store = store
        self._panel = panel
        self._chats = chats
        self._notices = notices
        self._saving = saving
        panel.set_presets(store.remembered(PRESETS, {}))
        panel.changed.connect(lambda values: chats.change({"parameters": values}, by_steps=True))
        panel.replaced.connect(self._offer_undo)
        panel.presets_changed.connect(lambda presets: saving.start(store.remember(PRESETS, presets)))
        chats.opened.connect(self._opened)

    def _opened(self, opened: OpenChat) -> None:
        self._notices.dismiss_key(REPLACED)
        self._panel.set_parameters(opened.chat.parameters)

    def _offer_undo(self, before: Mapping[str, Any]) -> None:
        if self._panel.parameters():
            text = self.tr("The preset has replaced what was set.")
        else:
            text = self.tr("All parameters were reset.")
        self._notices.show_notice(
            text,
            actions=[(self.tr("Undo"), lambda: self._panel.change_to(before))],
            timeout_s=UNDO_S,
            key=REPLACED,
        )
