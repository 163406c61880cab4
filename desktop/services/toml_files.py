"""TOML read with the standard library, so that whatever is wrong in a file is told with its line."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from desktop.core.errors import ConfigError

_WHERE = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)$")
_HEADER = re.compile(r"\s*\[\[?\s*([^\]]+?)\s*\]")
_KEY = re.compile(r"""\s*["']?([A-Za-z0-9_-]+)["']?\s*[.=]""")


@dataclass(frozen=True, slots=True)
class TomlFile:
    """A file as it stands: its text, and what the text says. A missing file says nothing."""

    path: Path
    text: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)

    def error(self, table: str, index: int, key: str, text: str, hint: str) -> ConfigError:
        """What is wrong with `key` in the `index`th `[table]`, with its line."""
        return self._error(text, hint, line_of(self.text, table, index, key))

    def _error(self, text: str, hint: str, line: int) -> ConfigError:
        where = f"{self.path.name}, line {line}" if line else self.path.name
        return ConfigError(f"{where}: {text}", hint, line=line)


def read_toml(path: Path) -> TomlFile:
    """Reads a file; raises ConfigError with the line where it is broken."""
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return TomlFile(path)
    except OSError as error:
        raise ConfigError(f"{path.name} cannot be read: {error.strerror}.", f"It is {path}.") from error
    return parse_toml(path, content)


def parse_toml(path: Path, content: bytes) -> TomlFile:
    """What `content` would say if it stood in `path`."""
    blank = TomlFile(path)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise blank._error("this is not UTF-8 text.", "Save the file as UTF-8.", line) from error
    try:
        return TomlFile(path, text, tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        found = _WHERE.search(str(error))
        line = int(found[1]) if found and found[1] else len(text.splitlines())
        raise blank._error(
            f"{_WHERE.sub('', str(error))}.", f"Mend it in {path}. Until then nothing of it is used.", line
        ) from error


def line_of(text: str, table: str, index: int, key: str) -> int:
    """The line, counted from 1, of `key` in the `index`th `[table]`; of the table's head if it lacks the key; or 0."""
    head, seen, inside = 0, -1, not table
    wanted = f"{table}.{key}" if table else key
    for number, line in enumerate(text.splitlines(), 1):
        header = _HEADER.match(line)
        if header is None:
            found = _KEY.match(line)
            if inside and found and found[1] == key:
                return number
            continue
        name = header[1]
        if name == table:
            seen += 1
            head = number if seen == index else head
        elif name == wanted and (not table or seen == index):
            return number
        inside = name == table and seen == index
    return head
