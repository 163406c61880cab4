"""Reads what is left on an account, in the shapes that services give it, and what a call has cost."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

KEYS = ("available_balance", "total_balance", "totalBalance", "balance")
SIGNS = {"CNY": "¥", "USD": "$", "EUR": "€"}


def balance_text(body: object) -> str:
    """`$4.12`, or "" where the body tells no balance."""
    if not isinstance(body, Mapping):
        return ""
    places = [body, body.get("data"), *_listed(body.get("balance_infos"))]
    for place in places:
        if not isinstance(place, Mapping):
            continue
        amount = _amount(place)
        if amount is not None:
            sign = SIGNS.get(str(place.get("currency", "USD")).upper(), "")
            return f"{'−' if amount < 0 else ''}{sign}{abs(amount):,.2f}"
    return ""


def record_cost(body: object) -> float | None:
    """Dollars that one call has cost, as its record says; None where it says nothing, or not yet."""
    data = body.get("data") if isinstance(body, Mapping) else None
    dollars = _number(data.get("cost")) if isinstance(data, Mapping) else None
    return dollars if dollars is not None and dollars >= 0 else None


def _amount(place: Mapping[str, Any]) -> float | None:
    credit, used = _number(place.get("total_credits")), _number(place.get("total_usage"))
    if credit is not None and used is not None:
        return credit - used
    return next((amount for key in KEYS if (amount := _number(place.get(key))) is not None), None)


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def _listed(value: object) -> list[Any]:
    return value if isinstance(value, list) else []
