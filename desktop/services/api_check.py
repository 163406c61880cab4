"""The connection test of an endpoint, step by step: reachable, key accepted, models, first token.

A key is called accepted only where that is proven: the list of models is first asked for without the key, and where
that is let through, the first token has to show it. The test ends at the first step that fails, with what to do.
"""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from desktop.core.conversation import Usage
from desktop.core.deltas import FinishDelta, UsageDelta
from desktop.core.endpoints import Endpoint, Model
from desktop.core.errors import KeyRefused, NotFound, RequestRefused, UserError
from desktop.core.model_list import trial_model
from desktop.core.money import cost, money_text
from desktop.services.api_call import base_of, goes_direct
from desktop.services.retry import NO_RETRIES

if TYPE_CHECKING:
    from desktop.services.api import Api

QUESTION = "Say hello."
ANSWER_TOKENS = 16  # the least that every service accepts
FIRST_TOKEN_S = 60.0

REACHABLE, NOT_REACHABLE = "Reachable", "Not reachable"
KEY_ACCEPTED, KEY_NOT_ACCEPTED, NO_KEY_NEEDED = "Key accepted", "Key not accepted", "No key needed"
MODELS, NO_MODELS = "Models", "No models"
FIRST_TOKEN, NO_FIRST_TOKEN = "First token", "No answer"


@dataclass(frozen=True, slots=True)
class CheckStep:
    """One line of the test: what was tried, whether it held, what is known of it, and what to do if it did not."""

    name: str
    ok: bool
    text: str = ""
    hint: str = ""


class _Failed(Exception):
    """A step did not hold."""

    def __init__(self, step: CheckStep) -> None:
        super().__init__(step.text)
        self.step = step


async def check(api: Api, endpoint: Endpoint, key: str | None) -> AsyncGenerator[CheckStep, None]:
    """Each step as soon as it is known, ending after one that fails."""
    test = _Test(api, endpoint, key)
    try:
        yield await test.reach()
        listed = await test.list_models()
        first_token = None
        key_step = await test.key_step()
        if key_step is None:
            first_token = await test.first_token()
            key_step = CheckStep(KEY_ACCEPTED if key else NO_KEY_NEEDED, ok=True)
        yield key_step
        yield listed
        yield first_token or await test.first_token()
    except _Failed as failed:
        yield failed.step


