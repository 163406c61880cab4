"""What the actions of the window do: each of `shortcuts.ACTIONS`, by the controller that can."""

from __future__ import annotations

from collections.abc import Callable

from desktop.core.conversation import NEW_CHAT_ID, Chat
from desktop.ui.controllers import Controllers
from desktop.ui.shortcuts import ShortcutsDialog
from desktop.ui.theme import SCALE_STEP, Theme


class Actions:
    """Between the names of the actions and the controllers. `new_chat` and `quit_program` are the program's own."""

    def __init__(
        self,
        controllers: Controllers,
        theme: Theme,
        *,
        new_chat: Callable[[], object],
        quit_program: Callable[[], object],
    ) -> None:
        window, chats, conversation = controllers.window, controllers.chats, controllers.conversation
        chat_list = window.chat_list
        self._window = window
        self._chats = chats
        self._conversation = conversation
        self._comparisons = controllers.comparisons
        self._by_name: dict[str, Callable[[], object]] = {
            "new_chat": new_chat,
            "search": self._search,
            "previous_chat": lambda: chat_list.choose_neighbour(-1),
            "next_chat": lambda: chat_list.choose_neighbour(1),
            "rename_chat": lambda: chat_list.rename_chat(chats.chat.id),
            "export_chat": lambda: self._with_chat(lambda chat: controllers.exports.export(chat.id, chat.title)),
            "print_chat": lambda: self._with_chat(lambda chat: controllers.exports.print_chat(chat.id, chat.title)),
            "copy_link": lambda: chat_list.copy_link(chats.chat.id),
            "delete_chat": lambda: chat_list.delete_chat(chats.chat.id),
            "focus_composer": window.composer.focus,
            "attach": controllers.attachments.choose_files,
            "screenshot": controllers.screenshots.take,
            "edit_last": conversation.edit_last,
            "stop": self._stop_or_go_back,
            "retry": conversation.retry_last,
            "reasoning": controllers.reasoning.switch,
            "answer_now": conversation.answer_now,
            "copy_last": conversation.copy_last,
            "model_picker": controllers.models.open,
            "find": self._find,
            "find_next": lambda: self._find(1),
            "find_previous": lambda: self._find(-1),
            "request": controllers.requests.show,
            "parameters": window.toggle_parameters,
            "fold_chats": window.toggle_chats,
            "font_larger": lambda: controllers.settings.change_font_scale(SCALE_STEP),
            "font_smaller": lambda: controllers.settings.change_font_scale(-SCALE_STEP),
            "font_reset": lambda: controllers.settings.change_font_scale(None),
            "settings": controllers.settings.open,
            "shortcuts": lambda: ShortcutsDialog(theme, window).open(),
            "quit": quit_program,
        }

    def do(self, name: str) -> None:
        """Does what one of `shortcuts.ACTIONS` names."""
        self._by_name[name]()

    def _stop_or_go_back(self) -> None:
        if not self._comparisons.leave():
            self._conversation.stop_or_go_back()

    def _find(self, step: int = 0) -> None:
        if not self._comparisons.find(step):
            self._conversation.find(step)

    def _with_chat(self, act: Callable[[Chat], object]) -> None:
        """Acts on the chat on the screen, if it is stored yet."""
        if self._chats.chat.id != NEW_CHAT_ID:
            act(self._chats.chat)

    def _search(self) -> None:
        self._window.columns.show_left(True)
        self._window.chat_list.focus_search()
