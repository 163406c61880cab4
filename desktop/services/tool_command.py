"""Runs a command of the user's own that answers a call: arguments on its input, the result on its output.

No shell is between, keys in the environment are not passed on, and what takes too long or says too much is ended with
everything it has started. A thread looks after the process, since the window's loop has no subprocesses of its own.
"""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import tempfile
import threading
from pathlib import Path
from typing import IO

from desktop.core.errors import UserError
from desktop.core.tool_commands import ToolCommand

LONGEST_RESULT_BYTES = 256 * 1024
TOLD_OF_FAILURE = 300  # characters of what the command said about it
SECRETS = ("LIGATURE_KEY",)


class CommandFailed(UserError):
    """The command gave no result."""


async def run_command(command: ToolCommand, arguments: str) -> str:
    """What the command writes; cancelling ends it. Raises CommandFailed."""
    running = _Running(command)
    try:
        return await asyncio.to_thread(running.run, arguments)
    except asyncio.CancelledError:
        running.end()
        raise


class _Running:
    """One process, from its start to its end."""

    def __init__(self, command: ToolCommand) -> None:
        self._command = command
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._ended = False
        self._timed_out = False

    def run(self, arguments: str) -> str:
        """Blocks until the command has ended."""
        with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as complaints:
            given.write(arguments.encode("utf-8", "replace"))
            given.seek(0)
            process = self._start(given, complaints)
            timer = threading.Timer(self._command.time_limit_s, self._time_out)
            timer.start()
            try:
                with process:
                    output = self._read(process)
            finally:
                timer.cancel()
            self._check(process.returncode, len(output), complaints)
        return output.decode("utf-8", "replace").rstrip("\r\n")

    def end(self) -> None:
        """Ends the command and all that it has started; from any thread."""
        with self._lock:
            self._ended = True
            process = self._process
            if process is None or process.returncode is not None:
                return
            if os.name == "posix":
                try:
                    os.killpg(process.pid, signal.SIGKILL)
                except ProcessLookupError:
                    return
            else:
                process.kill()

    def _time_out(self) -> None:
        self._timed_out = True
        self.end()

    def _start(self, given: IO[bytes], complaints: IO[bytes]) -> subprocess.Popen[bytes]:
        kept = {key: value for key, value in os.environ.items() if not key.upper().startswith(SECRETS)}
        try:
            with self._lock:
                if self._ended:
                    raise CommandFailed(f"{self._command.label} was stopped.")
                self._process = subprocess.Popen(  # noqa: S603 - the user's own list of arguments, no shell
                    list(self._command.command),
                    stdin=given,
                    stdout=subprocess.PIPE,
                    stderr=complaints,
                    env=kept,
                    cwd=Path.home(),
                    start_new_session=True,
                    creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
                )
                return self._process
        except (OSError, ValueError) as error:
            hint = "Check its line under [[tool]] in config.toml."
            raise CommandFailed(f"{self._command.label} cannot be started: {error}.", hint) from error

    def _read(self, process: subprocess.Popen[bytes]) -> bytes:
        """All that it says; one that says too much is ended."""
        if process.stdout is None:
            raise RuntimeError("the command was started without a pipe to its output")
        output = process.stdout.read(LONGEST_RESULT_BYTES + 1)
        if len(output) > LONGEST_RESULT_BYTES:
            self.end()
        return output

    def _check(self, status: int, size: int, complaints: IO[bytes]) -> None:
        label = self._command.label
        if self._timed_out:
            raise CommandFailed(
                f"{label} was ended after {self._command.time_limit_s:g} s.", "Answer the call by hand."
            )
        if size > LONGEST_RESULT_BYTES:
            raise CommandFailed(
                f"{label} wrote more than {LONGEST_RESULT_BYTES // 1024} KB.", "Answer the call by hand."
            )
        if status:
            complaints.seek(0)
            said = complaints.read(LONGEST_RESULT_BYTES).decode("utf-8", "replace").strip()
            raise CommandFailed(f"{label} failed with status {status}.", said[-TOLD_OF_FAILURE:])
