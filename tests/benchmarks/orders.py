"""What a started program is told to do.

Orders come as lines of JSON on standard input: {"do": "ask", "text": …}, {"do": "idle", "seconds": …},
{"do": "open", "chat": …}; each is answered with one line of JSON. The program ends when its input ends.
"""

from __future__ import annotations

import asyncio
import json
import sys
import threading
import time
from collections import Counter
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

if TYPE_CHECKING:
    from desktop.ui.program import Program


CARETS = ("QWidgetTextControl", "QPlainTextEditControl", "QWidgetLineControl")
QTS_OWN = ("QPMCache",)  # forgets pixmaps that nobody used for a while; nothing of ours starts or could stop it


class PaintWatch(QObject):
    """Tells when the message view has painted a text that was not there before."""

    def __init__(self, program: Program) -> None:
        super().__init__()
        self._view = program.window.message_view
        self._shown: asyncio.Event | None = None
        self.painted_at_s = 0.0

    async def first_text(self) -> float:
        """When the newest answer's first text is on the screen, on the monotonic clock."""
        self._shown = asyncio.Event()
        self._view.viewport().installEventFilter(self)
        await self._shown.wait()
        self._view.viewport().removeEventFilter(self)  # a filter in Python costs every event something
        return self.painted_at_s

    def gaps_ms(self) -> list[float]:
        """A list that grows: the time between one repaint and the next."""
        gaps_ms: list[float] = []
        painter = self._view._painter
        paint = type(painter).paint
        before_s = time.monotonic()

        def paint_and_note(*where: Any) -> None:
            nonlocal before_s
            paint(painter, *where)
            now_s = time.monotonic()
            gaps_ms.append((now_s - before_s) * 1000)
            before_s = now_s

        painter.paint = paint_and_note  # type: ignore[method-assign, assignment]  # a filter in Python would cost every event
        return gaps_ms

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint and self._shown is not None and not self._shown.is_set():
            conversation = self._view.stage.conversation
            newest = conversation.item(len(conversation) - 1) if len(conversation) else None  # with what has just come
            if newest is not None and newest.text and not newest.asks:
                QTimer.singleShot(0, self._painted)
        return False

    def _painted(self) -> None:
        if self._shown is not None and not self._shown.is_set():
            self.painted_at_s = time.monotonic()
            self._shown.set()


class TimerCount(QObject):
    """Counts the timers of ours that fire; the caret's blink, and what Qt does for itself, are none."""

    def __init__(self) -> None:
        super().__init__()
        self.fired: Counter[str] = Counter()

    async def count(self, seconds: float) -> dict[str, int]:
        """How often which class's timers fire in so many seconds."""
        application = QApplication.instance()
        if application is None:
            raise RuntimeError("no application")
        application.installEventFilter(self)
        fired = await asyncio.to_thread(self._fired_within, seconds)
        application.removeEventFilter(self)
        return fired

    def _fired_within(self, seconds: float) -> dict[str, int]:
        """Waits in a thread, since the loop's own waiting is done by timers, as are the steps into and out of here."""
        time.sleep(1.0)
        self.fired.clear()
        time.sleep(seconds)
        return dict(self.fired)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Timer and watched.metaObject().className() not in CARETS + QTS_OWN:
            self.fired[watched.metaObject().className()] += 1
        return False


def take_orders(program: Program) -> None:
    """Listens on standard input."""
    orders: asyncio.Queue[str] = asyncio.Queue()
    loop = asyncio.get_running_loop()

    def read_orders() -> None:
        for line in sys.stdin:
            loop.call_soon_threadsafe(orders.put_nowait, line)
        loop.call_soon_threadsafe(program.quit)

    threading.Thread(target=read_orders, daemon=True).start()
    program.background.start(follow(program, orders))


async def follow(program: Program, orders: asyncio.Queue[str]) -> None:
    """Does what it is told, one order after the other."""
    watch = PaintWatch(program)
    while True:
        order: dict[str, Any] = json.loads(await orders.get())
        match order["do"]:
            case "ask":
                answer = await ask(program, watch, order["text"])
            case "idle":
                answer = {"fired": await TimerCount().count(order["seconds"])}
            case "open":
                answer = await open_chat(program, order["chat"])
        print(json.dumps(answer), flush=True)


async def open_chat(program: Program, chat_id: int) -> dict[str, Any]:
    """Opens a chat, and tells how long that takes until its end is painted."""
    shown = asyncio.Event()
    connection = program.chats.opened.connect(lambda _opened: shown.set())
    began_at_s = time.monotonic()
    program.chats.open(chat_id)
    await shown.wait()
    program.window.message_view.viewport().repaint()  # what is due to be painted is painted now
    painted_at_s = time.monotonic()
    program.chats.opened.disconnect(connection)
    await asyncio.sleep(1.0)  # what opening sets off is over
    return {"opened_ms": (painted_at_s - began_at_s) * 1000, "messages": len(program.window.message_view.items())}


async def ask(program: Program, watch: PaintWatch, text: str) -> dict[str, Any]:
    """Types a question, presses Return, and waits for the whole answer."""
    editor = program.window.composer.editor
    editor.setFocus()
    QTest.keyClicks(editor, text)
    await asyncio.sleep(0.3)  # what typing sets off is over
    waiting = asyncio.ensure_future(watch.first_text())
    gaps_ms = watch.gaps_ms()
    await asyncio.sleep(0)
    pressed_at_s = time.monotonic()
    QTest.keyClick(editor, Qt.Key.Key_Return)
    painted_at_s = await waiting
    gaps_ms.clear()
    await answered(program)
    return {"pressed_at_s": pressed_at_s, "painted_at_s": painted_at_s, "gaps_ms": gaps_ms}


async def answered(program: Program) -> None:
    """Waits until nothing streams; without looking again and again, which would be counted as the program's work."""
    idle = asyncio.Event()
    connection = program.turns.idle.connect(lambda _chat_id: idle.set())
    if program.turns.streams(program.chats.chat.id):
        async with asyncio.timeout(120.0):
            await idle.wait()
    program.turns.idle.disconnect(connection)
