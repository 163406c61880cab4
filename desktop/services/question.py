"""What a turn is asked to do: whom to ask and how, who thinks before, and with which messages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from desktop.core.endpoints import Endpoint, ModelRef, Price
from desktop.core.features import Chosen, Feature
from desktop.core.fusion import Splice
from desktop.core.pass_on import PassOn

KEPT_THINKER = "thinker"  # in a run's parameters
KEPT_FEATURES = "features"


@dataclass(frozen=True, slots=True)
class ModelCall:
    """One model at one endpoint, and how it is asked. `features` are those in force, `chosen` has their options.

    `thinker_price` is that of the model which the gateway lets think before this one. With `leaves_out` the oldest
    turns are left out where they no longer fit; without, nothing is sent then.
    """

    endpoint: Endpoint
    model: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    price: Price | None = None
    thinker_price: Price | None = None
    sees: bool | None = None
    thinks: bool | None = None
    context_tokens: int | None = None
    max_output_tokens: int | None = None
    leaves_out: bool = True
    thinking_back: str | None = None  # where the model differs from its endpoint
    features: tuple[Feature, ...] = ()
    chosen: Chosen = field(default_factory=dict)

    @property
    def ref(self) -> ModelRef:
        """Which model at which endpoint."""
        return ModelRef(self.endpoint.id, self.model)

    @property
    def thinker(self) -> str:
        """The model that the gateway lets think before this one, or nothing."""
        return next((feature.thinker for feature in self.features if feature.thinker), "")

    @property
    def kept(self) -> dict[str, Any]:
        """What a run keeps of how it was asked, without the system prompt, which is a message."""
        kept = {name: value for name, value in self.parameters.items() if name != "system_prompt"}
        if self.thinker:
            kept[KEPT_THINKER] = self.thinker
        if self.features:
            kept[KEPT_FEATURES] = {feature.id: dict(self.chosen.get(feature.id, {})) for feature in self.features}
        return kept


@dataclass(frozen=True, slots=True)
class Fusion:
    """Who thinks first and what of it is passed on, by which texts.

    `budget_tokens` and `time_limit_s` end the thinking; the answer goes on with what there is. If there is nothing,
    it goes on without, if `answers_anyway`, and else fails.
    """

    thinker: ModelCall
    pass_on: PassOn
    splices: Mapping[Splice, str]
    budget_tokens: int | None = None
    time_limit_s: float | None = None
    answers_anyway: bool = True


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of whom. `line` holds the ids of the messages to send, oldest first.

    `continues` names the answer to append to; it is then the last of `line`. With `fusion`, one that has been thought
    about already is not thought about again.
    """

    chat_id: int
    line: tuple[int, ...]
    call: ModelCall
    fusion: Fusion | None = None
    continues: int | None = None

    @property
    def endpoint(self) -> Endpoint:
        """Who answers."""
        return self.call.endpoint

    @property
    def choices(self) -> int:
        """How many answers are asked for."""
        return 1 if self.continues else int(self.call.parameters.get("n", 1))
