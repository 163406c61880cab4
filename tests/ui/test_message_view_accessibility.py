"""The conversation as assistive technology walks it."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import QEvent, Qt, QUrl
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QAccessibleEvent,
    QAccessibleInterface,
    QAccessibleStateChangeEvent,
    QDesktopServices,
    QGuiApplication,
)
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMainWindow

from desktop.core.conversation import FilePart, PicturePart, Role, Status
from desktop.ui.icons import Icons
from desktop.ui.message_view import Item, MessageView
from desktop.ui.theme import Theme
from tests.ui.message_views import DRAWER, answer, ask, long_chat, place_of, streaming

Text = QAccessible.Text


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
    assert items[1].text(Text.Description) == "It is\n\na test"
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
        assert item.child(-1) is None
        assert item.child(item.childCount()) is None
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


RICH = """See [the **table**](https://example.org/table) or www.example.org.

```python
def sag(): ...
```

- code in an item:

  ```sh
  ls
  ```

| a | b |
|---|---|
| 1 | [cell](https://example.org/cell) |
"""
PARTS = [
    (QAccessible.Role.Button, "Thought for 12 s · r1 · 3 tokens", "Show or hide the thinking"),
    (QAccessible.Role.Link, "the table", "https://example.org/table"),
    (QAccessible.Role.Link, "www.example.org", "http://www.example.org"),
    (QAccessible.Role.Button, "Copy code", "python: def sag(): ..."),
    (QAccessible.Role.Button, "Copy code", "sh: ls"),
    (QAccessible.Role.Link, "cell", "https://example.org/cell"),
    (QAccessible.Role.Graphic, "deck.png", ""),
    (QAccessible.Role.Graphic, "Picture", ""),
    (QAccessible.Role.StaticText, "load.csv", ""),
    (QAccessible.Role.Button, "Continue", ""),
    (QAccessible.Role.Button, "Copy message", ""),
    (QAccessible.Role.Button, "Ask again", ""),
    (QAccessible.Role.Button, "Previous answer", "2 / 2"),
]


def rich(message_id: int = 2) -> Item:
    """An answer with one of everything."""
    pictures = tuple(
        PicturePart(f"{number}" * 64, "image/png", 90, 60, 9, name) for number, name in enumerate(("deck.png", ""))
    )
    return answer(
        message_id,
        RICH,
        thinking="Hm.",
        thinking_duration_s=12.0,
        thinking_caption="r1 · 3 tokens",
        attachments=(*pictures, FilePart("f" * 64, "text/csv", 9, "load.csv")),
        status=Status.STOPPED,
        notice="Stopped.",
        notice_action="continue",
        choice=(2, 2),
        can_edit=False,
    )


def parts(item: QAccessibleInterface) -> list[QAccessibleInterface]:
    """What can be acted on in a message."""
    return [item.child(index) for index in range(item.childCount())]


def part(view: MessageView, number: int, name: str) -> QAccessibleInterface:
    return next(each for each in parts(interface(view).child(number)) if each.text(Text.Name) == name)


def press(view: MessageView, number: int, name: str) -> None:
    """Presses it as a reader does, which never waits for what follows."""
    actions = part(view, number, name).actionInterface()
    assert actions.actionNames() == ["Press"]
    actions.doAction("Press")
    QApplication.processEvents()


def test_what_can_be_acted_on_are_the_children_of_a_message(view: MessageView) -> None:
    view.set_items([ask(1, "Why?"), rich()], follow_end=False)
    message = interface(view).child(1)
    found = parts(message)
    assert [(each.role(), each.text(Text.Name), each.text(Text.Description)) for each in found] == PARTS
    assert [message.indexOfChild(each) for each in found] == list(range(len(PARTS)))
    assert all(each.parent() == message for each in found)
    assert len({each.text(Text.Identifier) for each in found}) == len(PARTS)
    assert [bool(each.actionInterface().actionNames()) for each in found[6:9]] == [True, True, False]


def test_parts_are_where_they_are_painted(view: MessageView) -> None:
    view.set_items([ask(1, "Why?"), rich(100), *long_chat(30)[2:]], follow_end=False)
    button = part(view, 1, "Copy code")
    middle = button.rect().center()
    assert interface(view).child(1).rect().contains(middle)
    assert interface(view).child(1).childAt(middle.x(), middle.y()) == button
    view.jump_to_end()
    assert button.state().offscreen
    assert button.rect().isNull()


def test_a_reader_presses_what_others_click(view: MessageView, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    asked: list[tuple[str, int]] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(QUrl(url).toString()))
    view.action_requested.connect(lambda action, message_id: asked.append((action, message_id)))
    view.set_items([ask(1, "Why?"), rich()], follow_end=True)
    press(view, 1, "Copy code")
    assert QGuiApplication.clipboard().text() == "def sag(): ..."
    press(view, 1, "Copy message")
    assert QGuiApplication.clipboard().text() == RICH
    press(view, 1, "cell")
    assert opened == ["https://example.org/cell"]
    for name in ("Continue", "Ask again", "Previous answer"):
        press(view, 1, name)
    press(view, 0, "Edit")
    assert asked == [("continue", 2), ("retry", 2), ("previous", 2), ("edit", 1)]


def test_thinking_is_unfolded_and_says_so(view: MessageView, told: Told) -> None:
    view.set_items([answer(1, "Yes.", thinking="See [this](https://x.org).", thinking_duration_s=2.0)], follow_end=True)
    toggle = part(view, 0, "Thought for 2 s")
    assert toggle.state().collapsed
    press(view, 0, "Thought for 2 s")
    assert toggle.state().expanded
    assert part(view, 0, "this").role() is QAccessible.Role.Link
    assert ("created", "this") in told.since()
    press(view, 0, "Thought for 2 s")
    assert ("destroyed", "this") in told.since()


def test_an_arriving_answer_has_no_parts_but_its_thinking(view: MessageView) -> None:
    view.set_items([streaming(1)], follow_end=True)
    item = interface(view).child(0)
    assert item.childCount() == 0
    view.feed(1, "thinking", "Hm.")
    view.flush()
    assert [each.text(Text.Name) for each in parts(item)] == ["Thinking…"]
    view.feed(1, "text", "See [this](https://x.org).")
    view.replace_item(answer(1, "See [this](https://x.org).", thinking="Hm.", thinking_duration_s=1.0))
    assert [each.text(Text.Name) for each in parts(item)] == [
        "Thought for 1 s",
        "this",
        "Copy message",
        "Ask again",
        "Edit",
    ]


def test_the_thinking_of_another_model_can_be_ended(view: MessageView) -> None:
    asked: list[tuple[str, int]] = []
    view.action_requested.connect(lambda action, message_id: asked.append((action, message_id)))
    thinks = answer(1, "", thinking="Hm.", status=Status.STREAMING, thinks_first=True, thinking_duration_s=7.0)
    view.set_items([thinks], follow_end=True)
    item = interface(view).child(0)
    assert [each.text(Text.Name) for each in parts(item)] == ["Thinking… 7 s", "Answer now"]
    press(view, 0, "Answer now")
    assert asked == [("answer-now", 1)]
    assert part(view, 0, "Answer now").rect().contains(view.viewport().mapToGlobal(place_of(view, "answer-now")))
    view.replace_item(replace(thinks, thinks_first=False, thought_length=3))
    assert [each.text(Text.Name) for each in parts(item)] == ["Thought for 7 s"]


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Iterator[Told]:
    """What a screen reader is told, while there is one."""
    told = Told()
    QAccessible.setActive(True)
    monkeypatch.setattr(QAccessible, "updateAccessibility", told.hear)
    yield told
    QAccessible.setActive(False)


class Told:
    """Hears what Qt would pass on."""

    def __init__(self) -> None:
        self._heard: list[tuple[str, str]] = []

    def hear(self, event: QAccessibleEvent) -> None:
        """One event, and whom it is about, as it reads now."""
        kind = event.type().name.removeprefix("Object").lower()
        about = event.accessibleInterface()
        if isinstance(event, QAccessibleAnnouncementEvent):
            self._heard.append((kind, event.message()))
        elif isinstance(event, QAccessibleStateChangeEvent):
            busy, state = event.changedStates().busy, about.state()
            self._heard.append(("busy" if busy else "opened", str(bool(state.busy if busy else state.expanded))))
        else:
            self._heard.append((kind, about.text(Text.Name) if about is not None else ""))

    def since(self) -> list[tuple[str, str]]:
        """What was heard since it was last asked."""
        heard, self._heard = self._heard, []
        return heard


def test_a_sentence_is_spoken_once_and_without_signs(view: MessageView, told: Told) -> None:
    view.set_items([ask(1, "Why?"), streaming(2)], follow_end=True)
    told.since()
    for piece in ("About 3", ".", "14 **me", "tres**. It", " is `so`.\n", "\nAnd more"):
        view.feed(2, "text", piece)
        view.flush()
    done = answer(2, "About 3.14 **metres**. It is `so`.\n\nAnd more")
    view.set_items([ask(1, "Why?"), done], follow_end=False)
    view.replace_item(done)
    spoken = [text for kind, text in told.since() if kind == "announcement"]
    assert spoken == ["About 3.14 metres.", "It is so.", "And more"]


def test_busy_begins_and_ends_with_an_event(view: MessageView, told: Told) -> None:
    view.set_items([ask(1, "Why?"), answer(2, "One", status=Status.STOPPED)], follow_end=True)
    told.since()
    view.replace_item(streaming(2, "One"))
    assert ("busy", "True") in told.since()
    view.feed(2, "text", " two")
    view.set_items([ask(1, "Why?"), answer(2, "One two")], follow_end=False)
    assert ("busy", "False") in told.since()


def test_messages_that_go_are_told_while_they_can_be_named(view: MessageView, told: Told) -> None:
    chat = [answer(number, f"Answer {number}.") for number in range(5)]
    view.set_items(chat, follow_end=True)
    told.since()
    view.set_items([*chat[:2], *chat[4:]], follow_end=False)
    gone = [text for kind, text in told.since() if kind == "destroyed"]
    assert gone == ["gpt-4o: Answer 3.", "gpt-4o: Answer 2."]


def test_a_text_in_the_store_is_fetched_when_a_reader_asks_for_it(view: MessageView, told: Told) -> None:
    wanted: list[int] = []
    items = [
        Item(number, Role.ASSISTANT, author="a", text=None, thinking=None, text_length=99) for number in range(200)
    ]
    view.set_items(items, follow_end=True)
    view.texts_wanted.connect(wanted.extend)
    first = interface(view).child(0)
    assert [first.text(Text.Description), first.text(Text.Name), first.childCount()] == ["", "a", 3]
    assert wanted == [0]
    told.since()
    view.fill({0: ("It [is](https://x.org).", "")})
    assert told.since() == [
        ("namechanged", "a: It is."), ("descriptionchanged", "a: It is."), ("created", "is")
    ]  # fmt: skip
    assert first.text(Text.Description) == "It is."


def test_the_message_that_the_keyboard_chooses_has_the_focus(view: MessageView, told: Told) -> None:
    view.set_items(long_chat(6), follow_end=True)
    view.clearFocus()
    view.setFocus(Qt.FocusReason.TabFocusReason)
    tree = interface(view)
    assert tree.focusChild() == tree.child(5)
    told.since()
    QTest.keyClick(view, Qt.Key.Key_Up)
    assert tree.child(4).state().focused
    assert not tree.child(5).state().focused
    assert [text for kind, text in told.since() if kind == "focus"] == ["You: Question 4?"]


def test_no_walk_crashes_while_messages_stream_and_go(view: MessageView) -> None:
    chat = [rich(number) for number in range(60)]
    view.set_items([*chat, streaming(100)], follow_end=True)
    kept = [each for number in range(60) for each in parts(interface(view).child(number))]
    for round_number in range(20):
        view.feed(100, "text", f"Sentence [{round_number}](https://x.org). ")
        view.flush()
        del chat[round_number]
        view.set_items([*chat, streaming(100)], follow_end=round_number % 2 == 0)
        assert walk(interface(view)) > len(chat) * len(PARTS)
        for gone in kept:
            if not gone.isValid():
                assert walk(gone) == 1
                gone.actionInterface().doAction("Press")
        QApplication.processEvents()
        gc.collect()


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
        view = MessageView(theme, icons, DRAWER)
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
