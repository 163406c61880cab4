"""The endpoints that Ligature knows, as data: resources/endpoints/*.toml, and over them <data>/endpoints/*.toml.

A file of the user's with a shipped preset's id replaces it field by field; with a new id it adds a preset.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from desktop.core.endpoints import Endpoint
from desktop.core.errors import ConfigError
from desktop.resources import resource
from desktop.services.endpoint_data import blank, endpoint_from
from desktop.services.toml_fields import FieldError
from desktop.services.toml_files import read_toml

_LAST = 1_000_000  # where presets stand that name no place


@dataclass(frozen=True, slots=True)
class Presets:
    """Endpoints to choose from, in the order they are offered; `problems` are files of the user's that were left out.

    A preset has no key, and an empty address where the user has to say it.
    """

    endpoints: tuple[Endpoint, ...] = ()
    problems: tuple[ConfigError, ...] = ()

    def of(self, endpoint_id: str, base_url: str = "") -> Endpoint:
        """The preset with this id, or else the one with this address; a blank endpoint if there is neither."""
        for endpoint in self.endpoints:
            if endpoint.id == endpoint_id:
                return endpoint
        for endpoint in self.endpoints:
            if base_url and endpoint.base_url == base_url:
                return replace(endpoint, id=endpoint_id)
        return blank(endpoint_id)


def presets(data_dir: Path | None = None) -> list[Endpoint]:
    """The endpoints to choose from, in the order they are offered."""
    return list(read_presets(data_dir).endpoints)


def read_presets(data_dir: Path | None = None) -> Presets:
    """The shipped presets and the user's own. A broken file of the user's is told, and the rest is used."""
    found: dict[str, tuple[int, Endpoint]] = {}
    problems: list[ConfigError] = []
    for path in _files(resource("endpoints")):
        _read_into(found, path)
    for path in _files(data_dir / "endpoints") if data_dir else []:
        try:
            _read_into(found, path)
        except ConfigError as error:
            problems.append(error)
    ordered = sorted(found.values(), key=lambda entry: (entry[0], entry[1].name.casefold()))
    return Presets(tuple(endpoint for _, endpoint in ordered), tuple(problems))


def _files(directory: Path) -> Iterable[Path]:
    return sorted(directory.glob("*.toml"))


def _read_into(found: dict[str, tuple[int, Endpoint]], path: Path) -> None:
    """Adds the preset of one file; its id is the file's name."""
    toml = read_toml(path)
    order, base = found.get(path.stem, (_LAST, blank(path.stem)))
    try:
        endpoint = endpoint_from(toml.data, base)
    except FieldError as error:
        raise toml.error("", 0, error.key, error.text, error.hint) from error
    given = toml.data.get("order", order)
    found[path.stem] = (given if isinstance(given, int) else order, endpoint)
