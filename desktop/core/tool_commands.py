"""What may answer calls of tools beside the user: commands that the settings list."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath

COMMAND_TIME_LIMIT_S = 60.0


@dataclass(frozen=True, slots=True)
class ToolCommand:
    """A command that the user lets answer calls of the tool with this name."""

    name: str
    command: tuple[str, ...]
    time_limit_s: float = COMMAND_TIME_LIMIT_S

    @property
    def label(self) -> str:
        """What the user reads: the program, without its folder."""
        return PurePath(self.command[0]).name
