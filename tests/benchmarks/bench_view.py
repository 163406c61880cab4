"""What the message view costs: opening, streaming, scrolling, resizing, memory. Its start is a row of bench_program."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from functools import partial

from desktop.ui.theme import Appearance
from tests.benchmarks import chat_text
from tests.benchmarks.bench_flush import flushing
from tests.benchmarks.bench_formulas import formulas
from tests.benchmarks.bench_frames import streaming
from tests.benchmarks.figures import Figure, median, percentile
from tests.benchmarks.processes import started
from tests.benchmarks.view_bench import Bench, items

WINDOW = "tests.benchmarks.view_window"
OFFSCREEN = {"QT_QPA_PLATFORM": "offscreen"}


def opening(bench: Bench) -> Iterator[Figure]:
    """Shows chats of three lengths at their end; bench_program opens them from the store."""
    chat_text.chat(2000)
    for count, limit_ms in ((200, 50.0), (2000, 80.0), (20_000, 120.0)):
        chat = items(count)
        times = []
        for _ in range(5):
            with bench.view() as view:
                gc.collect()
                times.append(bench.timed_ms(partial(view.set_items, chat, follow_end=True)))
        yield bench.figure(f"show {count:,} messages at their end", median(times), limit_ms)


def moving(bench: Bench) -> Iterator[Figure]:
    """Scrolls, resizes and changes the theme in a chat of 2,000 messages."""
    with bench.view(2000) as view:
        times = [bench.timed_ms(partial(view.scroll_by, -120)) for _ in range(240)]
        yield bench.figure("scroll frame, p50", median(times), 4.0)
        yield bench.figure("scroll frame, p99", percentile(times, 99), 16.0)
        yield bench.figure("scroll frame, maximum", max(times))
        times = [bench.timed_ms(partial(view.resize, width, 800)) for width in range(760, 560, -10)]
        yield bench.figure("resize at 2,000 messages", median(times), 10.0)
        times = [
            bench.timed_ms(partial(bench.theme.choose, appearance, 1.0))
            for appearance in (Appearance.DARK, Appearance.LIGHT) * 4
        ]
        yield bench.figure("change of theme at 2,000 messages", median(times))


def remembering(_bench: Bench) -> Iterator[Figure]:
    """The memory of a window with nothing but the view, in a process of its own."""
    with started("tests.benchmarks.bare_window", environment=OFFSCREEN) as bare:
        bare_mb = bare.pss_mb()
    with started(WINDOW, "memory", environment=OFFSCREEN) as window:
        empty_mb, texts_mb, used_mb, ten_mb = (window.number() for _ in range(4))
    yield Figure("view: memory of an empty chat, above a bare window", empty_mb - bare_mb, "MB", 40)
    yield Figure("view: memory of 2,000 messages after all of it, above an empty chat", used_mb - texts_mb, "MB", 35)
    yield Figure("view: memory of ten chats opened and closed, above the first", ten_mb - used_mb, "MB", 10)


def figures() -> Iterator[Figure]:
    """All figures of the message view."""
    bench = Bench()
    for part in (opening, moving, streaming, flushing, formulas, remembering):
        yield bench.calibrate(part.__name__)
        yield from part(bench)


if __name__ == "__main__":
    for figure in figures():
        print(figure.row(), flush=True)
