"""A real screen for tests: Xvfb, a window manager and a session bus of their own, and programs shown on it.

Nothing of the developer's own session is touched: display, bus, home and run-time folder are all new, and every
process started here is ended here.
"""

from __future__ import annotations

import json
import os
import queue
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

CHECKOUT = Path(__file__).resolve().parent.parent.parent
NEEDED_PROGRAMS = ("Xvfb", "openbox", "xdotool", "xclip", "dbus-daemon")
SIZE = "1360x860x24"

Value = TypeVar("Value")


def missing_programs() -> list[str]:
    """Which of the programs that a screen needs are not installed."""
    return [program for program in NEEDED_PROGRAMS if shutil.which(program) is None]


def wait_until(predicate: Callable[[], Value | None], timeout_s: float = 20.0, what: str = "") -> Value:
    """The first true value of `predicate()`; fails the test after `timeout_s` seconds."""
    deadline = time.monotonic() + timeout_s
    while not (value := predicate()):
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {timeout_s} s: {what or predicate}")
        time.sleep(0.02)
    return value


def end(process: subprocess.Popen[Any]) -> None:
    """Ends one process, gently first."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(5)
    for stream in (process.stdin, process.stdout):
        if stream is not None:
            stream.close()


class Program:
    """A program on the screen that tells what happens to it as JSON objects, one a line."""

    def __init__(self, process: subprocess.Popen[str], log: Path) -> None:
        self.process = process
        self.log = log
        self.events: list[dict[str, Any]] = []
        self._queue: queue.Queue[dict[str, Any] | None] = queue.Queue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def wait_for(self, event: str, timeout_s: float = 20.0) -> dict[str, Any]:
        """The next object whose "event" is `event`; those before it are kept in `events`."""
        deadline = time.monotonic() + timeout_s
        while True:
            try:
                found = self._queue.get(timeout=max(0.0, deadline - time.monotonic()))
            except queue.Empty:
                raise AssertionError(self._story(f"no {event!r} within {timeout_s} s")) from None
            if found is None:
                raise AssertionError(self._story(f"the program ended before {event!r}"))
            self.events.append(found)
            if found.get("event") == event:
                return found

    def tell(self, **order: Any) -> None:
        """Writes one JSON object to the program's standard input."""
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(order) + "\n")
        self.process.stdin.flush()

    def close(self) -> None:
        """Ends the program."""
        end(self.process)
        self._reader.join(5)

    def _read(self) -> None:
        assert self.process.stdout is not None
        try:
            for line in self.process.stdout:
                if line.startswith("{"):
                    self._queue.put(json.loads(line))
        except ValueError:  # closed while it was read
            pass
        self._queue.put(None)

    def _story(self, problem: str) -> str:
        return f"{problem}; seen: {self.events}; standard error: {self.log.read_text(errors='replace')[-2000:]}"


