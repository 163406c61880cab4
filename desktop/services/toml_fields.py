"""One field of a table in a TOML file: of the right kind, or an error that names it."""

from __future__ import annotations

from typing import TypeVar

from desktop.core.errors import UserError

_Kind = TypeVar("_Kind")


class FieldError(UserError):
    """A field that cannot be what it is; `key` is its name in the table."""

    def __init__(self, key: str, text: str, hint: str = "") -> None:
        super().__init__(text, hint)
        self.key = key


def typed(key: str, value: object, kind: type[_Kind], words: str) -> _Kind:
    """The value, if it is of a kind, which `words` name to the user; raises FieldError."""
    if not isinstance(value, kind):
        raise FieldError(key, f"{key} must be {words}.")
    return value
