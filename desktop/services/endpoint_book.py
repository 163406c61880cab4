"""Which endpoints there are, and how one is made ready: its key fetched, the model on this computer started."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from desktop.core.endpoints import LOCAL_ENDPOINT_ID, Endpoint
from desktop.core.errors import KeyRefused, UserError
from desktop.services.keys import KeyPlace, Keys
from desktop.services.local_model import LocalModel
from desktop.services.settings import Settings, SettingsFile

_CHOOSE_ANOTHER = "Choose another model above the conversation, then try again."


class EndpointBook:
    """The user's settings in memory, and their endpoints with the model on this computer among them."""

    def __init__(self, settings_file: SettingsFile, settings: Settings, keys: Keys, local_model: LocalModel) -> None:
        self.settings = settings
        self._file = settings_file
        self._keys = keys
        self._local_model = local_model

    def enabled(self) -> list[Endpoint]:
        """All endpoints that can be asked, the model on this computer last."""
        local = [self._local_model.endpoint()] if self._local_model.available() else []
        return [endpoint for endpoint in self.settings.endpoints if endpoint.enabled] + local

    def find(self, endpoint_id: str) -> Endpoint:
        """The endpoint with this id; raises UserError if it is gone or switched off."""
        for endpoint in self.enabled():
            if endpoint.id == endpoint_id:
                return endpoint
        if not endpoint_id:
            raise UserError("No model is chosen.", "Choose one above the conversation, then try again.")
        if endpoint_id == LOCAL_ENDPOINT_ID:
            raise UserError("The model on this computer is not installed.", _CHOOSE_ANOTHER)
        switched_off = self.settings.endpoint(endpoint_id)
        if switched_off is not None:
            raise UserError(f"The endpoint “{switched_off.name}” is switched off.", _CHOOSE_ANOTHER)
        raise UserError(f"The endpoint “{endpoint_id}” is not there any more.", _CHOOSE_ANOTHER)

    def named(self, endpoint_id: str) -> Endpoint:
        """The endpoint that a chat names, even if it is gone or switched off: `connect` then says so."""
        try:
            return self.find(endpoint_id)
        except UserError:
            return self.settings.endpoint(endpoint_id) or Endpoint(endpoint_id, endpoint_id, "")

    async def connect(self, endpoint: Endpoint) -> tuple[Endpoint, str | None]:
        """The endpoint as it can be asked now, and its key; raises UserError if either is missing."""
        endpoint = self.find(endpoint.id)
        if endpoint.id == LOCAL_ENDPOINT_ID:
            base_url, local_key = await self._local_model.ensure_running()
            return replace(endpoint, base_url=base_url), local_key
        key = await self._keys.get(endpoint.id)
        if key is None and endpoint.needs_key:
            raise KeyRefused(f"There is no key for {endpoint.name}.", "Enter it in the settings, under Endpoints.")
        return endpoint, key

    async def change(self, changes: Mapping[str, Any]) -> None:
        """Saves settings by their names; raises ConfigError for a file that cannot be changed."""
        self.settings = replace(self.settings, **changes)
        self.settings = await asyncio.to_thread(self._file.save, changes)

    async def save_endpoint(self, endpoint: Endpoint, key: str | None) -> KeyPlace | None:
        """Saves an endpoint, and its key: None leaves it as it is, "" removes it. Tells where a new key went."""
        self.settings = await asyncio.to_thread(self._file.save_endpoint, endpoint)
        if key == "":
            await self._keys.delete(endpoint.id)
        return await self._keys.set(endpoint.id, key) if key else None

    async def enable_endpoint(self, endpoint_id: str, *, enabled: bool) -> None:
        """Switches an endpoint on or off; its key stays."""
        endpoint = self.settings.endpoint(endpoint_id)
        if endpoint is not None:
            await self.save_endpoint(replace(endpoint, enabled=enabled), None)

    async def remove_endpoint(self, endpoint_id: str) -> None:
        """Forgets an endpoint and its key."""
        self.settings = await asyncio.to_thread(self._file.remove_endpoint, endpoint_id)
        await self._keys.delete(endpoint_id)
