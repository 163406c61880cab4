"""The models of all endpoints: at hand from the last time, and asked for anew in the background.

Starting never waits for this: until `load` has read the cache, a model is its id and nothing more. Endpoints are
asked all at once; one that fails keeps the list it had and says why, and the others never hear of it.
"""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

from desktop.core.endpoint_rules import is_loopback
from desktop.core.endpoints import Endpoint, Model, ModelRef, Price
from desktop.core.errors import ConfigError, UserError
from desktop.services.files import write_atomically
from desktop.services.known_models import KnownModels, known_models
from desktop.services.model_notes import FACTS, Fact, ModelNotes, Source

log = logging.getLogger(__name__)

CACHE_VERSION = 1

_Kind = TypeVar("_Kind", bool, int)

Fetch = Callable[[Endpoint], Awaitable[Sequence[Model]]]


class ListState(StrEnum):
    """How far the list of an endpoint's models is."""

    UNKNOWN = "unknown"  # never asked
    LOADING = "loading"
    READY = "ready"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Listing:
    """The models of one endpoint as it named them. `text` and `hint` say why the last attempt failed.

    `fetched_at` is in seconds since 1970, 0 for never. A failure or a new attempt keeps the models there were.
    """

    state: ListState = ListState.UNKNOWN
    base_url: str = ""
    models: tuple[Model, ...] = ()
    fetched_at: float = 0.0
    text: str = ""
    hint: str = ""


class ModelCatalogue:
    """The models to choose from. For the event loop; the disk is read and written in threads.

    `fetch` asks one endpoint for its models. `on_changed` is called after every change of what is offered or of a
    listing's state.
    """

    def __init__(self, *, cache_file: Path, data_dir: Path, fetch: Fetch, notes: ModelNotes) -> None:
        self.on_changed: Callable[[], None] | None = None
        self._cache_file = cache_file
        self._data_dir = data_dir
        self._fetch = fetch
        self._notes = notes
        self._endpoints: dict[str, Endpoint] = {}
        self._listings: dict[str, Listing] = {}
        self._described: dict[str, tuple[Model, ...]] = {}
        self._known = KnownModels()
        self._attempts: dict[str, int] = {}
        self._writing = asyncio.Lock()

    def set_endpoints(self, endpoints: Iterable[Endpoint]) -> None:
        """The endpoints whose models are offered; disabled ones are not."""
        self._endpoints = {endpoint.id: endpoint for endpoint in endpoints if endpoint.enabled}
        for endpoint in self._endpoints.values():
            self._describe(endpoint)
        self._changed()

    async def load(self) -> None:
        """Reads what is known of models, and the lists of the last time."""
        self._known, cached = await asyncio.to_thread(self._read)
        self._listings = {**cached, **{key: listing for key, listing in self._listings.items() if listing.fetched_at}}
        for endpoint in self._endpoints.values():
            self._describe(endpoint)
        self._changed()

    @property
    def problem(self) -> ConfigError | None:
        """Why the user's own models.toml was left out, if it was."""
        return self._known.problem

    def models(self) -> list[Model]:
        """The models that one can talk with, endpoint by endpoint, each by name."""
        return [model for endpoint_id in self._endpoints for model in self._described.get(endpoint_id, ())]

    def find(self, ref: ModelRef) -> Model:
        """The model, or what its name tells if no list has it."""
        for model in self._described.get(ref.endpoint_id, ()):
            if model.id == ref.model:
                return model
        return self._described_one(Model(ref.endpoint_id, ref.model), self._endpoints.get(ref.endpoint_id))

    def facts(self, ref: ModelRef) -> dict[str, Fact]:
        """What is known of a model, by the names of `Model`'s fields, and from where."""
        said, probed = self._notes.said(ref), self._notes.probed(ref)
        bare = Model(ref.endpoint_id, ref.model)
        listed = next((model for model in self.listing(ref.endpoint_id).models if model.id == ref.model), bare)
        endpoint = self._endpoints.get(ref.endpoint_id)
        known = self._known.describe(bare, endpoint)
        is_here = endpoint is not None and is_loopback(endpoint.base_url)
        fetched_at = self.listing(ref.endpoint_id).fetched_at

        def fact(name: str) -> Fact:
            if name in said:
                return Fact(said[name], Source.USER)
            if probed is not None and name in probed.found:
                return Fact(probed.found[name], Source.PROBE, probed.at)
            if getattr(listed, name) is not None:
                return Fact(getattr(listed, name), Source.LIST, fetched_at)
            value = getattr(known, name)
            source = Source.HERE if name == "price" and is_here else Source.KNOWN
            return Fact(value, source) if value is not None else Fact()

        return {name: fact(name) for name in FACTS}

    def notes_changed(self, endpoint_id: str) -> None:
        """The user or a probe says something else of a model."""
        if endpoint_id in self._endpoints:
            self._describe(self._endpoints[endpoint_id])
        self._changed()

    def listing(self, endpoint_id: str) -> Listing:
        """How the list of an endpoint stands."""
        return self._listings.get(endpoint_id, Listing())

    async def refresh(self, endpoint_ids: Collection[str] | None = None, *, older_than_s: float = 0.0) -> None:
        """Asks the named endpoints, or all, whose list is older; returns when all have answered or failed."""
        due = [
            endpoint
            for endpoint in self._endpoints.values()
            if (endpoint_ids is None or endpoint.id in endpoint_ids) and self._age_s(endpoint) >= older_than_s
        ]
        outcomes = await asyncio.gather(*map(self._refresh, due), return_exceptions=True)
        if any(outcome is True for outcome in outcomes):
            await self._save()
        for outcome in outcomes:
            if isinstance(outcome, BaseException):
                raise outcome  # a bug: told once all the others are done

    async def _refresh(self, endpoint: Endpoint) -> bool:
        """Asks one endpoint; True if it gave a list. Of several attempts at once only the last one counts."""
        attempt = self._attempts[endpoint.id] = self._attempts.get(endpoint.id, 0) + 1
        before = self._current(endpoint)
        self._set(endpoint, replace(before, state=ListState.LOADING, base_url=endpoint.base_url))
        after = replace(before, state=ListState.READY if before.models else ListState.UNKNOWN)
        try:
            models = tuple(await self._fetch(endpoint))
            after = Listing(ListState.READY, endpoint.base_url, models, time.time())
        except UserError as error:
            after = replace(before, state=ListState.FAILED, text=error.text, hint=error.hint)
        finally:
            if attempt == self._attempts[endpoint.id]:
                self._set(endpoint, after)
        return after.state is ListState.READY

    def _current(self, endpoint: Endpoint) -> Listing:
        """The listing, if it is of the endpoint's present address."""
        listing = self.listing(endpoint.id)
        return listing if listing.base_url == endpoint.base_url else Listing(base_url=endpoint.base_url)

    def _age_s(self, endpoint: Endpoint) -> float:
        return max(0.0, time.time() - self._current(endpoint).fetched_at)

    def _set(self, endpoint: Endpoint, listing: Listing) -> None:
        changed = listing.models != self.listing(endpoint.id).models
        self._listings[endpoint.id] = listing
        if changed:
            self._describe(self._endpoints.get(endpoint.id, endpoint))
        self._changed()

    def _describe(self, endpoint: Endpoint) -> None:
        listed = self._current(endpoint).models
        described = (self._described_one(model, endpoint) for model in listed if self._known.chats(model.id))
        self._described[endpoint.id] = tuple(sorted(described, key=lambda model: model.label.casefold()))

    def _described_one(self, model: Model, endpoint: Endpoint | None) -> Model:
        return self._notes.put_over(self._known.describe(model, endpoint))

    def _changed(self) -> None:
        if self.on_changed is not None:
            self.on_changed()

    def _read(self) -> tuple[KnownModels, dict[str, Listing]]:
        known = known_models(self._data_dir)
        known.entry("")  # prepares the patterns, here in the thread
        return known, _cached(self._cache_file)

    async def _save(self) -> None:
        endpoints = {key: _row(listing) for key, listing in self._listings.items() if listing.fetched_at}
        text = json.dumps({"version": CACHE_VERSION, "endpoints": endpoints}, ensure_ascii=False)
        async with self._writing:
            try:
                await asyncio.to_thread(write_atomically, self._cache_file, text)
            except OSError as error:
                log.warning("%s cannot be written: %s", self._cache_file.name, error.strerror)


