"""What the whole program costs: its start, the way from Return to the first word, streaming, idling, memory.

Starts are ratios to F, an empty QMainWindow started in the same run; limits in milliseconds grow with the layout
probe of bench_view.
"""

from __future__ import annotations

import asyncio
import json
import sqlite3
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from desktop.services.store import Store
from tests.benchmarks import chat_text
from tests.benchmarks.chat_store import fill_chat, long_chats
from tests.benchmarks.figures import Figure, median, percentile
from tests.benchmarks.painted import Pixel, start_s
from tests.benchmarks.processes import Started, pss_mb, started
from tests.desktop.screen import CHECKOUT, Screen
from tests.desktop.started import FROM_THE_CHECKOUT
from tests.gateway import Gateway, answer
from tests.ui.programs import ENVIRONMENT, write_config

STARTS = 7
FROZEN_STARTS = 15
FROZEN = CHECKOUT / "build" / "frozen" / "ligature" / "ligature"
ASKED = 15
OPENED = 5
IDLE_S = 20.0
SETTLED_S = 3.0  # what a start leaves for later is over, and no part of an answer
IDLE_AFTER_S = 25.0  # what the program does once, some time after its start, is over
TOKENS_PER_S = 100
ANSWER_CHARACTERS = 20_000
PROGRAM = "tests.benchmarks.started_program"
ANSWER = """The deck follows the **cable's sag**: hangers near mid-span are shortest.

1. Own weight: 31 mm
2. Traffic in the photo: 12 mm

```python
def deflection(w, span, e, i):
    return 5 * w * span**4 / (384 * e * i)
```
"""


def figures(factor: float) -> Iterator[Figure]:
    """All of them; `factor` is how much slower this machine is than the one that the limits were written for."""
    with tempfile.TemporaryDirectory() as folder, Gateway() as gateway:
        screen = Screen(Path(folder))
        try:
            environment = {**screen.env, **ENVIRONMENT}
            yield from _starts(Path(folder), gateway, environment)
            yield from _frozen_start(Path(folder) / "few", environment)
            yield from _opening(Path(folder), gateway, environment, factor)
            yield from _asking(Path(folder), gateway, environment, factor)
            yield from _memory(Path(folder), gateway, screen, environment)
            yield from _streaming(Path(folder), gateway, environment, factor)
        finally:
            screen.close()


def _starts(folder: Path, gateway: Gateway, environment: Mapping[str, str]) -> Iterator[Figure]:
    """Bare window and program take turns, so that both meet the same noise."""
    few, many = folder / "few", folder / "many"
    for data_dir, count in ((few, 50), (many, 10_000)):
        write_config(data_dir, gateway)
        asyncio.run(_fill(data_dir, count))
    times: dict[str, list[float]] = {"bare": [], "view": [], "few": [], "many": []}
    for _ in range(STARTS):
        for name, module, arguments in (
            ("bare", "tests.benchmarks.bare_window", ()),
            ("view", "tests.benchmarks.view_window", ()),
            ("few", PROGRAM, ("--data-dir", str(few))),
            ("many", PROGRAM, ("--data-dir", str(many))),
        ):
            with started(module, *arguments, environment=environment) as process:
                times[name].append(process.start_s * 1000)
    bare, view, fifty, ten_thousand = (median(taken) for taken in times.values())
    yield Figure("start: F, an empty window", bare, "ms")
    yield Figure("start: 20 messages visible, the message view alone", view / bare, "F", 1.9)
    yield Figure("start: painted and typeable, 50 chats", fifty / bare, "F", 2.0)
    yield Figure("start: 10,000 chats against 50", ten_thousand / fifty, "ratio", 1.1)


def _frozen_start(data_dir: Path, environment: Mapping[str, str]) -> Iterator[Figure]:
    """Frozen and from the checkout in turn, seen from outside; only where the program was frozen."""
    if not FROZEN.is_file():
        return
    pixel = Pixel(environment["DISPLAY"])
    commands = {"frozen": (str(FROZEN),), "checkout": FROM_THE_CHECKOUT}
    times: dict[str, list[float]] = {name: [] for name in commands}
    for turn in range(FROZEN_STARTS):
        for name in sorted(commands, reverse=bool(turn % 2)):
            times[name].append(start_s([*commands[name], "--data-dir", str(data_dir)], environment, pixel))
    pixel.close()
    yield Figure(
        "start: frozen against from the checkout", median(times["frozen"]) / median(times["checkout"]), "ratio", 1.15
    )


def _opening(folder: Path, gateway: Gateway, environment: Mapping[str, str], factor: float) -> Iterator[Figure]:
    """Chats from the store; a short one is opened in between."""
    data_dir = folder / "long"
    write_config(data_dir, gateway)
    chats = asyncio.run(long_chats(data_dir / "ligature.db"))
    with _driven(data_dir, environment) as program:
        for (count, chat_id), limit_ms in zip(chats.items(), (50, 80, 120), strict=True):
            times = []
            for _ in range(OPENED):
                program.tell(do="open", chat=1)
                told = program.tell(do="open", chat=chat_id)
                if told["messages"] != count:
                    raise RuntimeError(f"{told['messages']} messages are shown in place of {count}")
                times.append(told["opened_ms"])
            yield Figure(f"open: {count:,} messages from the store, painted", median(times), "ms", limit_ms * factor)


