"""How this program starts its own children: without its keys, without a window, out of reach of the terminal's Ctrl+C.

Each child lives until its standard input ends: so it cannot outlive this program, however that one ends.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

_IMPORT_ROOT = Path(__file__).resolve().parents[2]  # from there, a child can import this package


def start(command: Sequence[str], environment: Mapping[str, str], *, stderr: int) -> subprocess.Popen[bytes]:
    """Starts a child with pipes to its input and output."""
    return subprocess.Popen(  # noqa: S603 - our own program, no shell
        list(command),
        env={**_environment(), **environment},
        cwd=_IMPORT_ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=stderr,
        start_new_session=True,  # Ctrl+C in the terminal is for the program, which then ends its children
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )


def _environment() -> dict[str, str]:
    """Our own environment without its API keys, which are no child's business."""
    return {name: value for name, value in os.environ.items() if not name.startswith("LIGATURE_KEY_")}
