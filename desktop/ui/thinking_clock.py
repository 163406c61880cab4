"""What the thinking of an arriving answer takes is counted on the screen, once a second and not for each token."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal

from desktop.ui.chat_controller import ChatController
from desktop.ui.line_items import LineItems
from desktop.ui.message_view import MessageView
from desktop.ui.turn_controller import TurnController

TICK_MS = 1000


class ThinkingClock(QObject):
    """Ticks only while an answer arrives on the screen."""

    told = Signal(int, str)  # message id, what its thinking takes

    def __init__(self, chats: ChatController, turns: TurnController, items: LineItems, view: MessageView) -> None:
        super().__init__()
        self._chats = chats
        self._turns = turns
        self._items = items
        self._view = view
        self._timer = QTimer(self, interval=TICK_MS)
        self._timer.timeout.connect(self._tick)
        for changed in (turns.began, turns.ended, chats.opened):
            changed.connect(self._start_or_stop)

    def _start_or_stop(self) -> None:
        if not self._turns.turns(self._chats.chat.id):
            self._timer.stop()
        elif not self._timer.isActive():
            self._timer.start()

    def _tick(self) -> None:
        chat, turns = self._chats.open_chat, self._turns.turns(self._chats.chat.id)
        for message_id in [message.id for turn in turns for message in turn.messages]:
            if message_id in chat.heads:
                caption = self._items.thinking_caption(chat, message_id, turns)
                self._view.tell_thinking(message_id, caption)
                self.told.emit(message_id, caption)
