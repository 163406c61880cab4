"""Tells the desktop that an answer is ready while the user looks elsewhere."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication, QSystemTrayIcon, QWidget

SHOWN_MS = 8000


class Notifier(QObject):
    """Shows desktop notifications, where the desktop can; the tray icon is there only while one is shown."""

    clicked = Signal(int)  # chat id

    def __init__(self, window: QWidget, icon: QIcon) -> None:
        super().__init__(window)
        self._window = window
        self._icon = icon
        self._tray: QSystemTrayIcon | None = None
        self._chat_id = 0
        self.enabled = True

    def answer_ready(self, chat_id: int, title: str, text: str) -> None:
        """Tells that a chat has its answer, unless the user sees the window anyway."""
        if not self.enabled or self._window.isActiveWindow():
            return
        QApplication.alert(self._window)
        if not QSystemTrayIcon.isSystemTrayAvailable():
            return
        if self._tray is None:
            self._tray = QSystemTrayIcon(self._icon, self)
            self._tray.messageClicked.connect(self._message_clicked)
            self._tray.activated.connect(self._message_clicked)
        self._chat_id = chat_id
        self._tray.show()
        self._tray.showMessage(title, text, self._icon, SHOWN_MS)

    def quiet(self) -> None:
        """Takes the tray icon away: the user is back."""
        if self._tray is not None:
            self._tray.hide()

    def _message_clicked(self) -> None:
        self.quiet()
        self.clicked.emit(self._chat_id)
