"""All that can be done by keyboard, as data: the window makes its actions of it, and the dialog lists it.

Keys are written as Qt writes them; on macOS Ctrl is the Command key, and Meta the Control key.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from desktop.core.translation import QT_TRANSLATE_NOOP
from desktop.ui.controls import name
from desktop.ui.labels import text_label
from desktop.ui.modal_card import ModalCard
from desktop.ui.scroll_column import ScrollColumn
from desktop.ui.theme import Theme

WIDTH = 460
HEIGHT = 600


CHATS = QT_TRANSLATE_NOOP("Shortcuts", "Chats")
MESSAGE = QT_TRANSLATE_NOOP("Shortcuts", "Message")
ANSWER = QT_TRANSLATE_NOOP("Shortcuts", "Answer")
VIEW = QT_TRANSLATE_NOOP("Shortcuts", "View")
PROGRAM = QT_TRANSLATE_NOOP("Shortcuts", "Program")


@dataclass(frozen=True, slots=True)
class Action:
    """One thing to do. `handled_by_widget`: its keys work in one control only, which sees to them itself.

    `macos_keys` stand for the usual ones where macOS takes those for itself.
    """

    name: str
    source_text: str
    usual_keys: tuple[str, ...]
    group: str
    handled_by_widget: bool = False
    macos_keys: tuple[str, ...] = ()

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys on this system."""
        return self.keys_on(sys.platform)

    def keys_on(self, platform: str) -> tuple[str, ...]:
        """The keys on a system that calls itself as `sys.platform` does."""
        return self.macos_keys if platform == "darwin" and self.macos_keys else self.usual_keys

    @property
    def text(self) -> str:
        """What the user reads."""
        return QCoreApplication.translate("Shortcuts", self.source_text)


ACTIONS = (
    Action("new_chat", QT_TRANSLATE_NOOP("Shortcuts", "New chat"), ("Ctrl+N",), CHATS),
    Action("search", QT_TRANSLATE_NOOP("Shortcuts", "Search all chats"), ("Ctrl+K",), CHATS),
    Action(
        "previous_chat",
        QT_TRANSLATE_NOOP("Shortcuts", "Chat above"),
        ("Ctrl+PgUp", "Ctrl+Shift+Tab"),
        CHATS,
        macos_keys=("Ctrl+PgUp", "Meta+Shift+Tab"),
    ),
    Action(
        "next_chat",
        QT_TRANSLATE_NOOP("Shortcuts", "Chat below"),
        ("Ctrl+PgDown", "Ctrl+Tab"),
        CHATS,
        macos_keys=("Ctrl+PgDown", "Meta+Tab"),
    ),
    Action("rename_chat", QT_TRANSLATE_NOOP("Shortcuts", "Rename the chat"), ("F2",), CHATS),
    Action("export_chat", QT_TRANSLATE_NOOP("Shortcuts", "Export the chat"), ("Ctrl+Shift+S",), CHATS),
    Action("print_chat", QT_TRANSLATE_NOOP("Shortcuts", "Print the chat"), ("Ctrl+P",), CHATS),
    Action("copy_link", QT_TRANSLATE_NOOP("Shortcuts", "Copy the chat's link"), ("Ctrl+Shift+L",), CHATS),
    Action("delete_chat", QT_TRANSLATE_NOOP("Shortcuts", "Delete the chat"), ("Ctrl+Shift+Backspace",), CHATS),
    Action(
        "delete_row",
        QT_TRANSLATE_NOOP("Shortcuts", "Delete the chat of the list, or the message, that is marked"),
        ("Del",),
        CHATS,
        True,
    ),
    Action("send", QT_TRANSLATE_NOOP("Shortcuts", "Send"), ("Enter",), MESSAGE, True),
    Action("new_line", QT_TRANSLATE_NOOP("Shortcuts", "New line"), ("Shift+Enter",), MESSAGE, True),
    Action("focus_composer", QT_TRANSLATE_NOOP("Shortcuts", "Go to the message"), ("Ctrl+L",), MESSAGE),
    Action("attach", QT_TRANSLATE_NOOP("Shortcuts", "Attach files"), ("Ctrl+O",), MESSAGE),
    Action("screenshot", QT_TRANSLATE_NOOP("Shortcuts", "Attach a part of the screen"), ("Ctrl+Shift+O",), MESSAGE),
    Action("edit_last", QT_TRANSLATE_NOOP("Shortcuts", "Edit the last question"), ("Ctrl+E",), MESSAGE),
    Action("stop", QT_TRANSLATE_NOOP("Shortcuts", "Stop the answer"), ("Esc",), ANSWER),
    Action("retry", QT_TRANSLATE_NOOP("Shortcuts", "Ask again"), ("Ctrl+R",), ANSWER),
    Action("reasoning", QT_TRANSLATE_NOOP("Shortcuts", "Think first, or not"), ("Ctrl+T",), ANSWER),
    Action("answer_now", QT_TRANSLATE_NOOP("Shortcuts", "End the thinking and answer"), ("Ctrl+Shift+T",), ANSWER),
    Action("copy_last", QT_TRANSLATE_NOOP("Shortcuts", "Copy the last answer"), ("Ctrl+Shift+C",), ANSWER),
    Action(
        "model_picker",
        QT_TRANSLATE_NOOP("Shortcuts", "Choose the model"),
        ("Ctrl+M",),
        ANSWER,
        macos_keys=("Ctrl+Shift+M",),
    ),
    Action("favourite", QT_TRANSLATE_NOOP("Shortcuts", "Favourite, in the list of models"), ("Ctrl+D",), ANSWER, True),
    Action("find", QT_TRANSLATE_NOOP("Shortcuts", "Find in this chat"), ("Ctrl+F",), VIEW),
    Action("find_next", QT_TRANSLATE_NOOP("Shortcuts", "Next match"), ("F3",), VIEW),
    Action("find_previous", QT_TRANSLATE_NOOP("Shortcuts", "Previous match"), ("Shift+F3",), VIEW),
    Action("request", QT_TRANSLATE_NOOP("Shortcuts", "Show the request"), ("Ctrl+Shift+R",), VIEW),
    Action("parameters", QT_TRANSLATE_NOOP("Shortcuts", "Parameters"), ("Ctrl+Shift+P",), VIEW),
    Action("fold_chats", QT_TRANSLATE_NOOP("Shortcuts", "Show or hide the chats"), ("Ctrl+B",), VIEW),
    Action("font_larger", QT_TRANSLATE_NOOP("Shortcuts", "Larger text"), ("Ctrl++", "Ctrl+="), VIEW),
    Action("font_smaller", QT_TRANSLATE_NOOP("Shortcuts", "Smaller text"), ("Ctrl+-",), VIEW),
    Action("font_reset", QT_TRANSLATE_NOOP("Shortcuts", "Usual text size"), ("Ctrl+0",), VIEW),
    Action("settings", QT_TRANSLATE_NOOP("Shortcuts", "Settings"), ("Ctrl+,",), PROGRAM),
    Action("shortcuts", QT_TRANSLATE_NOOP("Shortcuts", "Keyboard shortcuts"), ("F1", "Ctrl+/"), PROGRAM),
    Action("quit", QT_TRANSLATE_NOOP("Shortcuts", "Quit"), ("Ctrl+Q",), PROGRAM),
)


