"""Calls of tools on the screen: answered by hand, or by a listed command once the user has said yes."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from desktop.core.conversation import Chat, Message, Role, Status, ToolCallPart, ToolResultPart
from desktop.core.tool_commands import ToolCommand
from desktop.core.tools import Tools, always_allowed, tools_of, with_tools
from desktop.services.endpoint_book import EndpointBook
from desktop.services.store import Store
from desktop.services.turn import Turn
from desktop.ui.chat_controller import ChatController
from desktop.ui.icons import Icons
from desktop.ui.line_items import LineItems
from desktop.ui.message_view import MessageView
from desktop.ui.message_view.call_row import ANSWER_CALL, STOP_CALL
from desktop.ui.notices import NoticeBar
from desktop.ui.parameter_panel import ParameterPanel
from desktop.ui.tasks import Tasks
from desktop.ui.theme import Theme
from desktop.ui.turn_controller import ToolResult, TurnController

MOST_ROUNDS = 25  # in which commands answer without being asked, before the user has a look

CallKey = tuple[int, str]  # id of the message, id of the call


class ToolController(QObject):
    """Between the cards under an answer, the commands, and the turns that go on with what they give."""

    def __init__(
        self,
        *,
        theme: Theme,
        icons: Icons,
        store: Store,
        book: EndpointBook,
        chats: ChatController,
        turns: TurnController,
        items: LineItems,
        view: MessageView,
        panel: ParameterPanel,
        notices: NoticeBar,
        window: QWidget,
    ) -> None:
        super().__init__()
        self._theme = theme
        self._icons = icons
        self._store = store
        self._book = book
        self._chats = chats
        self._turns = turns
        self._items = items
        self._window = window
        self._panel = panel
        self._notices = notices
        self._tasks = Tasks(notices.show_error)
        self._running: dict[CallKey, asyncio.Task[Any]] = {}
        self._rounds: dict[int, int] = {}  # by chat, since the user's last word
        view.action_requested.connect(self._act)
        panel.tools_requested.connect(self.open_tools)
        chats.opened.connect(self._show_count)
        turns.asked.connect(self._asked)
        turns.ended.connect(self._ended)

    async def shut_down(self) -> None:
        """Ends every command."""
        await self._tasks.cancel()

    def open_tools(self) -> None:
        """Opens the card in which the chat is given tools."""
        from desktop.ui.tools_card import ToolsCard

        card = ToolsCard(self._theme, self._icons, self._window, tools_of(self._chats.chat.features))
        card.changed.connect(self._change)
        card.open()

    def _change(self, tools: Tools) -> None:
        """What commands may do without asking is not the card's to change."""
        now = tools_of(self._chats.chat.features)
        always = tuple(each for each in now.always if each in {tool.name for tool in tools.tools})
        self._chats.change({"features": with_tools(self._chats.chat.features, replace(tools, always=always))})
        self._show_count()

    def _show_count(self) -> None:
        self._panel.show_tools(len(tools_of(self._chats.chat.features).enabled))

    def _act(self, action: str, message_id: int) -> None:
        if action.startswith(ANSWER_CALL):
            self._open(message_id, action.removeprefix(ANSWER_CALL))
        elif action.startswith(STOP_CALL):
            task = self._running.get((message_id, action.removeprefix(STOP_CALL)))
            if task is not None:
                task.cancel()

    def _open(self, message_id: int, call_id: str) -> None:
        from desktop.ui.tool_call_card import ToolCallCard

        message = self._chats.open_chat.messages.get(message_id)
        item = next((call for call in self._shown_calls(message_id) if call.id == call_id), None)
        call = next((call for call in message.tool_calls if call.id == call_id), None) if message else None
        if message is None or call is None or item is None:
            return
        command = self._book.settings.tool_command(call.name)
        card = ToolCallCard(self._theme, self._icons, self._window, item, command)
        chat = self._chats.chat
        card.answered.connect(lambda text: self._give(chat.id, message.id, [(_result(call), text)]))
        if command is not None:
            card.run_requested.connect(lambda always: self._say_yes(message, call, always=always))
        card.open()

    def _shown_calls(self, message_id: int) -> Sequence[Any]:
        chat = self._chats.open_chat
        return self._items.item(chat, message_id, self._turns.turns(chat.chat.id)).calls

    def _say_yes(self, message: Message, call: ToolCallPart, *, always: bool) -> None:
        chat = self._chats.chat
        if always:
            self._chats.change({"features": always_allowed(chat.features, call.name)})
        self._start(message, [call])

    def _asked(self, chat_id: int, message: Message) -> None:
        if message.role is Role.USER:
            self._rounds.pop(chat_id, None)

    def _ended(self, chat_id: int, turn: Turn) -> None:
        """Calls of tools that are always allowed are answered at once."""
        if turn.status is not Status.DONE or len(turn.messages) != 1:
            return
        chosen = self._chats.chat.features if chat_id == self._chats.chat.id else turn.question.call.chosen
        allowed = set(tools_of(chosen).always)
        calls = [call for call in turn.messages[0].tool_calls if call.name in allowed and self._command_of(call)]
        if not calls:
            return
        self._rounds[chat_id] = self._rounds.get(chat_id, 0) + 1
        if self._rounds[chat_id] <= MOST_ROUNDS:
            self._start(turn.messages[0], calls)
        else:
            text = self.tr("Commands have answered {count} times in a row. The next answer is yours.")
            self._notices.show_notice(text.format(count=MOST_ROUNDS), kind="warn", key=f"tools {chat_id}")

    def _command_of(self, call: ToolCallPart) -> ToolCommand | None:
        return self._book.settings.tool_command(call.name)

    def _start(self, message: Message, calls: Sequence[ToolCallPart]) -> None:
        """Runs the commands of some calls, all at once."""
        keys = [(message.id, call.id) for call in calls]
        if any(key in self._running for key in keys):
            return
        runs = [self._tasks.start(self._run(call)) for call in calls]
        for key, run in zip(keys, runs, strict=True):
            self._running[key] = run
            run.add_done_callback(partial(self._run_ended, message, key))  # also of one that is stopped unbegun
        self._items.running_calls.update(keys)
        self._show(message)
        self._tasks.start(self._gather(message, runs))

    async def _run(self, call: ToolCallPart) -> ToolResult | None:
        """What the command gives; nothing if the user stops it, or if there is none any more."""
        from desktop.services.tool_command import run_command

        command = self._command_of(call)
        if command is None:
            return None
        return _result(call, by=command.label), await run_command(command, call.arguments or "{}")

    def _run_ended(self, message: Message, key: CallKey, _run: asyncio.Task[Any]) -> None:
        self._running.pop(key, None)
        self._items.running_calls.discard(key)
        self._show(message)

    async def _gather(self, message: Message, runs: Sequence[asyncio.Task[Any]]) -> None:
        """Gives all results at once; one that failed is told by its own task, and its call still waits."""
        await asyncio.wait(runs)
        done = [run.result() for run in runs if not run.cancelled() and run.exception() is None]
        results = [result for result in done if result is not None]
        if results:
            self._give(message.chat_id, message.id, results)

    def _give(self, chat_id: int, message_id: int, results: Sequence[ToolResult]) -> None:
        self._tasks.start(self._give_to(chat_id, message_id, results))

    async def _give_to(self, chat_id: int, message_id: int, results: Sequence[ToolResult]) -> None:
        """With what the chat has chosen now, which the store may not know yet."""
        chat: Chat = self._chats.chat if chat_id == self._chats.chat.id else await self._store.chat(chat_id)
        self._turns.give_results(chat, message_id, results)

    def _show(self, message: Message) -> None:
        if message.chat_id == self._chats.chat.id:
            self._chats.refresh_message(message.id)


def _result(call: ToolCallPart, by: str = "") -> ToolResultPart:
    return ToolResultPart(call.id, call.name, by)
