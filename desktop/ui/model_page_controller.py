"""Opens a model's page and serves it: facts, the user's own words, cures, and the probe."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from desktop.core.endpoints import ModelRef
from desktop.core.errors import UserError
from desktop.core.healing import Cure
from desktop.core.money import money_text
from desktop.services.bundle import Services
from desktop.services.endpoint_book import EndpointBook
from desktop.services.probe import REQUESTS, ProbeStep, expected_cost, probe
from desktop.ui.icons import Icons
from desktop.ui.model_controller import ModelController
from desktop.ui.tasks import Tasks
from desktop.ui.theme import Theme

if TYPE_CHECKING:  # as all dialogs, it is imported when one is opened
    from desktop.ui.model_page import ModelPage


class ModelPageController(QObject):
    """One page at a time."""

    def __init__(
        self,
        *,
        theme: Theme,
        icons: Icons,
        services: Services,
        book: EndpointBook,
        models: ModelController,
        window: QWidget,
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
        self._probing: asyncio.Task[Any] | None = None
        self._shown: tuple[ModelPage, ModelRef] | None = None
        models.names_known.connect(self._refresh)
        models.about_requested.connect(self.open)

    def open(self, ref: ModelRef) -> None:
        """Shows what is known of a model."""
        from desktop.ui.model_page import ModelPage

        model, endpoint = self._models.find(ref), self._book.named(ref.endpoint_id)
        words = self.tr("{id} at {endpoint}") if model.label != model.id else self.tr("at {endpoint}")
        subtitle = words.format(id=model.id, endpoint=endpoint.name)
        page = ModelPage(self._theme, self._icons, self._window, model.label, subtitle)
        page.said.connect(lambda fact, value: self._saving.start(self._say(ref, fact, value)))
        page.undo_requested.connect(lambda cure: self._saving.start(self._undo(ref, cure)))
        page.forget_requested.connect(lambda: self._saving.start(self._forget(ref)))
        page.probe_requested.connect(lambda: self._start_probe(page, ref))
        page.probe_cancelled.connect(self._cancel_probe)
        page.finished.connect(self._cancel_probe)
        page.finished.connect(self._closed)
        page.finished.connect(page.deleteLater)
        self._shown = page, ref
        self._refresh()
        page.open()

    def _closed(self) -> None:
        self._shown = None

    def _refresh(self) -> None:
        """Shows what is known by now; at the start of the program, models.toml may still be being read."""
        if self._shown is None:
            return
        page, ref = self._shown
        page.show_facts(self._models.facts(ref))
        page.show_cures(self._services.cures.dated(ref))
        page.show_probe(self._announcement(ref), was_probed=self._services.notes.probed(ref) is not None)

    def _announcement(self, ref: ModelRef) -> str:
        """What a probe does, and what it will cost."""
        words = self.tr("Asks it {count} short things and notes what it does and what it refuses: {cost}.")
        dollars = expected_cost(self._models.find(ref).price)
        if dollars is None:
            cost = self.tr("its price is not known")
        elif dollars:
            cost = self.tr("about {money}").format(money=money_text(dollars))
        else:
            cost = self.tr("that costs nothing")
        field = getattr(self._services.notes.probed(ref), "thinking_field", "")
        seen = self.tr("Its thinking comes as “{field}”.").format(field=field) if field else ""
        return " ".join(filter(None, [words.format(count=REQUESTS, cost=cost), seen]))

    async def _say(self, ref: ModelRef, fact: str, value: object) -> None:
        if self._services.notes.said(ref).get(fact) != value:
            await self._services.notes.say(ref, fact, value)
            self._services.catalogue.notes_changed(ref.endpoint_id)

    async def _undo(self, ref: ModelRef, cure: Cure) -> None:
        await self._services.cures.undo(ref, cure)
        self._services.catalogue.notes_changed(ref.endpoint_id)

    async def _forget(self, ref: ModelRef) -> None:
        await self._services.notes.forget_probe(ref)
        self._services.catalogue.notes_changed(ref.endpoint_id)

    def _start_probe(self, page: ModelPage, ref: ModelRef) -> None:
        self._cancel_probe()
        self._probing = self._background.start(self._probe(page, ref))

    def _cancel_probe(self) -> None:
        if self._probing is not None:
            self._probing.cancel()
            self._probing = None

    async def _probe(self, page: ModelPage, ref: ModelRef) -> None:
        page.start_probe()
        try:
            endpoint, key = await self._book.connect(self._book.find(ref.endpoint_id))
            async with aclosing(probe(self._services.api, endpoint, key, ref.model)) as steps:
                async for step in steps:
                    await self._keep(ref, step)
                    self._services.catalogue.notes_changed(ref.endpoint_id)
                    page.add_step(step)
        except UserError as error:
            page.show_error(error)
        finally:
            page.finish_probe()

    async def _keep(self, ref: ModelRef, step: ProbeStep) -> None:
        """What was refused is left out from now on, and what was taken is sent again."""
        cures = self._services.cures
        for cure in [cure for cure in cures.of(ref) if cure.field in step.accepted]:
            await cures.undo(ref, cure)
        for cure in step.cures:
            await cures.learn(ref, cure)
        if step.found:
            await self._services.notes.find(ref, step.found)