async def _fill(data_dir: Path, count: int) -> None:
    """Chats of which the first is long, 200 KB; the others are copies of its row, which is quicker than asking."""
    path = data_dir / "ligature.db"
    store = Store(path)
    try:
        await fill_chat(store, "Long", chat_text.of_size(200_000))
    finally:
        store.close()
    with closing(sqlite3.connect(path)) as database, database:
        columns = ", ".join(row[1] for row in database.execute("PRAGMA table_info(chat)") if row[1] != "id")
        database.executemany(
            f"INSERT INTO chat ({columns}) SELECT {columns} FROM chat WHERE id = 1", [()] * (count - 1)
        )
        database.execute("UPDATE chat SET title = 'Chat ' || id, leaf_id = NULL WHERE id > 1")


class _Driven:
    """The program, told what to do."""

    def __init__(self, process: Started) -> None:
        self.process = process

    def tell(self, **order: Any) -> dict[str, Any]:
        """One order and its answer."""
        pipes = self.process.process
        if pipes.stdin is None or pipes.stdout is None:
            raise RuntimeError("the program has no pipes")
        pipes.stdin.write(json.dumps(order) + "\n")
        pipes.stdin.flush()
        result: dict[str, Any] = json.loads(pipes.stdout.readline())
        return result


@contextmanager
def _driven(data_dir: Path, environment: Mapping[str, str]) -> Iterator[_Driven]:
    with started(PROGRAM, "--data-dir", str(data_dir), environment=environment) as process:
        yield _Driven(process)


def _asking(folder: Path, gateway: Gateway, environment: Mapping[str, str], factor: float) -> Iterator[Figure]:
    with _driven(folder / "few", environment) as program:
        for name, chat in (("a new chat", None), ("a 200 KB chat", 1)):
            if chat is not None:
                program.tell(do="open", chat=chat)
            yield from _first_words(program, gateway, name, factor)
        yield from _idle(program)


def _first_words(program: _Driven, gateway: Gateway, name: str, factor: float) -> Iterator[Figure]:
    from_return: list[float] = []
    from_bytes: list[float] = []
    for _ in range(ASKED):
        gateway.then(answer("Word."))
        told = program.tell(do="ask", text="Go")
        sent_at_s = gateway.chats[-1].sent_at[1]  # the first step names the role, the second the word
        from_return.append((told["painted_at_s"] - told["pressed_at_s"]) * 1000)
        from_bytes.append((told["painted_at_s"] - sent_at_s) * 1000)
    yield Figure(f"first word: Return to paint, {name}, p50", median(from_return), "ms", 60 * factor)
    yield Figure(f"first word: Return to paint, {name}, p99", percentile(from_return, 99), "ms")
    yield Figure(f"first word: bytes to paint, {name}, p50", median(from_bytes), "ms", 20 * factor)


def _idle(program: _Driven) -> Iterator[Figure]:
    time.sleep(IDLE_AFTER_S)
    before = program.process.cpu_s()
    fired = program.tell(do="idle", seconds=IDLE_S)["fired"]
    yield Figure("idle: share of one core", (program.process.cpu_s() - before) / IDLE_S * 100, "%", 0.5)
    yield Figure("idle: timers of ours that fired", sum(fired.values()), "times", 0)


def _memory(folder: Path, gateway: Gateway, screen: Screen, environment: Mapping[str, str]) -> Iterator[Figure]:
    """The program as it is, typed into by the X server, after one answer with a list and some code."""
    with started("tests.benchmarks.bare_window", environment=environment) as bare:
        time.sleep(1)
        bare_mb = bare.pss_mb()
    write_config(folder / "fresh", gateway)
    gateway.then(answer(ANSWER, tokens_per_s=TOKENS_PER_S))
    asked_before = len(gateway.chats)
    program = screen.start(["-m", "desktop", "--data-dir", str(folder / "fresh")], ENVIRONMENT)
    screen.window("Ligature")
    time.sleep(3)
    screen.xdotool("type", "Go")
    screen.xdotool("key", "Return")
    gateway.wait(lambda: len(gateway.chats) > asked_before and gateway.chats[-1].answered_at, 30.0)
    time.sleep(2)
    yield Figure("memory: bare window", bare_mb, "MB")
    yield Figure("memory: above a bare window, after one answer", pss_mb(program.process.pid) - bare_mb, "MB", 45)
    screen.close_programs()


def _streaming(folder: Path, gateway: Gateway, environment: Mapping[str, str], factor: float) -> Iterator[Figure]:
    with _driven(folder / "few", environment) as program:
        yield from _long_answer(program, gateway, factor)


def _long_answer(program: _Driven, gateway: Gateway, factor: float) -> Iterator[Figure]:
    text = chat_text.stream("mixed", ANSWER_CHARACTERS)[:ANSWER_CHARACTERS]
    gateway.then(answer(text, tokens_per_s=TOKENS_PER_S, token=r"[\s\S]{1,4}"))
    program.tell(do="idle", seconds=SETTLED_S)
    before = program.process.cpu_s()
    gaps_ms = program.tell(do="ask", text="Go")["gaps_ms"]
    yield Figure("streaming: CPU of a 20 KB answer at 100 tokens/s", program.process.cpu_s() - before, "s", 6)
    yield Figure("streaming: gap between repaints, p50", median(gaps_ms), "ms")
    yield Figure("streaming: gap between repaints, p99", percentile(gaps_ms, 99), "ms", 33 * factor)
