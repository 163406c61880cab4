"""The application, which on macOS hears of files and links that the system wants opened."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QUrl, Signal
from PySide6.QtGui import QFileOpenEvent
from PySide6.QtWidgets import QApplication


class Application(QApplication):
    """Elsewhere files and links come by the command line. A filter would be asked about every event of the program."""

    opened = Signal(list)  # of one path or link, as `Instance.receive` wants them

    def event(self, event: QEvent) -> bool:
        if not isinstance(event, QFileOpenEvent):
            return super().event(event)
        url = event.url()
        self.opened.emit(
            [url.toLocalFile() if url.isLocalFile() else url.toString(QUrl.ComponentFormattingOption.FullyEncoded)]
        )
        return True
