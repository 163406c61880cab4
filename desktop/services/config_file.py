"""Changes config.toml in place, so that the user's comments, order and unknown keys stay.

tomlkit has, in rare shapes of a file, written what nobody asked for. So nothing here writes: the caller reads the
new text again and compares before it goes to the disk.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, MutableMapping
from typing import Any

Value = tuple[str, str, object]  # table, key, value
Table = Mapping[str, Any]


def edited(text: str, values: Iterable[Value], endpoints: Mapping[str, Table | None], known: Collection[str]) -> str:
    """`text` with values set and endpoints added, changed or, where None, removed.

    Of an endpoint's keys only the `known` ones change; the others are the user's.
    """
    import tomlkit

    document = tomlkit.parse(text)
    for table, key, value in values:
        if table not in document:
            document[table] = tomlkit.table()
        document[table][key] = value
    if endpoints:
        _set_endpoints(document, endpoints, known)
    return tomlkit.dumps(document)


def _set_endpoints(
    document: MutableMapping[str, Any], endpoints: Mapping[str, Table | None], known: Collection[str]
) -> None:
    import tomlkit

    if "endpoint" not in document:
        document["endpoint"] = tomlkit.aot()
    tables = document["endpoint"]
    added = dict(endpoints)
    for index in reversed(range(len(tables))):
        endpoint_id = str(tables[index]["id"])
        if endpoint_id not in added:
            continue
        endpoint = added.pop(endpoint_id)
        if endpoint is None:
            del tables[index]
        else:
            _merge(tables[index], endpoint, known)
    inline = not isinstance(tables, tomlkit.items.AoT)
    for endpoint in filter(None, added.values()):
        tables.append(_new_table(endpoint, inline=inline))
    if not tables:
        del document["endpoint"]


def _merge(table: MutableMapping[str, Any], new: Table, known: Collection[str] | None) -> None:
    """Makes `table` say what `new` says, and touches nothing that says it already. `known` None: every key."""
    for key in [key for key in table if key not in new and (known is None or key in known)]:
        del table[key]
    for key, value in new.items():
        if key not in table:
            table[key] = _inline(value)
        elif isinstance(value, Mapping) and isinstance(table[key], MutableMapping):
            _merge(table[key], value, None)
        elif table[key] != value:
            table[key] = _inline(value)


def _new_table(endpoint: Table, *, inline: bool) -> MutableMapping[str, Any]:
    import tomlkit

    table = tomlkit.inline_table() if inline else tomlkit.table()
    for key, value in endpoint.items():
        table[key] = _inline(value)
    return table


def _inline(value: object) -> object:
    """A table on one line, so that it cannot swallow the keys that come after it."""
    import tomlkit

    if not isinstance(value, Mapping):
        return value
    table = tomlkit.inline_table()
    for key, inner in value.items():
        table[key] = _inline(inner)
    return table
