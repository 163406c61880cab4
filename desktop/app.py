"""The composition root: builds everything, connects it, and takes it down again.

Start, in this order, because the user waits for the third step:
1. arguments, paths, the lock on the data folder (a second start raises the first window and ends);
2. settings and database, which is opened here, migrated and swept for interrupted answers;
3. the window with the list of chats and the composer, painted and ready for typing;
4. behind it, in steps that leave room for keys: log, pages, services, controllers, and what the first answer will need.

Shutdown: the window's close is refused until answers are interrupted and saved, the draft is stored, the model on
this computer has ended, and the database is closed.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QApplication

from desktop import __version__
from desktop.core.errors import StorageError
from desktop.first_window import Opened, open_window
from desktop.services.paths import Paths
from desktop.ui.garbage import GarbageCollector
from desktop.ui.instance import Instance
from desktop.ui.main_window import MainWindow

if TYPE_CHECKING:
    from desktop.ui.program import Program


def main(
    arguments: Sequence[str],
    on_shown: Callable[[MainWindow], object] | None = None,
    on_complete: Callable[[Program], object] | None = None,
) -> int:
    """Runs the program and returns its exit status.

    `on_shown` is called once the window is painted, `on_complete` once there is all that belongs behind it.
    """
    options = _parse(arguments)
    paths = Paths.under(options.data_dir) if options.data_dir else Paths.default()
    application = _application()
    try:
        paths.create()
        instance = Instance(paths.lock_file)
        if not instance.acquire():
            return _leave_to_the_first(instance)
        opened = open_window(paths, instance)
    except StorageError as error:
        return _cannot_start(application, error)
    _paint(application, opened, on_shown)
    from desktop.running import run

    return run(application, opened, on_complete, smoke=options.smoke)


def _paint(application: QApplication, opened: Opened, on_shown: Callable[[MainWindow], object] | None) -> None:
    """Shows the window and returns once it is painted; keys that come later wait for the program's own loop."""
    if on_shown is not None:
        opened.window.call_when_painted(lambda: on_shown(opened.window))
    opened.window.call_when_painted(application.exit)
    opened.window.show()
    application.exec()


def _parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="ligature", description="Chat in which one model thinks and another answers.")
    parser.add_argument("--data-dir", type=Path, metavar="DIR", help="keep all state in this folder")
    parser.add_argument("--smoke", action="store_true", help="start, run one turn if possible, print JSON, and end")
    parser.add_argument("--version", action="version", version=f"Ligature {__version__}")
    return parser.parse_args(arguments)


def _application() -> QApplication:
    application = QApplication([sys.argv[0]])
    application.setApplicationName("ligature")
    application.setApplicationDisplayName("Ligature")
    application.setApplicationVersion(__version__)
    application.setDesktopFileName("ligature")
    application.setQuitOnLastWindowClosed(False)
    application.setStyle("Fusion")
    GarbageCollector(application)
    return application


def _leave_to_the_first(instance: Instance) -> int:
    if instance.raise_first():
        return 0
    print("Ligature already runs with this data folder, but its window does not answer.", file=sys.stderr)
    return 1


def _cannot_start(application: QApplication, error: StorageError) -> int:
    """The database cannot be opened: say so in a window of its own, and on the console."""
    from PySide6.QtWidgets import QMessageBox

    print(error, file=sys.stderr)
    box = QMessageBox(QMessageBox.Icon.Critical, "Ligature", error.text)
    box.setInformativeText(error.hint)
    box.setObjectName("startFailed")
    box.finished.connect(application.quit)
    box.open()
    application.exec()
    return 1
