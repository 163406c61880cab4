"""From a call and its messages to a stream of deltas: readies the endpoint, reads the pictures, builds the body."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from typing import Any

from desktop.core import request
from desktop.core.conversation import Message, pictures
from desktop.core.deltas import Delta
from desktop.core.endpoints import Endpoint
from desktop.services.api import Api, Waiting
from desktop.services.attachments import Attachments
from desktop.services.question import ModelCall

Connect = Callable[[Endpoint], Awaitable[tuple[Endpoint, str | None]]]
"""Makes an endpoint ready: starts the model on this computer, fetches the key."""


class Asking:
    """One request of a turn. `prompt_tokens` is what its messages weigh, roughly; 0 before they are sent."""

    def __init__(
        self, api: Api, attachments: Attachments, connect: Connect, on_wait: Callable[[Waiting], None]
    ) -> None:
        self.prompt_tokens = 0
        self._api = api
        self._attachments = attachments
        self._connect = connect
        self._on_wait = on_wait

    async def deltas(self, call: ModelCall, messages: Sequence[Message]) -> AsyncGenerator[Delta]:
        """Asks, and gives what comes; closing it ends the request on the wire. Raises UserError."""
        endpoint, key = await self._connect(call.endpoint)
        body = await self.body(call, endpoint, messages)
        self.prompt_tokens = request.estimate_body_tokens(body)
        deltas = self._api.stream(endpoint, key, body, on_wait=self._on_wait)
        try:
            async for delta in deltas:
                yield delta
        finally:
            await deltas.aclose()

    async def body(self, call: ModelCall, endpoint: Endpoint, messages: Sequence[Message]) -> dict[str, Any]:
        """What would be sent."""
        urls = {
            part.sha256: await self._attachments.data_url(part)
            for message in messages
            for part in pictures(message.parts)
        }
        return request.build(
            endpoint,
            call.model,
            messages,
            call.parameters,
            lambda picture: urls[picture.sha256],
            features=call.features,
            chosen=call.chosen,
        )
