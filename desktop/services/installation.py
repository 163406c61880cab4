"""How this program was installed, and so who replaces it with a newer version: itself, or a package manager.

The step that makes a package writes one word into `packaged-as`, beside the frozen executable.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

MARK_FILE = "packaged-as"
RESOURCES = "Resources"  # of a macOS application, whose executable's folder may hold nothing but signed code
SOURCE = "source"  # a checkout, or a wheel in somebody's environment
APPIMAGE, PORTABLE, NSIS = "appimage", "portable", "nsis"
MACHINES = {"amd64": "x86_64", "x64": "x86_64", "aarch64": "arm64"}  # one processor under several names
VERSIONS_FOLDER = "versions"  # of a portable program that has replaced itself: each version in a folder of its own


@dataclass(frozen=True, slots=True)
class Installation:
    """One installed program.

    `folder` is where its executable is; `home` where the user put it, which is another folder once a portable program
    has replaced itself. `program` is what the user starts: the AppImage itself, or the executable in `home`.
    """

    kind: str
    folder: Path
    home: Path
    program: Path
    updates_itself: bool


def installation(executable: Path | None = None, environment: Mapping[str, str] = os.environ) -> Installation:
    """The running program's own, or that of another frozen executable."""
    if executable is None:
        executable = Path(sys.executable)
        if not getattr(sys, "frozen", False):
            return Installation(SOURCE, executable.parent, executable.parent, executable, updates_itself=False)
    executable = executable.resolve()
    folder = executable.parent
    kind = _mark(folder)
    home = folder
    if kind == PORTABLE and folder.parent.name == VERSIONS_FOLDER:
        home = folder.parent.parent
    program = home / executable.name
    if kind == APPIMAGE:
        program = Path(environment.get("APPIMAGE", ""))
        home = program.parent
    return Installation(kind, folder, home, program, updates_itself=_can_replace(kind, program))


def _mark(folder: Path) -> str:
    """What the package is called that the program came in; a frozen program without a mark is nobody's package."""
    for place in (folder, folder.parent / RESOURCES):
        with suppress(OSError):
            return (place / MARK_FILE).read_text(encoding="utf-8").strip() or SOURCE
    return SOURCE


def _can_replace(kind: str, program: Path) -> bool:
    """Whether the program may put another one in its place."""
    if kind == NSIS:
        return sys.platform == "win32"  # installed for one user, who may run the installer again
    if kind == PORTABLE and sys.platform == "win32":
        return False  # a running program cannot be replaced there
    return kind in {APPIMAGE, PORTABLE} and program.is_file() and os.access(program.parent, os.W_OK)


def platform_name() -> str:
    """The system and processor of this computer, as updates name them: linux-x86_64, windows-x86_64, macos-arm64."""
    import platform

    system = {"win32": "windows", "darwin": "macos"}.get(sys.platform, sys.platform)
    machine = platform.machine().lower()
    return f"{system}-{MACHINES.get(machine, machine)}"
