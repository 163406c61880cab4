"""What the benches of the message view share: a view on a screen of its own, chats for it, and figures with limits.

Every limit in milliseconds grows by the factor by which a fixed layout is slower here than on the machine that the
limits were written for, and never shrinks.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtGui import QTextDocument
from PySide6.QtWidgets import QApplication

from desktop.core.conversation import Role, Status
from desktop.services.formula_drawer import FormulaDrawer
from desktop.ui.icons import Icons
from desktop.ui.message_view import Item, MessageView
from desktop.ui.theme import Theme
from tests.benchmarks import chat_text
from tests.benchmarks.figures import Figure, median

PROBE_REFERENCE_MS = 4.0
ANSWER_ID = 10_000_000


def probe_once_ms() -> float:
    """The layout of one fixed text."""
    text = chat_text.stream("mixed", 8000)
    begin = time.perf_counter()
    document = QTextDocument()
    document.setMarkdown(text)
    document.setTextWidth(720)
    document.size()
    return (time.perf_counter() - begin) * 1000


def probe_ms() -> float:
    """How quick this machine is now, busy as it is."""
    return median([probe_once_ms() for _ in range(15)])


class Bench:
    """Views on the offscreen screen, and how quick the machine is."""

    def __init__(self) -> None:
        self.application = QApplication.instance() or QApplication([])
        self.theme = Theme()
        self.theme.apply()
        self.icons = Icons(self.theme)
        self.drawer = FormulaDrawer()
        self.factor = 1.0

    def calibrate(self, part: str) -> Figure:
        """Looks how quick the machine is before a part of the bench; its limits grow by that."""
        return self.calibrated(f"before {part}", probe_ms())

    def calibrated(self, when: str, probe: float) -> Figure:
        """The same with a probe that was taken in between."""
        self.factor = max(1.0, probe / PROBE_REFERENCE_MS)
        return Figure(f"view: layout probe {when}", probe, "ms")

    def figure(self, name: str, value_ms: float, limit_ms: float | None = None) -> Figure:
        """One figure in milliseconds."""
        return Figure(f"view: {name}", value_ms, "ms", None if limit_ms is None else limit_ms * self.factor)

    @contextmanager
    def view(self, count: int = 0) -> Iterator[MessageView]:
        """A view, painted, with a chat of so many messages at its end."""
        view = MessageView(self.theme, self.icons, self.drawer)
        view.resize(1000, 800)
        view.show()
        reading(view)
        if count:
            view.set_items(items(count), follow_end=True)
        self.settle()
        try:
            yield view
        finally:
            view.close()
            view.deleteLater()
            self.settle()

    def settle(self) -> None:
        """Lets Qt paint."""
        QApplication.processEvents()

    def timed_ms(self, action: Callable[[], object]) -> float:
        """How long an action takes until it is painted."""
        begin = time.perf_counter()
        action()
        self.settle()
        return (time.perf_counter() - begin) * 1000


def items(count: int) -> list[Item]:
    """A chat as the store gives it: lengths only."""
    texts = chat_text.chat(min(count, 2000))
    return [
        Item(
            number + 1,
            Role.ASSISTANT if number % 2 else Role.USER,
            author="gpt-4o" if number % 2 else "",
            caption="14:02" if number % 2 else "",
            text=None,
            thinking=None,
            text_length=len(texts[number % len(texts)]),
            footer="1,204 in · 386 out" if number % 2 else "",
        )
        for number in range(count)
    ]


def reading(view: MessageView, count: int = 2000) -> None:
    """Gives the texts that a view asks for at once, as a store would a moment later; `count` of them are different."""
    texts = chat_text.chat(count)
    view.texts_wanted.connect(lambda ids: view.fill({number: (texts[(number - 1) % count], "") for number in ids}))


def answering(view: MessageView, text: str = "") -> None:
    """Begins an answer that has come to `text`."""
    view.append_item(Item(ANSWER_ID, Role.ASSISTANT, author="gpt-4o", status=Status.STREAMING, text=text))
    view.jump_to_end()
