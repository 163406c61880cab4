"""The composition root: builds everything, connects it, and takes it down again.

Start, in this order, because the user waits for the third step:
1. arguments, paths, log, the lock on the data folder (a second start raises the first window and ends);
2. settings and database, which is opened here, migrated and swept for interrupted answers;
3. the window with the list of chats, painted and ready for typing;
4. what the first answer will need (network client, keys, models) is imported and read behind it.

Shutdown: the window's close is refused until answers are interrupted and saved, the draft is stored, the model on
this computer has ended, and the database is closed.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

import qasync
from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler
from PySide6.QtWidgets import QApplication

from desktop import __version__
from desktop.core.endpoints import LOCAL_ENDPOINT_ID, Endpoint, Model
from desktop.core.errors import ConfigError, StorageError, UserError
from desktop.services.api import Api
from desktop.services.attachments import Attachments
from desktop.services.bundle import Services
from desktop.services.endpoint_book import EndpointBook
from desktop.services.keys import Keys
from desktop.services.local_model import LocalModel
from desktop.services.logs import start_log
from desktop.services.models import ModelCatalogue
from desktop.services.paths import Paths
from desktop.services.settings import Settings, SettingsFile
from desktop.services.store import Store
from desktop.ui.instance import Instance
from desktop.ui.program import Program
from desktop.ui.smoke import smoke
from desktop.ui.svg import draw_svg
from desktop.ui.theme import Appearance, Theme

log = logging.getLogger(__name__)


def main(arguments: Sequence[str], on_shown: Callable[[Program], object] | None = None) -> int:
    """Runs the program and returns its exit status; `on_shown` is called once the window is painted."""
    options = _parse(arguments)
    paths = Paths.under(options.data_dir) if options.data_dir else Paths.default()
    paths.create()
    start_log(paths.logs_dir)
    application = _application()
    instance = Instance(paths.lock_file)
    if not instance.acquire():
        return _leave_to_the_first(instance)
    with asyncio.Runner(loop_factory=lambda: qasync.QEventLoop(application)) as runner:
        runner.get_loop()
        try:
            program = build(paths, instance)
        except StorageError as error:
            return _cannot_start(application, error)
        _install_hooks(program, runner.get_loop())
        if on_shown is not None:
            program.window.call_when_painted(lambda: on_shown(program))
        return runner.run(smoke(program) if options.smoke else program.run())


def build(paths: Paths, instance: Instance) -> Program:
    """Builds everything; raises StorageError if the database cannot be opened."""
    settings_file = SettingsFile(paths)
    settings, problems = _load(settings_file)
    keys = Keys()
    local_model = LocalModel()
    api = Api(version=__version__)
    book = EndpointBook(settings_file, settings, keys, local_model)

    async def list_models(endpoint: Endpoint) -> list[Model]:
        if endpoint.id == LOCAL_ENDPOINT_ID:
            return local_model.models()
        return await api.models(*await book.connect(endpoint))

    def storage_failed(error: UserError) -> None:
        program.show_error_from_thread(error)

    services = Services(
        paths=paths,
        store=Store(paths.database_file, on_failure=storage_failed),
        keys=keys,
        api=api,
        attachments=Attachments(paths.attachments_dir, draw_svg),
        catalogue=ModelCatalogue(cache_file=paths.models_file, data_dir=paths.data_dir, fetch=list_models),
        local_model=local_model,
    )
    theme = Theme()
    theme.choose(Appearance(settings.appearance), settings.font_scale)
    program = Program(theme, services, book, instance)
    for problem in problems:
        program.show_error(problem)
    return program


def _load(settings_file: SettingsFile) -> tuple[Settings, Sequence[ConfigError]]:
    """The settings, or the defaults if their file is broken; and what is to be told about it."""
    try:
        settings = settings_file.load()
    except ConfigError as error:
        return Settings(), [error]
    return settings, settings.problems


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


def _install_hooks(program: Program, loop: asyncio.AbstractEventLoop) -> None:
    """Everything that nobody catches goes to the log, and the user is told that something went wrong."""

    def uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            program.quit()
            return
        log.error("uncaught", exc_info=(kind, error, trace))
        program.show_bug()

    def loop_failed(_loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        error = context.get("exception")
        if isinstance(error, UserError):
            program.show_error(error)
            return
        log.error("%s", context.get("message", "the event loop failed"), exc_info=error)
        program.show_bug()

    def qt_message(kind: QtMsgType, _context: QMessageLogContext, text: str) -> None:
        level = logging.INFO if kind in (QtMsgType.QtDebugMsg, QtMsgType.QtInfoMsg) else logging.WARNING
        logging.getLogger("qt").log(level, text)

    sys.excepthook = uncaught
    loop.set_exception_handler(loop_failed)
    qInstallMessageHandler(qt_message)