def native(key: str) -> str:
    """A key sequence as this system writes it."""
    return QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)


def keys_of(action_name: str) -> str:
    """The first key of an action, as this system writes it."""
    return next(native(action.keys[0]) for action in ACTIONS if action.name == action_name)


class ShortcutsDialog(ModalCard):
    """Lists all actions with their keys; the arrow keys scroll it."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(theme, parent, WIDTH, HEIGHT)
        name(self, "shortcutsDialog", self.tr("Keyboard shortcuts"))
        self._scroll = ScrollColumn(self._list())
        name(self._scroll, "shortcutsScroll", self.tr("Keyboard shortcuts"))
        self._scroll.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        close = QPushButton(self.tr("Close"))
        name(close, "shortcutsClose", self.tr("Close"))
        close.setProperty("look", "outline")
        close.clicked.connect(self.accept)
        self._title = text_label(self.tr("Keyboard shortcuts"), "title")
        self._foot = QHBoxLayout()
        self._foot.addStretch(1)
        self._foot.addWidget(close)
        self._column = QVBoxLayout(self.card)
        self._column.addWidget(self._title)
        self._column.addWidget(self._scroll, 1)
        self._column.addLayout(self._foot)
        self.finished.connect(self.deleteLater)
        theme.changed.connect(self._restyle)
        self._restyle()

    def first_focus(self) -> QWidget:
        return self._scroll

    def _restyle(self) -> None:
        px = self._theme.px
        self._column.setContentsMargins(px(8), px(18), px(8), px(16))
        self._title.setContentsMargins(px(16), 0, px(16), px(4))
        self._foot.setContentsMargins(px(16), px(8), px(16), 0)

    def _list(self) -> QWidget:
        px = self._theme.px
        content = QWidget()
        grid = QGridLayout(content)
        grid.setContentsMargins(px(16), 0, px(16), px(12))
        grid.setVerticalSpacing(px(6))
        grid.setHorizontalSpacing(px(4))
        grid.setColumnStretch(0, 1)
        group = ""
        for action in ACTIONS:
            if action.group != group:
                group = action.group
                self._add_heading(grid, group)
            self._add_action(grid, action)
        grid.setRowStretch(grid.rowCount(), 1)
        return content

    def _add_heading(self, grid: QGridLayout, group: str) -> None:
        heading = QLabel(QCoreApplication.translate("Shortcuts", group))
        heading.setProperty("look", "strong")
        heading.setContentsMargins(0, self._theme.px(10), 0, 0)
        grid.addWidget(heading, grid.rowCount(), 0, 1, 2)

    def _add_action(self, grid: QGridLayout, action: Action) -> None:
        row = grid.rowCount()
        label = QLabel(action.text)
        label.setProperty("look", "dim")
        caps = QHBoxLayout()
        caps.setSpacing(self._theme.px(4))
        caps.addStretch(1)
        for key in action.keys:
            cap = QLabel(native(key))
            cap.setProperty("look", "key")
            caps.addWidget(cap)
        name(label, f"shortcut_{action.name}", f"{action.text}: {', '.join(map(native, action.keys))}")
        grid.addWidget(label, row, 0)
        grid.addLayout(caps, row, 1)
