"""Gives a program that was started without standard streams something to print to.

A windowed program on Windows has none: then `sys.stdout` is None, and what `--version` says goes to the console that it
was started from, if there is one. Elsewhere a stream may have been closed, and the next file that is opened, the
database for one, would take its number, and get whatever a library prints.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable
from typing import IO

STREAMS = ("stdin", "stdout", "stderr")  # at their numbers


def complete_streams() -> None:
    """Replaces the standard streams that are None."""
    for number, name in enumerate(STREAMS):
        if getattr(sys, name) is None:
            setattr(sys, name, _stream(number))


class ParentConsole(io.TextIOBase):
    """Prints to the console that the program was started from; it is looked for when there is something to print.

    Not before: a program that is attached to a console ends with it.
    """

    def __init__(self, attach: Callable[[], IO[str]]) -> None:
        self._attach = attach
        self._console: IO[str] | None = None

    def writable(self) -> bool:
        """True: it takes what it is given, and without a console lets it go."""
        return True

    def write(self, text: str) -> int:
        """Prints at once."""
        if self._console is None:
            self._console = self._attach()
        written = self._console.write(text)
        self._console.flush()
        return written


def _stream(number: int) -> IO[str] | ParentConsole:
    mode = "w" if number else "r"
    if not _is_open(number):
        if os.name == "nt":
            return ParentConsole(_attach_to_parent) if number else _nowhere(mode)
        os.dup2(os.open(os.devnull, os.O_RDWR), number)  # which is its number already, as the lowest one free
        os.set_inheritable(number, True)
    return open(number, mode, encoding="utf-8", errors="backslashreplace", closefd=False)


def _is_open(number: int) -> bool:
    try:
        os.fstat(number)
    except OSError:
        return False
    return True


def _attach_to_parent() -> IO[str]:
    if sys.platform == "win32":
        import ctypes

        ctypes.windll.kernel32.AttachConsole(-1)  # the parent's; fails where it has none
    try:
        return open("CONOUT$", "w", encoding="utf-8") if os.name == "nt" else _nowhere("w")  # noqa: PTH123 - a device
    except OSError:
        return _nowhere("w")


def _nowhere(mode: str) -> IO[str]:
    return open(os.devnull, mode, encoding="utf-8")  # noqa: PTH123 - a device
