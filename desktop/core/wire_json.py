"""JSON as endpoints send it: whatever it is, reading it raises nothing, and its texts can be stored and shown."""

from __future__ import annotations

import json
import re
from typing import Any

_SURROGATE_ESCAPE = re.compile(r"\\u[dD]")


def read_json(text: str) -> Any:
    """The value, or None for what is no JSON or nested too deep."""
    try:
        value = json.loads(text)
        return _paired(value) if _SURROGATE_ESCAPE.search(text) else value
    except (ValueError, RecursionError):
        return None


def _paired(value: Any) -> Any:
    """The same without halves of characters: an escape may name one, and no text with one can be encoded."""
    text = json.dumps(value, ensure_ascii=False)
    return json.loads(text.encode("utf-16", "surrogatepass").decode("utf-16", "replace"))
