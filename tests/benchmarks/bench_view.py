"""What the message view costs: opening, streaming, scrolling, resizing.

Every limit in milliseconds grows by the factor by which a fixed layout is slower here than on the machine that the
limits were written for, and never shrinks. Usage: `python -m tests.benchmarks.bench_view`, or `figures()`.
"""

from __future__ import annotations

import gc
import os
import time
from collections.abc import Callable
from functools import partial

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtGui import QTextDocument
from PySide6.QtWidgets import QApplication

from desktop.core.conversation import Role, Status
from desktop.core.find import find_texts
from desktop.ui.icons import Icons
from desktop.ui.message_view import Item, MessageView
from desktop.ui.theme import Theme
from tests.benchmarks import chat_text
from tests.benchmarks.figures import Figure, median, percentile

PROBE_REFERENCE_MS = 4.0
FLUSHES = 240
CHARACTERS_A_FLUSH = 64  # about 1,000 tokens/s at a flush each 16 ms
ANSWER_ID = 10_000_000


def probe_ms() -> float:
    """The layout of one fixed text: how quick this machine is now, busy as it is."""
    text = chat_text.stream("mixed", 8000)
    times = []
    for _ in range(15):
        begin = time.perf_counter()
        document = QTextDocument()
        document.setMarkdown(text)
        document.setTextWidth(720)
        document.size()
        times.append((time.perf_counter() - begin) * 1000)
    return median(times)


class Bench:
    """One view on the offscreen screen, and what was measured with it."""

    def __init__(self) -> None:
        self.application = QApplication.instance() or QApplication([])
        self.theme = Theme()
        self.theme.apply()
        self.icons = Icons(self.theme)
        self.factor = 1.0
        self.figures: list[Figure] = []

    def calibrate(self, part: str) -> None:
        """Looks how quick the machine is before a part of the bench; its limits grow by that."""
        probe = probe_ms()
        self.factor = max(1.0, probe / PROBE_REFERENCE_MS)
        self.figures.append(Figure(f"view: layout probe before {part}", probe, "ms"))

    def add(self, name: str, value_ms: float, limit_ms: float | None = None) -> None:
        """One figure in milliseconds."""
        limit = None if limit_ms is None else limit_ms * self.factor
        self.figures.append(Figure(f"view: {name}", value_ms, "ms", limit))

    def view(self) -> MessageView:
        """An empty view, painted."""
        view = MessageView(self.theme, self.icons)
        view.resize(1000, 800)
        view.show()
        self.settle()
        return view

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


def reading(view: MessageView) -> None:
    """Gives the texts that a view asks for at once, as a store would a moment later."""
    texts = chat_text.chat(2000)
    view.texts_wanted.connect(lambda ids: view.fill({number: (texts[(number - 1) % 2000], "") for number in ids}))


def opening(bench: Bench) -> None:
    """Opens chats of three lengths at their end."""
    chat_text.chat(2000)
    for count, limit_ms in ((200, 50.0), (2000, 80.0), (20_000, 120.0)):
        chat = items(count)
        times = []
        for _ in range(5):
            view = bench.view()
            reading(view)
            gc.collect()
            times.append(bench.timed_ms(partial(view.set_items, chat, follow_end=True)))
            view.close()
            view.deleteLater()
            bench.settle()
        bench.add(f"open {count} messages", median(times), limit_ms)


def answering(view: MessageView, text: str = "") -> None:
    """Begins an answer that has come to `text`."""
    view.append_item(Item(ANSWER_ID, Role.ASSISTANT, author="gpt-4o", status=Status.STREAMING, text=text))
    view.jump_to_end()


def flush_times(bench: Bench, view: MessageView, text: str, start: int) -> list[float]:
    """The cost of each flush from `start` on."""

    def one(part: str) -> None:
        view.feed(ANSWER_ID, "text", part)
        view.flush()

    times = []
    for number in range(FLUSHES):
        begin = start + number * CHARACTERS_A_FLUSH
        part = text[begin : begin + CHARACTERS_A_FLUSH]
        times.append(bench.timed_ms(partial(one, part)))
    return times


