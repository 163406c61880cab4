"""Formulas are drawn by a process that is there only while there are any, and that may die without harm."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from desktop.core.drawn_formula import Drawing, Failure
from desktop.services.formula_drawer import FormulaDrawer

WAIT_S = 30.0
ENDLESS = """
import json, sys, time
for line in sys.stdin:
    if json.loads(line)["latex"] == "endless":
        time.sleep(1000)
    print(json.dumps({"svg": "<svg/>", "width": 1.0, "ascent": 1.0, "descent": 0.0}), flush=True)
"""


@pytest.fixture
def drawer() -> Iterator[FormulaDrawer]:
    drawer = FormulaDrawer()
    yield drawer
    drawer.close()


def draw(drawer: FormulaDrawer, latex: str) -> Drawing | Failure:
    return drawer.draw(latex, 14.0, display=False).result(WAIT_S)


def process_of(drawer: FormulaDrawer) -> int:
    process_id = drawer.process_id()
    assert process_id is not None
    return process_id


def is_running(process_id: int) -> bool:
    try:
        return bool(psutil.Process(process_id).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def wait_until_gone(process_id: int) -> None:
    deadline_s = time.monotonic() + WAIT_S
    while is_running(process_id):
        assert time.monotonic() < deadline_s
        time.sleep(0.01)


def test_a_formula_comes_back_as_a_drawing_and_nonsense_as_a_reason(drawer: FormulaDrawer) -> None:
    drawing = draw(drawer, r"\frac{a}{b}")
    assert isinstance(drawing, Drawing)
    assert drawing.svg.startswith("<svg")
    assert drawing.width > 5
    assert drawing.ascent > drawing.descent > 1
    failure = draw(drawer, r"\nonsense{x}")
    assert isinstance(failure, Failure)
    assert r"\nonsense" in failure.reason


def test_without_formulas_there_is_no_process(drawer: FormulaDrawer) -> None:
    assert drawer.process_id() is None
    draw(drawer, "x")
    assert is_running(process_of(drawer))
    assert "ziamath" not in sys.modules


def test_a_killed_process_is_started_again(drawer: FormulaDrawer) -> None:
    draw(drawer, "x")
    before = process_of(drawer)
    psutil.Process(before).kill()
    assert isinstance(draw(drawer, "y"), Drawing)
    assert process_of(drawer) != before


def test_a_process_that_is_killed_over_a_formula_is_given_it_once_more(tmp_path: Path) -> None:
    dies_once = f"""
import json, os, pathlib, sys
for line in sys.stdin:
    mark = pathlib.Path({str(tmp_path / "mark")!r})
    if not mark.exists():
        mark.touch()
        os.abort()
    print(json.dumps({{"reason": "second"}}), flush=True)
"""
    drawer = FormulaDrawer([sys.executable, "-c", dies_once])
    assert draw(drawer, "x") == Failure("second")
    drawer.close()


def test_what_always_kills_the_process_is_given_up_and_the_next_one_drawn(tmp_path: Path) -> None:
    dies = ENDLESS.replace("time.sleep(1000)", "os.abort()").replace("time\n", "os\n", 1)
    drawer = FormulaDrawer([sys.executable, "-c", dies])
    endless, next_one = drawer.draw("endless", 14.0, display=True), drawer.draw("x", 14.0, display=True)
    assert isinstance(endless.result(WAIT_S), Failure)
    assert isinstance(next_one.result(WAIT_S), Drawing)
    drawer.close()


def test_a_formula_that_takes_for_ever_holds_the_others_up_for_a_while_only() -> None:
    drawer = FormulaDrawer(time_limit_s=1.0)
    nested = drawer.draw(r"\frac{a}{" * 30 + "b" + "}" * 30, 14.0, display=True)
    assert isinstance(draw(drawer, "x"), Drawing)
    assert nested.result(WAIT_S) == Failure("it takes too long")
    drawer.close()


def test_a_program_that_cannot_be_started_is_a_reason(tmp_path: Path) -> None:
    drawer = FormulaDrawer([str(tmp_path / "missing")])
    failure = draw(drawer, "x")
    assert isinstance(failure, Failure)
    assert "missing" in failure.reason
    drawer.close()


def test_after_a_while_without_formulas_the_process_ends_and_the_next_formula_starts_another() -> None:
    drawer = FormulaDrawer(idle_s=0.2)
    draw(drawer, "x")
    process_id = drawer.process_id()
    if process_id is not None:  # on a busy machine it has ended by now
        wait_until_gone(process_id)
    assert isinstance(draw(drawer, "y"), Drawing)
    drawer.close()


def test_closing_ends_the_process_even_while_it_draws() -> None:
    drawer = FormulaDrawer([sys.executable, "-c", ENDLESS])
    draw(drawer, "x")
    process_id = process_of(drawer)
    endless, waiting = drawer.draw("endless", 14.0, display=False), drawer.draw("x", 14.0, display=False)
    drawer.close()
    assert not is_running(process_id)
    assert isinstance(endless.result(WAIT_S), Failure)
    assert isinstance(waiting.result(WAIT_S), Failure)
    assert isinstance(draw(drawer, "x"), Failure)


def test_the_process_does_not_outlive_a_parent_that_is_killed() -> None:
    code = """
import time
from desktop.services.formula_drawer import FormulaDrawer
drawer = FormulaDrawer()
drawer.draw("x", 14.0, display=False).result()
print(drawer.process_id(), flush=True)
time.sleep(1000)
"""
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        process_id = int(parent.stdout.readline())
        assert is_running(process_id)
        parent.kill()
    wait_until_gone(process_id)


def test_a_frozen_program_draws_without_qt() -> None:
    code = (
        "import sys; sys.argv[1:] = ['--run-module=desktop.formula_worker']; from desktop.__main__ import main; main();"
        "print([name for name in sys.modules if name.startswith(('PySide6', 'desktop.ui'))], file=sys.stderr)"
    )
    question = json.dumps({"latex": "x", "size_px": 14.0, "display": True, "limit_s": 60.0})
    done = subprocess.run(
        [sys.executable, "-c", code], input=question + "\n", capture_output=True, text=True, check=True
    )
    assert json.loads(done.stdout)["width"] > 5
    assert done.stderr.splitlines()[-1] == "[]"
