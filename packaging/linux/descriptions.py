"""What packages say of themselves, out of packages.toml."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from typing import Any

from tree import LINUX, version


@dataclass(frozen=True, slots=True)
class Description:
    """One package; `system` is deb, rpm or archlinux."""

    name: str
    summary: str
    description: str
    depends: list[str]
    recommends: list[str]
    suggests: list[str]


def describe(name: str, system: str) -> Description:
    """What a system's package of this name says."""
    data = _data()[name]
    relations = (data.get(relation, {}).get(system, []) for relation in ("depends", "recommends", "suggests"))
    depends, recommends, suggests = ([text.replace("@VERSION@", version()) for text in texts] for texts in relations)
    return Description(name, data["summary"], data["description"], depends, recommends, suggests)


def arch_libraries() -> dict[str, str]:
    """Where Arch has which library."""
    libraries: dict[str, str] = _data()["arch-libraries"]
    return libraries


def _data() -> dict[str, Any]:
    return tomllib.loads((LINUX / "packages.toml").read_text(encoding="utf-8"))
