"""What gateways remember of the user over all chats: who that is to them, and how to see and delete it."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any
from uuid import uuid4

from desktop.core.endpoints import Endpoint
from desktop.core.errors import EndpointError, NotFound
from desktop.core.features import MEMORY, Feature
from desktop.core.memory import EVENT, PROFILE, Remembered, refusal, remembered_from
from desktop.services.api import Api
from desktop.services.endpoint_book import EndpointBook
from desktop.services.store import Store

USER = "memory_user"  # in what the store remembers


class Memory:
    """Asks endpoints that offer it. `save` runs what keeps the user's id."""

    def __init__(
        self,
        store: Store,
        api: Callable[[], Api],
        book: EndpointBook,
        save: Callable[[Coroutine[Any, Any, None]], object],
    ) -> None:
        self._store = store
        self._api = api
        self._book = book
        self._save = save
        self._user_id = ""

    def user_id(self) -> str:
        """Who the user is to endpoints that remember: a UUID, made once and for all."""
        if not self._user_id:
            self._user_id = self._store.remembered(USER, "")
        if not self._user_id:
            self._user_id = str(uuid4())
            self._save(self._store.remember(USER, self._user_id))
        return self._user_id

    def endpoints(self) -> list[Endpoint]:
        """Those that remember."""
        return [endpoint for endpoint in self._book.enabled() if _feature(endpoint) is not None]

    async def entries(self, endpoint: Endpoint) -> list[Remembered]:
        """All that an endpoint remembers; raises UserError."""
        found: list[Remembered] = []
        for kind in (PROFILE, EVENT):
            try:
                found += remembered_from(await self._ask(endpoint, kind), kind)
            except NotFound as error:
                if error.status != 404:  # then it has not heard of the user yet
                    raise
        return found

    async def forget(self, endpoint: Endpoint, entry: Remembered) -> None:
        """Deletes one entry; raises UserError."""
        await self._ask(endpoint, f"{entry.kind}_entry", entry.id, method="DELETE")

    async def forget_all(self, endpoint: Endpoint) -> None:
        """Deletes the user, and with him all that is remembered; raises UserError."""
        await self._ask(endpoint, "user", method="DELETE")

    async def _ask(self, endpoint: Endpoint, path_name: str, entry_id: str = "", method: str = "GET") -> Any:
        feature = _feature(endpoint)
        path = feature.paths.get(path_name, "") if feature is not None else ""
        if not path:
            raise NotFound(f"{endpoint.name} has no way to do that.", "", status=404)
        ready, key = await self._book.connect(endpoint)
        body = await self._api().question(ready, key, path, method, user=self.user_id(), entry=entry_id)
        refused = refusal(body)
        if refused:
            raise EndpointError(f"{endpoint.name} refused: {refused}", "Try again later.", status=200)
        return body


def _feature(endpoint: Endpoint) -> Feature | None:
    return next((feature for feature in endpoint.features if feature.id == MEMORY and feature.paths), None)
