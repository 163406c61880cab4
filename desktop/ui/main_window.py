"""The window: three columns, the bar above the conversation, and the actions with their keys.

It arranges and names; what happens is up to the controllers that app.py connects.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QByteArray, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QCloseEvent, QKeySequence, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from desktop.ui.attachment_list import ThumbnailPath
from desktop.ui.chat_list import ChatList
from desktop.ui.columns import Columns
from desktop.ui.composer import Composer
from desktop.ui.controls import icon_button, name
from desktop.ui.first_run import EmptyChat, FirstRun
from desktop.ui.icons import Icons
from desktop.ui.message_view import MessageView
from desktop.ui.model_button import ModelButton
from desktop.ui.notices import NoticeBar
from desktop.ui.parameter_panel import ParameterPanel
from desktop.ui.shortcuts import ACTIONS
from desktop.ui.theme import Theme

BAR_HEIGHT = 51
SMALLEST_SIZE = (480, 560)
USUAL_SIZE = (1360, 860)


class MainWindow(QMainWindow):
    """All that is seen of Ligature, but for its dialogs."""

    close_requested = Signal()
    action_triggered = Signal(str)  # the name of one of shortcuts.ACTIONS

    def __init__(self, theme: Theme, icons: Icons, thumbnail_path: ThumbnailPath) -> None:
        super().__init__()
        self._theme = theme
        self._may_close = False
        self._when_painted: Callable[[], object] | None = None
        name(self, "mainWindow", "Ligature")
        self.setWindowTitle("Ligature")
        self.setMinimumSize(*SMALLEST_SIZE)
        self.resize(*USUAL_SIZE)
        self.chat_list = ChatList(theme, icons)
        self.parameter_panel = ParameterPanel(theme, icons)
        self.message_view = MessageView(theme, icons)
        self.first_run = FirstRun(theme, icons)
        self.empty_chat = EmptyChat(theme, icons)
        self.composer = Composer(theme, icons, thumbnail_path)
        self.notices = NoticeBar(theme, icons)
        self.model_button = ModelButton(theme, icons)
        self.usage_label = QLabel()
        self.unfold_button = icon_button(icons, "panel-left", "sidebarUnfold", self.tr("Show chats"))
        self.new_button = icon_button(icons, "square-pen", "newChatTop", self.tr("New chat"))
        self.parameter_toggle = icon_button(
            icons, "sliders-horizontal", "parameterToggle", self.tr("Parameters"), token="text"
        )
        self._pages = QStackedWidget()
        self.columns = Columns(theme, self.chat_list, self._conversation(), self.parameter_panel)
        self.setCentralWidget(self.columns)
        self._connect()
        self._add_actions()

    def show_page(self, page: QWidget) -> None:
        """Shows the message view, the first run or the empty chat in the conversation's place."""
        self._pages.setCurrentWidget(page)

    def restore(self, geometry: str, columns: list[bool]) -> None:
        """Puts the window where it was; `geometry` as `saved_geometry()` gave it."""
        if geometry:
            self.restoreGeometry(QByteArray.fromBase64(geometry.encode()))
        if len(columns) == 2:
            self.columns.show_left(columns[0])
            self.columns.show_right(columns[1])

    def saved_geometry(self) -> str:
        """Place and size as text."""
        return bytes(self.saveGeometry().toBase64().data()).decode()

    def call_when_painted(self, call: Callable[[], object]) -> None:
        """Calls once, right after the window has been painted for the first time."""
        self._when_painted = call

    def let_close(self) -> None:
        """Closes for good: everything is saved."""
        self._may_close = True
        self.close()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._when_painted is not None:
            QTimer.singleShot(0, self._when_painted)  # the children are painted after their parent
            self._when_painted = None

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._may_close:
            event.accept()
            return
        event.ignore()
        self.close_requested.emit()

    def _conversation(self) -> QWidget:
        column = QFrame()
        name(column, "conversation")
        layout = QVBoxLayout(column)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._bar())
        line = QFrame()
        line.setProperty("look", "hairline")
        line.setFixedHeight(1)
        layout.addWidget(line)
        layout.addWidget(self.notices)
        for page in (self.message_view, self.first_run, self.empty_chat):
            self._pages.addWidget(page)
        layout.addWidget(self._pages, 1)
        layout.addWidget(self.composer)
        return column

    def _bar(self) -> QWidget:
        bar = QWidget()
        bar.setFixedHeight(self._theme.px(BAR_HEIGHT))
        self._theme.changed.connect(lambda: bar.setFixedHeight(self._theme.px(BAR_HEIGHT)))
        layout = QHBoxLayout(bar)
        layout.setContentsMargins(18, 0, 18, 0)
        layout.setSpacing(8)
        name(self.usage_label, "usageLabel", self.tr("Tokens and cost of this chat"))
        self.usage_label.setProperty("look", "small")
        self.unfold_button.hide()
        self.new_button.hide()
        layout.addWidget(self.unfold_button)
        layout.addWidget(self.new_button)
        layout.addWidget(self.model_button)
        layout.addStretch(1)
        layout.addWidget(self.usage_label)
        layout.addWidget(self.parameter_toggle)
        return bar

    def _connect(self) -> None:
        self.chat_list.fold_requested.connect(lambda: self.columns.show_left(False))
        self.unfold_button.clicked.connect(lambda: self.columns.show_left(True))
        self.parameter_toggle.clicked.connect(self.toggle_parameters)
        self.parameter_panel.closed.connect(lambda: self.columns.show_right(False))
        self.columns.folded.connect(self._columns_folded)

    def toggle_parameters(self) -> None:
        """Shows or hides the parameters."""
        self.columns.show_right(not self.columns.right_shown)

    def toggle_chats(self) -> None:
        """Shows or hides the chats."""
        self.columns.show_left(not self.columns.left_shown)

    def _columns_folded(self) -> None:
        self.unfold_button.setVisible(not self.columns.left_shown)
        self.new_button.setVisible(not self.columns.left_shown)

    def _add_actions(self) -> None:
        for entry in ACTIONS:
            if not entry.keys or entry.handled_by_widget:
                continue
            action = QAction(entry.text, self)
            action.setObjectName(entry.name)
            action.setShortcuts([QKeySequence(key) for key in entry.keys])
            action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
            action.triggered.connect(lambda _checked=False, name=entry.name: self.action_triggered.emit(name))
            self.addAction(action)
