"""The keyboard: pages, ends, messages, and the menu of the current message."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QWidget

from desktop.ui.message_view.stage import Stage


class Reader(Protocol):
    """What the keys do."""

    def scroll_by(self, distance: int) -> None: ...
    def jump_to_end(self) -> None: ...
    def scroll_to_message(self, message_id: int) -> None: ...
    def copy_selection(self) -> None: ...
    def select_all(self) -> None: ...
    def open_current_menu(self) -> None: ...
    def delete_current(self) -> bool: ...
    def slide(self, direction: int) -> bool: ...
    def viewport(self) -> QWidget: ...
    def hasFocus(self) -> bool: ...


class Navigation:
    """Knows the current message, and what each key does."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._message_id: int | None = None
        self._visible = False

    def focus(self, *, by_keyboard: bool) -> None:
        """The view got the focus."""
        self._visible = by_keyboard
        if by_keyboard:
            self._message_id = self._last_seen()

    def shows(self, number: int, reader: Reader) -> bool:
        """True if the message is marked as the current one."""
        if not self._visible or self._message_id is None or not reader.hasFocus():
            return False
        return self._stage.conversation.index_of(self._message_id) == number

    def shown(self, reader: Reader) -> int | None:
        """The id of the message that is marked as the current one."""
        return self._message_id if self._visible and reader.hasFocus() else None

    def current(self) -> int | None:
        """The number of the current message: the last one on the screen if none was chosen."""
        index_of = self._stage.conversation.index_of
        number = index_of(self._message_id) if self._message_id is not None else None
        if number is None and (last := self._last_seen()) is not None:
            number = index_of(last)
        return number

    def _last_seen(self) -> int | None:
        placed = self._stage.scroller.placed
        return self._stage.conversation.items[placed[-1].message].id if placed else None

    def press(self, event: QKeyEvent, reader: Reader) -> bool:
        """Does what a key asks; False if it is not one of ours."""
        before = (self._message_id, self._visible)
        done = self._do(event, reader)
        if before != (self._message_id, self._visible):
            reader.viewport().update()
        return done

    def _do(self, event: QKeyEvent, reader: Reader) -> bool:
        if event.matches(QKeySequence.StandardKey.Copy):
            reader.copy_selection()
        elif event.matches(QKeySequence.StandardKey.SelectAll):
            reader.select_all()
        elif event.modifiers() & (Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier):
            return False
        else:
            return self._move(event, reader)
        return True

    def _move(self, event: QKeyEvent, reader: Reader) -> bool:
        key = event.key()
        page = max(1, self._stage.height - self._stage.conversation.style.px(44))
        shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if key == Qt.Key.Key_PageDown or (key == Qt.Key.Key_Space and not shift):
            reader.scroll_by(page)
        elif key in {Qt.Key.Key_PageUp, Qt.Key.Key_Space}:
            reader.scroll_by(-page)
        elif key == Qt.Key.Key_Home:
            self._go_to(0, reader)
        elif key == Qt.Key.Key_End:
            self._message_id = None
            reader.jump_to_end()
        elif key == Qt.Key.Key_Down:
            self._step(1, reader)
        elif key == Qt.Key.Key_Up:
            self._step(-1, reader)
        elif key in {Qt.Key.Key_Left, Qt.Key.Key_Right}:
            return reader.slide(1 if key == Qt.Key.Key_Right else -1)
        elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Menu}:
            reader.open_current_menu()
        elif key == Qt.Key.Key_Delete:
            return reader.delete_current()
        else:
            return False
        return True

    def _go_to(self, number: int, reader: Reader) -> None:
        items = self._stage.conversation.items
        if 0 <= number < len(items):
            self._message_id = items[number].id
            self._visible = True
            reader.scroll_to_message(items[number].id)

    def _step(self, direction: int, reader: Reader) -> None:
        """To the next message, after the current one was read to its end."""
        current = self.current()
        if current is None:
            return
        place = self._stage.scroller.place_of(current)
        step = self._stage.conversation.style.px(66)
        height = self._stage.height
        if place is not None and direction > 0 and place[1] > height:
            reader.scroll_by(min(step, place[1] - height))
        elif place is not None and direction < 0 and place[0] < 0:
            reader.scroll_by(max(-step, place[0]))
        else:
            self._choose(current + direction, reader)

    def _choose(self, number: int, reader: Reader) -> None:
        items = self._stage.conversation.items
        if not 0 <= number < len(items):
            return
        self._message_id = items[number].id
        self._visible = True
        place = self._stage.scroller.place_of(number)
        height = self._stage.height
        if place is None or place[0] < 0 or place[1] > height:
            if place is not None and place[1] - place[0] <= height:
                reader.scroll_by(place[1] - height if place[1] > height else place[0])
            else:
                reader.scroll_to_message(items[number].id)
