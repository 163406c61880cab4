"""The conversation for assistive technology: a list, each message an item.

An item's name is "Author: first line", its description the visible text. Qt deletes interfaces when it likes, so Python
never may: all are kept until the program ends, and know the view only weakly. `interface_cast` is never overridden,
because a walk over an overridden one crashes.
"""

from __future__ import annotations

import re
import weakref
from collections.abc import Sequence
from functools import cache
from typing import Protocol, cast

import shiboken6
from PySide6.QtCore import QObject, QPoint, QRect
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QAccessibleEvent,
    QAccessibleInterface,
    QWindow,
)
from PySide6.QtWidgets import QWidget

from desktop.ui.message_view.item import Item
from desktop.ui.message_view.stage import Stage

LONGEST_DESCRIPTION = 20_000
MOST_TOLD = 50  # messages of which news are told at once: another chat may have thousands
# Qt takes null pointers where its Python stubs know only objects.
NO_OBJECT = cast("QObject", None)
NO_WINDOW = cast("QWindow", None)
NO_INTERFACE = cast("QAccessibleInterface", None)
_SENTENCE = re.compile(r".*[.!?…。！？:\n]", re.DOTALL)


class Spoken(Protocol):
    """What the interfaces ask of the view."""

    stage: Stage

    def message_list_interface(self) -> ListInterface:
        """The view's own interface."""

    def viewport(self) -> QWidget:
        """Where the rows are painted."""


def description_of(item: Item) -> str:
    """What can be read of a message: its text, and how it ended."""
    return "\n\n".join(part for part in ((item.text or "")[:LONGEST_DESCRIPTION], item.notice) if part)


def name_of(item: Item, author: str) -> str:
    """The author and the first line."""
    text = description_of(item).strip()
    line = text.split("\n", 1)[0].strip("#>*` ") if text else ""
    return f"{author}: {line}" if line else author


class ItemInterface(QAccessibleInterface):
    """One message."""

    def __init__(self, root: ListInterface, message_id: int) -> None:
        super().__init__()
        self._root = root
        self.message_id = message_id

    def _number(self) -> int | None:
        return self._root.number_of(self.message_id)

    def isValid(self) -> bool:
        return self._root.isValid() and self._number() is not None

    def object(self) -> QObject:
        return NO_OBJECT

    def window(self) -> QWindow:
        return NO_WINDOW

    def parent(self) -> QAccessibleInterface:
        return self._root

    def child(self, _index: int) -> QAccessibleInterface:
        return NO_INTERFACE

    def childAt(self, _x: int, _y: int) -> QAccessibleInterface:
        return NO_INTERFACE

    def childCount(self) -> int:
        return 0

    def indexOfChild(self, _child: QAccessibleInterface) -> int:
        return -1

    def role(self) -> QAccessible.Role:
        return QAccessible.Role.ListItem

    def state(self) -> QAccessible.State:
        return self._root.state_of(self._number())

    def rect(self) -> QRect:
        number = self._number()
        return self._root.rect_of(number) if number is not None else QRect()

    def text(self, kind: QAccessible.Text) -> str:
        number = self._number()
        return self._root.text_of(number, kind) if number is not None else ""

    def setText(self, _kind: QAccessible.Text, _text: str) -> None:
        """The text is not the screen reader's to change."""