class _Test:
    """One run of the test, and what it has learned so far."""

    def __init__(self, api: Api, endpoint: Endpoint, key: str | None) -> None:
        self._api = api
        self._endpoint = endpoint
        self._key = key
        self._models: Sequence[Model] = ()
        self._list_is_public = False

    async def reach(self) -> CheckStep:
        """The first contact, without the key."""
        try:
            probe = await self._api.probe(self._endpoint)
        except UserError as error:
            raise _failed(NOT_REACHABLE, error) from error
        self._list_is_public = 200 <= probe.status < 300
        safety = probe.tls or ("" if goes_direct(self._endpoint) else "not encrypted")
        known = [probe.host, safety, _duration(probe.connect_s)]
        return CheckStep(REACHABLE, ok=True, text=", ".join(part for part in known if part))

    async def list_models(self) -> CheckStep:
        """The models; an endpoint that lists none will do if there is one to try."""
        try:
            self._models = await self._api.models(self._endpoint, self._key)
        except KeyRefused as error:
            raise self._refused(error) from error
        except NotFound as error:
            if not self._endpoint.test_model or error.status == 200:
                raise await self._not_found(error) from error
        except UserError as error:
            raise _failed(NO_MODELS, error) from error
        if not self._models:
            return CheckStep(MODELS, ok=True, text="none are listed; their names can be typed")
        see = sum(model.sees is True for model in self._models)
        think = sum(model.thinks is True for model in self._models)
        abilities = [f"{see} see" if see else "", f"{think} think" if think else ""]
        count = len(self._models)
        name = "1 model" if count == 1 else f"{count} models"
        return CheckStep(name, ok=True, text=", ".join(ability for ability in abilities if ability))

    async def key_step(self) -> CheckStep | None:
        """Whether the key was accepted, with what is left on its account; None while nothing has proven it."""
        if not self._key:
            return None if self._endpoint.needs_key else CheckStep(NO_KEY_NEEDED, ok=True)
        try:
            balance = await self._api.balance(self._endpoint, self._key)
        except UserError:
            balance = ""  # worth a glance, not a failure
        if self._list_is_public and not balance:
            return None
        return CheckStep(KEY_ACCEPTED, ok=True, text=f"balance {balance}" if balance else "")

    async def first_token(self) -> CheckStep:
        """A tiny request to a cheap model."""
        model = trial_model(self._models, self._endpoint.test_model)
        name = model.id if model else self._endpoint.test_model
        if not name:
            raise _Failed(
                CheckStep(
                    NO_FIRST_TOKEN, ok=False, text="There is no model to try.", hint="Load one in the server first."
                )
            )
        try:
            took_s, usage = await self._ask(name)
        except KeyRefused as error:
            raise self._refused(error) from error
        except UserError as error:
            raise _failed(NO_FIRST_TOKEN, error, f"{name}: ") from error
        spent = cost(usage, model.price) if model and usage else None
        price = f", {money_text(spent)}" if spent is not None else ""
        return CheckStep(FIRST_TOKEN, ok=True, text=f"{name}, {_duration(took_s)}{price}")

    async def _ask(self, model: str) -> tuple[float, Usage | None]:
        """Seconds to the first token, and the usage; the limit goes by another name for models that think."""
        body: dict[str, Any] = {"model": model, "messages": [{"role": "user", "content": QUESTION}], "stream": True}
        if self._endpoint.usage_option:
            body["stream_options"] = {"include_usage": True}
        try:
            return await self._timed({**body, "max_tokens": ANSWER_TOKENS, **self._endpoint.body})
        except RequestRefused as error:
            if "max_tokens" not in f"{error} {error.parameter}":
                raise
        return await self._timed({**body, "max_completion_tokens": ANSWER_TOKENS, **self._endpoint.body})

    async def _timed(self, body: Mapping[str, Any]) -> tuple[float, Usage | None]:
        timeouts = self._endpoint.timeouts
        patience_s = timeouts.first_byte_s if goes_direct(self._endpoint) else min(timeouts.first_byte_s, FIRST_TOKEN_S)
        endpoint = replace(self._endpoint, timeouts=replace(timeouts, first_byte_s=patience_s))
        began_at = time.monotonic()
        first_at: float | None = None
        usage: Usage | None = None
        async for delta in self._api.stream(endpoint, self._key, body, retries=NO_RETRIES):
            if isinstance(delta, UsageDelta):
                usage = delta.usage
            elif not isinstance(delta, FinishDelta):
                first_at = first_at or time.monotonic()
        return (first_at or time.monotonic()) - began_at, usage

    def _refused(self, error: KeyRefused) -> _Failed:
        """The error's own hint leads to the settings, where the user is already."""
        hint = "Enter the key again, or get another one." if self._key else "Enter one."
        return _Failed(CheckStep(KEY_NOT_ACCEPTED, ok=False, text=error.text, hint=hint))

    async def _not_found(self, error: NotFound) -> _Failed:
        """An address without a list of models is most often one without its /v1."""
        base = base_of(self._endpoint)
        if not base.endswith("/v1"):
            try:
                probe = await self._api.probe(replace(self._endpoint, base_url=f"{base}/v1"))
            except UserError:
                return _failed(NO_MODELS, error)
            if probe.status in {200, 401, 403}:
                return _Failed(CheckStep(NO_MODELS, ok=False, text=error.text, hint=f"Use the address {base}/v1."))
        return _failed(NO_MODELS, error)


def _duration(seconds: float) -> str:
    return f"{seconds:.1f} s" if seconds >= 0.1 else f"{max(1, round(seconds * 1000))} ms"


def _failed(name: str, error: UserError, prefix: str = "") -> _Failed:
    return _Failed(CheckStep(name, ok=False, text=f"{prefix}{error.text}", hint=error.hint))
