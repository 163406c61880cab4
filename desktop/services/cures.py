"""What endpoints were seen to refuse, by model: remembered, so that it is refused once, until the user undoes it."""

from __future__ import annotations

from desktop.core.endpoints import ModelRef
from desktop.core.healing import Cure
from desktop.services.store import Store

_KEY = "refused_fields"


class Cures:
    """The changes that requests to a model need."""

    def __init__(self, store: Store) -> None:
        self._store = store
        kept: dict[str, list[list[str]]] = store.remembered(_KEY, {})
        self._by_model = {name: tuple(Cure(*cure) for cure in cures) for name, cures in kept.items()}

    def of(self, ref: ModelRef) -> tuple[Cure, ...]:
        """What is changed for a model, in the order in which it was learned."""
        return self._by_model.get(_name(ref), ())

    async def learn(self, ref: ModelRef, cure: Cure) -> None:
        """One more change, which has let a request through."""
        touched = {name for name in (cure.field, cure.instead) if name}
        known = [other for other in self.of(ref) if other != cure and other.field not in touched]
        await self._keep(ref, (*known, cure))

    async def undo(self, ref: ModelRef, cure: Cure) -> None:
        """The field is sent again as it was."""
        await self._keep(ref, tuple(other for other in self.of(ref) if other != cure))

    async def _keep(self, ref: ModelRef, cures: tuple[Cure, ...]) -> None:
        self._by_model[_name(ref)] = cures
        kept = {name: [[cure.field, cure.instead] for cure in each] for name, each in self._by_model.items() if each}
        await self._store.remember(_KEY, kept)


def _name(ref: ModelRef) -> str:
    return f"{ref.endpoint_id} {ref.model}"
