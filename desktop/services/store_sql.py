"""The statements whose columns differ from call to call: the names are this program's own, never the user's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from desktop.services.migrations import Connection

Table = Literal["chat", "message", "run"]


def insert(connection: Connection, table: Table, values: Mapping[str, object]) -> int:
    """Adds a row; its id."""
    names, places = ", ".join(values), ", ".join("?" * len(values))
    statement = f"INSERT INTO {table} ({names}) VALUES ({places})"  # noqa: S608 - the names are our columns
    row_id = connection.execute(statement, tuple(values.values())).lastrowid
    assert row_id is not None
    return row_id


def update(connection: Connection, table: Table, row_id: int, values: Mapping[str, object]) -> None:
    """Changes columns of one row."""
    changes = ", ".join(f"{name} = ?" for name in values)
    if changes:
        statement = f"UPDATE {table} SET {changes} WHERE id = ?"  # noqa: S608 - the names are our columns
        connection.execute(statement, (*values.values(), row_id))


def row(connection: Connection, table: Table, row_id: int) -> dict[str, object]:
    """All columns of one row, by their names; KeyError if there is none."""
    found = connection.execute(f"SELECT * FROM {table} WHERE id = ?", (row_id,))  # noqa: S608 - one of our tables
    values = found.fetchone()
    if values is None:
        raise KeyError(row_id)
    return dict(zip((column[0] for column in found.description), values, strict=True))
