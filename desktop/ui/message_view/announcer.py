"""Tells assistive technology what changes by itself: sentences that arrive, messages that come, go, begin and end."""

from __future__ import annotations

import re

from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QAccessibleEvent,
    QAccessibleStateChangeEvent,
)
from PySide6.QtWidgets import QWidget

from desktop.ui.message_view.accessibility import ListInterface
from desktop.ui.message_view.item import Item
from desktop.ui.message_view.items import Items
from desktop.ui.message_view.readable import readable

MOST_TOLD = 50  # messages of which news are told at once: another chat may have thousands
_SENTENCES = re.compile(r".*(?:[.!?…:](?=\s)|[。！？\n])", re.DOTALL)


class Announcer:
    """Speaks finished sentences of an arriving answer, never single tokens, and each once."""

    def __init__(self, view: QWidget) -> None:
        self._view = view
        self._unspoken: dict[int, str] = {}
        self._focused: int | None = None

    def feed(self, message_id: int, text: str) -> None:
        """More text of an answer."""
        if not QAccessible.isActive() or not text:
            return
        unspoken = self._unspoken.get(message_id, "") + text
        match = _SENTENCES.match(unspoken)
        if match:
            self._speak(match[0])
            unspoken = unspoken[match.end() :]
        self._unspoken[message_id] = unspoken

    def replacing(self, before: Items, after: Items) -> None:
        """Other messages are about to be shown: tells which go, while they can still be named."""
        if not QAccessible.isActive():
            return
        stay = set(after.ids)
        gone = [number for number, message_id in enumerate(before.ids) if message_id not in stay]
        for number in gone[-1 : -MOST_TOLD - 1 : -1]:
            self._tell(number, QAccessible.Event.ObjectDestroyed)

    def replaced(self, before: Items, after: Items) -> None:
        """Other messages are shown: tells which are new, and which are others."""
        arriving = {after.ids[number] for number in after.streaming}
        for message_id in [each for each in self._unspoken if each not in arriving]:
            self._finish(message_id, is_here=message_id in after.ids)
        if not QAccessible.isActive():
            return
        known = {message_id: number for number, message_id in enumerate(before.ids)}
        for number in range(len(after))[-MOST_TOLD:]:
            item = after[number]
            if item.id not in known:
                self.appeared(number)
            elif item != (old := before[known[item.id]]):
                self.changed(number, old, item)

    def appeared(self, number: int) -> None:
        """The message at this place is new."""
        self._tell(number, QAccessible.Event.ObjectCreated)

    def changed(self, number: int, before: Item, after: Item) -> None:
        """The message at this place is another one."""
        if not after.streaming:
            self._finish(after.id, is_here=True)
        if not QAccessible.isActive():
            return
        if before.streaming != after.streaming:
            state = QAccessible.State()
            state.busy = True
            self._send(number, QAccessibleStateChangeEvent(self._view, state))
        self.reads_otherwise(number, after.id)

    def reads_otherwise(self, number: int, message_id: int) -> None:
        """The texts of the message at this place have changed, and maybe what can be acted on in it."""
        if not QAccessible.isActive():
            return
        self._tell(number, QAccessible.Event.NameChanged)
        self._tell(number, QAccessible.Event.DescriptionChanged)
        tree = QAccessible.queryAccessibleInterface(self._view)
        if isinstance(tree, ListInterface):
            tree.item(message_id).refresh_if_known()

    def moved_to(self, number: int | None) -> None:
        """The keyboard has chosen the message at this place."""
        if number != self._focused and number is not None:
            self._tell(number, QAccessible.Event.Focus)
        self._focused = number

    def _finish(self, message_id: int, *, is_here: bool) -> None:
        rest = self._unspoken.pop(message_id, "")
        if is_here:
            self._speak(rest)

    def _tell(self, number: int, kind: QAccessible.Event) -> None:
        if QAccessible.isActive():
            self._send(number, QAccessibleEvent(self._view, kind))

    def _send(self, number: int, event: QAccessibleEvent) -> None:
        event.setChild(number)
        QAccessible.updateAccessibility(event)

    def _speak(self, markdown: str) -> None:
        text = readable(markdown.strip())
        if text and QAccessible.isActive():
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self._view, text))
