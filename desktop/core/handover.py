"""What a second start says to the first one, and how it is written on the line between them."""

from __future__ import annotations

import json
from dataclasses import dataclass

VERSION = 1
LARGEST_BYTES = 1_000_000
LONGEST_TOKEN = 500


@dataclass(frozen=True, slots=True)
class Handover:
    """Asks for the window. `items` are links and absolute paths, in the order in which they were named.

    `activation_token` is the desktop's leave to take the keyboard from another program.
    """

    items: tuple[str, ...] = ()
    activation_token: str = ""

    def to_bytes(self) -> bytes:
        """As JSON; names of files that are no text in any encoding stay what they are."""
        said = {"version": VERSION, "items": self.items, "activation_token": self.activation_token}
        return json.dumps(said).encode("ascii")

    @classmethod
    def from_bytes(cls, data: bytes) -> Handover:
        """Raises ValueError for what is none, or of another version. The error repeats nothing of it."""
        try:
            said = json.loads(data)
        except (ValueError, RecursionError):
            raise ValueError("no JSON") from None
        if not isinstance(said, dict) or said.get("version") != VERSION:
            raise ValueError("another version")
        items, token = said.get("items"), said.get("activation_token")
        if not isinstance(items, list) or not all(isinstance(item, str) and "\0" not in item for item in items):
            raise ValueError("no list of items")
        if not isinstance(token, str) or len(token) > LONGEST_TOKEN or not (token.isascii() and token.isprintable()):
            raise ValueError("no activation token")
        return cls(tuple(items), token)
