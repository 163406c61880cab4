"""The conversation as assistive technology walks it."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtWidgets import QApplication, QMainWindow

from desktop.core.conversation import Role, Status
from desktop.ui.icons import Icons
from desktop.ui.message_view import Item, MessageView
from desktop.ui.theme import Theme
from tests.ui.message_views import answer, ask, close, long_chat, make_view, streaming

Text = QAccessible.Text


@pytest.fixture
def view(theme: Theme, icons: Icons) -> Iterator[MessageView]:
    view = make_view(theme, icons)
    yield view
    close(view)


def interface(view: MessageView) -> QAccessibleInterface:
    found = QAccessible.queryAccessibleInterface(view)
    assert found is not None
    return found


def test_messages_are_items_of_a_list(view: MessageView) -> None:
    view.set_items([ask(1, "What is this?\nMore."), answer(2, "# It is\n\na **test**")], follow_end=True)
    tree = interface(view)
    assert tree.role() is QAccessible.Role.List
    assert tree.text(Text.Name) == "Conversation"
    items = [tree.child(index) for index in range(tree.childCount())]
    assert [item.role() for item in items] == [QAccessible.Role.ListItem] * 2
    assert [item.text(Text.Name) for item in items] == ["You: What is this?", "gpt-4o: It is"]
    assert items[1].text(Text.Description) == "# It is\n\na **test**"
    assert [tree.indexOfChild(item) for item in items] == [0, 1]


def test_how_an_answer_ended_is_read_too(view: MessageView) -> None:
    failed = Item(2, Role.ASSISTANT, author="gpt-4o", status=Status.FAILED, notice="The key was refused. Check it.")
    stopped = Item(3, Role.ASSISTANT, author="gpt-4o", text="One two", status=Status.STOPPED, notice="Stopped.")
    view.set_items([ask(1, "Why?"), failed, stopped], follow_end=True)
    _, *items = [interface(view).child(index) for index in range(3)]
    assert [item.text(Text.Description) for item in items] == [failed.notice, "One two\n\nStopped."]
    assert [item.text(Text.Name) for item in items] == [f"gpt-4o: {failed.notice}", "gpt-4o: One two"]
    assert [item.text(Text.Identifier) for item in items] == ["message_2", "message_3"]


def test_an_arriving_answer_is_busy(view: MessageView) -> None:
    view.set_items([streaming(1)], follow_end=True)
    item = interface(view).child(0)
    assert item.state().busy
    view.feed(1, "text", "Hello there.")
    view.flush()
    assert item.text(Text.Description) == "Hello there."
    view.replace_item(answer(1, "Hello there."))
    assert not item.state().busy


def test_no_index_crashes_and_only_valid_children_are_given(view: MessageView) -> None:
    view.set_items(
        [Item(number, Role.ASSISTANT, author="a", text=None, thinking=None, text_length=99) for number in range(2000)],
        follow_end=True,
    )
    tree = interface(view)
    assert tree.childCount() == 2000
    for index in (-1, 2000, 10**6):
        assert tree.child(index) is None
    for index in range(2000):
        item = tree.child(index)
        assert item.isValid()
        assert item.childCount() == 0
        assert item.child(0) is None
        item.rect()
        item.text(Text.Name)
    last = tree.child(1999)
    view.set_items([ask(5000, "Other.")], follow_end=True)
    assert not last.isValid()
    assert last.text(Text.Name) == ""
    assert tree.childCount() == 1


def test_items_stand_where_they_are_painted(view: MessageView) -> None:
    view.set_items(long_chat(30), follow_end=True)
    tree = interface(view)
    last = tree.child(29)
    assert not last.state().offscreen
    assert tree.child(0).state().offscreen
    middle = last.rect().center()
    assert tree.childAt(middle.x(), middle.y()) == last
    assert tree.rect().contains(middle)


@pytest.fixture
def screen_reader() -> Iterator[None]:
    QAccessible.setActive(True)
    yield
    QAccessible.setActive(False)


def walk(interface: QAccessibleInterface, depth: int = 0) -> int:
    """Asks everything of a whole tree; the number of its nodes."""
    interface.role()
    interface.state()
    interface.rect()
    for kind in QAccessible.Text:
        interface.text(kind)
    children = [interface.child(index) for index in range(-1, interface.childCount() + 1)]
    return 1 + sum(walk(child, depth + 1) for child in children if child is not None and depth < 8)


def test_windows_come_and_go_under_a_screen_reader(theme: Theme, icons: Icons, screen_reader: None) -> None:
    for _ in range(6):
        window = QMainWindow()
        view = MessageView(theme, icons)
        window.setCentralWidget(view)
        view.set_items([*long_chat(30), streaming(100)], follow_end=True)
        window.show()
        QApplication.processEvents()
        tree = interface(view)
        assert tree.parent().object() is window
        found = QAccessible.queryAccessibleInterface(window)
        assert found is not None
        assert walk(found) > 31
        view.feed(100, "text", "A first sentence. And a second")
        view.flush()
        view.replace_item(answer(100, "A first sentence. And a second"))
        window.close()
        window.deleteLater()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        del view, window, tree, found
        gc.collect()
