"""The conversation for assistive technology: a list, each message an item.

An item's name is "Author: first line", its description the visible text, its children what can be acted on. Who asks
for a text that is still in the store is told of it when it has come. Qt deletes interfaces when it likes, so Python
never may: all are kept until the program ends, and know the view only weakly. `interface_cast` is never overridden,
because a walk over an overridden one crashes.
"""

from __future__ import annotations

import weakref
from functools import cache
from typing import Protocol

import shiboken6
from PySide6.QtCore import QObject, QPoint, QRect
from PySide6.QtGui import QAccessible, QAccessibleInterface, QWindow
from PySide6.QtWidgets import QWidget

from desktop.ui.message_view.accessible_item import NO_INTERFACE, NO_OBJECT, NO_WINDOW, ItemInterface
from desktop.ui.message_view.accessible_parts import Part, parts_of
from desktop.ui.message_view.item import Item
from desktop.ui.message_view.readable import readable
from desktop.ui.message_view.sources_row import source_name
from desktop.ui.message_view.stage import Stage
from desktop.ui.message_view.words import Words

LONGEST_DESCRIPTION = 20_000


class Spoken(Protocol):
    """What the interfaces ask of the view."""

    stage: Stage

    def message_list_interface(self) -> ListInterface:
        """The view's own interface."""

    def viewport(self) -> QWidget:
        """Where the rows are painted."""

    def want_text(self, message_id: int) -> None:
        """Has the store bring a text, if it was not asked for yet."""

    def current_message(self) -> int | None:
        """The message that the keyboard has chosen."""

    def press_part(self, message_id: int, part: Part) -> None:
        """Does what a click on it does."""


def description_of(item: Item) -> str:
    """What can be read of a message: its text, and how it ended."""
    text = (item.text or "")[:LONGEST_DESCRIPTION]
    return "\n\n".join(part for part in (text if item.asks else readable(text), _sources(item), item.notice) if part)


def _sources(item: Item) -> str:
    names = "; ".join(f"{number} {source_name(source)}" for number, source in enumerate(item.sources, 1))
    return Words().sources(names) if names else ""


def name_of(item: Item, author: str) -> str:
    """The author and the first line."""
    text = description_of(item).strip()
    line = text.split("\n", 1)[0].strip() if text else ""
    return f"{author}: {line}" if line else author


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

    def focusChild(self) -> QAccessibleInterface:
        view = self._view
        message_id = view.current_message() if view is not None else None
        return self.item(message_id) if message_id is not None else NO_INTERFACE

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
        item = view.stage.conversation.items[number]
        state.readOnly = True
        state.focusable = True
        state.focused = view.current_message() == item.id
        state.busy = item.streaming
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
        if item.unread and kind in {QAccessible.Text.Name, QAccessible.Text.Description}:
            view.want_text(item.id)
        if kind is QAccessible.Text.Name:
            return name_of(item, conversation.style.words.you() if item.asks else item.author)
        if kind is QAccessible.Text.Description:
            return description_of(item)
        return f"message_{item.id}" if kind is QAccessible.Text.Identifier else ""

    def parts_state(self, number: int | None) -> tuple[Item, bool | None] | None:
        """What the parts of a message depend on."""
        view = self._view
        if number is None or view is None:
            return None
        item = view.stage.conversation.items[number]
        return item, view.stage.conversation.thinking_opened(item.id)

    def parts_of(self, number: int | None) -> tuple[list[Part], tuple[Item, bool | None] | None]:
        """What can be acted on in a message, and what that depends on."""
        view = self._view
        if number is None or view is None:
            return [], None
        conversation = view.stage.conversation
        item = conversation.items[number]
        if item.unread:
            view.want_text(item.id)
        parts = parts_of(item, conversation.rows_aside(number), conversation.style.words)
        return parts, self.parts_state(number)

    def rect_of_part(self, number: int, part: Part) -> QRect:
        """Where a part of a message is on the screen: a button's own place, the row of all else."""
        view = self._view
        if view is None:
            return QRect()
        for placed in view.stage.scroller.placed:
            if placed.message == number and placed.row.key == part.key[0]:
                targets = [target for target in placed.row.targets() if target.action == part.action]
                rect = view.stage.target_rect(placed, targets[0]) if targets else view.stage.rect_of(placed.row)
                return QRect(view.viewport().mapToGlobal(rect.topLeft()), rect.size())
        return QRect()

    def press(self, message_id: int, part: Part) -> None:
        """Does what a click on a part does."""
        if (view := self._view) is not None:
            view.press_part(message_id, part)

    def widget(self) -> QWidget:
        """The widget that parts belong to, as far as Qt needs one."""
        view = self._view
        assert view is not None
        return view.viewport()


@cache
def _kept() -> list[ListInterface]:
    """Every interface ever made."""
    return []


@cache
def install() -> None:
    """Tells Qt about the interfaces; must come before the first view is made."""
    QAccessible.installFactory(_interface)


def _interface(_class_name: str, source: QObject | None) -> QAccessibleInterface | None:
    make = getattr(source, "message_list_interface", None)
    return make() if callable(make) else None
