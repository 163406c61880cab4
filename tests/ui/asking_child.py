"""A program of its own that asks one question and says when text is on the screen: for the test that kills it."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtWidgets import QApplication

from desktop.ui.event_loop import EventLoop
from desktop.ui.message_view import Item
from tests.ui.programs import running


async def ask(data_dir: Path, characters: int) -> None:
    """Asks, tells when so much text or thinking has come, and waits to be killed."""
    async with running(data_dir) as user:
        user.asks("Go")
        await user.sees(lambda: len(user.items()) == 2 and shown(user.items()[1]) > characters, "some text", 60)
        print(shown(user.items()[1]), flush=True)
        await asyncio.sleep(60)


def shown(item: Item) -> int:
    """How much of an answer is on the screen."""
    return len(item.text or "") + len(item.thinking or "")


if __name__ == "__main__":
    application = QApplication([])
    application.setQuitOnLastWindowClosed(False)
    with asyncio.Runner(loop_factory=lambda: EventLoop(application)) as runner:
        runner.run(ask(Path(sys.argv[1]), int(sys.argv[2])))
