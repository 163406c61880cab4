"""Links and files that come from outside: by the command line, by a second start, from the system.

One after the other, and none while a dialog is open: what the user does there is not disturbed. A link never sends
anything, and never takes away what the user has written.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from desktop.core.conversation import NEW_CHAT_ID
from desktop.core.endpoints import Model, ModelRef
from desktop.core.errors import UserError
from desktop.core.links import ChatLink, EndpointLink, NewChatLink, is_link, parse_link
from desktop.ui.controllers import Controllers
from desktop.ui.modal_card import open_dialog
from desktop.ui.sources import take_files

MOST_LINKS = 20  # that wait; a page that sends more means no good
SYSTEM_PROMPT = "system_prompt"
SYSTEM_PROMPT_NOTICE = "system prompt of a link"


class Arrivals(QObject):
    """Does what links ask for, and attaches files."""

    def __init__(self, controllers: Controllers, *, new_chat: Callable[[], object]) -> None:
        super().__init__()
        self._window = controllers.window
        self._chats = controllers.chats
        self._models = controllers.models
        self._book = controllers.book
        self._settings = controllers.settings
        self._services = controllers.services
        self._notices = controllers.notices
        self._tasks = controllers.background
        self._new_chat = new_chat
        self._waiting: deque[str | list[Path]] = deque()
        self._is_working = False
        self._chats.opened.connect(lambda _opened: self._notices.dismiss_key(SYSTEM_PROMPT_NOTICE))

    def open(self, items: Sequence[str]) -> None:
        """Opens links and absolute paths in their order, as soon as nothing is in the way."""
        for item in items:
            self._put(item)
        if self._waiting and not self._is_working:
            self._is_working = True
            self._tasks.start(self._work())

    def _put(self, item: str) -> None:
        if not is_link(item):  # files that come together are attached together, and many are asked about once
            if not (self._waiting and isinstance(self._waiting[-1], list)):
                self._waiting.append([])
            files = self._waiting[-1]
            assert isinstance(files, list)
            files.append(Path(item))
        elif len(self._waiting) < MOST_LINKS:
            self._waiting.append(item)
        else:
            self._notices.show_error(UserError(self.tr("Too many links came at once; the last ones were left out.")))

    async def _work(self) -> None:
        try:
            while self._waiting:
                await self._chats.settled()
                await _no_dialog(self._window)
                await self._open(self._waiting.popleft())
        finally:
            self._is_working = False

    async def _open(self, item: str | list[Path]) -> None:
        if isinstance(item, list):
            self._window.composer.take(take_files(item))
            return
        try:
            link = parse_link(item)
            match link:
                case ChatLink():
                    await self._open_chat(link.chat_id)
                case NewChatLink():
                    await self._begin_chat(link)
                case EndpointLink():
                    self._settings.propose_endpoint(link)
        except UserError as error:
            self._notices.show_error(error)

    async def _open_chat(self, chat_id: int) -> None:
        if chat_id not in [chat.id for chat in await self._services.store.chats()]:
            raise UserError(self.tr("The chat that the link names is not here."))
        if chat_id != self._chats.chat.id:
            self._leave_then(lambda: self._chats.open(chat_id))

    async def _begin_chat(self, link: NewChatLink) -> None:
        known = await self._known(link)
        if self._chats.chat.id == NEW_CHAT_ID:
            self._fill(link, known)
        else:
            self._leave_then(lambda: self._fill(link, known))

    def _leave_then(self, act: Callable[[], object]) -> None:
        """A question that is being changed would be lost: the user says when to go."""
        if not self._chats.is_editing:
            act()
            return
        self._notices.show_notice(
            self.tr("A link wants to open another chat."),
            self.tr("You are changing a question; the change would be lost."),
            kind="warn",
            actions=[(self.tr("Open it"), act)],
        )

    def _fill(self, link: NewChatLink, known: Model | None) -> None:
        """Prepares an empty chat. One that is on the screen already keeps what stands in it."""
        if self._chats.chat.id != NEW_CHAT_ID:
            self._new_chat()
        if known is not None:
            self._models.picked.emit(ModelRef(known.endpoint_id, known.id))  # for this chat, not as the user's habit
        if link.system:
            self._set_system_prompt(link.system)
        self._window.composer.add_text(link.prompt)
        self._window.composer.focus()
        if known is None and (link.model or link.endpoint):
            wanted = link.model or link.endpoint
            self._notices.show_notice(
                self.tr("“{model}”, which the link names, is not among your models.").format(model=wanted),
                self.tr("Yours stays chosen."),
                key="model of a link",
            )

    def _set_system_prompt(self, text: str) -> None:
        """Where it can be read: a hidden one could turn the answers to anybody's ends."""
        panel = self._window.parameter_panel
        before = self._chats.chat.parameters.get(SYSTEM_PROMPT)
        panel.change_to({**self._chats.chat.parameters, SYSTEM_PROMPT: text})
        if not self._window.columns.narrow:
            self._window.columns.show_right(True)
        self._notices.show_notice(
            self.tr("The link brought a system prompt. It stands in the parameters."),
            text if len(text) < 300 else f"{text[:300]}…",
            kind="warn",
            actions=[(self.tr("Remove it"), lambda: self._put_system_prompt_back(before))],
            key=SYSTEM_PROMPT_NOTICE,
        )

    def _put_system_prompt_back(self, before: Any) -> None:
        """Only the prompt: what else was set since then stays."""
        others = {key: value for key, value in self._chats.chat.parameters.items() if key != SYSTEM_PROMPT}
        self._window.parameter_panel.change_to(others if before is None else {**others, SYSTEM_PROMPT: before})

    async def _known(self, link: NewChatLink) -> Model | None:
        """The model that a link names, if the user has it; of several the one at the chat's own endpoint."""
        if not (link.model or link.endpoint):
            return None
        catalogue = self._services.catalogue
        if not catalogue.models():
            await catalogue.load()
        models = [*catalogue.models(), *self._services.local_model.models()]
        current = self._chats.model
        fitting = [
            model
            for model in models
            if (model.id == link.model or not link.model) and link.endpoint in ("", model.endpoint_id)
        ]
        own = [model for model in fitting if model.endpoint_id == current.endpoint_id]
        return next(iter([model for model in own if model.id == current.model] + own + fitting), None)


async def _no_dialog(window: QWidget) -> None:
    """Returns when no dialog is open."""
    while (dialog := open_dialog(window)) is not None:
        closed = asyncio.Event()
        dialog.finished.connect(lambda _result, closed=closed: closed.set())
        await closed.wait()