def streaming(bench: Bench, counts: tuple[int, ...] = (2000, 20_000)) -> None:
    """Streams each kind of block into long chats, at three lengths of the answer."""
    for kind in chat_text.KINDS:
        bench.calibrate(f"flush {kind}")
        smallest = 0.0
        for size in (1000, 20_000, 200_000):
            text = chat_text.stream(kind, size + FLUSHES * CHARACTERS_A_FLUSH)
            times: list[float] = []
            for count in counts:
                view = bench.view()
                reading(view)
                view.set_items(items(count), follow_end=True)
                answering(view, text[:size])
                bench.settle()
                times += flush_times(bench, view, text, size)
                view.close()
                view.deleteLater()
                bench.settle()
            bench.add(f"flush {kind} at {size // 1000} KB p50", median(times), 4.0)
            bench.add(f"flush {kind} at {size // 1000} KB p99", percentile(times, 99), 8.0)
            smallest = smallest or median(times)
        ratio = median(times) / smallest
        bench.figures.append(Figure(f"view: flush {kind} at 200 KB against 1 KB", ratio, "×", 1.3))


def scrolling(bench: Bench) -> None:
    """Scrolls and resizes in a chat of 2,000 messages."""
    view = bench.view()
    reading(view)
    view.set_items(items(2000), follow_end=True)
    bench.settle()
    times = [bench.timed_ms(lambda: view.scroll_by(-120)) for _ in range(200)]
    bench.add("scroll frame p50", median(times), 4.0)
    bench.add("scroll frame p99", percentile(times, 99), 16.0)
    times = [bench.timed_ms(partial(view.resize, width, 800)) for width in range(760, 560, -10)]
    bench.add("resize at 2,000 messages", median(times), 10.0)
    view.close()


def finding(bench: Bench) -> None:
    """Types words into the find bar in a chat of 20,000 messages, of which few are read: count, and first mark."""
    view = bench.view()
    reading(view)
    texts = chat_text.chat(2000)
    view.finder.texts_wanted.connect(
        lambda ids: view.finder.put(
            {number: find_texts(texts[(number - 1) % 2000], "", is_plain=number % 2 == 1) for number in ids}
        )
    )
    view.set_items(items(20_000), follow_end=True)
    view.open_find()
    bench.settle()
    times = []
    for words in ("deck", "one millisecond", "span**4 / 384", "nowhere", "桥面的下垂", "e"):
        times += [bench.timed_ms(partial(type_into, view, words[:end])) for end in range(1, len(words) + 1)]
        view.scroll_by(-5000)
    bench.add("find keystroke in 20,000 messages p50", median(times), 25.0)
    bench.add("find keystroke in 20,000 messages p99", percentile(times, 99), 50.0)
    times = [bench.timed_ms(partial(view.find_bar.step, 1)) for _ in range(60)]
    bench.add("find next match p50", median(times), 16.0)
    bench.add("find next match p99", percentile(times, 99), 50.0)
    view.close()


def type_into(view: MessageView, words: str) -> None:
    """One keystroke: the field says `words` now."""
    view.find_bar.field.setText(words)
    view.find_bar.field.textEdited.emit(words)


def whole_answer(bench: Bench, characters_a_token: int = 4) -> None:
    """Processor seconds of a 20 KB answer at 100 tokens/s, worked off without the waiting."""
    view = bench.view()
    reading(view)
    view.set_items(items(200), follow_end=True)
    answering(view)
    text = chat_text.stream("mixed", 20_000)
    begin = time.process_time()
    tokens = [text[start : start + characters_a_token] for start in range(0, len(text), characters_a_token)]
    for number, token in enumerate(tokens):
        view.feed(ANSWER_ID, "text", token)
        if number % 2:  # tokens come each 10 ms, frames each 16 ms
            view.flush()
            bench.settle()
    view.flush()
    bench.settle()
    seconds = time.process_time() - begin
    bench.figures.append(Figure("view: 20 KB at 100 tokens/s", seconds, "s of CPU", 6.0 * bench.factor))
    view.close()


def figures() -> list[Figure]:
    """All figures of the message view."""
    bench = Bench()
    for part in (opening, scrolling, finding, whole_answer, streaming):
        bench.calibrate(part.__name__)
        part(bench)
    return bench.figures


if __name__ == "__main__":
    for figure in figures():
        print(figure.row(), flush=True)
