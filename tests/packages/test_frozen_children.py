"""Programs that the frozen program starts: a system's own must find the system's libraries, not ours."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

import pytest

from tests.desktop.screen import wait_until
from tests.desktop.started import Start
from tests.gateway import Gateway, Response, answer, chunk, events
from tests.ui.programs import ENVIRONMENT, write_config

pytestmark = pytest.mark.desktop

SYSTEM_PYTHON = "/usr/bin/python3"
# A program that is linked to the system's SQLite and OpenSSL tells what it was started with.
TELL = f"""\
#!{SYSTEM_PYTHON}
import json, os, pathlib, sqlite3, ssl, sys
told = {{"version": ssl.OPENSSL_VERSION + sqlite3.sqlite_version, "environment": dict(os.environ)}}
told["libraries"] = sorted({{line.split()[-1] for line in open("/proc/self/maps") if ".so" in line}})
told["arguments"] = sys.argv[1:]
place = pathlib.Path(__file__ + ".json")
place.with_suffix(".new").write_text(json.dumps(told))
place.with_suffix(".new").replace(place)
print("It rains.")
"""
USERS_OWN = {"LD_LIBRARY_PATH": "/nowhere/users-own", "QT_PLUGIN_PATH": "/nowhere/users-plugins"}
TOOL = """
[[tool]]
name = "get_weather"
command = ["{script}"]
"""


class Child:
    """A program of the user's own, which notes how it was started."""

    def __init__(self, file: Path) -> None:
        self.file = file
        file.parent.mkdir(exist_ok=True)
        file.write_text(TELL, encoding="utf-8")
        file.chmod(0o755)

    def told(self) -> dict[str, Any]:
        """What it noted, as soon as it did."""
        notes = self.file.with_name(f"{self.file.name}.json")
        wait_until(notes.exists, what=f"a start of {self.file.name}")
        told: dict[str, Any] = json.loads(notes.read_text(encoding="utf-8"))
        return told


def assert_knows_nothing_of(frozen: Path, child: Child) -> None:
    told = child.told()
    assert told["libraries"] != []
    assert [library for library in told["libraries"] if not library.startswith(("/lib", "/usr/lib"))] == []
    environment: dict[str, str] = told["environment"]
    ours = {name: value for name, value in environment.items() if str(frozen.parent) in value or "PYI" in name.upper()}
    assert ours == {}
    assert {name: environment.get(name) for name in USERS_OWN} == USERS_OWN


def calls_a_tool() -> Response:
    """An answer that asks for the weather."""
    function = {"name": "get_weather", "arguments": "{}"}
    call = {"index": 0, "id": "a", "type": "function", "function": function}
    return events(chunk("Let me see."), chunk(tool_calls=[call]), chunk(finish="tool_calls"), "[DONE]")


def test_a_command_that_answers_a_call_runs_with_the_systems_libraries(
    start: Start, gateway: Gateway, frozen: Path, tmp_path: Path
) -> None:
    child = Child(tmp_path / "bin" / "weather")
    write_config(tmp_path, gateway, TOOL.format(script=child.file))
    gateway.then(calls_a_tool(), answer("Take an umbrella."))
    ligature = start(tmp_path, {**ENVIRONMENT, **USERS_OWN})
    ligature.asks("How is the weather?")
    ligature.answer()
    ligature.presses_in_answer("Answer…")
    ligature.reader.press("toolCommandRun")
    assert ligature.answer(4).description == "Take an umbrella."
    assert gateway.chats[1].json["messages"][-1]["content"] == "It rains."
    assert_knows_nothing_of(frozen, child)
    assert ligature.quits() == 0


def test_a_link_opens_a_browser_with_the_systems_libraries(
    start: Start, gateway: Gateway, frozen: Path, tmp_path: Path
) -> None:
    child = Child(tmp_path / "bin" / "xdg-open")
    write_config(tmp_path, gateway)
    gateway.then(answer("See [the bridge](https://example.org/bridge)."))
    path = f"{child.file.parent}{os.pathsep}{os.environ['PATH']}"
    ligature = start(tmp_path, {**ENVIRONMENT, **USERS_OWN, "PATH": path})
    ligature.asks("Where?")
    ligature.answer()
    ligature.presses_in_answer("the bridge")
    assert child.told()["arguments"] == ["https://example.org/bridge"]
    assert_knows_nothing_of(frozen, child)
    assert ligature.quits() == 0


def test_formulas_are_drawn_by_a_process_of_the_programs_own(
    start: Start, gateway: Gateway, frozen: Path, tmp_path: Path
) -> None:
    write_config(tmp_path, gateway)
    gateway.then(answer("Since $\\frac{a}{b}$ it is $$\\int_0^1 x^2 dx$$"))
    ligature = start(tmp_path, ENVIRONMENT)
    ligature.asks("Why?")
    ligature.answer()
    [worker] = wait_until(ligature.children, what="the process that draws")
    command = Path(f"/proc/{worker}/cmdline").read_text(encoding="utf-8").rstrip("\0").split("\0")
    assert command == [str(frozen), "--run-module=desktop.formula_worker"]
    libraries = set(re.findall(r"/.*\.so[^ \n]*", Path(f"/proc/{worker}/maps").read_text(encoding="utf-8")))
    assert [library for library in libraries if "Qt" in library] == []
    assert ligature.quits() == 0