def _row(listing: Listing) -> dict[str, Any]:
    models = [
        {key: value for key, value in asdict(model).items() if key != "endpoint_id" and value not in (None, "")}
        for model in listing.models
    ]
    return {"base_url": listing.base_url, "fetched_at": listing.fetched_at, "models": models}


def _cached(path: Path) -> dict[str, Listing]:
    """The lists of the last time; a cache that cannot be understood is as good as none."""
    try:
        data = json.loads(path.read_bytes())
        if data["version"] != CACHE_VERSION:
            return {}
        return {str(key): _listing(str(key), row) for key, row in data["endpoints"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return {}


def _listing(endpoint_id: str, row: Mapping[str, Any]) -> Listing:
    models = tuple(_model(endpoint_id, entry) for entry in row["models"])
    return Listing(ListState.READY, str(row["base_url"]), models, float(row["fetched_at"]))


def _model(endpoint_id: str, entry: Mapping[str, Any]) -> Model:
    price = entry.get("price")
    return Model(
        endpoint_id=endpoint_id,
        id=str(entry["id"]),
        name=str(entry.get("name", "")),
        context_tokens=_of(int, entry.get("context_tokens")),
        max_output_tokens=_of(int, entry.get("max_output_tokens")),
        sees=_of(bool, entry.get("sees")),
        thinks=_of(bool, entry.get("thinks")),
        tools=_of(bool, entry.get("tools")),
        price=Price(float(price["input_per_million"]), float(price["output_per_million"])) if price else None,
    )


def _of(kind: type[_Kind], value: object) -> _Kind | None:
    return value if isinstance(value, kind) and type(value) is kind else None
