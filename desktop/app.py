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
import asyncio
import importlib
import logging
import signal
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler
from PySide6.QtWidgets import QApplication

from desktop import __version__
from desktop.core.endpoints import LOCAL_ENDPOINT_ID, Endpoint, Model
from desktop.core.errors import ConfigError, StorageError, UserError
from desktop.services.paths import Paths
from desktop.services.settings import Settings, SettingsFile
from desktop.services.store import Store
from desktop.ui.event_loop import EventLoop
from desktop.ui.garbage import GarbageCollector
from desktop.ui.icons import Icons
from desktop.ui.instance import Instance
from desktop.ui.main_window import WINDOW_STATE, MainWindow
from desktop.ui.theme import Appearance, Theme

if TYPE_CHECKING:
    from desktop.ui.program import Program

log = logging.getLogger(__name__)

WORKERS = 6
CHATS_AT_FIRST = 200  # more than a window shows; the others follow behind the first paint
BEHIND_THE_WINDOW = (
    "desktop.core.stream",
    "desktop.core.request",
    "desktop.services.api",
    "desktop.services.bundle",
    "desktop.ui.message_view",
    "desktop.ui.parameter_panel",
    "desktop.ui.first_run",
    "desktop.ui.chat_controller",
    "desktop.ui.model_controller",
    "desktop.ui.settings_controller",
    "desktop.ui.program",
)
"""Imported in small steps after the first paint: together they take longer than the start itself may."""


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
    with asyncio.Runner(loop_factory=lambda: EventLoop(application)) as runner:
        loop = runner.get_loop()
        # In place of qasync's own, which starts ten threads of Qt's at once.
        loop.set_default_executor(ThreadPoolExecutor(WORKERS, thread_name_prefix="worker"))
        if on_shown is not None:
            opened.window.call_when_painted(lambda: on_shown(opened.window))
        opened.window.show()
        return runner.run(_run(opened, loop, on_complete, smoke=options.smoke))


@dataclass(frozen=True, slots=True)
class Opened:
    """What there is when the window is painted for the first time."""

    paths: Paths
    instance: Instance
    theme: Theme
    store: Store
    settings: Settings
    settings_file: SettingsFile
    problems: Sequence[ConfigError]
    window: MainWindow


def open_window(paths: Paths, instance: Instance) -> Opened:
    """Settings, database, and the window with the list of chats; raises StorageError for a database that cannot be."""
    settings_file = SettingsFile(paths)
    settings, problems = _load(settings_file)
    store = Store(paths.database_file)
    theme = Theme(Appearance(settings.appearance), settings.font_scale)
    theme.prepare()
    window = MainWindow(theme, Icons(theme))
    window.chat_list.set_chats(store.first_chats(CHATS_AT_FIRST))
    window.restore(store.remembered(WINDOW_STATE, {}))
    theme.dress()
    window.composer.focus()
    return Opened(paths, instance, theme, store, settings, settings_file, problems, window)


async def _run(
    opened: Opened,
    loop: asyncio.AbstractEventLoop,
    on_complete: Callable[[Program], object] | None,
    *,
    smoke: bool,
) -> int:
    """Waits for the first paint, builds the rest behind it, and runs until the end."""
    await opened.window.painted()
    for name in BEHIND_THE_WINDOW:
        importlib.import_module(name)
        await asyncio.sleep(0)  # keys that were pressed meanwhile are typed
    program = complete(opened)
    _install_hooks(program, loop)
    for number in (signal.SIGINT, signal.SIGTERM):
        with suppress(NotImplementedError):  # on Windows
            loop.add_signal_handler(number, program.quit)
    if on_complete is not None:
        on_complete(program)
    if not smoke:
        return await program.run()
    from desktop.ui.smoke import prove

    return await prove(program)


def complete(opened: Opened) -> Program:
    """Everything that is not seen at the first paint: services, pages and controllers."""
    from desktop.services.api import Api
    from desktop.services.attachments import Attachments
    from desktop.services.bundle import Services
    from desktop.services.endpoint_book import EndpointBook
    from desktop.services.keys import Keys
    from desktop.services.local_model import LocalModel
    from desktop.services.logs import start_log
    from desktop.services.models import ModelCatalogue
    from desktop.ui.program import Program
    from desktop.ui.svg import draw_svg

    start_log(opened.paths.logs_dir)
    keys, local_model, api = Keys(), LocalModel(), Api(version=__version__)
    book = EndpointBook(opened.settings_file, opened.settings, keys, local_model)

    async def list_models(endpoint: Endpoint) -> list[Model]:
        if endpoint.id == LOCAL_ENDPOINT_ID:
            return local_model.models()
        return await api.models(*await book.connect(endpoint))

    paths = opened.paths
    services = Services(
        paths=paths,
        store=opened.store,
        keys=keys,
        api=api,
        attachments=Attachments(paths.attachments_dir, draw_svg),
        catalogue=ModelCatalogue(cache_file=paths.models_file, data_dir=paths.data_dir, fetch=list_models),
        local_model=local_model,
    )
    program = Program(opened.theme, services, book, opened.instance, opened.window)
    opened.store.on_failure = program.show_error_from_thread
    for problem in opened.problems:
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
