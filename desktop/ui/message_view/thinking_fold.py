"""When the thinking of an answer is folded away, and when it stays."""

from __future__ import annotations

from desktop.ui.message_view.conversation import Conversation
from desktop.ui.message_view.item import Item
from desktop.ui.message_view.scrolling import Scroller


class ThinkingFold:
    """Keeps open what somebody reads."""

    def __init__(self, conversation: Conversation, scroller: Scroller) -> None:
        self.folds = True  # when the answer begins
        self._conversation = conversation
        self._scroller = scroller

    def answer_begins(self, message_id: int) -> None:
        """Thinking folds when the answer begins, but not under the eyes of someone who scrolled up to read it."""
        number = self._conversation.index_of(message_id)
        if number is None or (self._scroller.follow and self.folds):
            return
        message = self._conversation.message(number)
        is_read = not self._scroller.follow and self._scroller.place_of(number) is not None
        if message.thinks and message.opened is None and (is_read or not self.folds):
            self._conversation.open_thinking(message_id, opened=True)

    def answer_is_asked_for(self, item: Item) -> None:
        """The same where another model has thought and the answer is asked for now."""
        if item.streaming and item.thought_length and not item.thinks_first:
            self.answer_begins(item.id)

    def toggle(self, number: int, message_id: int) -> None:
        """Unfolds or folds it; what stands at the top of the screen stays there."""
        place = self._scroller.place_of(number)
        if self._scroller.follow and place is not None and place[0] >= 0:
            self._scroller.follow = False
        opened = not self._conversation.message(number).thinking_open
        self._conversation.open_thinking(message_id, opened=opened)
