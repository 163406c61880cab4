"""Which rows the model picker shows for what is typed and which abilities are asked for.

The texts to search are made once for an offer; a search over 2,000 models then takes a few milliseconds.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from desktop.core.endpoint_rules import is_loopback
from desktop.core.endpoints import LOCAL_ENDPOINT_ID, Endpoint, Model, ModelRef, Price
from desktop.services.models import Listing, ListState

_SEPARATORS = str.maketrans("", "", "-_./: ")


class Ability(StrEnum):
    """What one can ask a model to be able to; the values are fields of `Model`."""

    SEES = "sees"
    THINKS = "thinks"
    TOOLS = "tools"


class Section(StrEnum):
    """What a heading stands over."""

    FAVOURITES = "favourites"
    RECENT = "recent"
    ENDPOINT = "endpoint"


@dataclass(frozen=True, slots=True)
class Offer:
    """All that can be picked: the enabled endpoints in their order, their models, and how their lists stand."""

    endpoints: Sequence[Endpoint] = ()
    models: Sequence[Model] = ()
    listings: Mapping[str, Listing] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Heading:
    """The title of a section; `name` is the endpoint's."""

    section: Section
    name: str = ""


@dataclass(frozen=True, slots=True)
class ModelRow:
    """One model. `ambiguous`: more than one endpoint has a model that reads the same.

    `own_server`: a server of the user's on this computer, where a price says nothing.
    """

    model: Model
    endpoint_name: str
    ambiguous: bool = False
    own_server: bool = False

    @property
    def ref(self) -> ModelRef:
        """What is picked."""
        return ModelRef(self.model.endpoint_id, self.model.id)


@dataclass(frozen=True, slots=True)
class TypedRow:
    """What was typed, taken as the id of a model that no list has."""

    ref: ModelRef
    endpoint_name: str


@dataclass(frozen=True, slots=True)
class ListingRow:
    """Stands for an endpoint's list that is being loaded or could not be."""

    endpoint: Endpoint
    listing: Listing

    @property
    def failed(self) -> bool:
        """True where trying again makes sense."""
        return self.listing.state is ListState.FAILED


@dataclass(frozen=True, slots=True)
class NothingRow:
    """Says that no model fits."""


Row = Heading | ModelRow | TypedRow | ListingRow | NothingRow


@dataclass(frozen=True, slots=True)
class _Entry:
    row: ModelRow
    searched: str

    def fits(self, words: Iterable[str], abilities: Iterable[Ability]) -> bool:
        return all(getattr(self.row.model, ability) for ability in abilities) and all(
            word in self.searched for word in words
        )


class ModelRows:
    """An offer arranged in sections. Every model stands once: a favourite is not repeated under its endpoint."""

    def __init__(self, offer: Offer, favourites: Sequence[ModelRef], recents: Sequence[ModelRef]) -> None:
        self._offer = offer
        self._names = {endpoint.id: endpoint.name for endpoint in offer.endpoints}
        self._own_servers = {endpoint.id for endpoint in offer.endpoints if is_loopback(endpoint.base_url)}
        self._models = {ModelRef(model.endpoint_id, model.id): model for model in offer.models}
        self._repeated = {label for label, times in Counter(model.label for model in offer.models).items() if times > 1}
        favourites = self._offered(favourites)
        recents = [ref for ref in self._offered(recents) if ref not in favourites]
        above = {*favourites, *recents}
        self._known = {*self._models, *above}
        self._sections: list[tuple[Heading, Endpoint | None, list[_Entry]]] = [
            (Heading(Section.FAVOURITES), None, list(map(self._entry, favourites))),
            (Heading(Section.RECENT), None, list(map(self._entry, recents))),
        ]
        below: dict[str, list[_Entry]] = {endpoint.id: [] for endpoint in offer.endpoints}
        for ref in self._models:
            if ref.endpoint_id in below and ref not in above:
                below[ref.endpoint_id].append(self._entry(ref))
        for endpoint in offer.endpoints:
            self._sections.append((Heading(Section.ENDPOINT, endpoint.name), endpoint, below[endpoint.id]))

    def matching(self, query: str, abilities: Collection[Ability] = ()) -> list[Row]:
        """The rows in which all words of `query` occur; better matches come first in their section."""
        words = query.casefold().split()
        rows: list[Row] = []
        for heading, endpoint, entries in self._sections:
            found: list[Row] = [entry.row for entry in _best_first(entries, words) if entry.fits(words, abilities)]
            if endpoint is not None:
                found.extend(self._listing(endpoint))
            if found:
                rows += [heading, *found]
        rows.extend(self._typed(query.strip()))
        return rows or [NothingRow()]

    def _offered(self, refs: Iterable[ModelRef]) -> list[ModelRef]:
        return [ref for ref in dict.fromkeys(refs) if ref.endpoint_id in self._names]

    def _entry(self, ref: ModelRef) -> _Entry:
        model = self._models.get(ref) or Model(ref.endpoint_id, ref.model)
        endpoint_name = self._names[ref.endpoint_id]
        text = f"{model.id} {model.name}".casefold()
        return _Entry(
            ModelRow(model, endpoint_name, model.label in self._repeated, ref.endpoint_id in self._own_servers),
            f"{text} {endpoint_name.casefold()} {text.translate(_SEPARATORS)}",
        )

    def _listing(self, endpoint: Endpoint) -> Iterator[ListingRow]:
        listing = self._offer.listings.get(endpoint.id, Listing())
        empty = not any(ref.endpoint_id == endpoint.id for ref in self._models)
        if listing.state is ListState.FAILED or (listing.state is ListState.LOADING and empty):
            yield ListingRow(endpoint, listing)

    def _typed(self, typed: str) -> Iterator[TypedRow]:
        if not typed or " " in typed:
            return
        for endpoint in self._offer.endpoints:
            ref = ModelRef(endpoint.id, typed)
            if endpoint.id != LOCAL_ENDPOINT_ID and ref not in self._known:
                yield TypedRow(ref, endpoint.name)


def _best_first(entries: list[_Entry], words: list[str]) -> list[_Entry]:
    """What begins with the first word stands before what only holds it, and the shortest of these first."""
    if not words:
        return entries

    def rank(entry: _Entry) -> tuple[bool, int]:
        name = entry.row.model.id.casefold().rpartition("/")[2]
        begins = name.startswith(words[0])
        return not begins, len(name) if begins else 0

    return sorted(entries, key=rank)


def price_text(price: Price) -> str:
    """Input and output price of a million tokens: "$2.50 / $10.00"."""
    return f"{_dollars(price.input_per_million)} / {_dollars(price.output_per_million)}"


def is_free(model: Model) -> bool:
    """True for a model that is known to cost nothing."""
    if model.price is None:
        return model.endpoint_id == LOCAL_ENDPOINT_ID
    return not model.price.input_per_million and not model.price.output_per_million


def _dollars(amount: float) -> str:
    """Two decimals, or as many as a small price needs."""
    text = f"{amount:.4f}".rstrip("0")
    return f"${text}" if len(text.partition(".")[2]) > 2 else f"${amount:.2f}"
