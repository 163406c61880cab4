"""A window with nothing but a message view that shows 20 messages; prints the time at which they are painted.

With the argument `memory` it is empty at first, and prints its memory in megabytes after each of four things: nothing
at all, the texts of 2,000 messages, all that a reader does with them, and ten such chats opened and closed.
"""

# ruff: noqa: E402
from __future__ import annotations

import gc
import os
import sys
import time

from desktop.ui.imports import leave_sources_unread

leave_sources_unread()  # before all other imports, as the program does

from PySide6.QtWidgets import QApplication

from desktop.services.formula_drawer import FormulaDrawer
from desktop.ui.icons import Icons
from desktop.ui.message_view import MessageView
from desktop.ui.theme import Appearance, Theme
from tests.benchmarks import chat_text
from tests.benchmarks.processes import pss_mb
from tests.benchmarks.view_bench import ANSWER_ID, answering, items, reading

STREAMED = 20_000


def main(arguments: list[str]) -> None:
    """Runs until standard input ends."""
    application = QApplication([])
    application.setStyle("Fusion")
    theme = Theme()
    theme.apply()
    view = MessageView(theme, Icons(theme), FormulaDrawer())
    view.resize(1360, 860)
    view.show()
    if not arguments:
        reading(view, 20)
        view.set_items(items(20), follow_end=True)
    application.processEvents()
    print(time.monotonic(), flush=True)
    if arguments:
        _measure(application, theme, view)
    sys.stdin.read()


def _measure(application: QApplication, theme: Theme, view: MessageView) -> None:
    _print_memory()
    reading(view)
    chat = items(2000)
    _print_memory()  # with the texts, which a store would have on the disk
    view.set_items(chat, follow_end=True)
    _use(application, theme, view)
    _print_memory()
    for _ in range(10):
        view.set_items([], follow_end=True)
        view.set_items(items(2000), follow_end=True)
        for _ in range(20):
            view.scroll_by(-600)
            application.processEvents()
    _print_memory()


def _use(application: QApplication, theme: Theme, view: MessageView) -> None:
    """Scrolls, resizes, changes the theme, and streams an answer."""
    for _ in range(100):
        view.scroll_by(-600)
        application.processEvents()
    for width in (900, 700, 1360):
        view.resize(width, 860)
        application.processEvents()
    for appearance in (Appearance.DARK, Appearance.LIGHT):
        theme.choose(appearance, 1.0)
        application.processEvents()
    answering(view)
    text = chat_text.stream("mixed", STREAMED)
    for start in range(0, STREAMED, 16):
        view.feed(ANSWER_ID, "text", text[start : start + 16])
        view.flush()
        application.processEvents()


def _print_memory() -> None:
    gc.collect()
    print(pss_mb(os.getpid()), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
