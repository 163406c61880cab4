"""Takes keys out of texts before anyone sees them: errors that echo a key, logs, tracebacks."""

from __future__ import annotations

import re

REDACTED = "…"
SHORTEST_FRAGMENT = 6
SECRET_VALUE = re.compile(
    r"(?<![A-Za-z0-9])(?:(?:sk|pk|rk|xai|csk|nvapi|pplx|fw)[-_]|gsk_|hf_|r8_|gh[ps]_|AIza)[A-Za-z0-9_\-]{12,}"
    r"|(?i:\b(?:bearer|basic)\s+)[A-Za-z0-9+/=._\-]{8,}"
)
"""What looks like a key, whoever gave it out."""
_STARRED = re.compile(r"(?<![\w\-*])[\w\-]*\*{2,}[\w\-*]*|(?<![\w\-])[\w\-]{3,}\.{3,}[\w\-]{2,}")
"""Half-hidden keys. A match begins where a word begins, or a long word would cost the square of its length."""


def redact(text: str, key: str | None = None) -> str:
    """`text` without `key`, without fragments of it, without half-hidden echoes, and without what looks like a key."""
    if key:
        text = text.replace(key, REDACTED)
        text = _without_fragments(text, key)
    return SECRET_VALUE.sub(REDACTED, _STARRED.sub(REDACTED, text))


def _without_fragments(text: str, key: str) -> str:
    """Leaves out every run of at least `SHORTEST_FRAGMENT` characters that stands in the key."""
    kept: list[str] = []
    at = 0
    while at < len(text):
        length = SHORTEST_FRAGMENT
        if at + length > len(text) or text[at : at + length] not in key:
            kept.append(text[at])
            at += 1
            continue
        while at + length < len(text) and text[at : at + length + 1] in key:
            length += 1
        kept.append(REDACTED)
        at += length
    return "".join(kept)
