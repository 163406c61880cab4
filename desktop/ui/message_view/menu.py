"""What can be done with a message, as a menu."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import partial

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from desktop.core.conversation import Role, Status
from desktop.ui.icons import Icons
from desktop.ui.message_view.footer_row import WITHOUT_THINKING
from desktop.ui.message_view.item import Item
from desktop.ui.message_view.words import Words

SHOW_REQUEST, COPY_REQUEST = "request", "copy_request"  # the second one with a language behind it

DELETE = "delete"

COMPARE, COMPARE_WITH = "compare", "compare_with"


class TableForm(StrEnum):
    """How a table can be copied."""

    CSV = "CSV"
    TSV = "TSV"
    MARKDOWN = "Markdown"


@dataclass(frozen=True, slots=True)
class Choices:
    """What the menu's entries do; None leaves an entry out."""

    act: Callable[[str], None]  # "copy", "retry", "compare", …: see `_actions`
    quote: Callable[[], None]
    select_all: Callable[[], None]
    toggle_thinking: Callable[[], None] | None = None
    copy_selection: Callable[[], None] | None = None
    copy_code: Callable[[], None] | None = None
    wrap_code: Callable[[], None] | None = None
    copy_table: Callable[[TableForm], None] | None = None
    copy_link: Callable[[], None] | None = None
    with_picture: Callable[[str], None] | None = None  # "open", "save", "copy"


def message_menu(
    parent: QWidget, icons: Icons, words: Words, item: Item, choices: Choices, *, wraps_code: bool
) -> QMenu:
    """A menu for `item`; show it with `popup()`."""
    menu = QMenu(parent)
    menu.setObjectName("messageMenu")
    menu.setAccessibleName(words.copy_message())
    entries = _Entries(menu, icons)
    if choices.copy_selection is not None:
        entries.add("copySelection", words.copy_selection(), "copy", choices.copy_selection)
    _add_picture(entries, words, choices)
    if choices.copy_link is not None:
        entries.add("copyLink", words.copy_link(), "link", choices.copy_link)
    if choices.copy_code is not None:
        entries.add("copyCode", words.copy_code(), "code", choices.copy_code)
    if choices.wrap_code is not None:
        text = words.scroll_code() if wraps_code else words.wrap_code()
        entries.add("wrapCode", text, "text-wrap", choices.wrap_code)
    if choices.copy_table is not None:
        for form, text in _table_forms(words):
            entries.add(f"copyTableAs{form}", text, "", partial(choices.copy_table, form))
    if item.has_text:
        entries.add("copyMessage", words.copy_message(), "copy", partial(choices.act, "copy"))
        entries.add("quoteMessage", words.quote(), "quote", choices.quote)
    if choices.toggle_thinking is not None:
        entries.add("toggleThinking", words.show_thinking(), "brain", choices.toggle_thinking)
    menu.addSeparator()
    for action, text, icon in _actions(item, words):
        entries.add(f"{action}Message", text, icon, partial(choices.act, action))
    _add_request(menu, entries, words, item, choices)
    _add_deletion(menu, entries, words, item, choices)
    menu.addSeparator()
    entries.add("selectAll", words.select_all(), "", choices.select_all)
    return menu


def can_be_deleted(item: Item) -> bool:
    """True for what is written, where messages stand below each other."""
    return not item.streaming and not item.on_card


def _add_deletion(menu: QMenu, entries: _Entries, words: Words, item: Item, choices: Choices) -> None:
    if can_be_deleted(item):
        menu.addSeparator()
        entries.add("deleteMessage", words.delete(), "trash", partial(choices.act, DELETE))


def _add_request(menu: QMenu, entries: _Entries, words: Words, item: Item, choices: Choices) -> None:
    """What was sent for an answer, or would be for a question."""
    if item.streaming or item.on_card or item.role not in {Role.USER, Role.ASSISTANT}:
        return

    menu.addSeparator()
    entries.add("requestMessage", words.show_request(), "code", partial(choices.act, SHOW_REQUEST))
    from desktop.ui.snippet_menu import language_menu  # a window is painted before it is needed

    menu.addMenu(
        language_menu(menu, words.copy_request_as(), lambda language: choices.act(f"{COPY_REQUEST} {language.id}"))
    )


def _add_picture(entries: _Entries, words: Words, choices: Choices) -> None:
    if choices.with_picture is None:
        return
    for action, text, icon in (
        ("open", words.open_picture(), "image"),
        ("save", words.save_picture(), "download"),
        ("copy", words.copy_picture(), "copy"),
    ):
        entries.add(f"{action}Picture", text, icon, partial(choices.with_picture, action))


def _table_forms(words: Words) -> list[tuple[TableForm, str]]:
    return [
        (TableForm.CSV, words.copy_table_as_csv()),
        (TableForm.TSV, words.copy_table_as_tsv()),
        (TableForm.MARKDOWN, words.copy_table_as_markdown()),
    ]


def _actions(item: Item, words: Words) -> list[tuple[str, str, str]]:
    """(action, text, icon) of what the message allows now."""
    found: list[tuple[str, str, str]] = []
    if item.streaming:
        return [("answer-now", words.answer_now(), "play")] if item.thinks_first else found
    if item.on_card:
        return found
    if item.notice_action == "continue":
        found.append(("continue", words.go_on(), "play"))
    if item.can_retry and not item.asks and item.status is not Status.QUEUED:
        found.append(("retry", words.retry(), "refresh-cw"))
    if item.can_edit:
        found.append(("edit", words.edit(), "pencil"))
    index, count = item.choice
    if index > 1:
        found.append(("previous", words.previous(), "chevron-left"))
    if index < count:
        found.append(("next", words.next(), "chevron-right"))
    if item.status is not Status.QUEUED:
        found.append(("unpin", words.unpin(), "pin") if item.pinned else ("pin", words.pin(), "pin"))
        found.append(
            ("exclude", words.exclude(), "eye-off") if item.in_context else ("include", words.include(), "eye")
        )
    return found + _comparisons(item, words)


def _comparisons(item: Item, words: Words) -> list[tuple[str, str, str]]:
    """The ways of putting other answers beside this one."""
    if item.asks or item.status is Status.QUEUED:
        return []
    found = [(COMPARE_WITH, words.compare_with(), "columns-2")]
    if item.choice[1] > 1:
        found.insert(0, (COMPARE, words.compare(), "columns-2"))
    if item.other_way:
        text = words.without_thinking() if item.other_way == WITHOUT_THINKING else words.with_thinking()
        found.append((item.other_way, text, "git-compare-arrows"))
    return found


class _Entries:
    def __init__(self, menu: QMenu, icons: Icons) -> None:
        self._menu = menu
        self._icons = icons

    def add(self, name: str, text: str, icon: str, callback: Callable[[], None]) -> None:
        action = QAction(text, self._menu)
        action.setObjectName(name)
        if icon:
            action.setIcon(self._icons.icon(icon))
        action.triggered.connect(lambda _checked=False: callback())
        self._menu.addAction(action)
