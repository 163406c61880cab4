"""The program behind its first window: the event loop, everything that the window needs to live, and its end.

Imported when the window is painted: asyncio alone takes a tenth of the time until then.
"""

from __future__ import annotations

import asyncio
import importlib
import logging
import signal
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from types import TracebackType
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler
from PySide6.QtWidgets import QApplication

from desktop import __version__
from desktop.core.endpoints import LOCAL_ENDPOINT_ID, Endpoint, Model
from desktop.core.errors import UserError
from desktop.first_window import Opened
from desktop.ui.event_loop import EventLoop

if TYPE_CHECKING:
    from desktop.ui.program import Program

log = logging.getLogger(__name__)

WORKERS = 6
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
"""Imported in small steps: together they take longer than the start itself may."""


def run(
    application: QApplication, opened: Opened, on_complete: Callable[[Program], object] | None, *, smoke: bool
) -> int:
    """Completes the program and runs it; returns its exit status."""
    with asyncio.Runner(loop_factory=lambda: EventLoop(application)) as runner:
        loop = runner.get_loop()
        # In place of qasync's own, which starts ten threads of Qt's at once.
        loop.set_default_executor(ThreadPoolExecutor(WORKERS, thread_name_prefix="worker"))
        try:
            status, at_end = runner.run(_run(opened, loop, on_complete, smoke=smoke))
        finally:
            qInstallMessageHandler(None)  # Qt talks on when there is no Python any more to hear it
    at_end()
    return status


async def _run(
    opened: Opened,
    loop: asyncio.AbstractEventLoop,
    on_complete: Callable[[Program], object] | None,
    *,
    smoke: bool,
) -> tuple[int, Callable[[], object]]:
    """Builds the rest and runs until the end; returns the exit status, and what is left to do when nothing runs."""
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
        return await program.run(), program.updates.at_end
    from desktop.ui.smoke import prove

    return await prove(program), program.updates.at_end


def complete(opened: Opened) -> Program:
    """Everything that is not seen at the first paint: services, pages and controllers."""
    from desktop.services.api import Api
    from desktop.services.attachments import Attachments
    from desktop.services.bundle import Services
    from desktop.services.cures import Cures
    from desktop.services.endpoint_book import EndpointBook
    from desktop.services.formula_drawer import FormulaDrawer
    from desktop.services.installation import installation
    from desktop.services.keys import Keys
    from desktop.services.local_model import LocalModel
    from desktop.services.logs import start_log
    from desktop.services.model_notes import ModelNotes
    from desktop.services.models import ModelCatalogue
    from desktop.services.updates import Updates
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
    notes = ModelNotes(opened.store)
    services = Services(
        paths=paths,
        store=opened.store,
        keys=keys,
        api=api,
        attachments=Attachments(paths.attachments_dir, draw_svg),
        catalogue=ModelCatalogue(cache_file=paths.models_file, data_dir=paths.data_dir, fetch=list_models, notes=notes),
        notes=notes,
        cures=Cures(opened.store),
        local_model=local_model,
        drawer=FormulaDrawer(),
        updates=Updates(
            api=api, store=opened.store, data_dir=paths.data_dir, installed=installation(), running=__version__
        ),
    )
    program = Program(opened.theme, services, book, opened.instance, opened.window)
    opened.store.on_failure = program.show_error_from_thread
    opened.store.on_recovery = program.forget_errors_from_thread
    for problem in opened.problems:
        program.show_error(problem)
    return program


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
