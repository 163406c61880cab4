"""One message for assistive technology, and what can be acted on in it.

Parts are `QAccessibleWidget`s, because that class offers its actions from C++: `interface_cast` must not be overridden
in Python. They borrow the viewport for it, and answer everything else themselves. All answers are safe after the
message, or the whole view, is gone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QObject, QRect, QTimer
from PySide6.QtGui import (
    QAccessible,
    QAccessibleActionInterface,
    QAccessibleEvent,
    QAccessibleInterface,
    QAccessibleStateChangeEvent,
    QWindow,
)
from PySide6.QtWidgets import QAccessibleWidget, QWidget

from desktop.ui.message_view.accessible_parts import Key, Part
from desktop.ui.message_view.item import Item

if TYPE_CHECKING:
    from desktop.ui.message_view.accessibility import ListInterface

# Qt takes null pointers where its Python stubs know only objects.
NO_OBJECT = cast("QObject", None)
NO_WINDOW = cast("QWindow", None)
NO_INTERFACE = cast("QAccessibleInterface", None)


class ItemInterface(QAccessibleInterface):
    """One message."""

    def __init__(self, root: ListInterface, message_id: int) -> None:
        super().__init__()
        self._root = root
        self.message_id = message_id
        self._parts: list[Part] = []
        self._parts_of: tuple[Item, bool | None] | None = None  # what they were made from
        self._interfaces: dict[Key, PartInterface] = {}

    def isValid(self) -> bool:
        return self._root.isValid() and self.number is not None

    @property
    def number(self) -> int | None:
        """Where the message stands now."""
        return self._root.number_of(self.message_id)

    @property
    def parts(self) -> list[Part]:
        """What can be acted on."""
        if self._is_stale():
            self.refresh()
        return self._parts

    def object(self) -> QObject:
        return NO_OBJECT

    def window(self) -> QWindow:
        return NO_WINDOW

    def parent(self) -> QAccessibleInterface:
        return self._root

    def child(self, index: int) -> QAccessibleInterface:
        return self._interface(self.parts[index].key) if 0 <= index < len(self.parts) else NO_INTERFACE

    def childAt(self, x: int, y: int) -> QAccessibleInterface:
        found = (self._interface(part.key) for part in self.parts)
        return next((part for part in found if part.rect().contains(x, y)), NO_INTERFACE)

    def childCount(self) -> int:
        return len(self.parts)

    def indexOfChild(self, child: QAccessibleInterface) -> int:
        keys = [part.key for part in self._parts]
        return keys.index(child.key) if isinstance(child, PartInterface) and child.key in keys else -1

    def role(self) -> QAccessible.Role:
        return QAccessible.Role.ListItem

    def state(self) -> QAccessible.State:
        return self._root.state_of(self.number)

    def rect(self) -> QRect:
        number = self.number
        return self._root.rect_of(number) if number is not None else QRect()

    def text(self, kind: QAccessible.Text) -> str:
        number = self.number
        return self._root.text_of(number, kind) if number is not None else ""

    def setText(self, _kind: QAccessible.Text, _text: str) -> None:
        """The text is not the screen reader's to change."""

    def refresh(self) -> None:
        """Finds the parts anew; a reader that knows the old ones is told which come and go."""
        before, is_known = self._parts, self._parts_of is not None
        after, self._parts_of = self._root.parts_of(self.number)
        keys = {part.key for part in after}
        if is_known:
            for part in reversed(before):
                if part.key not in keys:
                    self._tell(part.key, QAccessible.Event.ObjectDestroyed)
        self._parts = after
        known = {part.key: part for part in before}
        for part in after if is_known else ():
            if part.key not in known:
                self._tell(part.key, QAccessible.Event.ObjectCreated)
            elif part != known[part.key]:
                self._tell_changes(known[part.key], part)

    def refresh_if_known(self) -> None:
        """The message is another one: tells a reader who has looked inside it."""
        if self._parts_of is not None and self._is_stale():
            self.refresh()

    def part(self, key: Key) -> Part | None:
        """A part that is still there."""
        return next((part for part in self._parts if part.key == key), None)

    def rect_of_part(self, key: Key) -> QRect:
        """Where a part is on the screen."""
        number, part = self.number, self.part(key)
        return self._root.rect_of_part(number, part) if number is not None and part is not None else QRect()

    def press(self, key: Key) -> None:
        """Does what a click on a part does, as soon as the reader has its answer."""
        QTimer.singleShot(0, lambda: self._press(key))

    def _press(self, key: Key) -> None:
        part = self.part(key)
        if part is not None and self.number is not None:
            self._root.press(self.message_id, part)

    def _is_stale(self) -> bool:
        state = self._root.parts_state(self.number)
        known = self._parts_of
        if state is None or known is None:
            return state is not known
        return state[0] is not known[0] or state[1] != known[1] or state[0].streaming

    def _interface(self, key: Key) -> PartInterface:
        if key not in self._interfaces:
            self._interfaces[key] = PartInterface(self, key, self._root.widget())
            QAccessible.registerAccessibleInterface(self._interfaces[key])
        return self._interfaces[key]

    def _tell(self, key: Key, kind: QAccessible.Event) -> None:
        QAccessible.updateAccessibility(QAccessibleEvent(self._interface(key), kind))

    def _tell_changes(self, before: Part, after: Part) -> None:
        if before.name != after.name:
            self._tell(after.key, QAccessible.Event.NameChanged)
        if before.description != after.description:
            self._tell(after.key, QAccessible.Event.DescriptionChanged)
        if before.opened != after.opened:
            changed = QAccessible.State()
            changed.expanded = changed.collapsed = True
            QAccessible.updateAccessibility(QAccessibleStateChangeEvent(self._interface(after.key), changed))


