"""An answer as it is watched: at real speed, with a key pressed now and then; and beside it a view that is simple."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

from PySide6.QtCore import QEvent, QEventLoop, QObject, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from desktop.ui.composer_editor import ComposerEditor
from desktop.ui.message_view import MessageView
from tests.benchmarks import chat_text
from tests.benchmarks.figures import Figure, median, percentile
from tests.benchmarks.simple_view import SimpleView
from tests.benchmarks.view_bench import ANSWER_ID, Bench, answering

ANSWER_CHARACTERS = 20_000
CHARACTERS_A_TOKEN = 4
TOKEN_EVERY_MS = 10
WATCHED_S = 12.0
KEY_EVERY_MS = 190
CHAT = 200  # messages above the answer, in both views


class Paints(QObject):
    """Notes when a widget is painted."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self.at_s: list[float] = []
        widget.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            QTimer.singleShot(0, lambda: self.at_s.append(time.perf_counter()))
        return False

    def gaps_ms(self) -> list[float]:
        """Between one and the next."""
        return [(after - before) * 1000 for before, after in zip(self.at_s, self.at_s[1:], strict=False)]


class Keys(QObject):
    """Presses a key now and then and notes how long it takes until it is painted."""

    def __init__(self, editor: ComposerEditor) -> None:
        super().__init__(editor)
        self.times_ms: list[float] = []
        self._editor = editor
        self._pressed_at_s = 0.0
        editor.setCursorWidth(0)  # its blinking paints, too
        editor.viewport().installEventFilter(self)
        self._timer = QTimer(self, interval=KEY_EVERY_MS, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._press)
        self._timer.start()

    def stop(self) -> None:
        """No more keys."""
        self._timer.stop()

    def _press(self) -> None:
        self._pressed_at_s = time.perf_counter()
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            key = QKeyEvent(kind, Qt.Key.Key_A, Qt.KeyboardModifier.NoModifier, "a")
            QApplication.postEvent(self._editor, key)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint and self._pressed_at_s:
            pressed_at_s, self._pressed_at_s = self._pressed_at_s, 0.0
            QTimer.singleShot(0, lambda: self.times_ms.append((time.perf_counter() - pressed_at_s) * 1000))
        return False


def streaming(bench: Bench) -> Iterator[Figure]:
    """Our view and the simple one, one after the other."""
    with bench.view(2000) as view:
        answering(view)
        yield from _watched(bench, view)
    ours_s, theirs_s = _worked_off_s(bench)
    yield Figure("view: CPU of a 20 KB answer at 100 tokens/s", ours_s, "s", 6.0)
    yield Figure("view: CPU of the same in the simple view", theirs_s, "s")
    yield Figure("view: CPU against the simple view", ours_s / theirs_s, "ratio")
    simple = SimpleView(CHAT)
    simple.resize(1000, 800)
    simple.show()
    gaps_ms, _ = _watch(simple, _clocked(simple), None)
    simple.close()
    yield bench.figure("gap between repaints of the simple view, p50", median(gaps_ms))
    yield bench.figure("gap between repaints of the simple view, p99", percentile(gaps_ms, 99))


def _watched(bench: Bench, view: MessageView) -> Iterator[Figure]:
    window = QWidget()
    column = QVBoxLayout(window)
    editor = ComposerEditor()
    column.addWidget(view)
    column.addWidget(editor)
    window.resize(1000, 900)
    window.show()
    editor.setFocus()
    bench.settle()
    late_ms = _lateness(view)
    gaps_ms, keys_ms = _watch(view, lambda: None, editor)
    view.setParent(None)
    window.close()
    yield bench.figure("lateness of the flush, p50", median(late_ms))
    yield bench.figure("lateness of the flush, p99", percentile(late_ms, 99), 2.0)
    yield bench.figure("gap between repaints, p50", median(gaps_ms))
    yield bench.figure("gap between repaints, p99", percentile(gaps_ms, 99), 33.0)
    yield bench.figure("gap between repaints, maximum", max(gaps_ms))
    yield bench.figure("key in the composer to paint, p50", median(keys_ms), 16.0)
    yield bench.figure("key in the composer to paint, p99", percentile(keys_ms, 99), 33.0)


def _watch(
    view: MessageView | SimpleView, stop: Callable[[], object], editor: ComposerEditor | None
) -> tuple[list[float], list[float]]:
    """Feeds tokens as they come from a network; gives the gaps between repaints, and how long keys took."""
    tokens = iter(_tokens())
    feeder = QTimer(interval=TOKEN_EVERY_MS, timerType=Qt.TimerType.PreciseTimer)
    feeder.timeout.connect(lambda: view.feed(ANSWER_ID, "text", next(tokens)))
    paints = Paints(view.viewport())
    keys = Keys(editor) if editor is not None else None
    feeder.start()
    _wait(WATCHED_S)
    feeder.stop()
    stop()
    if keys is not None:
        keys.stop()
    return paints.gaps_ms()[5:], keys.times_ms if keys is not None else []


def _wait(seconds: float) -> None:
    loop = QEventLoop()
    QTimer.singleShot(round(seconds * 1000), loop.quit)
    loop.exec()


def _lateness(view: MessageView) -> list[float]:
    """A list that grows: how late each flush came."""
    late_ms: list[float] = []
    feed, timer = view._feed, view._feed._timer
    add = type(feed).add
    due_s = 0.0

    def add_and_note(message_id: int, kind: str, text: str) -> None:
        nonlocal due_s
        waits = timer.isActive()
        add(feed, message_id, kind, text)
        if not waits:
            due_s = time.perf_counter() + timer.interval() / 1000

    def flush() -> None:
        late_ms.append(max(0.0, (time.perf_counter() - due_s) * 1000))
        feed.flush()

    feed.add = add_and_note  # type: ignore[method-assign]
    timer.timeout.disconnect()
    timer.timeout.connect(flush)
    return late_ms


def _clocked(view: SimpleView) -> Callable[[], object]:
    """Has the simple view flush every 16 ms; gives what stops that."""
    clock = QTimer(view, interval=16, timerType=Qt.TimerType.PreciseTimer)
    clock.timeout.connect(view.flush)
    clock.start()
    return clock.stop


def _worked_off_s(bench: Bench) -> tuple[float, float]:
    """Processor seconds of the same answer in our view and in the simple one, in turns and without the waiting."""
    simple = SimpleView(CHAT)
    simple.resize(1000, 800)
    simple.show()
    spent_s = [0.0, 0.0]
    with bench.view(CHAT) as ours:
        answering(ours)
        bench.settle()
        views: tuple[MessageView | SimpleView, ...] = (ours, simple)
        for number, token in enumerate(_tokens()):
            for which, view in enumerate(views):
                begin = time.process_time()
                view.feed(ANSWER_ID, "text", token)
                if number % 2:  # tokens come each 10 ms, frames each 16 ms
                    view.flush()
                    bench.settle()
                spent_s[which] += time.process_time() - begin
    simple.close()
    return spent_s[0], spent_s[1]


def _tokens() -> list[str]:
    text = chat_text.stream("mixed", ANSWER_CHARACTERS)
    return [text[start : start + CHARACTERS_A_TOKEN] for start in range(0, len(text), CHARACTERS_A_TOKEN)]
