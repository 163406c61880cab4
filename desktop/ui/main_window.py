"""The window: three columns, the bar above the conversation, and the actions with their keys.

It arranges and names; what happens is up to the controllers of program.py. What is seen first is made first:
the list of chats and the composer. `furnish()` adds the rest behind the first paint.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QByteArray, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QCloseEvent, QKeySequence, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from desktop.ui.chat_list import ChatList
from desktop.ui.columns import Columns
from desktop.ui.composer import Composer
from desktop.ui.controls import icon_button, name
from desktop.ui.icons import Icons
from desktop.ui.model_button import ModelButton
from desktop.ui.shortcuts import ACTIONS
from desktop.ui.theme import Theme

if TYPE_CHECKING:
    from desktop.services.formula_drawer import FormulaDrawer

WINDOW_STATE = "window"
"""What the state of the window is remembered under."""
BAR_HEIGHT = 51
SMALLEST_SIZE = (480, 560)
USUAL_SIZE = (1360, 860)
FRAME = (2, 40)  # what a window manager draws round it, at most
EXPORT_SHOWN_FROM = 640


class MainWindow(QMainWindow):
    """All that is seen of Ligature, but for its dialogs."""

    close_requested = Signal()
    action_triggered = Signal(str)  # the name of one of shortcuts.ACTIONS

    def __init__(self, theme: Theme, icons: Icons) -> None:
        super().__init__()
        self._theme = theme
        self._icons = icons
        self._may_close = False
        self._when_painted: list[Callable[[], object]] = []
        self._is_painted = False
        self._is_exportable = False
        self._wraps_code = False
        self.early_submit = False  # Enter was pressed before anybody could hear it
        name(self, "mainWindow", "Ligature")
        self.setWindowTitle("Ligature")
        self.setMinimumSize(*SMALLEST_SIZE)
        self.resize(*USUAL_SIZE)
        self.chat_list = ChatList(theme, icons)
        self.composer = Composer(theme, icons)
        self.model_button = ModelButton(theme, icons)
        self.usage_label = QLabel()
        self.unfold_button = icon_button(icons, "panel-left", "sidebarUnfold", self.tr("Show chats"))
        self.new_button = icon_button(icons, "square-pen", "newChatTop", self.tr("New chat"))
        self.export_button = icon_button(icons, "share", "exportButton", self.tr("Export the chat"), token="text")
        self.parameter_toggle = icon_button(
            icons, "sliders-horizontal", "parameterToggle", self.tr("Parameters"), token="text"
        )
        self._pages = QStackedWidget()
        self._parameter_place = _place()
        self.columns = Columns(theme, self.chat_list, self._conversation(), self._parameter_place)
        self.setCentralWidget(self.columns)
        self._connect()
        self._add_actions()

    def furnish(self, drawer: FormulaDrawer) -> None:
        """Makes what is not on the first picture: pages, notices and parameters, and the window's icon."""
        from desktop.ui.compare_chip import CompareChip
        from desktop.ui.feature_bar import FeatureBar
        from desktop.ui.first_run import EmptyChat, FirstRun
        from desktop.ui.message_view import MessageView
        from desktop.ui.notices import NoticeBar
        from desktop.ui.parameter_panel import ParameterPanel
        from desktop.ui.thinker_chip import ThinkerChip

        theme, icons = self._theme, self._icons
        self.setWindowIcon(icons.program_icon())
        self.message_view = MessageView(theme, icons, drawer)
        self.message_view.wraps_code = self._wraps_code
        self.message_view.code_wrapped.connect(self._wrap_code)
        self.first_run = FirstRun(theme, icons)
        self.empty_chat = EmptyChat(theme, icons)
        self.notices = NoticeBar(theme, icons)
        self.parameter_panel = ParameterPanel(theme, icons)
        for page in (self.message_view, self.first_run, self.empty_chat):
            self._pages.addWidget(page)
        self.thinker_chip = ThinkerChip(theme, icons)
        self._bar_row.insertWidget(self._bar_row.indexOf(self.model_button) + 1, self.thinker_chip)
        self.feature_bar = FeatureBar(theme, icons)
        self.composer.add_features(self.feature_bar)
        self.compare_chip = CompareChip(theme, icons)
        self.composer.add_chip(self.compare_chip)
        self.composer.narrowed.connect(self.compare_chip.show_briefly)
        self.notices.lie_over(self._pages)
        _fill(self._parameter_place, self.parameter_panel)
        self.parameter_panel.closed.connect(lambda: self.columns.show_right(False))

    def set_exportable(self, exportable: bool) -> None:
        """Whether the chat on the screen has anything to export."""
        self._is_exportable = exportable
        self._fit_bar()

    def _fit_bar(self) -> None:
        """In a narrow window the keys are the way to export: names and figures need the room."""
        self.export_button.setVisible(self._is_exportable and self.width() >= self._theme.px(EXPORT_SHOWN_FROM))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_bar()

    def add_page(self, page: QWidget) -> None:
        """Another page for the conversation's place."""
        self._pages.addWidget(page)

    def show_page(self, page: QWidget) -> None:
        """Shows the message view, the first run or the empty chat in the conversation's place."""
        self._pages.setCurrentWidget(page)

    def fit_screen(self) -> None:
        """On a screen that is smaller than the window, all of it is seen: not every window manager sees to it."""
        room, wanted = self.screen().availableSize(), self.size()
        if room != room.expandedTo(wanted):
            self.resize(wanted.boundedTo(room - QSize(*FRAME)))

    def restore(self, state: Mapping[str, Any]) -> None:
        """Makes the window look as it did when `state()` was asked."""
        geometry, columns = state.get("geometry", ""), state.get("columns", [])
        if geometry:
            self.restoreGeometry(QByteArray.fromBase64(geometry.encode()))
        if len(columns) == 2:
            self.columns.restore(*columns)
        self._wrap_code(state.get("wraps_code", False))
        self.model_button.set_model(state.get("model", ""))
        self.model_button.setVisible("model" in state)

    def state(self) -> dict[str, Any]:
        """Place, size, columns, and the model's name, as JSON can say them."""
        return {
            "geometry": bytes(self.saveGeometry().toBase64().data()).decode(),
            "columns": list(self.columns.wants()),
            "model": self.model_button.text(),
            "wraps_code": self._wraps_code,
        }

    def _wrap_code(self, wraps: bool) -> None:
        self._wraps_code = wraps

    def call_when_painted(self, call: Callable[[], object]) -> None:
        """Calls once, right after the window has been painted for the first time."""
        if self._is_painted:
            call()
        else:
            self._when_painted.append(call)

    def let_close(self) -> None:
        """Closes for good: everything is saved."""
        self._may_close = True
        self.close()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._is_painted:
            self._is_painted = True
            QTimer.singleShot(0, self._tell_painted)  # the children are painted after their parent

    def _tell_painted(self) -> None:
        for call in self._when_painted:
            call()

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
        layout.addWidget(self._pages, 1)
        layout.addWidget(self.composer)
        return column

    def _bar(self) -> QWidget:
        self._bar_widget = QWidget()
        layout = self._bar_row = QHBoxLayout(self._bar_widget)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        name(self.usage_label, "usageLabel", self.tr("Tokens and cost of this chat"))
        self.usage_label.setProperty("look", "small")
        self.unfold_button.hide()
        self.new_button.hide()
        self.export_button.hide()
        layout.addWidget(self.unfold_button)
        layout.addWidget(self.new_button)
        layout.addWidget(self.model_button)
        layout.addStretch(1)
        layout.addWidget(self.usage_label)
        layout.addWidget(self.export_button)
        layout.addWidget(self.parameter_toggle)
        self._theme.changed.connect(self._size_bar)
        self._size_bar()
        return self._bar_widget

    def _size_bar(self) -> None:
        px = self._theme.px
        self._bar_widget.setFixedHeight(px(BAR_HEIGHT))
        self._bar_widget.setContentsMargins(px(18), 0, px(10), 0)
        for button in (self.unfold_button, self.new_button, self.export_button, self.parameter_toggle):
            button.setIconSize(QSize(px(16), px(16)))

    def _connect(self) -> None:
        self.chat_list.done.connect(self._uncover)
        self.chat_list.fold_requested.connect(lambda: self.columns.show_left(False))
        self.unfold_button.clicked.connect(self.toggle_chats)
        self.parameter_toggle.clicked.connect(self.toggle_parameters)
        self.export_button.clicked.connect(lambda: self.action_triggered.emit("export_chat"))
        self.columns.folded.connect(self._columns_folded)
        self.composer.submitted.connect(self._submitted)

    def _submitted(self) -> None:
        self.early_submit = True

    def toggle_parameters(self) -> None:
        """Shows or hides the parameters."""
        self.columns.show_right(not self.columns.right_shown)
        if self.columns.narrow and self.columns.right_shown:
            self.parameter_panel.focus_first()

    def toggle_chats(self) -> None:
        """Shows or hides the chats."""
        self.columns.show_left(not self.columns.left_shown)
        if self.columns.narrow and self.columns.left_shown:
            self.chat_list.focus_list()

    def _uncover(self) -> None:
        """In a narrow window the list of chats goes when one was chosen."""
        if self.columns.narrow:
            self.composer.focus()

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


def _place() -> QWidget:
    """Room for something that comes later."""
    place = QWidget()
    layout = QVBoxLayout(place)
    layout.setContentsMargins(0, 0, 0, 0)
    return place


def _fill(place: QWidget, widget: QWidget) -> None:
    layout = place.layout()
    if layout is not None:
        layout.addWidget(widget)
