"""What a user types into an option of a feature, as a value; apart from features, which the first window waits for."""

from __future__ import annotations

import math
from typing import Any

from desktop.core.errors import UserError
from desktop.core.features import Option
from desktop.core.parameters import parse


def parse_option(option: Option, text: str) -> Any:
    """What the user typed, as a value; None for nothing. Raises UserError that says what it should be."""
    if not text.strip():
        return None
    match option.kind:
        case "texts":
            return text.replace(",", " ").split()
        case "parameter":
            return parse(option.field, text)
        case "integer" | "number":
            return _number(option, text.strip())
    return text.strip()


def _number(option: Option, text: str) -> float:
    low, high = option.minimum, option.maximum
    try:
        number = int(text) if option.kind == "integer" else float(text.replace(",", "."))
    except ValueError:
        number = math.nan
    if not (math.isfinite(number) and (low is None or number >= low) and (high is None or number <= high)):
        what = "a whole number" if option.kind == "integer" else "a number"
        bounds = [f"from {low}" if low is not None else "", f"to {high}" if high is not None else ""]
        raise UserError(" ".join(filter(None, (f"{option.label}: {what}", *bounds))) + ".")
    return number
