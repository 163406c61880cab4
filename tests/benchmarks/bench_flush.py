"""What one flush of a streaming answer costs: feed, layout and paint, for each kind of block, chat and length.

The three lengths and the layout probe take turns, so that the noise of the machine meets them alike.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial

from desktop.ui.message_view import MessageView
from tests.benchmarks import chat_text
from tests.benchmarks.figures import Figure, median, percentile
from tests.benchmarks.view_bench import ANSWER_ID, Bench, answering, probe_once_ms

FLUSHES = 240
CHARACTERS_A_FLUSH = 64  # about 1,000 tokens/s at a flush each 16 ms
PROBED_EVERY = 12
SIZES = (1000, 20_000, 200_000)


def flushing(bench: Bench) -> Iterator[Figure]:
    """All kinds of blocks, in a chat of 2,000 and of 20,000 messages."""
    for kind in chat_text.KINDS:
        for count in (2000, 20_000):
            name = f"flush {kind}, {count:,} messages"
            times, probe = _times(bench, kind, count)
            yield bench.calibrated(f"beside {name}", probe)
            for size in SIZES:
                yield bench.figure(f"{name}, {size // 1000} KB, p50", median(times[size]), 4.0)
                yield bench.figure(f"{name}, {size // 1000} KB, p99", percentile(times[size], 99), 8.0)
                yield bench.figure(f"{name}, {size // 1000} KB, maximum", max(times[size]))
            ratio = median(times[SIZES[-1]]) / median(times[SIZES[0]])
            yield Figure(f"view: {name}, 200 KB against 1 KB, p50", ratio, "ratio", 1.3)


def _times(bench: Bench, kind: str, count: int) -> tuple[dict[int, list[float]], float]:
    """Milliseconds of each flush, by the length that the answer had; and the layout probe, which took turns."""
    probes: list[float] = []
    times: dict[int, list[float]] = {size: [] for size in SIZES}
    with ExitStack() as stack:
        answers: list[tuple[int, MessageView, str]] = []
        for size in SIZES:
            text = chat_text.stream(kind, size + FLUSHES * CHARACTERS_A_FLUSH)
            view = stack.enter_context(bench.view(count))
            answering(view, text[:size])
            bench.settle()
            answers.append((size, view, text))
        for number in range(FLUSHES):
            for size, view, text in answers:
                start = size + number * CHARACTERS_A_FLUSH
                part = text[start : start + CHARACTERS_A_FLUSH]
                times[size].append(bench.timed_ms(partial(_flush, view, part)))
            if number % PROBED_EVERY == 0:
                probes.append(probe_once_ms())
    return times, median(probes)


def _flush(view: MessageView, part: str) -> None:
    view.feed(ANSWER_ID, "text", part)
    view.flush()
