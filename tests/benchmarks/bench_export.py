"""What exporting a chat of 200 messages costs, and how long it holds up the window.

The second of two runs counts: the first also loads the lexers and Markdown, as the first export of a program does.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from desktop.core.transcript import Entry, Transcript
from desktop.services.attachments import Attachments
from desktop.services.formula_drawer import FormulaDrawer
from desktop.ui.export import writing
from tests.benchmarks import chat_text
from tests.benchmarks.figures import Figure, percentile

MESSAGES = 200
PDF_LIMIT_MS = 1000
WAIT_LIMIT_MS = 50


def figures(factor: float) -> Iterator[Figure]:
    """All of them; `factor` is how much slower this machine is than the one that the limits were written for."""
    entries = tuple(
        Entry("You" if number % 2 == 0 else "echo", text, asks=number % 2 == 0)
        for number, text in enumerate(chat_text.chat(MESSAGES))
    )
    transcript = Transcript("Bridges", "today", entries)
    with tempfile.TemporaryDirectory() as folder:
        attachments, drawer = Attachments(Path(folder)), FormulaDrawer()
        asyncio.run(_pdf(transcript, attachments, drawer))
        pdf_ms, waits_ms = asyncio.run(_pdf(transcript, attachments, drawer))
        html_ms = asyncio.run(_html(transcript, attachments, drawer))
        drawer.close()
        attachments.close()
    yield Figure(f"export: {MESSAGES} messages to PDF", pdf_ms, "ms", PDF_LIMIT_MS * factor)
    yield Figure("export: what the window waits meanwhile, p99", percentile(waits_ms, 99), "ms", WAIT_LIMIT_MS * factor)
    yield Figure(f"export: {MESSAGES} messages to a web page", html_ms, "ms")


async def _pdf(transcript: Transcript, attachments: Attachments, drawer: FormulaDrawer) -> tuple[float, list[float]]:
    """Milliseconds of the whole, and of each wait of a loop that wants to go round all the time."""
    waits_ms: list[float] = []
    watch = asyncio.create_task(_watch(waits_ms))
    began = time.process_time()
    await writing.pdf_bytes(transcript, attachments, drawer, lambda _done: None)
    took_ms = (time.process_time() - began) * 1000
    watch.cancel()
    return took_ms, waits_ms


async def _html(transcript: Transcript, attachments: Attachments, drawer: FormulaDrawer) -> float:
    began = time.process_time()
    await writing.html_bytes(transcript, attachments, drawer)
    return (time.process_time() - began) * 1000


async def _watch(waits_ms: list[float]) -> None:
    while True:
        before = time.perf_counter()
        await asyncio.sleep(0.002)
        waits_ms.append((time.perf_counter() - before) * 1000)
