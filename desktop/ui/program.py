"""The running program: how it begins and ends, and what connects its controllers.

The window is shown first and completed afterwards: what the first answer needs is imported and read behind it, so
that nobody waits for it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal

from desktop.core.conversation import NEW_CHAT_ID, Chat, Status
from desktop.core.endpoints import LOCAL_ENDPOINT_ID, ModelRef
from desktop.core.errors import UserError
from desktop.core.open_chat import OpenChat
from desktop.services.api import preload
from desktop.services.bundle import Services
from desktop.services.endpoint_book import EndpointBook
from desktop.services.turn import Turn
from desktop.ui.actions import Actions
from desktop.ui.controllers import Controllers
from desktop.ui.drop_area import DropArea
from desktop.ui.instance import Instance
from desktop.ui.main_window import WINDOW_STATE, MainWindow
from desktop.ui.theme import Theme

if TYPE_CHECKING:
    from desktop.ui.arrivals import Arrivals

CLEANED_AFTER_S = 20.0
LAST_CHAT = "last_chat"
UNSAVED = "unsaved"


class Program(Controllers):
    """Everything between the first paint and the last."""

    _failed_in_thread = Signal(object)  # UserError
    _recovered_in_thread = Signal(object)  # sequence of UserError

    def __init__(
        self, theme: Theme, services: Services, book: EndpointBook, instance: Instance, window: MainWindow
    ) -> None:
        super().__init__(theme, services, book, window)
        self.has_bug = False
        self._was_warned = False  # that closing would lose an answer
        self._instance = instance
        self._closed = asyncio.Event()
        self._prepared: set[str] = set()  # endpoints whose line is open
        self._made_arrivals: Arrivals | None = None
        self._drop_area = DropArea(theme, self._icons, window, window.columns.middle)
        self._actions = Actions(self, theme, new_chat=self.new_chat, quit_program=self.close)
        self._connect()

    async def run(self) -> int:
        """Begins, runs until the window is closed and everything is saved; returns the exit status."""
        self._begin()
        self.background.start(self._complete())
        await self._closed.wait()
        await self._shut_down()
        return 0

    def _begin(self) -> None:
        """Shows the chat of the last time, or an empty one; what was typed meanwhile stays, and is sent if asked."""
        self.window.show()
        self.chats.submits_when_open = self.window.early_submit
        last = self.services.store.remembered(LAST_CHAT, NEW_CHAT_ID)
        if last == NEW_CHAT_ID:
            self.new_chat()
        else:
            self.background.start(self._open_last(last))
        self.window.model_button.show()
        self._open_arrived()

    async def _open_last(self, chat_id: int) -> None:
        """Opens the chat of the last time, if it is still there."""
        if self.window.chat_list.title(chat_id) or chat_id in [chat.id for chat in await self.services.store.chats()]:
            self.chats.open(chat_id)
        else:
            self.new_chat()

    def close(self) -> None:
        """The user's wish to end; heard at the second time where an answer would be lost."""
        if not self.turns.has_unsaved() or self._was_warned:
            self.quit()
            return
        self._was_warned = True
        self.notices.show_notice(
            self.tr("An answer is not saved yet."),
            self.tr("Make room on the disk, or close once more to leave without it."),
            kind="warn",
            key=UNSAVED,
        )

    def quit(self) -> None:
        """Ends the program in good order; a second call changes nothing."""
        self._closed.set()

    def show_error(self, error: UserError) -> None:
        """Shows an error that nobody else showed."""
        self.notices.show_error(error)

    def show_error_from_thread(self, error: UserError) -> None:
        """The same, from any thread."""
        self._failed_in_thread.emit(error)

    def forget_errors_from_thread(self, errors: Sequence[UserError]) -> None:
        """What the store could not do it can do again; from any thread."""
        self._recovered_in_thread.emit(errors)

    def _forget_errors(self, errors: Sequence[UserError]) -> None:
        for error in errors:
            self.notices.dismiss_error(error)
        self.notices.dismiss_key(UNSAVED)
        self._was_warned = False

    def show_bug(self) -> None:
        """Says that something went wrong inside; the log has the details."""
        self.has_bug = True
        self.notices.show_notice(
            self.tr("Something went wrong inside Ligature."),
            self.tr("Your chats are safe. The log tells more."),
            kind="error",
            actions=[
                (self.tr("Open the log's folder"), lambda: self.settings.open_folder(self.services.paths.logs_dir))
            ],
            key="bug",
        )

    def new_chat(self) -> None:
        """Shows an empty chat with the model that new chats begin with."""
        first = self.models.first_choice()
        features = self.reasoning.for_new_chats()
        self.chats.start_new(Chat(NEW_CHAT_ID, endpoint_id=first.endpoint_id, model=first.model, features=features))
        self.window.composer.focus()

    async def _complete(self) -> None:
        """What need not be there before the window: imports, lists of models, the ear for second starts."""
        self.window.chat_list.set_chats(await self.services.store.chats())
        await asyncio.to_thread(preload)
        self._instance.listen()
        await self.models.load()
        await asyncio.sleep(CLEANED_AFTER_S)
        await self.services.store.purge_deleted()
        await self.services.attachments.collect(await self.services.store.attachments_in_use())
        await self.updates.look_if_due()

    async def _shut_down(self) -> None:
        self._instance.stop_listening()  # what comes now is for the next start
        await self.background.cancel()
        await self.attachments.shut_down()
        await self.exports.shut_down()
        await self.requests.shut_down()
        await self.tools.shut_down()
        await self.comparisons.shut_down()
        await self.turns.shut_down()
        await self.chats.shut_down()
        await self.texts.shut_down()
        store = self.services.store
        self.saving.start(store.remember(WINDOW_STATE, self.window.state()))
        await self.saving.finish()
        await self.services.close()
        self._instance.release()
        self.window.let_close()

    def _connect(self) -> None:
        window = self.window
        self._failed_in_thread.connect(self.show_error)
        self._recovered_in_thread.connect(self._forget_errors)
        window.close_requested.connect(self.close)
        window.action_triggered.connect(self._actions.do)
        window.chat_list.new_requested.connect(self.new_chat)
        window.new_button.clicked.connect(self.new_chat)
        window.chat_list.export_requested.connect(self.exports.export)
        window.chat_list.print_requested.connect(self.exports.print_chat)
        window.chat_list.settings_requested.connect(self.settings.open)
        window.composer.draft_changed.connect(self._prepare_endpoint)
        self.conversation.about_model_requested.connect(self.model_pages.open)
        self.models.picked.connect(self._model_picked)
        self.reasoning.changed.connect(self.figures.refresh)
        self.reasoning.changed.connect(self._offer_thinking)
        window.message_view.action_requested.connect(self.comparisons.act)
        self.comparisons.shown.connect(self._show_comparison)
        self._thinking_clock.told.connect(self.comparisons.tell_thinking)
        self.comparisons.models_wanted.connect(self.several.choose_for)
        self.several.changed.connect(self._model_changed)
        self.chats.opened.connect(self._chat_opened)
        self.turns.ended.connect(self._turn_ended)
        self.notifier.clicked.connect(self._show_chat)
        self._drop_area.taken.connect(window.composer.take)
        self._instance.arrived.connect(self._come_forward)
        self.services.keys.on_waiting = self._keyring_waits

    def _model_picked(self, ref: ModelRef) -> None:
        self.chats.change({"endpoint_id": ref.endpoint_id, "model": ref.model})
        self._model_changed()
        self.window.composer.focus()

    def _model_changed(self) -> None:
        self.models.show(self.chats.model)
        self.reasoning.refresh()
        self.several.refresh()
        self._offer_thinking()
        self.window.empty_chat.set_model(self.models.label(self.chats.model))
        self.figures.refresh()
        self.settings.show_endpoint(self.chats.model.endpoint_id)

    def _chat_opened(self, opened: OpenChat) -> None:
        window = self.window
        chat_id = opened.chat.id
        window.chat_list.set_current(None if chat_id == NEW_CHAT_ID else chat_id)
        self.saving.start(self.services.store.remember(LAST_CHAT, chat_id))  # now: nobody knows how the program ends
        self._model_changed()
        if opened.line:
            window.show_page(window.message_view)
        elif self.book.settings.endpoints or window.chat_list.has_chats():
            window.show_page(window.empty_chat)
        else:
            window.show_page(window.first_run)

    def _show_comparison(self, shown: bool) -> None:
        view = self.window.message_view
        was_in_chat = view.hasFocus()
        self.window.show_page(self.compare_view if shown else view)
        if not shown:
            self.window.composer.focus()
        elif was_in_chat:
            self.compare_view.focus_first()

    def _offer_thinking(self) -> None:
        """Plain answers offer to be thought about, if there is somebody who could."""
        offers = self.reasoning.other_way(self.chats.chat, thinks=True) is not None
        if offers != self._items.offers_thinking:
            self._items.offers_thinking = offers
            self.chats.refresh_line()

    def _prepare_endpoint(self) -> None:
        """While the user types, the line is opened or the model started, so that sending need not wait for them."""
        endpoint_id = self.chats.model.endpoint_id
        if endpoint_id in self._prepared or not self.window.composer.draft():
            return
        self._prepared.add(endpoint_id)
        self.background.start(self._warm(endpoint_id))

    async def _warm(self, endpoint_id: str) -> None:
        """Not with the key: a locked keyring would ask for its password while the user is typing a question."""
        try:
            endpoint = self.book.find(endpoint_id)
            if endpoint_id == LOCAL_ENDPOINT_ID:
                await self.book.connect(endpoint)
            else:
                await self.services.api.warm(endpoint)
        except UserError:
            return  # told when the question is sent

    def _turn_ended(self, chat_id: int, turn: Turn) -> None:
        if turn.status in (Status.DONE, Status.FAILED):
            title = self.window.chat_list.title(chat_id)
            text = turn.error.text if turn.error else "".join(turn.answers[0].text)[:200]
            self.notifier.answer_ready(chat_id, title, text)

    def _keyring_waits(self, waits: bool) -> None:
        if waits:
            self.notices.show_notice(
                self.tr("The keyring waits to be unlocked."),
                self.tr("Answer its prompt; until then keys cannot be read."),
                kind="warn",
                key="keyring",
            )
        else:
            self.notices.dismiss_key("keyring")

    def _show_chat(self, chat_id: int) -> None:
        self._raise_window()
        self.chats.open(chat_id)

    def _come_forward(self) -> None:
        """Another start asks for the window, or the system for a file or link to be opened."""
        self._instance.allow_activation()
        self._raise_window()
        self._open_arrived()

    def _open_arrived(self) -> None:
        """Links and files from outside; few sessions see any."""
        items = self._instance.take()
        if items:
            self._arrivals().open(items)

    def _arrivals(self) -> Arrivals:
        if self._made_arrivals is None:
            from desktop.ui.arrivals import Arrivals

            self._made_arrivals = Arrivals(self, new_chat=self.new_chat)
        return self._made_arrivals

    def _raise_window(self) -> None:
        self.window.showNormal() if self.window.isMinimized() else self.window.show()
        self.window.raise_()
        self.window.activateWindow()
        self.notifier.quiet()
