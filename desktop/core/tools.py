"""Function tools of a chat: what a model may ask to have done, told to it by a JSON schema.

A chat keeps them among its features. Whoever does the work, the user or a command, is no concern of the request.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from desktop.core.errors import UserError
from desktop.core.features import Chosen

TOOLS = "tools"  # in a chat's features
CHOICES = ("auto", "none", "required")  # what tool_choice may say; a model decides by itself unless it is told
SCHEMA_TYPES = frozenset({"object", "array", "string", "number", "integer", "boolean", "null"})
NO_PARAMETERS: Mapping[str, Any] = {"type": "object", "properties": {}}

_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")


@dataclass(frozen=True, slots=True)
class Tool:
    """One function. `schema` describes the object that holds its arguments."""

    name: str
    description: str = ""
    schema: Mapping[str, Any] = field(default_factory=lambda: dict(NO_PARAMETERS))
    enabled: bool = True


@dataclass(frozen=True, slots=True)
class Tools:
    """What a chat has: its tools, how they are to be used, and those whose command need not ask each time."""

    tools: tuple[Tool, ...] = ()
    choice: str = "auto"
    always: tuple[str, ...] = ()

    @property
    def enabled(self) -> tuple[Tool, ...]:
        """Those that are sent."""
        return tuple(tool for tool in self.tools if tool.enabled)


def tools_of(chosen: Chosen) -> Tools:
    """What a chat keeps of tools; what another version wrote and nobody understands is left out."""
    kept = chosen.get(TOOLS, {})
    tables = kept.get("list", [])
    return Tools(
        tuple(Tool(**table) for table in tables if isinstance(table, Mapping) and _is_tool(table)),
        kept["choice"] if kept.get("choice") in CHOICES else "auto",
        tuple(name for name in kept.get("always", ()) if isinstance(name, str)),
    )


def with_tools(chosen: Chosen, tools: Tools) -> dict[str, Mapping[str, Any]]:
    """The same choices with these tools."""
    tables = [asdict(tool) for tool in tools.tools]
    return {**chosen, TOOLS: {"list": tables, "choice": tools.choice, "always": list(tools.always)}}


def always_allowed(chosen: Chosen, tool_name: str) -> dict[str, Mapping[str, Any]]:
    """The same choices; the command of this tool need not ask again."""
    tools = tools_of(chosen)
    others = tuple(name for name in tools.always if name != tool_name)
    return with_tools(chosen, replace(tools, always=(*others, tool_name)))


def for_another_chat(chosen: Chosen) -> dict[str, Mapping[str, Any]]:
    """The same choices without what was allowed for one chat only."""
    tools = tools_of(chosen)
    return with_tools(chosen, replace(tools, always=())) if tools.always else dict(chosen)


def tool_fields(chosen: Chosen) -> dict[str, Any]:
    """What tools add to a body; nothing where none is enabled."""
    tools = tools_of(chosen)
    if not tools.enabled:
        return {}
    fields: dict[str, Any] = {"tools": [_wire_tool(tool) for tool in tools.enabled]}
    return fields if tools.choice == "auto" else {**fields, "tool_choice": tools.choice}


def check_name(text: str, taken: Iterable[str] = ()) -> str:
    """A tool's name as it is sent; raises UserError."""
    name = text.strip()
    if not name:
        raise UserError("A tool needs a name.")
    if not _NAME.fullmatch(name):
        raise UserError("A name has letters without accents, digits, _ and - only, 64 at most.")
    if name in taken:
        raise UserError("There is a tool of this name already.")
    return name


def read_schema(text: str) -> dict[str, Any]:
    """The schema that was typed; nothing at all means no parameters. Raises UserError with the place of a mistake."""
    if not text.strip():
        return dict(NO_PARAMETERS)
    try:
        schema = json.loads(text)
    except json.JSONDecodeError as error:
        raise UserError(f"Line {error.lineno}, column {error.colno}: {_plain(error.msg)}.") from error
    except RecursionError as error:
        raise UserError("The schema is nested too deeply.") from error
    if not isinstance(schema, dict):
        raise UserError("A schema is an object: { … }.")
    if schema.get("type", "object") != "object":
        raise UserError('The parameters of a tool are an object: "type": "object".')
    _check_schema(schema, "the schema")
    return {"type": "object", **schema}


def _check_schema(schema: Mapping[str, Any], where: str) -> None:
    """Finds what an endpoint would refuse, as far as that can be told without it."""
    kinds = schema.get("type", [])
    for kind in kinds if isinstance(kinds, list) else [kinds]:
        if kind not in SCHEMA_TYPES:
            raise UserError(f"“{kind}” in {where} is no type. Types are {', '.join(sorted(SCHEMA_TYPES))}.")
    properties = schema.get("properties", {})
    if not isinstance(properties, dict):
        raise UserError(f'"properties" in {where} must be an object: name → schema.')
    _check_required(schema.get("required", []), properties, where)
    inner = [*properties.items(), *([("items", schema["items"])] if isinstance(schema.get("items"), dict) else [])]
    for name, part in inner:
        if isinstance(part, dict):
            _check_schema(part, f"“{name}”")
        elif not isinstance(part, bool):
            raise UserError(f"“{name}” in {where} must be a schema: {{ … }}.")


def _check_required(required: object, properties: Mapping[str, Any], where: str) -> None:
    if not isinstance(required, list) or not all(isinstance(name, str) for name in required):
        raise UserError(f'"required" in {where} must be a list of names.')
    missing: Sequence[str] = [name for name in required if properties and name not in properties]
    if missing:
        raise UserError(f"“{missing[0]}” is required in {where}, but is none of its properties.")


def _wire_tool(tool: Tool) -> dict[str, Any]:
    function: dict[str, Any] = {"name": tool.name}
    if tool.description:
        function["description"] = tool.description
    return {"type": "function", "function": {**function, "parameters": dict(tool.schema)}}


def _is_tool(table: Mapping[str, Any]) -> bool:
    kinds = {"name": str, "description": str, "schema": Mapping, "enabled": bool}
    known = all(key in kinds and isinstance(value, kinds[key]) for key, value in table.items())
    return known and bool(_NAME.fullmatch(table.get("name", "")))


def _plain(message: str) -> str:
    return message[:1].lower() + message[1:]
