"""The column at the left: all chats by time, the search over them, and which endpoint answers.

It shows and asks; storing is up to who listens to its signals. What the user does to a row is shown at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from PySide6.QtCore import QEvent, QModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QAction, QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QLabel,
    QMenu,
    QSpacerItem,
    QStackedWidget,
    QVBoxLayout,
)

from desktop.core.conversation import Chat
from desktop.ui.chat_list_delegate import ChatListDelegate
from desktop.ui.chat_list_footer import Footer
from desktop.ui.chat_list_model import CHAT_ROLE, ChatListModel, local_today
from desktop.ui.controls import icon_button, name
from desktop.ui.icons import Icons
from desktop.ui.row_view import RowView
from desktop.ui.search_field import SearchField
from desktop.ui.search_results import RESULT_ROLE, SearchResult, SearchResultsDelegate, SearchResultsModel
from desktop.ui.theme import Theme


class ChatList(QFrame):
    """Chats are named by their ids."""

    chosen = Signal(int)
    done = Signal()  # a chat was clicked or Enter pressed: the user wants to go on in it
    deleted = Signal(int, str)  # with its title; the row is gone already; `update_chat` brings it back
    renamed = Signal(int, str)
    pinned = Signal(int, bool)
    export_requested = Signal(int, str)  # with its title
    print_requested = Signal(int, str)
    search_changed = Signal(str)  # empty when the search is over
    result_chosen = Signal(int, object)  # chat id, message id or None
    new_requested = Signal()
    fold_requested = Signal()
    settings_requested = Signal()

    def __init__(self, theme: Theme, icons: Icons, today: Callable[[], date] = local_today) -> None:
        super().__init__()
        self._theme = theme
        self._current: int | None = None
        self._model = ChatListModel(self, today)
        self._results = SearchResultsModel(self)
        name(self, "chatColumn", self.tr("Chats"))
        self.setProperty("look", "side")
        self._view = RowView(self._model, follow_arrows=True)
        self._results_view = RowView(self._results, follow_arrows=False)
        self._search = SearchField(theme, icons, hint=_key_hint("Ctrl+K"))
        self._empty = QLabel(self.tr("No chats yet"))
        self._no_results = QLabel(self.tr("Nothing found"))
        self._pages = QStackedWidget()
        self._fold = icon_button(icons, "panel-left", "sidebarToggle", self.tr("Hide chats"), token="text")
        self._new = icon_button(icons, "square-pen", "newChat", self.tr("New chat"), token="text")
        self._footer = Footer(theme, icons)
        self._set_up_lists(theme, icons)
        self._lay_out()
        self._connect()
        theme.changed.connect(self._restyle)
        self._restyle()

    def set_chats(self, chats: Iterable[Chat]) -> None:
        """Shows these chats, in any order."""
        self._model.set_chats(chats)
        self._after_change()

    def update_chat(self, chat: Chat) -> None:
        """Shows a chat as it is now; a new one, or one that was deleted, is added."""
        self._model.update_chat(chat)
        self._after_change()

    def remove_chat(self, chat_id: int) -> None:
        """Takes a chat out of the list, without a signal."""
        self._model.remove_chat(chat_id)
        self._after_change()

    def set_streaming(self, chat_id: int, streaming: bool) -> None:
        """Marks a chat in which an answer is being written."""
        self._model.set_streaming(chat_id, streaming)

    def set_current(self, chat_id: int | None) -> None:
        """Marks the chat that the window shows; None for a new one."""
        self._current = chat_id
        self._select_current()

    def current(self) -> int | None:
        """The chat that is marked."""
        return self._current

    def has_chats(self) -> bool:
        """Whether there is any chat."""
        return self._model.rowCount() > 0

    def title(self, chat_id: int) -> str:
        """What a chat is called; nothing for one that is not in the list."""
        chat = self._model.chat(chat_id)
        return chat.title if chat is not None else ""

    def neighbour(self, chat_id: int | None, step: int) -> int | None:
        """The chat `step` rows below, or above if negative; None at the end."""
        return self._model.neighbour(chat_id, step)

    def focus_list(self) -> None:
        """Puts the keyboard into the list."""
        self._view.setFocus()

    def choose_neighbour(self, step: int) -> None:
        """Chooses the next chat (1) or the one before (-1), as the arrow keys do."""
        self._choose(self._model.neighbour(self._current, step))

    def delete_chat(self, chat_id: int | None) -> None:
        """Deletes a chat as the user would; if it was the current one, its neighbour is chosen next."""
        if chat_id is None or self._model.chat(chat_id) is None:
            return
        neighbour = self._model.neighbour(chat_id, 1) or self._model.neighbour(chat_id, -1)
        was_current = chat_id == self._current
        if was_current:
            self._current = None
        title = self.title(chat_id)
        self.remove_chat(chat_id)
        self.deleted.emit(chat_id, title)
        if was_current:
            self._choose(neighbour)

    def copy_link(self, chat_id: int | None) -> None:
        """Puts the link that opens a chat into the clipboard."""
        if chat_id is not None and self._model.chat(chat_id) is not None:
            from desktop.core.links import chat_link

            QGuiApplication.clipboard().setText(chat_link(chat_id))

    def rename_chat(self, chat_id: int | None) -> None:
        """Opens the title of a chat for editing in its row."""
        row = self._model.index_of(chat_id).row()
        if row >= 0:
            self._search.clear()
            self._view.edit(self._view.model().index(row, 0))

    def show_results(self, results: Iterable[Sequence[Any]]) -> None:
        """Shows (chat id, message id or None, title, snippet) for what stands in the search field."""
        query = self._search.text()
        if not query.strip():
            return
        self._results.set_results(query, results)
        found = self._results.rowCount() > 0
        self._results_view.select_row(0 if found else -1)
        self._search.drive(self._results_view)
        self._pages.setCurrentWidget(self._results_view if found else self._no_results)

    def focus_search(self) -> None:
        """Puts the keyboard into the search field."""
        self._search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._search.selectAll()

    def set_footer(self, text: str, kind: str = "idle") -> None:
        """Says who answers; `kind` colours the dot: "good", "warn" or "idle"."""
        self._footer.show_state(text, kind)

    def changeEvent(self, event: QEvent) -> None:
        """Yesterday's chats are found under Yesterday when one comes back to the window."""
        if event.type() is QEvent.Type.ActivationChange:
            self._model.follow_calendar()
            self._select_current()
        super().changeEvent(event)

    def _set_up_lists(self, theme: Theme, icons: Icons) -> None:
        name(self._view, "chatList", self.tr("Chats"))
        name(self._results_view, "searchResults", self.tr("Found in chats"))
        name(self._search, "chatSearch", self.tr("Search all chats"))
        name(self._empty, "noChats")
        name(self._no_results, "nothingFound")
        self._search.setPlaceholderText(self.tr("Search all chats"))
        self._view.setItemDelegate(ChatListDelegate(theme, icons, self._view))
        self._view.setEditTriggers(QAbstractItemView.EditTrigger.EditKeyPressed)
        self._results_view.setItemDelegate(SearchResultsDelegate(theme, self._results, self._results_view))
        for label in (self._empty, self._no_results):
            label.setProperty("look", "dim")
            label.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeading)
        for page in (self._view, self._results_view, self._empty, self._no_results):
            self._pages.addWidget(page)

    def _lay_out(self) -> None:
        title = QLabel("Ligature")
        name(title, "appTitle")
        title.setProperty("look", "title")
        self._head = QHBoxLayout()
        self._head.addWidget(title, 1)
        self._head.addWidget(self._fold)
        self._head.addWidget(self._new)
        self._search_row = QHBoxLayout()
        self._search_row.addWidget(self._search)
        self._list_indent = QSpacerItem(0, 0)
        self._list_row = QHBoxLayout()
        self._list_row.setSpacing(0)
        self._list_row.addItem(self._list_indent)
        self._list_row.addWidget(self._pages)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self._head)
        column.addLayout(self._search_row)
        column.addLayout(self._list_row, 1)
        column.addWidget(self._footer)

    def _connect(self) -> None:
        self._fold.clicked.connect(self.fold_requested)
        self._new.clicked.connect(self.new_requested)
        self._footer.settings.clicked.connect(self.settings_requested)
        self._view.chosen.connect(self._row_chosen)
        self._view.menu_wanted.connect(self._show_menu)
        self._results_view.chosen.connect(self._result_row_chosen)
        self._view.done.connect(self.done)
        self._results_view.done.connect(self.done)
        self._model.renamed.connect(self.renamed)
        self._search.textChanged.connect(self._search_text_changed)
        self._search.returnPressed.connect(self._search_entered)
        delete = QShortcut(QKeySequence(Qt.Key.Key_Delete), self._view)
        delete.setContext(Qt.ShortcutContext.WidgetShortcut)
        delete.activated.connect(lambda: self.delete_chat(self._current))

    def _row_chosen(self, index: QModelIndex) -> None:
        self._choose(index.data(CHAT_ROLE).id)

    def _choose(self, chat_id: int | None) -> None:
        if chat_id is not None:
            self.set_current(chat_id)
            self.chosen.emit(chat_id)

    def _result_row_chosen(self, index: QModelIndex) -> None:
        result: SearchResult = index.data(RESULT_ROLE)
        self.set_current(result.chat_id)
        self.result_chosen.emit(result.chat_id, result.message_id)

    def _search_text_changed(self, text: str) -> None:
        if not text.strip():
            self._show_chats()
        self.search_changed.emit(text.strip())

    def _search_entered(self) -> None:
        if self._pages.currentWidget() is self._results_view:
            self._result_row_chosen(self._results_view.currentIndex())
            self.done.emit()

    def _show_chats(self) -> None:
        self._search.drive(self._view)
        self._pages.setCurrentWidget(self._view if self._model.rowCount() else self._empty)

    def _after_change(self) -> None:
        if not self._search.text().strip():
            self._show_chats()
        self._select_current()

    def _select_current(self) -> None:
        """Rows that move away and come back elsewhere lose their selection."""
        row = self._model.index_of(self._current).row()
        if row != self._view.current_row() or row < 0:
            self._view.select_row(row)

    def _show_menu(self, index: QModelIndex) -> None:
        chat: Chat = index.data(CHAT_ROLE)
        menu = QMenu(self)
        name(menu, "chatMenu", self.tr("Chat"))
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for object_name, text, act in (
            ("renameChat", self.tr("Rename"), lambda: self.rename_chat(chat.id)),
            ("pinChat", self.tr("Unpin") if chat.pinned else self.tr("Pin"), lambda: self._toggle_pin(chat.id)),
            ("exportChat", self.tr("Export…"), lambda: self.export_requested.emit(chat.id, chat.title)),
            ("printChat", self.tr("Print…"), lambda: self.print_requested.emit(chat.id, chat.title)),
            ("copyChatLink", self.tr("Copy link"), lambda: self.copy_link(chat.id)),
            ("deleteChat", self.tr("Delete"), lambda: self.delete_chat(chat.id)),
        ):
            action = QAction(text, menu)
            action.setObjectName(object_name)
            action.triggered.connect(act)
            menu.addAction(action)
        menu.popup(self._view.viewport().mapToGlobal(self._view.visualRect(index).bottomLeft()))

    def _toggle_pin(self, chat_id: int) -> None:
        chat = self._model.chat(chat_id)
        if chat is not None:
            self.update_chat(replace(chat, pinned=not chat.pinned))
            self.pinned.emit(chat_id, not chat.pinned)

    def _restyle(self) -> None:
        px = self._theme.px
        self.setFixedWidth(px(252))
        self._head.setContentsMargins(px(16), px(11), px(10), px(8))
        self._head.setSpacing(px(6))
        self._search_row.setContentsMargins(px(12), 0, px(12), px(9))
        self._list_indent.changeSize(px(10), 0)
        self._list_row.invalidate()
        self._search.setFixedHeight(px(34))
        for button in (self._fold, self._new):
            button.setFixedSize(px(30), px(30))
            button.setIconSize(QSize(px(16), px(16)))
        for label in (self._empty, self._no_results):
            label.setContentsMargins(px(8), px(8), px(8), 0)
        for view in (self._view, self._results_view):
            view.scheduleDelayedItemsLayout()


def _key_hint(key: str) -> str:
    return QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText).replace("+", " ")
