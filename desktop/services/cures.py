"""What endpoints were seen to refuse, by model: remembered, so that it is refused once, until the user undoes it."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from desktop.core.endpoints import ModelRef
from desktop.core.healing import Cure
from desktop.services.store import Store

_KEY = "refused_fields"


class Cures:
    """The changes that requests to a model need, with when they were learned (in seconds since 1970, 0 if unknown)."""

    def __init__(self, store: Store) -> None:
        self._store = store
        kept: dict[str, list[list[Any]]] = store.remembered(_KEY, {})
        self._by_model: dict[str, dict[Cure, float]] = {name: _read(rows) for name, rows in kept.items()}

    def of(self, ref: ModelRef) -> tuple[Cure, ...]:
        """What is changed for a model, in the order in which it was learned."""
        return tuple(self.dated(ref))

    def dated(self, ref: ModelRef) -> Mapping[Cure, float]:
        """The same, each with when it was learned."""
        return self._by_model.get(_name(ref), {})

    def models(self) -> list[ModelRef]:
        """Those whose requests are changed."""
        return [ModelRef(*name.split(" ", 1)) for name, cures in self._by_model.items() if cures]

    async def learn(self, ref: ModelRef, cure: Cure) -> None:
        """One more change, which has let a request through."""
        touched = {name for name in (cure.field, cure.instead) if name}
        known = {other: at for other, at in self.dated(ref).items() if other != cure and other.field not in touched}
        await self._keep(ref, {**known, cure: time.time()})

    async def undo(self, ref: ModelRef, cure: Cure) -> None:
        """The field is sent again as it was."""
        await self._keep(ref, {other: at for other, at in self.dated(ref).items() if other != cure})

    async def _keep(self, ref: ModelRef, cures: Mapping[Cure, float]) -> None:
        self._by_model[_name(ref)] = dict(cures)
        kept = {
            name: [[cure.field, cure.instead, at] for cure, at in each.items()]
            for name, each in self._by_model.items()
            if each
        }
        await self._store.remember(_KEY, kept)


def _read(rows: list[list[Any]]) -> dict[Cure, float]:
    return {Cure(*row[:2]): row[2] if len(row) > 2 else 0.0 for row in rows}


def _name(ref: ModelRef) -> str:
    return f"{ref.endpoint_id} {ref.model}"
