"""What is told of answers beside the conversation: another try, an end in another chat, a key that is wanted."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject

from desktop.core.conversation import Chat, Status
from desktop.core.endpoints import Endpoint
from desktop.core.errors import KeyRefused
from desktop.core.open_chat import OpenChat
from desktop.services.api import Waiting
from desktop.services.turn import Turn
from desktop.ui.chat_controller import ChatController
from desktop.ui.notices import NoticeBar
from desktop.ui.shown_turns import ShownTurns
from desktop.ui.turn_controller import TurnController

ANSWERED_FOR_S = 8.0


class TurnNotices(QObject):
    """Between the turns and the notices. `title` is that of a chat, `enter_key` opens the form of an endpoint."""

    def __init__(
        self,
        *,
        turns: TurnController,
        shown_turns: ShownTurns,
        chats: ChatController,
        notices: NoticeBar,
        title: Callable[[int], str],
        enter_key: Callable[[str], object],
    ) -> None:
        super().__init__()
        self._turns = turns
        self._chats = chats
        self._notices = notices
        self._title = title
        self._enter_key = enter_key
        turns.waits.connect(self._waits)
        turns.began.connect(self._began)
        turns.ended.connect(self._ended)
        shown_turns.answered_elsewhere.connect(self._answered_elsewhere)
        chats.opened.connect(self._opened)

    def _waits(self, chat_id: int, waiting: Waiting) -> None:
        text = self.tr("{reason} Trying again in {seconds} s ({attempt} of {of}).").format(
            reason=waiting.reason, seconds=round(waiting.delay_s), attempt=waiting.attempt, of=waiting.of
        )
        self._notices.show_notice(
            text if chat_id == self._chats.chat.id else f"“{self._title(chat_id)}”: {text}",
            kind="warn",
            actions=[(self.tr("Stop"), lambda: self._turns.stop(chat_id))],
            key=f"waits {chat_id}",
        )

    def _began(self, chat_id: int, turn: Turn) -> None:
        self._notices.dismiss_key(f"waits {chat_id}")
        self._notices.dismiss_key(_key_notice(turn.question.endpoint))

    def _ended(self, chat_id: int, turn: Turn) -> None:
        self._notices.dismiss_key(f"waits {chat_id}")
        if isinstance(turn.error, KeyRefused):
            self._ask_for_key(turn.question.endpoint)

    def _ask_for_key(self, endpoint: Endpoint) -> None:
        self._notices.show_notice(
            self.tr("{endpoint} wants a key that it accepts.").format(endpoint=endpoint.name),
            kind="warn",
            actions=[(self.tr("Enter the key"), lambda: self._enter_key(endpoint.id))],
            key=_key_notice(endpoint),
        )

    def _answered_elsewhere(self, chat: Chat, turn: Turn) -> None:
        failed = turn.status is Status.FAILED
        text = self.tr("“{title}” has no answer.") if failed else self.tr("“{title}” has its answer.")
        self._notices.show_notice(
            text.format(title=chat.title),
            turn.error.text if turn.error else "",
            kind="warn" if failed else "info",
            actions=[(self.tr("Show"), lambda: self._chats.open(chat.id))],
            timeout_s=ANSWERED_FOR_S,
            key=f"answered {chat.id}",
        )

    def _opened(self, opened: OpenChat) -> None:
        self._notices.dismiss_key(f"answered {opened.chat.id}")


def _key_notice(endpoint: Endpoint) -> str:
    return f"key {endpoint.id}"
