"""A table as text for other programs: cells between commas or tabs, quoted as RFC 4180 says."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def separated(rows: Iterable[Sequence[str]], separator: str) -> str:
    """The rows as lines; a cell with the separator, a quote or a line end stands in quotes."""
    return "".join(separator.join(_quoted(cell, separator) for cell in row) + "\n" for row in rows)


def _quoted(cell: str, separator: str) -> str:
    if any(character in cell for character in (separator, '"', "\n", "\r")):
        return '"' + cell.replace('"', '""') + '"'
    return cell
