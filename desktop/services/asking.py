"""From a call and its messages to a stream of deltas: readies the endpoint, reads the pictures, builds the body."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import aclosing
from dataclasses import replace
from typing import Any

from desktop.core import request, trimming
from desktop.core.conversation import Message, pictures
from desktop.core.deltas import Delta
from desktop.core.endpoints import Endpoint, ThinkingBack
from desktop.core.errors import ContextFull, RequestRefused
from desktop.core.healing import THINKING_SENT_BACK, Cure, cure_for, cured
from desktop.core.trimming import Fitted
from desktop.core.wire_errors import is_too_long
from desktop.services.api import Api, Waiting
from desktop.services.attachments import Attachments
from desktop.services.cures import Cures
from desktop.services.pacing import READ_EVERY_S
from desktop.services.question import ModelCall

SHORTENED_SHARE = 0.7  # of what was found to be too long

Connect = Callable[[Endpoint], Awaitable[tuple[Endpoint, str | None]]]
"""Makes an endpoint ready: starts the model on this computer, fetches the key."""


class Asking:
    """One request of a turn.

    `prompt_tokens` is what its messages weigh, roughly; `left_out` says what did not fit; `healed` what was changed;
    `request_id` is what the endpoint calls it.
    """

    def __init__(
        self, api: Api, attachments: Attachments, connect: Connect, cures: Cures, on_wait: Callable[[Waiting], None]
    ) -> None:
        self.prompt_tokens = 0
        self.left_out = ""
        self.request_id = ""
        self.healed: list[Cure] = []
        self._is_shortened = False
        self._api = api
        self._attachments = attachments
        self._connect = connect
        self._cures = cures
        self._on_wait = on_wait

    async def deltas(
        self, call: ModelCall, messages: Sequence[Message], *, read_every_s: float = READ_EVERY_S
    ) -> AsyncGenerator[Delta]:
        """Asks, and gives what comes; closing it ends the request on the wire. Raises UserError.

        A field that the endpoint refuses by its name is changed, and the request sent again, before anything came.
        """
        self.left_out = fitted(call, messages).reason
        endpoint, key = await self._connect(call.endpoint)
        body = await self.body(call, endpoint, messages)
        began = False
        while True:
            self.prompt_tokens = request.estimate_body_tokens(body)
            try:
                stream = self._api.stream(
                    endpoint, key, body, on_wait=self._on_wait, on_id=self._note_id, read_every_s=read_every_s
                )
                async with aclosing(stream) as deltas:
                    async for delta in deltas:
                        if not began:
                            began = True
                            await self._remember_cures(call)
                        yield delta
            except RequestRefused as error:
                if began:
                    raise
                if is_too_long(error):
                    call = self._shortened(error, call, messages)
                else:
                    self._heal(error, body)
                body = await self.body(call, endpoint, messages)
            else:
                return

    def _note_id(self, request_id: str) -> None:
        self.request_id = request_id

    async def body(self, call: ModelCall, endpoint: Endpoint, messages: Sequence[Message]) -> dict[str, Any]:
        """What would be sent. Raises ContextFull."""
        kept = fitted(call, messages).kept
        urls = await self.picture_urls(kept)
        cures = [*self._cures.of(call.ref), *self.healed]
        body = request.build(
            endpoint,
            call.model,
            kept,
            call.parameters,
            lambda picture: urls[picture.sha256],
            features=call.features,
            chosen=call.chosen,
            thinking_back=ThinkingBack.TOOL_TURNS if THINKING_SENT_BACK in cures else call.thinking_back,
        )
        return cured(body, cures)

    async def picture_urls(self, messages: Sequence[Message]) -> dict[str, str]:
        """The pictures of messages as they are sent, by the sha256 of their bytes."""
        parts = {part.sha256: part for message in messages for part in pictures(message.parts)}
        return {sha256: await self._attachments.data_url(part) for sha256, part in parts.items()}

    def _heal(self, error: RequestRefused, body: dict[str, Any]) -> None:
        """Finds what to change of what was refused; raises the error again where that helps nothing or was tried."""
        cure = cure_for(error, body)
        touched = {name for other in self.healed for name in (other.field, other.instead) if name}
        if cure is None or cure in self.healed or cure.field in touched:
            raise error
        self.healed.append(cure)

    def _shortened(self, error: RequestRefused, call: ModelCall, messages: Sequence[Message]) -> ModelCall:
        """The call for a model that reads less than was thought; raises the error again where nothing can go."""
        if self._is_shortened:
            raise error
        self._is_shortened = True
        reads = min(call.context_tokens or self.prompt_tokens, self.prompt_tokens)
        shorter = replace(call, context_tokens=round(reads * SHORTENED_SHARE), leaves_out=True)
        try:
            count = len(fitted(shorter, messages).left_out)
        except ContextFull:
            raise error from None
        if not count:
            raise error
        if not call.leaves_out:
            raise ContextFull(f"{call.model} refused the conversation as too long.", can_leave_out=True) from error
        self.left_out = trimming.left_out_when_refused(count, call.model)
        return shorter

    async def _remember_cures(self, call: ModelCall) -> None:
        """What has let a request through is done at once the next time."""
        for cure in self.healed:
            await self._cures.learn(call.ref, cure)


def fitted(call: ModelCall, messages: Sequence[Message]) -> Fitted:
    """What of the messages is sent: all that the model can read. Raises ContextFull where the user has to say."""
    limits = trimming.limits_of(call.model, call.context_tokens, call.max_output_tokens, call.parameters)
    result = trimming.fit(messages, limits)
    if limits is not None and result.left_out and not call.leaves_out:
        raise trimming.would_leave_out(len(result.left_out), limits)
    return result
