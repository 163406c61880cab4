"""What the user has decided, kept in config.toml, which is the user's own file.

Reading takes the standard library only, since it stands on the way to the first window. Saving reads the file again,
changes it in place, proves that the new text says what was meant, and replaces the file. A file with a mistake in it
is told with its line and never written to: the program goes on with `Settings()` until it is mended.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from threading import Lock
from typing import Any

from desktop.core.endpoint_rules import GATEWAY_ENDPOINT_ID, clean_base_url
from desktop.core.endpoints import Endpoint
from desktop.core.errors import ConfigError, StorageError, UserError
from desktop.core.pass_on import PassOn
from desktop.core.tool_commands import ToolCommand
from desktop.services import config_file
from desktop.services.endpoint_data import checked, endpoint_from, endpoint_table, known_keys
from desktop.services.files import write_atomically
from desktop.services.paths import Paths
from desktop.services.presets import Presets, presets, read_presets
from desktop.services.toml_fields import FieldError
from desktop.services.toml_files import TomlFile, parse_toml, read_toml
from desktop.services.tool_data import commands_from

__all__ = ["Paths", "Settings", "SettingsFile", "presets"]

APPEARANCES = ("system", "light", "dark")
LEAVE_OUT, ASK = "leave_out", "ask"  # what happens when a conversation no longer fits
NEVER, WEEKLY = "never", "weekly"  # how often updates are looked for without being asked
FONT_SCALES = (0.7, 2.0)  # smallest and largest


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that config.toml says; the defaults are what an empty file says.

    `problems` are the user's own preset files that could not be read and were left out.
    """

    endpoints: tuple[Endpoint, ...] = ()
    appearance: str = "system"
    font_scale: float = 1.0
    notify: bool = True
    fold_thinking: bool = True
    chat_endpoint: str = ""
    chat_model: str = ""
    fusion_enabled: bool = False
    fusion_endpoint: str = GATEWAY_ENDPOINT_ID
    fusion_model: str = ""
    fusion_pass_on: str = PassOn.THINKING.value
    fusion_answers_anyway: bool = True
    context_full: str = LEAVE_OUT
    updates_check: str = NEVER
    tool_commands: tuple[ToolCommand, ...] = ()
    problems: tuple[ConfigError, ...] = field(default=(), compare=False)

    def tool_command(self, tool_name: str) -> ToolCommand | None:
        """What may answer calls of a tool."""
        return next((command for command in self.tool_commands if command.name == tool_name), None)

    def endpoint(self, endpoint_id: str) -> Endpoint | None:
        """The endpoint with this id, enabled or not."""
        return next((endpoint for endpoint in self.endpoints if endpoint.id == endpoint_id), None)


@dataclass(frozen=True, slots=True)
class _Field:
    """Where a setting stands in the file, and what it may be."""

    table: str
    key: str
    kind: type
    choices: tuple[str, ...] = ()
    limits: tuple[float, float] | None = None

    def checked(self, value: object) -> object:
        """The value, or a FieldError that says what it should be."""
        if self.kind is float and type(value) is int:
            value = float(value)
        if not isinstance(value, self.kind):
            words = {str: "a text in quotes", bool: "true or false", float: "a number"}[self.kind]
            raise FieldError(self.key, f"{self.key} must be {words}.")
        if self.choices and value not in self.choices:
            raise FieldError(self.key, f"{self.key} must be one of {', '.join(self.choices)}.")
        if self.limits and isinstance(value, float) and not self.limits[0] <= value <= self.limits[1]:
            raise FieldError(self.key, f"{self.key} must lie between {self.limits[0]} and {self.limits[1]}.")
        return value


_FIELDS: Mapping[str, _Field] = {
    "appearance": _Field("ui", "appearance", str, choices=APPEARANCES),
    "font_scale": _Field("ui", "font_scale", float, limits=FONT_SCALES),
    "notify": _Field("ui", "notify", bool),
    "fold_thinking": _Field("ui", "fold_thinking", bool),
    "chat_endpoint": _Field("chat", "endpoint", str),
    "chat_model": _Field("chat", "model", str),
    "fusion_enabled": _Field("fusion", "enabled", bool),
    "fusion_endpoint": _Field("fusion", "endpoint", str),
    "fusion_model": _Field("fusion", "model", str),
    "fusion_pass_on": _Field("fusion", "pass_on", str, choices=tuple(PassOn)),
    "fusion_answers_anyway": _Field("fusion", "answer_anyway", bool),
    "context_full": _Field("chat", "context_full", str, choices=(LEAVE_OUT, ASK)),
    "updates_check": _Field("updates", "check", str, choices=(NEVER, WEEKLY)),
}