class Screen:
    """One display with what runs on it. `env` is the environment of every program started here."""

    def __init__(self, folder: Path, *, size: str = SIZE) -> None:
        self.folder = folder
        self._size = size
        self._processes: list[subprocess.Popen[Any]] = []
        self._clipboard_owner: subprocess.Popen[bytes] | None = None
        self._programs: list[Program] = []
        self.env = self._new_environment()
        try:
            self._start_bus()
            self._start_display()
            self._start_window_manager()
        except BaseException:
            self.close()
            raise

    def start(self, arguments: Sequence[str], env: Mapping[str, str] | None = None, *, python: bool = True) -> Program:
        """Starts a program: `arguments` follow the Python interpreter, or stand alone with `python=False`."""
        command = [sys.executable, *arguments] if python else list(arguments)
        log = self.folder / f"program-{len(self._programs)}.log"
        with log.open("wb") as errors:
            process = subprocess.Popen(
                command, cwd=CHECKOUT, env={**self.env, **(env or {})}, text=True,
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors,
            )  # fmt: skip
        program = Program(process, log)
        self._programs.append(program)
        return program

    def run(self, *command: str, stdin: bytes | None = None, timeout_s: float = 20.0) -> str:
        """Runs a command to its end and gives what it printed."""
        done = subprocess.run(
            command, env=self.env, input=stdin, stdout=subprocess.PIPE, timeout=timeout_s, check=True
        )  # fmt: skip
        return done.stdout.decode(errors="replace")

    def xdotool(self, *arguments: str | float) -> str:
        """Moves the pointer, presses keys and buttons, finds windows."""
        return self.run("xdotool", *map(str, arguments)).strip()

    def window(self, title: str, timeout_s: float = 20.0) -> int:
        """The id of the visible window with this title, as soon as it is there."""

        def find() -> str:
            found = subprocess.run(
                ["xdotool", "search", "--onlyvisible", "--name", f"^{title}$"],
                env=self.env, stdout=subprocess.PIPE, text=True, check=False,
            )  # fmt: skip
            return found.stdout.strip()

        return int(wait_until(find, timeout_s, f"a window called {title!r}").splitlines()[0])

    def drag(self, start: tuple[int, int], target: tuple[int, int]) -> None:
        """Drags with the left button from one point of the screen to another, as a hand does: in steps."""
        self.xdotool("mousemove", *start, "mousedown", 1)
        steps = 10
        for step in range(1, steps + 1):
            x = start[0] + (target[0] - start[0]) * step // steps
            y = start[1] + (target[1] - start[1]) * step // steps
            self.xdotool("mousemove", x, y, "sleep", 0.06)
        self.xdotool("mousemove", target[0] + 1, target[1], "sleep", 0.1, "mouseup", 1)

    def own_clipboard(self, mime: str, data: bytes) -> None:
        """Lets xclip own the clipboard, offering `data` as `mime` and nothing else."""
        self.free_clipboard()
        owner = subprocess.Popen(
            ["xclip", "-quiet", "-selection", "clipboard", "-target", mime],
            env=self.env, stdin=subprocess.PIPE, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        self._clipboard_owner = owner
        assert owner.stdin is not None
        owner.stdin.write(data)
        owner.stdin.close()
        wait_until(lambda: mime in self._clipboard_targets(), what=f"a clipboard with {mime}")

    def clipboard_text(self) -> str:
        """What another program would paste; nothing if there is none."""
        return self.run("xclip", "-selection", "clipboard", "-out")

    def free_clipboard(self) -> None:
        """Takes the clipboard away from xclip."""
        if self._clipboard_owner is not None:
            end(self._clipboard_owner)
            self._clipboard_owner = None

    def close_programs(self) -> None:
        """Ends what `start` started, and empties the clipboard."""
        self.free_clipboard()
        for program in reversed(self._programs):
            program.close()
        self._programs.clear()

    def close(self) -> None:
        """Ends everything."""
        self.close_programs()
        for process in reversed(self._processes):
            end(process)
        self._processes.clear()

    def _clipboard_targets(self) -> list[str]:
        listed = subprocess.run(
            ["xclip", "-selection", "clipboard", "-out", "-target", "TARGETS"],
            env=self.env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=False,
        )  # fmt: skip
        return listed.stdout.split()

    def _new_environment(self) -> dict[str, str]:
        home = self.folder / "home"
        runtime = self.folder / "runtime"
        home.mkdir()
        runtime.mkdir(mode=0o700)
        kept = {key: value for key, value in os.environ.items() if not key.startswith(("XDG_", "WAYLAND_", "QT_"))}
        return {
            **kept,
            "HOME": str(home),
            "XDG_RUNTIME_DIR": str(runtime),
            "QT_QPA_PLATFORM": "xcb",
            "NO_AT_BRIDGE": "1",
            "PYTHONPATH": str(CHECKOUT),
            "PYTHONUNBUFFERED": "1",
        }

    def _start_bus(self) -> None:
        process = subprocess.Popen(
            ["dbus-daemon", "--session", "--nofork", "--print-address"], env=self.env, stdout=subprocess.PIPE, text=True
        )
        self._processes.append(process)
        assert process.stdout is not None
        self.env["DBUS_SESSION_BUS_ADDRESS"] = process.stdout.readline().strip()

    def _start_display(self) -> None:
        reading, writing = os.pipe()
        with (self.folder / "xvfb.log").open("wb") as log:
            process = subprocess.Popen(
                ["Xvfb", "-displayfd", str(writing), "-screen", "0", self._size, "-nolisten", "tcp"],
                env=self.env, pass_fds=[writing], stdout=log, stderr=log,
            )  # fmt: skip
        self._processes.append(process)
        os.close(writing)
        with os.fdopen(reading) as answer:
            number = answer.readline().strip()  # comes when the display takes connections
        if not number:
            raise AssertionError(f"Xvfb did not start: {(self.folder / 'xvfb.log').read_text()}")
        self.env["DISPLAY"] = f":{number}"

    def _start_window_manager(self) -> None:
        ready = self.folder / "window-manager-is-ready"
        with (self.folder / "openbox.log").open("wb") as log:
            self._processes.append(
                subprocess.Popen(
                    ["openbox", "--sm-disable", "--startup", f"touch {ready}"], env=self.env, stdout=log, stderr=log
                )
            )
        wait_until(ready.exists, what="openbox")
