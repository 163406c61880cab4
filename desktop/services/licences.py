"""Whose work Ligature stands on, and under which licences, as `make notices` has written it down."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from desktop.resources import resource

NOTICES_FILE = ("licenses", "notices.json")


@dataclass(frozen=True, slots=True)
class Notice:
    """One work of others: a package, or what a package carries inside."""

    name: str
    licence: str  # an SPDX expression
    versions: tuple[str, ...] = ()  # more than one where Python's version decides
    why: str = ""
    part_of: str = ""
    author: str = ""
    copyright: str = ""
    homepage: str = ""
    texts: tuple[str, ...] = ()  # files below resources/licenses, without their ending
    sources: tuple[str, ...] = ()  # of the exact versions, where the licence wants them to be named


def read_notices() -> tuple[Notice, ...]:
    """All notices; each package is followed by what it carries inside."""
    entries = json.loads(resource(*NOTICES_FILE).read_text(encoding="utf-8"))
    return tuple(Notice(**{key: _frozen(value) for key, value in entry.items()}) for entry in entries)


def licence_text(notice: Notice) -> str:
    """The copyright lines and the full texts of the licences."""
    parts = [notice.copyright, *(read_text(text) for text in notice.texts)]
    return f"\n\n{'-' * 40}\n\n".join(part.strip("\n") for part in parts if part)


def read_text(text: str) -> str:
    """One of the texts in resources/licenses."""
    return resource("licenses", f"{text}.txt").read_text(encoding="utf-8")


def _frozen(value: str | list[str]) -> Any:
    return tuple(value) if isinstance(value, list) else value
