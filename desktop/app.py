"""The composition root: builds everything, connects it, and takes it down again.

Start, in this order, because the user waits for the third step:
1. arguments, paths, the lock on the data folder (a second start hands over what it was given and ends);
2. settings and database, which is opened here, migrated and swept for interrupted answers;
3. the window with the list of chats and the composer, painted and ready for typing;
4. behind it, in steps that leave room for keys: log, pages, services, controllers, and what the first answer will need.

Shutdown: the window's close is refused until answers are interrupted and saved, the draft is stored, the model on
this computer has ended, and the database is closed.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from desktop.command_line import CommandLine, understand
from desktop.core.errors import StorageError
from desktop.core.handover import LARGEST_BYTES
from desktop.ui.instance import Instance

if TYPE_CHECKING:  # a second start needs none of it
    from PySide6.QtWidgets import QApplication

    from desktop.first_window import Opened
    from desktop.ui.main_window import MainWindow
    from desktop.ui.program import Program

HANDED_OVER_WITHIN_S = 15.0  # the first start may just be beginning, or ending
TRIED_EVERY_S = 0.05


def main(
    arguments: Sequence[str],
    on_shown: Callable[[MainWindow], object] | None = None,
    on_complete: Callable[[Program], object] | None = None,
) -> int:
    """Runs the program and returns its exit status.

    `on_shown` is called once the window is painted, `on_complete` once there is all that belongs behind it.
    """
    line = understand(arguments)
    try:
        line.paths.create()
        instance = Instance(line.paths.lock_file)
        if not instance.acquire() and (status := _leave_to_the_first(instance, line)) is not None:
            return status
        if not _has_display():
            print("Ligature needs a desktop to show its window on; there is none here.", file=sys.stderr)
            return 1
        instance.receive(line.items)
        application, opened = _open(line, instance)
    except StorageError as error:
        return _cannot_start(error)
    _paint(application, opened, on_shown)
    from desktop.running import run

    return run(application, opened, on_complete, smoke=line.smoke)


def _has_display() -> bool:
    """Without one, Qt would end the process, and name a library that is not to blame."""
    return sys.platform != "linux" or any(
        os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    )


def _leave_to_the_first(instance: Instance, line: CommandLine) -> int | None:
    """Hands over to the process that owns the data folder; None if it has ended meanwhile, and this one owns it."""
    handover = line.handover()
    if len(handover.to_bytes()) > LARGEST_BYTES:
        print("These are too many files at once.", file=sys.stderr)
        return 2
    deadline_s = time.monotonic() + HANDED_OVER_WITHIN_S
    while (left_s := deadline_s - time.monotonic()) > 0:
        if instance.hand_over(handover, left_s):
            return 0
        if instance.acquire():
            return None
        time.sleep(TRIED_EVERY_S)
    print("Ligature already runs with this data folder, but its window does not answer.", file=sys.stderr)
    return 1


def _open(line: CommandLine, instance: Instance) -> tuple[QApplication, Opened]:
    """The application and its window, not painted yet; raises StorageError."""
    from desktop.first_window import open_window

    application = _application(instance)
    return application, open_window(line.paths, instance)


def _paint(application: QApplication, opened: Opened, on_shown: Callable[[MainWindow], object] | None) -> None:
    """Shows the window and returns once it is painted; keys that come later wait for the program's own loop."""
    if on_shown is not None:
        opened.window.call_when_painted(lambda: on_shown(opened.window))
    opened.window.call_when_painted(application.exit)
    opened.window.fit_screen()
    opened.window.show()
    application.exec()


def _application(instance: Instance | None = None) -> QApplication:
    from desktop import __version__
    from desktop.ui.application import Application
    from desktop.ui.garbage import GarbageCollector

    application = Application([sys.argv[0]])
    application.setApplicationName("ligature")
    application.setApplicationDisplayName("Ligature")
    application.setApplicationVersion(__version__)
    application.setDesktopFileName("ligature")
    application.setQuitOnLastWindowClosed(False)
    application.setStyle("Fusion")
    if instance is not None:
        application.opened.connect(instance.receive)
    GarbageCollector(application)
    return application


def _cannot_start(error: StorageError) -> int:
    """The database cannot be opened: say so in a window of its own, and on the console."""
    from PySide6.QtWidgets import QApplication, QMessageBox

    from desktop.ui.controls import name

    print(error, file=sys.stderr)
    application = QApplication.instance() or _application()
    box = QMessageBox(QMessageBox.Icon.Critical, "Ligature", error.text)
    box.setInformativeText(error.hint)
    name(box, "startFailed", error.text)
    box.finished.connect(application.quit)
    box.open()
    application.exec()
    return 1
