"""Between the page of the settings about reasoning and what it sets: the defaults of new chats, and the splices."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from desktop.core.endpoint_rules import GATEWAY_ENDPOINT_ID
from desktop.core.endpoints import ModelRef
from desktop.core.fusion import Splice
from desktop.services.bundle import Services
from desktop.services.endpoint_book import EndpointBook
from desktop.services.splices import Splices
from desktop.ui.icons import Icons
from desktop.ui.model_controller import ModelController
from desktop.ui.reasoning_controller import THINKERS
from desktop.ui.tasks import Tasks

if TYPE_CHECKING:  # as the dialogs themselves, it is imported when it is needed
    from desktop.ui.settings_reasoning import ReasoningPage


class ReasoningSettings(QObject):
    """Serves the page while the settings are open."""

    changed = Signal(dict)  # settings by their names, to be kept

    def __init__(
        self,
        *,
        icons: Icons,
        services: Services,
        book: EndpointBook,
        models: ModelController,
        saving: Tasks,
        background: Tasks,
    ) -> None:
        super().__init__()
        self._icons = icons
        self._store = services.store
        self._book = book
        self._models = models
        self._saving = saving
        self._background = background
        self._splices = Splices(services.paths.data_dir)
        self._one_at_a_time = asyncio.Lock()

    def serve(self, page: ReasoningPage) -> None:
        """Connects a page that has just been made."""
        page.changed.connect(self.changed)
        page.another_wanted.connect(lambda button: self._choose_another(page, button))
        page.texts_wanted.connect(lambda: self._background.start(self._edit_texts(page)))

    def show(self, page: ReasoningPage) -> None:
        """Shows what is set."""
        page.show_values(
            self._book.settings,
            self._label(self._current()),
            [(ref, self._label(ref)) for ref in self._thinkers()],
        )

    def _choose_another(self, page: ReasoningPage, button: QWidget) -> None:
        self._models.open_for_thinker(button, self._current(), page.choose_thinker)

    def _current(self) -> ModelRef:
        settings = self._book.settings
        return ModelRef(settings.fusion_endpoint, settings.fusion_model)

    def _thinkers(self) -> list[ModelRef]:
        """Those that think in some chat, and the one that is set."""
        kept: list[dict[str, Any]] = self._store.remembered(THINKERS, [])
        current = self._current()
        others = [ref for ref in (ModelRef(**entry) for entry in kept) if ref != current]
        return [*([current] if self._is_model(current) else []), *others]

    def _label(self, ref: ModelRef) -> str:
        if ref.endpoint_id == GATEWAY_ENDPOINT_ID:
            return self.tr("the endpoint itself")
        if not ref.model:
            return self.tr("choose a model")
        return f"{self._models.find(ref).label} ({self._book.named(ref.endpoint_id).name})"

    def _is_model(self, ref: ModelRef) -> bool:
        return bool(ref.model) and ref.endpoint_id != GATEWAY_ENDPOINT_ID

    async def _edit_texts(self, parent: QWidget) -> None:
        from desktop.ui.splices_dialog import SplicesDialog

        splices = self._splices
        texts, shipped = await asyncio.to_thread(
            lambda: ({each: splices.text(each) for each in Splice}, {each: splices.shipped(each) for each in Splice})
        )
        dialog = SplicesDialog(self._icons.theme, self._icons, texts, shipped, parent)
        dialog.text_changed.connect(lambda splice, text: self._saving.start(self._save(splice, text)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    async def _save(self, splice: Splice, text: str) -> None:
        """In the order of typing."""
        async with self._one_at_a_time:
            await asyncio.to_thread(self._splices.save, splice, text)
