"""Asks questions with the program's own parts and loop, fused and plain in turns; prints when each began and ended."""

from __future__ import annotations

import asyncio
import sys
import time
from pathlib import Path

from PySide6.QtWidgets import QApplication

from desktop.core.endpoints import Endpoint
from desktop.services.api import Api, preload
from desktop.ui.event_loop import EventLoop
from tests.unit.turn_kit import Desk


async def main(folder: Path, base_url: str, count: int) -> None:
    """Each question in a chat of its own; between them is a pause, as between those of a user."""
    preload()
    api = Api(version="bench")
    desk = Desk(folder, api, Endpoint("loop", "Loop", base_url))
    for number in range(2 * count):
        _, question = await desk.chat()
        turn = desk.turn(question, desk.fusion() if number % 2 == 0 else None)
        began = time.monotonic()
        await turn.run()
        print(began, time.monotonic(), flush=True)
        if turn.error is not None:
            raise turn.error
        await asyncio.sleep(0.02)
    await api.aclose()
    desk.store.close()


if __name__ == "__main__":
    application = QApplication([])
    with asyncio.Runner(loop_factory=lambda: EventLoop(application)) as runner:
        runner.run(main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])))
