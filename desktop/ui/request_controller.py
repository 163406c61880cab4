"""Shows what would be sent and what was, and copies it as a program. The key itself never comes here."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication

from desktop.core.comparison import variants
from desktop.core.conversation import Message, PicturePart, Role
from desktop.services.keys import Keys
from desktop.services.stages import ANSWER, DRAFT, THINK
from desktop.services.store import Store
from desktop.ui.chat_controller import ChatController
from desktop.ui.icons import Icons
from desktop.ui.main_window import MainWindow
from desktop.ui.message_view.menu import COPY_REQUEST, SHOW_REQUEST
from desktop.ui.notices import NoticeBar
from desktop.ui.tasks import Tasks

if TYPE_CHECKING:  # imported when a request is first looked at
    from desktop.core.snippets import Language
    from desktop.services.previews import Preview, Previews
    from desktop.ui.request_card import RequestCard

LANGUAGE = "snippet_language"
COPIED = "request copied"
COPIED_SHOWN_S = 4.0
DRAFT_ID = 2**62  # of a question that is not stored yet
ANSWER_STAGES = frozenset({DRAFT, THINK, ANSWER})


class RequestController(QObject):
    """Between what makes previews, the chat on the screen, and the card that shows them."""

    def __init__(
        self,
        *,
        store: Store,
        keys: Keys,
        previews: Callable[[], Previews],
        chats: ChatController,
        picture_path: Callable[[str], Path],
        icons: Icons,
        window: MainWindow,
        notices: NoticeBar,
        saving: Tasks,
    ) -> None:
        super().__init__()
        self._store = store
        self._keys = keys
        self._make_previews = previews
        self._chats = chats
        self._icons = icons
        self._window = window
        self._notices = notices
        self._picture_path = picture_path
        self._saving = saving
        self._tasks = Tasks(notices.show_error)
        self._card: RequestCard | None = None
        window.parameter_panel.request_wanted.connect(self.show)
        window.parameter_panel.copy_wanted.connect(self.open_menu)
        window.message_view.action_requested.connect(self._act)

    def show(self) -> None:
        """Shows what Send would send now, or what asking the last question again would."""
        self._tasks.start(self._show(None))

    def open_menu(self) -> None:
        """Opens the menu of languages at the button that asks for it."""
        from desktop.ui.snippet_menu import language_menu

        button = self._window.parameter_panel.copy_button
        if button is None:
            return
        menu = language_menu(button, self.tr("Copy as"), lambda chosen: self._tasks.start(self._copy(chosen, None)))
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(button.mapToGlobal(button.rect().bottomLeft()))

    async def shut_down(self) -> None:
        """Ends what still runs."""
        await self._tasks.cancel()

    def _act(self, action: str, message_id: int) -> None:
        from desktop.core.snippets import language

        if action == SHOW_REQUEST:
            self._tasks.start(self._show(message_id))
        elif action.startswith(f"{COPY_REQUEST} "):
            self._tasks.start(self._copy(language(action.rpartition(" ")[2]), message_id))

    async def _show(self, message_id: int | None) -> None:
        from desktop.ui.request_text import request_text

        previews = await self._make(message_id)
        texts = [await asyncio.to_thread(request_text, preview) for preview in previews]
        card = self._made_card()
        card.copy_button.show_language(self._language())
        card.show_previews(previews, texts, [self._keys.hint(preview.call.endpoint.id) for preview in previews])

    def _made_card(self) -> RequestCard:
        if self._card is None:
            from desktop.ui.request_card import RequestCard

            self._card = RequestCard(self._icons, self._window)
            self._card.copy_wanted.connect(self._copy_from_card)
            self._card.picture_opened.connect(self._open_picture)
        return self._card

    async def _copy(self, chosen: Language, message_id: int | None) -> None:
        """Copies the answer's request, which is the last one."""
        previews = await self._make(message_id)
        self._put(chosen, previews[-1])
        self._notices.show_notice(
            self.tr("The request was copied as {language}.").format(language=chosen.label),
            self.tr("The key is read from the environment: {variable}").format(variable=previews[-1].wire.key_variable)
            if previews[-1].wire.needs_key
            else "",
            timeout_s=COPIED_SHOWN_S,
            key=COPIED,
        )

    def _copy_from_card(self, chosen: Language, preview: Preview) -> None:
        self._put(chosen, preview)
        if self._card is not None:
            self._card.copy_button.show_language(chosen)
            self._card.copy_button.show_copied()

    def _put(self, chosen: Language, preview: Preview) -> None:
        from desktop.services.snippets import snippet_text

        QGuiApplication.clipboard().setText(snippet_text(chosen, preview.wire))
        self._saving.start(self._store.remember(LANGUAGE, chosen.id))

    def _language(self) -> Language:
        from desktop.core.snippets import language

        return language(self._store.remembered(LANGUAGE, ""))

    def _open_picture(self, picture: PicturePart) -> None:
        from desktop.ui.picture_card import PictureCard
        from desktop.ui.picture_files import PictureFiles

        files = PictureFiles(self._picture_path, self._window)
        card = PictureCard(self._icons.theme, self._icons, files, self._window)
        card.finished.connect(files.deleteLater)
        card.finished.connect(card.deleteLater)
        card.show_pictures([picture], 0)

    async def _make(self, message_id: int | None) -> list[Preview]:
        chat = self._chats.chat
        if message_id is not None:
            asked = await self._of_answer(message_id)
            if asked:
                return asked
        messages = await self._to_send() if message_id is None else await self._line_to(self._question_of(message_id))
        return [preview for way in variants(chat) for preview in await self._make_previews().of_question(way, messages)]

    async def _of_answer(self, message_id: int) -> list[Preview]:
        """What an answer was asked with; nothing for a question."""
        opened = self._chats.open_chat
        runs = [run for run in opened.runs_of(message_id) if run.stage in ANSWER_STAGES]
        if opened.heads[message_id].role is not Role.ASSISTANT or not runs:
            return []
        [answer] = await self._store.messages([message_id])
        messages = await self._line_to(opened.heads[message_id].parent_id)
        return await self._make_previews().of_answer(opened.chat, messages, answer, runs)

    async def _to_send(self) -> list[Message]:
        """The chat's line with what stands in the composer; if that is nothing, up to the last question."""
        draft, parent_id = self._chats.unsent()
        if not draft:
            return await self._line_to(self._chats.open_chat.last(Role.USER))
        line = await self._line_to(parent_id)
        return [*line, Message(DRAFT_ID, self._chats.chat.id, parent_id, Role.USER, draft.parts)]

    def _question_of(self, message_id: int) -> int | None:
        head = self._chats.open_chat.heads[message_id]
        return message_id if head.role is Role.USER else head.parent_id

    async def _line_to(self, message_id: int | None) -> list[Message]:
        if message_id is None:
            return []
        return await self._store.messages(await self._store.line(message_id))
