"""Takes a picture of a part of the screen into the composer."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QLocale, QObject, QTime, QTimer
from PySide6.QtGui import QGuiApplication, QImage

from desktop.services import screen_tools
from desktop.ui.attachment_controller import AttachmentController
from desktop.ui.main_window import MainWindow
from desktop.ui.sources import BytesSource, FileSource, Source, as_png
from desktop.ui.tasks import Tasks
from desktop.ui.theme import Theme

if TYPE_CHECKING:
    from desktop.ui.screen_cutter import ScreenCutter

GONE_AFTER_MS = 250  # until the desktop has faded our window out


class ScreenshotController(QObject):
    """Lets the user choose in the way that this system has: its own where it wants that, else ours."""

    def __init__(self, window: MainWindow, theme: Theme, attachments: AttachmentController, background: Tasks) -> None:
        super().__init__()
        self._window = window
        self._theme = theme
        self._attachments = attachments
        self._background = background
        self._cutters: list[ScreenCutter] = []
        self._asking: asyncio.Task[None] | None = None
        self._hidden_timer = QTimer(self, singleShot=True, interval=GONE_AFTER_MS)
        self._hidden_timer.timeout.connect(self._show_cutters)
        window.composer.screenshot_requested.connect(self.take)

    def take(self) -> None:
        """Begins; the picture is attached when it is chosen."""
        if self._cutters or self._hidden_timer.isActive() or (self._asking is not None and not self._asking.done()):
            return
        if sys.platform == "darwin" or QGuiApplication.platformName().startswith("wayland"):
            self._asking = self._background.start(self._ask_system())
        else:
            self._window.hide()
            self._hidden_timer.start()

    async def _ask_system(self) -> None:
        if sys.platform == "darwin":
            data = await screen_tools.ask_macos()
            sources: Sequence[Source] = [BytesSource(data, self._name())] if data else []
        else:
            path = await screen_tools.ask_portal()
            sources = [FileSource(path)] if path else []
        self._attachments.add(sources)

    def _show_cutters(self) -> None:
        """One for each screen, all taken before the first is shown."""
        from desktop.ui.screen_cutter import ScreenCutter

        self._cutters = [ScreenCutter(self._theme, screen) for screen in QGuiApplication.screens()]
        for cutter in self._cutters:
            cutter.cut.connect(self._cut)
            cutter.cancelled.connect(self._close)
            cutter.showFullScreen()
            cutter.activateWindow()

    def _cut(self, picture: QImage) -> None:
        self._close()
        self._background.start(self._attach(picture))

    async def _attach(self, picture: QImage) -> None:
        data = await asyncio.to_thread(as_png, picture)
        self._attachments.add([BytesSource(data, self._name())])

    def _close(self) -> None:
        """Also when one was closed by other means than ours: then the others go, too."""
        cutters, self._cutters = self._cutters, []
        if not cutters:
            return
        for cutter in cutters:
            cutter.close()
        self._window.show()
        self._window.raise_()
        self._window.activateWindow()
        self._window.composer.focus()

    def _name(self) -> str:
        time = QLocale().toString(QTime.currentTime(), QLocale.FormatType.ShortFormat)
        return self.tr("Screenshot {time}").format(time=time)
