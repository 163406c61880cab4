"""AT-SPI on the tests' screen, and a reader that sees and uses programs through it alone."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from tests.desktop.screen import Program, Screen, end, wait_until

SYSTEM_PYTHON = "/usr/bin/python3"
LAUNCHERS = ("/usr/libexec/at-spi-bus-launcher", "/usr/lib/at-spi2-core/at-spi-bus-launcher")
DRIVER = Path(__file__).with_name("accessibility_driver.py")
LONGEST_WALK_S = 90.0
SEEN = {"NO_AT_BRIDGE": "0", "QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1"}  # the environment of a program that is seen


@dataclass(frozen=True)
class Node:
    """What a screen reader knows of one thing on the screen."""

    id: str
    name: str
    role: str
    description: str
    showing: bool
    area: tuple[int, int, int, int]  # on the screen: left, top, width, height
    busy: bool
    enabled: bool
    text: str | None = None

    @property
    def middle(self) -> tuple[int, int]:
        """Where one would click on it."""
        left, top, width, height = self.area
        return left + width // 2, top + height // 2


@cache
def missing_for_reading() -> list[str]:
    """What is not installed of that which a screen reader needs."""
    asked = [SYSTEM_PYTHON, "-c", "import gi; gi.require_version('Atspi', '2.0')"]
    has_bindings = Path(SYSTEM_PYTHON).exists() and subprocess.run(asked, capture_output=True, check=False).returncode
    missing = [] if has_bindings == 0 else ["the bindings of AT-SPI for the system's Python"]
    missing += [] if any(map(os.path.exists, LAUNCHERS)) else ["at-spi-bus-launcher"]
    return missing + [program for program in ("dbus-send",) if shutil.which(program) is None]


class ScreenReader:
    """Reads and uses the program called `ligature`, as assistive technology does."""

    def __init__(self, screen: Screen) -> None:
        self._screen = screen
        self._bus = self._start_bus()
        self._driver: Program = screen.start([SYSTEM_PYTHON, str(DRIVER)], SEEN, python=False)

    def tree(self) -> list[Node]:
        """Everything there is, shown or not."""
        return [_node(facts) for facts in self._ask(do="tree")]

    def node(self, identifier: str) -> Node:
        """One thing, as soon as it is there."""
        return wait_until(lambda: self._look(identifier), what=f"{identifier} in the accessible tree")

    def shown(self, identifier: str) -> Node:
        """One thing, as soon as it is seen."""
        return self.wait(identifier, lambda node: node.showing, "is shown")

    def wait(self, identifier: str, holds: Callable[[Node], object], what: str = "", timeout_s: float = 20.0) -> Node:
        """One thing, as soon as something holds of it."""
        seen: list[Node | None] = [None]

        def found() -> Node | None:
            seen[0] = node = self._look(identifier)
            return node if node is not None and holds(node) else None

        try:
            return wait_until(found, timeout_s, f"{identifier} {what}")
        except AssertionError as error:
            raise AssertionError(f"{error}; last: {seen[0]}") from None

    def is_shown(self, identifier: str) -> bool:
        """Whether it is seen now."""
        node = self._look(identifier)
        return node is not None and node.showing

    def children(self, identifier: str) -> list[Node]:
        """What stands in a list."""
        return [_node(facts) for facts in self._ask(do="children", id=identifier)]

    def press(self, identifier: str) -> None:
        """Presses a button through its accessible action, as soon as it can be pressed."""
        self.wait(identifier, lambda node: node.showing and node.enabled, "can be pressed")
        assert self._ask(do="press", id=identifier), f"{identifier} has no action"

    def write(self, identifier: str, text: str) -> None:
        """Sets a field's text."""
        self.shown(identifier)
        assert self._ask(do="write", id=identifier, text=text), f"{identifier} takes no text"

    def click(self, identifier: str, item: str = "") -> None:
        """Clicks with the mouse on a control, or on an item in it."""
        node = self.shown(identifier)
        if item:
            [node] = [child for child in self.children(identifier) if child.name == item]
        self._screen.xdotool("mousemove", *node.middle, "click", 1)

    def walk(self, identifier: str) -> dict[str, int]:
        """Asks everything of a thing and of all in it; how many of each role there are."""
        self._driver.tell(do="walk", id=identifier)
        roles: dict[str, int] = self._driver.wait_for("answer", LONGEST_WALK_S)["value"]
        return roles

    def listen(self) -> None:
        """Begins to hear what the program tells by itself."""
        assert self._ask(do="listen")

    def heard(self) -> list[str]:
        """What it told since: `event source text`."""
        told: list[str] = self._ask(do="heard")
        return told

    def close(self) -> None:
        """Ends the bus with all that it started."""
        self._driver.close()
        os.killpg(self._bus.pid, signal.SIGTERM)
        end(self._bus)

    def _look(self, identifier: str) -> Node | None:
        answer = self._order(do="look", id=identifier)
        return _node(answer["value"]) if "value" in answer else None

    def _ask(self, **order: Any) -> Any:
        answer = self._order(**order)
        assert "value" in answer, f"{order}: {answer['why']}"
        return answer["value"]

    def _order(self, **order: Any) -> dict[str, Any]:
        self._driver.tell(**order)
        return self._driver.wait_for("answer")

    def _start_bus(self) -> subprocess.Popen[bytes]:
        """Starts it as a group of its own: its registry does not end with it."""
        launcher = next(path for path in LAUNCHERS if Path(path).exists())
        with (self._screen.folder / "at-spi.log").open("ab") as log:
            bus = subprocess.Popen(
                [launcher, "--launch-immediately"],
                env={**self._screen.env, **SEEN}, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        wait_until(self._has_bus, what="the accessibility bus")
        return bus

    def _has_bus(self) -> bool:
        asked = ["dbus-send", "--session", "--print-reply", "--dest=org.freedesktop.DBus", "/org/freedesktop/DBus"]
        return "true" in self._screen.run(*asked, "org.freedesktop.DBus.NameHasOwner", "string:org.a11y.Bus")


def _node(facts: dict[str, Any]) -> Node:
    return Node(**{**facts, "area": tuple(facts["area"] or (0, 0, 0, 0))})
