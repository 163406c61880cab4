"""What a run costs, and how tokens and money are written."""

from __future__ import annotations

import math
import re

from desktop.core.conversation import Usage
from desktop.core.endpoints import Price


def cost(usage: Usage, price: Price | None, thinker_price: Price | None = None) -> float | None:
    """US dollars for one run, or None where the price is not known.

    With `thinker_price` the thinking is another model's, which a gateway let think over the same prompt before.
    """
    if price is None:
        return None
    dollars = usage.prompt_tokens * price.input_per_million
    if thinker_price is None:
        dollars += usage.completion_tokens * price.output_per_million
    else:
        answered = max(0, usage.completion_tokens - usage.reasoning_tokens)
        dollars += usage.prompt_tokens * thinker_price.input_per_million
        dollars += usage.reasoning_tokens * thinker_price.output_per_million + answered * price.output_per_million
    return dollars / 1_000_000


def money_text(dollars: float) -> str:
    """`$4.12`, `$0.0062`, `$0.000011`: two digits after the leading zeros below ten cents, else cents."""
    if dollars == 0:
        return "$0"
    if dollars >= 0.1:
        return f"${dollars:,.2f}"
    if dollars >= 0.0001:
        return f"${dollars:.4f}"
    return f"${dollars:.6f}"


def tokens_text(tokens: int) -> str:
    """`812`, `3.2k`, `128k`, `1M`: for places with little room."""
    if tokens < 1_000:
        return str(tokens)
    if tokens < 10_000:
        return f"{tokens / 1_000:.1f}k".replace(".0k", "k")
    if tokens < 1_000_000:
        return f"{tokens // 1_000}k"
    return f"{tokens / 1_000_000:.1f}M".replace(".0M", "M")


def context_text(tokens: int | None) -> str:
    """A context length as vendors write it: "128k", "1M"; empty if unknown."""
    if not tokens:
        return ""
    if tokens < 1000:
        return str(tokens)
    kilo = 1024 if tokens % 1024 == 0 and tokens % 1000 else 1000
    thousands = tokens / kilo
    if thousands < 999.5:
        return f"{thousands:.0f}k"
    return f"{thousands / kilo:.1f}".removesuffix(".0") + "M"


def number_from(text: str) -> float | None:
    """A number as a user writes it, such as `1,5` or `$2.50`; None for anything else."""
    try:
        number = float(text.replace("$", "").replace(",", ".").strip())
    except ValueError:
        return None
    return number if 0 <= number < math.inf else None


def tokens_from(text: str) -> int | None:
    """A number of tokens as a user writes it: `8192`, `128k`, `1M`, `128,000`; None for anything else."""
    match = re.fullmatch(
        r"(\d+(?:\.\d+)?)\s*([km]?)", re.sub(r"(?<=\d)[,_ '](?=\d{3})", "", text.strip()), re.IGNORECASE
    )
    if match is None:
        return None
    return round(float(match[1]) * {"": 1, "k": 1_000, "m": 1_000_000}[match[2].lower()]) or None
