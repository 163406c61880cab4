"""How far a model may go that thinks first: its budget, its time, and its own parameters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject

from desktop.core.features import Feature, Option
from desktop.core.fusion import Reasoning
from desktop.core.parameters import parameter
from desktop.ui.parameter_fields.field import translated

LIMITS = "thinking_limits"
BUDGET, TIME = "budget_tokens", "time_limit_s"
OWN_PARAMETERS = ("temperature", "max_tokens", "reasoning_effort")


class ThinkingLimits(QObject):
    """Between a chat's reasoning and a card with options."""

    def form(self) -> Feature:
        """What can be limited, as a card of options shows it."""
        unlimited, default = self.tr("no limit"), self.tr("default")
        options = [
            Option(BUDGET, self.tr("Budget, in tokens"), "integer", default=unlimited, minimum=1),
            Option(TIME, self.tr("Time, in seconds"), "number", default=unlimited, minimum=1),
        ]
        for name in OWN_PARAMETERS:
            entry = parameter(name)
            label, kind = translated(entry.label), "choice" if entry.choices else "parameter"
            choices = (default, *entry.choices) if entry.choices else ()
            options.append(Option(name, label, kind, choices, default))
        return Feature(LIMITS, self.tr("Limits of the thinking"), options=tuple(options))

    def values(self, reasoning: Reasoning) -> dict[str, Any]:
        """What is limited now."""
        return {**reasoning.parameters, BUDGET: reasoning.budget_tokens, TIME: reasoning.time_limit_s}

    def limited(self, reasoning: Reasoning, values: Mapping[str, Any]) -> Reasoning:
        """The same reasoning within other limits."""
        others = {name: value for name, value in reasoning.parameters.items() if name not in OWN_PARAMETERS}
        own = {name: values[name] for name in OWN_PARAMETERS if name in values}
        return replace(
            reasoning,
            parameters={**others, **own},
            budget_tokens=values.get(BUDGET),
            time_limit_s=values.get(TIME),
        )
