"""The conversation as assistive technology walks it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtWidgets import QMainWindow

from desktop.core.conversation import Role
from desktop.ui.icons import Icons
from desktop.ui.message_view import Item, MessageView
from desktop.ui.theme import Theme
from tests.ui.message_views import answer, ask, long_chat, make_view, streaming

Text = QAccessible.Text


@pytest.fixture
def view(theme: Theme, icons: Icons) -> Iterator[MessageView]:
    view = make_view(theme, icons)
    yield view
    view.close()


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


def test_a_window_finds_the_conversation_and_outlives_it(theme: Theme, icons: Icons) -> None:
    window = QMainWindow()
    view = MessageView(theme, icons)
    window.setCentralWidget(view)
    view.set_items(long_chat(3), follow_end=True)
    window.show()
    tree = interface(view)
    assert tree.parent().object() is window
    item = tree.child(0)
    window.takeCentralWidget()
    view.close()
    del view
    window.close()
    assert item is not None
