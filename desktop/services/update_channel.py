"""Where newer versions are looked for: resources/updates.toml, and over it updates.toml in the data folder.

The trust anchor, updates/root.json, comes with the program and from nowhere else: whoever could replace it could
replace the program. A build without it has no channel.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from desktop.core.endpoint_rules import is_loopback
from desktop.core.endpoints import Endpoint, Timeouts
from desktop.resources import resource
from desktop.services.toml_files import TomlFile, read_toml

FILE = "updates.toml"
ROOT = ("updates", "root.json")
TIMEOUTS = Timeouts(connect_s=10.0, first_byte_s=20.0, gap_s=20.0)


@dataclass(frozen=True, slots=True)
class Channel:
    """One update repository and what is said about it. `root` is the metadata that all trust begins with."""

    root: bytes
    base_url: str
    notes_url: str
    every_days: float
    commands: Mapping[str, str]

    @property
    def server(self) -> Endpoint:
        """The update server, as the line to all servers knows them."""
        return Endpoint("updates", "The update server", self.base_url, needs_key=False, timeouts=TIMEOUTS)


def has_channel(resources: Path | None = None) -> bool:
    """Whether this build was given a trust anchor."""
    return _root_file(resources).is_file()


def read_channel(data_dir: Path, resources: Path | None = None) -> Channel:
    """The channel of this build; raises ConfigError for a file of the user's that cannot be used.

    `resources` is the folder of the program's own data, if it is another one than usual.
    """
    shipped = read_toml((resources or resource()) / FILE)
    own = read_toml(data_dir / FILE)
    values: dict[str, Any] = {**shipped.data, **own.data}
    _check(own, shipped.data)
    return Channel(
        root=_root_file(resources).read_bytes(),
        base_url=values["base_url"].rstrip("/"),
        notes_url=values["notes_url"],
        every_days=values["every_days"],
        commands={**shipped.data["commands"], **own.data.get("commands", {})},
    )


def _root_file(resources: Path | None) -> Path:
    return (resources or resource()).joinpath(*ROOT)


def _check(own: TomlFile, shipped: Mapping[str, Any]) -> None:
    """Refuses values of another kind than the shipped ones, and addresses that tell others who looks for updates."""
    for key, value in own.data.items():
        wanted = (int, float) if key == "every_days" else type(shipped.get(key, value))
        if not isinstance(value, wanted) or isinstance(value, bool):
            raise own.error("", 0, key, f"{key} cannot be {value!r}.", "")
    address = own.data.get("base_url", "https://")
    if not address.startswith("https://") and not is_loopback(address):
        raise own.error("", 0, "base_url", "base_url must begin with https://.", "")
