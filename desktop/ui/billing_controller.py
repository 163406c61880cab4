"""What answers have really cost, and what is left: asked of the endpoint after an answer, late and quietly.

Nobody waits for it, and nothing that goes wrong is told: the estimate stands there anyway.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable

from PySide6.QtCore import QObject

from desktop.core.conversation import Run
from desktop.core.endpoints import Endpoint
from desktop.core.errors import UserError
from desktop.services.api import Api
from desktop.services.endpoint_book import EndpointBook
from desktop.services.store import Store
from desktop.services.turn import Turn
from desktop.ui.chat_controller import ChatController
from desktop.ui.tasks import Tasks
from desktop.ui.turn_controller import TurnController

log = logging.getLogger(__name__)

RECORD_AFTER_S = (1.0, 4.0, 20.0)  # an endpoint may take its time to write its books
BALANCE_EVERY_S = 60.0


class BillingController(QObject):
    """Between the turns that end, the endpoint's books, and the figures on the screen."""

    def __init__(
        self,
        *,
        store: Store,
        api: Callable[[], Api],
        book: EndpointBook,
        chats: ChatController,
        turns: TurnController,
        show_endpoint: Callable[[str], None],
        background: Tasks,
    ) -> None:
        super().__init__()
        self.balances: dict[str, str] = {}  # by the endpoint's id
        self._store = store
        self._api = api
        self._book = book
        self._chats = chats
        self._show_endpoint = show_endpoint
        self._background = background
        self._balance_asked_at: dict[str, float] = {}
        turns.ended.connect(self._ended)

    def _ended(self, _chat_id: int, turn: Turn) -> None:
        for run in turn.runs:
            endpoint = self._book.named(run.endpoint_id)
            request_id = turn.request_ids.get(run.id)
            if request_id and endpoint.record_path:
                self._background.start(self._find_cost(endpoint, run, request_id))
            if endpoint.balance_path and run.finished_at is not None:
                self._background.start(self._find_balance(endpoint))

    async def _find_cost(self, endpoint: Endpoint, run: Run, request_id: str) -> None:
        for pause_s in RECORD_AFTER_S:
            await asyncio.sleep(pause_s)
            try:
                ready, key = await self._book.connect(endpoint)
                dollars = await self._api().record_cost(ready, key, request_id)
            except UserError as error:
                log.info("no record of a call: %s", error.text)
                continue
            if dollars is not None:
                billed = await self._store.set_exact_cost(run.id, dollars)
                if billed is not None:
                    self._chats.take_run(billed)
                return

    async def _find_balance(self, endpoint: Endpoint) -> None:
        """At most once a minute for each endpoint."""
        now = time.monotonic()
        if now - self._balance_asked_at.get(endpoint.id, -BALANCE_EVERY_S) < BALANCE_EVERY_S:
            return
        self._balance_asked_at[endpoint.id] = now
        try:
            ready, key = await self._book.connect(endpoint)
            balance = await self._api().balance(ready, key)
        except UserError as error:
            log.info("no balance: %s", error.text)
            return
        if balance:
            self.balances[endpoint.id] = balance
            self._show_endpoint(self._chats.model.endpoint_id)
