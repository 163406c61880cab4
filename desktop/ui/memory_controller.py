"""Between the page about memory and the endpoint that remembers."""

from __future__ import annotations

from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject

from desktop.core.endpoints import Endpoint
from desktop.core.errors import UserError
from desktop.core.memory import Remembered
from desktop.services.memory import Memory
from desktop.ui.tasks import Tasks

if TYPE_CHECKING:  # the settings are imported when they are opened
    from desktop.ui.settings_memory import MemoryPage


class MemoryController(QObject):
    """Shows what the first endpoint remembers that remembers at all. All that fails is told on the page."""

    def __init__(self, memory: Memory, background: Tasks) -> None:
        super().__init__()
        self._memory = memory
        self._background = background
        self._page: MemoryPage | None = None

    def serve(self, page: MemoryPage) -> None:
        """Fills a page when somebody looks at it."""
        self._page = page
        page.wanted.connect(self._look)
        page.forget_requested.connect(self._forget)
        page.forget_all_requested.connect(self._forget_all)
        page.destroyed.connect(self._page_gone)

    def _page_gone(self) -> None:
        self._page = None

    def _endpoint(self) -> Endpoint | None:
        return next(iter(self._memory.endpoints()), None)

    def _look(self) -> None:
        endpoint = self._endpoint()
        if endpoint is None:
            self._say(self.tr("None of your endpoints remembers anything over several chats."), "")
        else:
            self._start(endpoint, self._show(endpoint), self.tr("Looking…"))

    def _forget(self, entry: Remembered) -> None:
        endpoint = self._endpoint()
        if endpoint is not None:
            self._start(endpoint, self._then_show(endpoint, self._memory.forget(endpoint, entry)))

    def _forget_all(self) -> None:
        endpoint = self._endpoint()
        if endpoint is not None:
            self._start(endpoint, self._then_show(endpoint, self._memory.forget_all(endpoint)))

    def _start(self, endpoint: Endpoint, work: Coroutine[Any, Any, None], state: str = "") -> None:
        self._say(self._about(endpoint), state)
        self._background.start(self._telling(endpoint, work))

    async def _telling(self, endpoint: Endpoint, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except UserError as error:
            self._say(self._about(endpoint), str(error))

    async def _then_show(self, endpoint: Endpoint, work: Coroutine[Any, Any, None]) -> None:
        await work
        await self._show(endpoint)

    async def _show(self, endpoint: Endpoint) -> None:
        entries = await self._memory.entries(endpoint)
        self._say(self._about(endpoint), "" if entries else self.tr("Nothing is remembered yet."))
        if self._page is not None:
            self._page.show_entries(entries)

    def _about(self, endpoint: Endpoint) -> str:
        text = self.tr(
            "What {endpoint} remembers of you from chats in which Memory is on. It is kept there, and is told to the "
            "model in such chats."
        )
        return text.format(endpoint=endpoint.name)

    def _say(self, about: str, state: str) -> None:
        if self._page is not None:
            self._page.show_state(about, state)
