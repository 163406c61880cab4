"""What a run costs, and how tokens and money are written."""

from __future__ import annotations

from desktop.core.conversation import Usage
from desktop.core.endpoints import Price


def cost(usage: Usage, price: Price | None) -> float | None:
    """US dollars for one run, or None where the price is not known."""
    if price is None:
        return None
    return (
        usage.prompt_tokens * price.input_per_million + usage.completion_tokens * price.output_per_million
    ) / 1_000_000


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