class ListInterface(QAccessibleInterface):
    """The conversation."""

    def __init__(self, view: Spoken) -> None:
        super().__init__()
        self._weak_view = weakref.ref(view)
        self._items: dict[int, ItemInterface] = {}
        _kept().append(self)

    @property
    def _view(self) -> Spoken | None:
        """The view, as soon and as long as there is one."""
        view = self._weak_view()
        return view if view is not None and shiboken6.isValid(view) and hasattr(view, "stage") else None

    def isValid(self) -> bool:
        return self._view is not None

    def object(self) -> QObject:
        view = self._view
        return view if isinstance(view, QObject) else NO_OBJECT

    def window(self) -> QWindow:
        return NO_WINDOW

    def parent(self) -> QAccessibleInterface:
        view = self._view
        above = view.parentWidget() if isinstance(view, QWidget) else None
        found = QAccessible.queryAccessibleInterface(above) if above is not None else None
        return found if found is not None else NO_INTERFACE

    def childCount(self) -> int:
        return len(view.stage.conversation) if (view := self._view) else 0

    def child(self, index: int) -> QAccessibleInterface:
        view = self._view
        if view is None or not 0 <= index < len(view.stage.conversation):
            return NO_INTERFACE
        return self.item(view.stage.conversation.items[index].id)

    def childAt(self, x: int, y: int) -> QAccessibleInterface:
        view = self._view
        if view is None:
            return NO_INTERFACE
        point = view.viewport().mapFromGlobal(QPoint(x, y))
        for placed in view.stage.scroller.placed:
            if placed.y <= point.y() < placed.y + placed.row.height:
                return self.child(placed.message)
        return NO_INTERFACE

    def indexOfChild(self, child: QAccessibleInterface) -> int:
        number = self.number_of(child.message_id) if isinstance(child, ItemInterface) else None
        return -1 if number is None else number

    def role(self) -> QAccessible.Role:
        return QAccessible.Role.List

    def state(self) -> QAccessible.State:
        state = QAccessible.State()
        state.focusable = True
        return state

    def rect(self) -> QRect:
        view = self._view
        return QRect(view.viewport().mapToGlobal(QPoint(0, 0)), view.viewport().size()) if view else QRect()

    def text(self, kind: QAccessible.Text) -> str:
        view = self._view
        if view is not None and kind is QAccessible.Text.Name:
            return view.stage.conversation.style.words.conversation()
        return "messageView" if kind is QAccessible.Text.Identifier else ""

    def setText(self, _kind: QAccessible.Text, _text: str) -> None:
        """The text is not the screen reader's to change."""

    def item(self, message_id: int) -> ItemInterface:
        """The interface of one message; always the same one."""
        if message_id not in self._items:
            self._items[message_id] = ItemInterface(self, message_id)
            QAccessible.registerAccessibleInterface(self._items[message_id])
        return self._items[message_id]

    def number_of(self, message_id: int) -> int | None:
        """Where a message stands now."""
        return view.stage.conversation.index_of(message_id) if (view := self._view) else None

    def state_of(self, number: int | None) -> QAccessible.State:
        """Busy while it streams, off the screen while it is not seen."""
        state = QAccessible.State()
        view = self._view
        if number is None or view is None:
            state.invalid = True
            return state
        state.readOnly = True
        state.busy = view.stage.conversation.items[number].streaming
        state.offscreen = view.stage.scroller.place_of(number) is None
        return state

    def rect_of(self, number: int) -> QRect:
        """Where a message is on the screen."""
        view = self._view
        rect = view.stage.rect_of_message(number) if view else QRect()
        return QRect(view.viewport().mapToGlobal(rect.topLeft()), rect.size()) if view and not rect.isNull() else rect

    def text_of(self, number: int, kind: QAccessible.Text) -> str:
        """Name and description of a message."""
        view = self._view
        if view is None:
            return ""
        conversation = view.stage.conversation
        item = conversation.item(number)
        if kind is QAccessible.Text.Name:
            return name_of(item, conversation.style.words.you() if item.asks else item.author)
        if kind is QAccessible.Text.Description:
            return description_of(item)
        return f"message_{item.id}" if kind is QAccessible.Text.Identifier else ""


@cache
def _kept() -> list[ListInterface]:
    """Every interface ever made."""
    return []


class Announcer:
    """Speaks finished sentences of an arriving answer, never single tokens, and tells what else has changed."""

    def __init__(self) -> None:
        self._unspoken: dict[int, str] = {}

    def feed(self, view: QWidget, message_id: int, text: str) -> None:
        """More text of an answer."""
        if not QAccessible.isActive() or not text:
            return
        unspoken = self._unspoken.get(message_id, "") + text
        match = _SENTENCE.match(unspoken)
        if match:
            self._speak(view, match[0].strip())
            unspoken = unspoken[match.end() :]
        self._unspoken[message_id] = unspoken

    def finish(self, view: QWidget, message_id: int) -> None:
        """The answer is complete."""
        rest = self._unspoken.pop(message_id, "").strip()
        if rest:
            self._speak(view, rest)

    def replaced(self, view: QWidget, before: Sequence[Item], after: Sequence[Item]) -> None:
        """Other messages are shown: tells which are new, and which read otherwise."""
        if not QAccessible.isActive():
            return
        known = {item.id: item for item in before}
        for number, item in list(enumerate(after))[-MOST_TOLD:]:
            if item.id not in known:
                self.appeared(view, number)
            elif item != known[item.id]:
                self.changed(view, number)

    def appeared(self, view: QWidget, number: int) -> None:
        """The message at this place is new."""
        self._tell(view, number, QAccessible.Event.ObjectCreated)

    def changed(self, view: QWidget, number: int | None) -> None:
        """The message at this place, if it is there, reads otherwise."""
        if number is not None:
            self._tell(view, number, QAccessible.Event.NameChanged, QAccessible.Event.DescriptionChanged)

    def _tell(self, view: QWidget, number: int, *kinds: QAccessible.Event) -> None:
        if not QAccessible.isActive():
            return
        for kind in kinds:
            event = QAccessibleEvent(view, kind)
            event.setChild(number)
            QAccessible.updateAccessibility(event)

    def _speak(self, view: QWidget, text: str) -> None:
        if text:
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(view, text))


@cache
def install() -> None:
    """Tells Qt about the interfaces; must come before the first view is made."""
    QAccessible.installFactory(_interface)


def _interface(_class_name: str, source: QObject | None) -> QAccessibleInterface | None:
    make = getattr(source, "message_list_interface", None)
    return make() if callable(make) else None
