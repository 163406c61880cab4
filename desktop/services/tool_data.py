"""The commands that may answer calls of tools, as config.toml has them: [[tool]] name, command, time_limit_s."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from desktop.core.tool_commands import COMMAND_TIME_LIMIT_S, ToolCommand
from desktop.services.toml_fields import FieldError, typed
from desktop.services.toml_files import TomlFile

TABLE = "tool"
LONGEST_S = 3600.0


def commands_from(toml: TomlFile) -> tuple[ToolCommand, ...]:
    """What the file lists; raises ConfigError with the line of a mistake."""
    tables = toml.data.get(TABLE, [])
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise toml.error("", 0, TABLE, "tools must stand under [[tool]], with two brackets.", "")
    found: dict[str, ToolCommand] = {}
    for index, table in enumerate(tables):
        try:
            command = _command(table)
            if command.name in found:
                raise FieldError("name", f"there are two commands for the tool “{command.name}”.")
        except FieldError as error:
            raise toml.error(TABLE, index, error.key, error.text, error.hint) from error
        found[command.name] = command
    return tuple(found.values())


def _command(table: Mapping[str, Any]) -> ToolCommand:
    name = typed("name", table.get("name"), str, "a text in quotes")
    words = typed("command", table.get("command"), list, 'a list of texts: ["program", "argument"]')
    if not words or not all(isinstance(word, str) for word in words) or not words[0].strip():
        raise FieldError("command", 'command must be a list of texts: ["program", "argument"].')
    limit = table.get("time_limit_s", COMMAND_TIME_LIMIT_S)
    if isinstance(limit, bool) or not isinstance(limit, int | float) or not 0 < limit <= LONGEST_S:
        raise FieldError("time_limit_s", "time_limit_s must be a number of seconds above 0.")
    return ToolCommand(name, tuple(words), float(limit))
