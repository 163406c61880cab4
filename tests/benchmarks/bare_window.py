"""F, the measure of all starts: an empty QMainWindow. Prints when it is painted, then waits for its input to end."""

from __future__ import annotations

import sys
import time

from PySide6.QtCore import QSocketNotifier, QTimer
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QApplication, QMainWindow


class BareWindow(QMainWindow):
    """Prints the time of its first paint."""

    painted = False

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self.painted:
            self.painted = True
            QTimer.singleShot(0, lambda: print(time.monotonic(), flush=True))


def main() -> None:
    """Runs until standard input ends."""
    application = QApplication(sys.argv)
    application.setStyle("Fusion")
    window = BareWindow()
    window.resize(1360, 860)
    window.show()

    ending = QSocketNotifier(sys.stdin.fileno(), QSocketNotifier.Type.Read)
    ending.activated.connect(application.quit)
    application.exec()


if __name__ == "__main__":
    main()