class SettingsFile:
    """config.toml. Every method reads or writes the disk, and any thread may call it."""

    def __init__(self, paths: Paths) -> None:
        self._path = paths.config_file
        self._data_dir = paths.data_dir
        self._lock = Lock()

    def load(self) -> Settings:
        """What the file says; raises ConfigError with the line of a mistake."""
        return self._read(read_toml(self._path), None)

    def save(self, changes: Mapping[str, Any]) -> Settings:
        """Sets some fields of `Settings`, by name; `endpoints` have their own methods."""
        values: dict[str, Any] = {name: _FIELDS[name].checked(value) for name, value in changes.items()}
        return self._write(lambda settings: replace(settings, **values))

    def save_endpoint(self, endpoint: Endpoint) -> Settings:
        """Adds an endpoint, or changes the one with its id; raises UserError for one that cannot be kept."""
        new = checked(endpoint)

        def with_new(settings: Settings) -> Settings:
            if settings.endpoint(new.id) is None:
                return replace(settings, endpoints=(*settings.endpoints, new))
            return replace(settings, endpoints=tuple(new if old.id == new.id else old for old in settings.endpoints))

        return self._write(with_new)

    def remove_endpoint(self, endpoint_id: str) -> Settings:
        """Forgets an endpoint; its key is not here and has to be deleted where it is."""
        return self._write(
            lambda settings: replace(
                settings, endpoints=tuple(old for old in settings.endpoints if old.id != endpoint_id)
            )
        )

    def _write(self, change: Callable[[Settings], Settings]) -> Settings:
        with self._lock:
            toml = read_toml(self._path)
            known = read_presets(self._data_dir)
            old = self._read(toml, known)
            new = change(old)
            if new != old:
                text = self._proved(_edited(toml.text, old, new, known), new, known)
                try:
                    write_atomically(self._path, text)
                except OSError as error:
                    raise StorageError(f"{self._path.name} cannot be saved: {error.strerror}.") from error
            return new

    def _proved(self, text: str, meant: Settings, known: Presets) -> str:
        """The text, if reading it gives what was meant."""
        if self._read(parse_toml(self._path, text.encode()), known) != meant:
            raise ConfigError(
                f"{self._path.name} is written in a way that cannot be changed safely.", "Edit it by hand."
            )
        return text

    def _read(self, toml: TomlFile, known: Presets | None) -> Settings:
        values: dict[str, Any] = dict(_values(toml))
        tables = _endpoint_tables(toml)
        if known is None:
            known = read_presets(self._data_dir) if tables else Presets()
        return Settings(
            endpoints=_endpoints(toml, tables, known),
            tool_commands=commands_from(toml),
            problems=known.problems,
            **values,
        )


def _edited(text: str, old: Settings, new: Settings, known: Presets) -> str:
    values = [
        (where.table, where.key, getattr(new, name))
        for name, where in _FIELDS.items()
        if getattr(new, name) != getattr(old, name)
    ]
    endpoints: dict[str, dict[str, Any] | None] = {endpoint.id: None for endpoint in old.endpoints}
    for endpoint in new.endpoints:
        if endpoint == old.endpoint(endpoint.id):
            del endpoints[endpoint.id]
        else:
            endpoints[endpoint.id] = endpoint_table(endpoint, known.of(endpoint.id, endpoint.base_url))
    return config_file.edited(text, values, endpoints, known_keys())


def _values(toml: TomlFile) -> Iterator[tuple[str, object]]:
    for name, where in _FIELDS.items():
        table = toml.data.get(where.table, {})
        if not isinstance(table, dict):
            raise toml.error("", 0, where.table, f"{where.table} must be a table: [{where.table}].", "")
        if where.key not in table:
            continue
        try:
            yield name, where.checked(table[where.key])
        except FieldError as error:
            raise toml.error(where.table, 0, error.key, error.text, error.hint) from error


def _endpoint_tables(toml: TomlFile) -> list[dict[str, Any]]:
    tables = toml.data.get("endpoint", [])
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise toml.error("", 0, "endpoint", "endpoints must stand under [[endpoint]], with two brackets.", "")
    return tables


def _endpoints(toml: TomlFile, tables: list[dict[str, Any]], known: Presets) -> tuple[Endpoint, ...]:
    found: dict[str, Endpoint] = {}
    for index, table in enumerate(tables):
        try:
            endpoint = _endpoint(table, known)
            if endpoint.id in found:
                raise FieldError("id", f"there are two endpoints with the id “{endpoint.id}”.")
        except FieldError as error:
            raise toml.error("endpoint", index, error.key, error.text, error.hint) from error
        found[endpoint.id] = endpoint
    return tuple(found.values())


def _endpoint(table: Mapping[str, Any], known: Presets) -> Endpoint:
    """One [[endpoint]]: what it does not say, its preset says."""
    endpoint_id = table.get("id")
    if not isinstance(endpoint_id, str):
        raise FieldError("id", "an endpoint needs an id, a text in quotes.")
    base_url = table.get("base_url", "")
    base = known.of(endpoint_id, _cleaned(base_url))
    return checked(endpoint_from(table, base))


def _cleaned(base_url: object) -> str:
    try:
        return clean_base_url(base_url) if isinstance(base_url, str) and base_url else ""
    except UserError:
        return ""  # told when the endpoint is checked
