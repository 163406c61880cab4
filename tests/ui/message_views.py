"""What the tests of the message view share: making one, finding what is on it, and looking at the screen."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QCursor, QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desktop.core.conversation import Role, Status
from desktop.services.formula_drawer import FormulaDrawer
from desktop.ui.icons import Icons
from desktop.ui.message_view import Item, MessageView
from desktop.ui.message_view.row import Row
from desktop.ui.theme import Theme

DRAWER = FormulaDrawer()  # one for all tests; its process ends with theirs


def make_view(
    theme: Theme, icons: Icons, width: int = 820, height: int = 600, drawer: FormulaDrawer = DRAWER
) -> MessageView:
    """An empty view, shown, with the pointer elsewhere."""
    QCursor.setPos(5000, 5000)
    view = MessageView(theme, icons, drawer)
    view.resize(width, height)
    view.show()
    view.activateWindow()
    QApplication.processEvents()
    return view


def close(view: MessageView) -> None:
    """Closes a view for good: left to the garbage collector, it could go while Qt walks over all widgets."""
    view.close()
    view.deleteLater()


def color_codes(view: MessageView, *languages: str) -> None:
    """Waits until the colours of these languages are there."""
    known = view.stage.conversation.style.languages
    for language in languages:
        known.get(language)
    deadline = time.monotonic() + 10
    while not known.idle:
        assert time.monotonic() < deadline
        QTest.qWait(5)


def wait_for(condition: Callable[[], bool]) -> None:
    """Lets timers run until something is so."""
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline
        QTest.qWait(5)


def draw_formulas(view: MessageView) -> None:
    """Waits until all formulas on the screen are drawn."""
    formulas = view.stage.conversation.style.formulas
    deadline = time.monotonic() + 20
    while not formulas.idle:
        assert time.monotonic() < deadline
        QTest.qWait(5)


def ask(message_id: int, text: str, **more: object) -> Item:
    """A question."""
    return Item(message_id, Role.USER, text=text, **more)  # type: ignore[arg-type]  # the tests name fields of Item


def answer(message_id: int, text: str, **more: object) -> Item:
    """An answer."""
    return Item(message_id, Role.ASSISTANT, author="gpt-4o", caption="14:02", text=text, **more)  # type: ignore[arg-type]  # the tests name fields of Item


def streaming(message_id: int, text: str = "", thinking: str = "") -> Item:
    """An answer that is arriving."""
    return answer(message_id, text, thinking=thinking, status=Status.STREAMING)


def chunks(text: str, seed: int, longest: int = 40) -> Iterator[str]:
    """The text in pieces of random length."""
    chooser = random.Random(seed)
    start = 0
    while start < len(text):
        end = start + chooser.randint(1, longest)
        yield text[start:end]
        start = end


def long_chat(count: int) -> list[Item]:
    """Questions and answers of a few lines each."""
    text = "A paragraph that is long enough for two lines at this width, so that there is something to read. " * 3
    return [
        answer(number, f"Answer {number}. {text}") if number % 2 else ask(number, f"Question {number}?")
        for number in range(count)
    ]


def all_rows(view: MessageView) -> list[Row]:
    """Every row of every message."""
    conversation = view.stage.conversation
    return [row for number in range(len(conversation)) for row in conversation.rows(number)]


def texts(view: MessageView) -> list[str]:
    """What can be read, row by row."""
    return [row.text for row in all_rows(view) if row.text]


def screen(view: MessageView) -> QImage:
    """What the screen shows, as it was painted bit by bit."""
    QApplication.processEvents()
    # Not window.screen(): PySide would make the screen the window's child, and delete both.
    return QGuiApplication.primaryScreen().grabWindow(view.window().winId()).toImage()


def painted(view: MessageView) -> QImage:
    """What painting the whole view afresh gives."""
    return view.viewport().grab().toImage()


def place_of(view: MessageView, action: str, message_id: int | None = None) -> QPoint:
    """The middle of a button on the screen."""
    items = view.stage.conversation.items
    for placed in view.stage.scroller.placed:
        for target in placed.row.targets():
            if target.action == action and message_id in {None, items[placed.message].id}:
                return view.stage.target_rect(placed, target).center()
    raise AssertionError(f"{action} is not on the screen")


def click(view: MessageView, action: str, message_id: int | None = None) -> None:
    """Clicks on a button."""
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place_of(view, action, message_id))


def drag(view: MessageView, start: QPoint, end: QPoint) -> None:
    """Presses the left button at one place and lets it go at another."""
    viewport = view.viewport()
    QTest.mousePress(viewport, Qt.MouseButton.LeftButton, pos=start)
    QTest.mouseMove(viewport, (start + end) / 2)
    QTest.mouseMove(viewport, end)
    QTest.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=end)


def top_of(view: MessageView, part: str) -> int:
    """Where on the screen the row with this text begins."""
    for placed in view.stage.scroller.placed:
        if part in placed.row.text:
            return placed.y
    raise AssertionError(f"{part} is not on the screen")


def point_in(view: MessageView, text: str, position: int) -> QPoint:
    """Where the character at `position` of the row with this text stands on the screen."""
    for placed in view.stage.scroller.placed:
        row = placed.row
        if text in row.text:
            left, width = view.stage.left, view.stage.conversation.width
            for y in (placed.y + row.margin + 14, placed.y + row.height - 22):
                for x in range(left, left + width, 2):
                    place = view.stage.place_at(QPoint(x, y).toPointF())
                    if place is not None and place.position == position:
                        return QPoint(x, y)
    raise AssertionError(f"{text} is not on the screen")


def show_current(view: MessageView) -> None:
    """Lets everything that was fed be seen."""
    view.flush()
    QApplication.processEvents()
