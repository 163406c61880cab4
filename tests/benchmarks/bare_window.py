"""F, the measure of all starts: an empty QMainWindow. Prints when it is painted, then waits for its input to end."""

from __future__ import annotations

import sys
import threading
import time

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication, QMainWindow


class Watcher(QObject):
    """Prints the time of the first paint, once."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Paint:
            watched.removeEventFilter(self)
            QTimer.singleShot(0, lambda: print(time.monotonic(), flush=True))
        return False


def main() -> None:
    application = QApplication(sys.argv)
    application.setStyle("Fusion")
    window = QMainWindow()
    window.resize(1360, 860)
    watcher = Watcher()
    window.installEventFilter(watcher)
    window.show()
    threading.Thread(target=lambda: (sys.stdin.read(), application.quit()), daemon=True).start()
    application.exec()


if __name__ == "__main__":
    main()
