"""An answer with 60 formulas comes into view: how late the window's ticks are meanwhile, and what it costs."""

from __future__ import annotations

import gc
import os
import time
from collections.abc import Iterator
from itertools import pairwise

from PySide6.QtCore import QEventLoop, Qt, QTimer

from desktop.core.conversation import Role
from desktop.ui.message_view import Item, MessageView
from tests.benchmarks.figures import Figure, percentile
from tests.benchmarks.processes import pss_mb
from tests.benchmarks.view_bench import Bench

TICK_MS = 16
TALL_PX = 3000  # so that all are seen at once
SHAPES = (
    r"\frac{{a_{{{0}}}}}{{b^2+\sqrt{{c}}}}",
    r"\sum_{{n=1}}^{{{0}}} \frac{{x_n^2}}{{n!}}",
    r"\int_0^{{{0}}} e^{{-x^2}}\,dx",
    r"\begin{{pmatrix}} a & b \\ c & {0} \end{{pmatrix}}",
    r"E_{{{0}}} = mc^2",
)


def formulas(bench: Bench) -> Iterator[Figure]:
    """All figures of formulas."""
    with bench.view() as view:
        view.resize(1000, TALL_PX)
        bench.settle()
        gc.collect()
        before_mb, before_s = pss_mb(os.getpid()), time.process_time()
        late_ms = _lateness_ms(view)
        spent_s = time.process_time() - before_s
        gc.collect()
        kept_mb = pss_mb(os.getpid()) - before_mb
    yield bench.figure("lateness of a tick while 60 formulas are drawn, p99", percentile(late_ms, 99), 33.0)
    yield bench.figure("CPU of the window for 60 formulas", spent_s * 1000, 250.0)
    yield Figure("view: memory of 60 formulas, in the window's own process", kept_mb, "MB", 20)


def _lateness_ms(view: MessageView) -> list[float]:
    ticks_s = [time.perf_counter()]
    timer = QTimer(interval=TICK_MS, timerType=Qt.TimerType.PreciseTimer)
    timer.timeout.connect(lambda: ticks_s.append(time.perf_counter()))
    timer.start()
    view.set_items([Item(1, Role.ASSISTANT, author="gpt-4o", text=_text())], follow_end=False)
    drawings = view.stage.conversation.style.formulas
    loop = QEventLoop()
    drawings.drawn.connect(lambda: loop.quit() if drawings.idle else None)
    loop.exec()
    timer.stop()
    return [(after - before) * 1000 - TICK_MS for before, after in pairwise(ticks_s)]


def _text() -> str:
    lines = (f"Line {line} ${SHAPES[line % len(SHAPES)].format(line)}$ and $x_{{{line}}}$." for line in range(30))
    return "\n\n".join(lines)
