"""A figure with its limit, and how it is printed."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """One row of `make bench`; a limit of None is for reading only."""

    name: str
    value: float
    unit: str
    limit: float | None = None

    @property
    def holds(self) -> bool:
        """True where the value is within its limit."""
        return self.limit is None or self.value <= self.limit

    def row(self) -> str:
        """Tab-separated: figure, value, unit, limit, ok."""
        limit = "" if self.limit is None else f"{self.limit:.3g}"
        return f"{self.name}\t{self.value:.4g}\t{self.unit}\t{limit}\t{'ok' if self.holds else 'TOO MUCH'}"


def median(values: Sequence[float]) -> float:
    """The middle one."""
    return statistics.median(values)


def percentile(values: Sequence[float], percent: float) -> float:
    """The value that `percent` of all values do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, round(len(ordered) * percent / 100))]
