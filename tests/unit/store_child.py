"""A process that streams an answer into a database until it is killed: `python -m tests.unit.store_child DATABASE`.

Each chunk is told on stdout as soon as the journal has it: its number and the time in seconds.
"""

from __future__ import annotations

import asyncio
import itertools
import sys
import time
from pathlib import Path

from desktop.services.store import Store
from tests.unit.store_kit import ask, begin


async def stream(path: Path, chunk_length: int, pause_s: float) -> None:
    store = Store(path)
    run, _ = await begin(store, await ask(store, await store.create_chat(), "q"))
    for number in itertools.count(1):
        store.journal(run.id, 0, "text", f"{number}".rjust(chunk_length))
        print(number, time.monotonic(), flush=True)
        await asyncio.sleep(pause_s)


if __name__ == "__main__":
    asyncio.run(stream(Path(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])))