class PartInterface(QAccessibleWidget):
    """A button, link, picture or file in a message."""

    def __init__(self, item: ItemInterface, key: Key, viewport: QWidget) -> None:
        super().__init__(viewport, QAccessible.Role.Button)
        self._item = item
        self.key = key

    @property
    def _part(self) -> Part | None:
        return self._item.part(self.key) if self._item.isValid() else None

    def isValid(self) -> bool:
        return self._part is not None

    def object(self) -> QObject:
        return NO_OBJECT

    def window(self) -> QWindow:
        return NO_WINDOW

    def parent(self) -> QAccessibleInterface:
        return self._item

    def child(self, _index: int) -> QAccessibleInterface:
        return NO_INTERFACE

    def childAt(self, _x: int, _y: int) -> QAccessibleInterface:
        return NO_INTERFACE

    def childCount(self) -> int:
        return 0

    def indexOfChild(self, _child: QAccessibleInterface) -> int:
        return -1

    def focusChild(self) -> QAccessibleInterface:
        return NO_INTERFACE

    def role(self) -> QAccessible.Role:
        part = self._part
        return part.role if part is not None else QAccessible.Role.NoRole

    def state(self) -> QAccessible.State:
        part = self._part
        state = QAccessible.State()
        if part is None:
            state.invalid = True
            return state
        state.offscreen = self.rect().isNull()
        state.linked = bool(part.address)
        if part.opened is not None:
            state.expandable = True
            state.expanded, state.collapsed = part.opened, not part.opened
        return state

    def rect(self) -> QRect:
        return self._item.rect_of_part(self.key)

    def text(self, kind: QAccessible.Text) -> str:
        part = self._part
        if part is None:
            return ""
        if kind is QAccessible.Text.Name:
            return part.name
        if kind is QAccessible.Text.Description:
            return part.description
        (section, row), action, number = self.key
        identifier = f"message_{self._item.message_id}_{section}_{row}_{action}_{number}"
        return identifier if kind is QAccessible.Text.Identifier else ""

    def setText(self, _kind: QAccessible.Text, _text: str) -> None:
        """Nothing to change here."""

    def actionNames(self) -> list[str]:
        part = self._part
        return [QAccessibleActionInterface.pressAction()] if part is not None and part.action else []

    def doAction(self, name: str) -> None:
        if name == QAccessibleActionInterface.pressAction():
            self._item.press(self.key)

    def keyBindingsForAction(self, _name: str) -> list[str]:
        return []
