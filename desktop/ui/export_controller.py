"""Exporting and printing a chat: asks where to, makes it in the background, tells how far it is and what went wrong."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from PySide6.QtCore import QObject, QStandardPaths, QTimer
from PySide6.QtWidgets import QDialog, QFileDialog, QWidget

from desktop.core.transcript import Transcript, file_name
from desktop.services.attachments import Attachments
from desktop.services.files import write_for_user
from desktop.services.formula_drawer import FormulaDrawer
from desktop.services.store import Store
from desktop.services.whole_chat import read_whole_chat
from desktop.ui.controls import name
from desktop.ui.line_items import LineItems
from desktop.ui.notices import NoticeBar
from desktop.ui.tasks import Tasks
from desktop.ui.turn_controller import TurnController

if TYPE_CHECKING:
    from PySide6.QtPrintSupport import QPrinter

FOLDER = "export_folder"
TOLD_AFTER_MS = 700
TOLD_STEPS = 5  # a screen reader says each of them
DONE_SHOWN_S = 6.0


class ExportController(QObject):
    """Between the list of chats, the store and ui/export."""

    def __init__(
        self,
        *,
        store: Store,
        attachments: Attachments,
        drawer: FormulaDrawer,
        items: LineItems,
        turns: TurnController,
        notices: NoticeBar,
        window: QWidget,
    ) -> None:
        super().__init__()
        self._store = store
        self._attachments = attachments
        self._drawer = drawer
        self._items = items
        self._turns = turns
        self._notices = notices
        self._window = window
        self._tasks = Tasks(notices.show_error)
        self._filters = {
            ".md": self.tr("Markdown") + " (*.md)",
            ".html": self.tr("Web page in one file") + " (*.html)",
            ".pdf": "PDF (*.pdf)",
        }

    def export(self, chat_id: int, title: str) -> None:
        """Asks for a file and writes the chat into it."""
        dialog = QFileDialog(self._window, self.tr("Export the chat"))
        name(dialog, "exportDialog", self.tr("Export the chat"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDirectory(self._folder())
        dialog.setNameFilters(list(self._filters.values()))
        dialog.filterSelected.connect(lambda chosen: self._take_suffix(dialog, chosen))
        dialog.setDefaultSuffix("md")
        dialog.selectFile(f"{file_name(title or self._untitled())}.md")
        dialog.fileSelected.connect(lambda path: self._begin(self._export(chat_id, self._with_suffix(dialog, path))))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def print_chat(self, chat_id: int, title: str) -> None:
        """Asks for a printer and prints the chat."""
        from PySide6.QtPrintSupport import QPrintDialog, QPrinter, QPrinterInfo

        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        document_name = file_name(title or self._untitled())
        printer.setDocName(document_name)
        if not QPrinterInfo.availablePrinterNames():  # then Qt prints into a file
            printer.setOutputFileName(str(Path(self._folder()) / f"{document_name}.pdf"))
        dialog = QPrintDialog(printer, self._window)
        name(dialog, "printDialog", self.tr("Print the chat"))
        dialog.setWindowTitle(self.tr("Print the chat"))
        dialog.accepted.connect(lambda: self._begin(self._print(chat_id, printer)))
        dialog.finished.connect(dialog.deleteLater)
        QDialog.open(dialog)  # its own `open` wants a slot's name

    async def shut_down(self) -> None:
        """Lets go of what is not finished."""
        await self._tasks.cancel()

    def _take_suffix(self, dialog: QFileDialog, chosen: str) -> None:
        """The name follows the kind of file."""
        suffix = next(suffix for suffix, text in self._filters.items() if text == chosen)
        dialog.setDefaultSuffix(suffix.removeprefix("."))
        selected = dialog.selectedFiles()
        if selected and Path(selected[0]).suffix in self._filters:
            dialog.selectFile(Path(selected[0]).with_suffix(suffix).name)

    def _with_suffix(self, dialog: QFileDialog, path: str) -> Path:
        """A name with an ending that is none of ours gets the chosen one."""
        if Path(path).suffix.lower() in self._filters:
            return Path(path)
        return Path(f"{path}.{dialog.defaultSuffix()}")

    def _folder(self) -> str:
        folder = self._store.remembered(FOLDER, "")
        documents = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        return next((each for each in (folder, documents) if each and Path(each).is_dir()), str(Path.home()))

    def _untitled(self) -> str:
        return self.tr("Chat")

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        self._tasks.start(work)

    async def _export(self, chat_id: int, path: Path) -> None:
        from desktop.ui.export import writing

        await self._store.remember(FOLDER, str(path.parent))
        with _Told(self._notices, self.tr("Exporting the chat…"), self.tr("Cancel")) as told:
            transcript = await self._transcript(chat_id)
            if path.suffix.lower() == ".pdf":
                data = await writing.pdf_bytes(transcript, self._attachments, self._drawer, told.progress)
            elif path.suffix.lower() == ".html":
                data = await writing.html_bytes(transcript, self._attachments, self._drawer)
            else:
                data = await writing.markdown_bytes(transcript)
            await asyncio.to_thread(write_for_user, path, data)
        self._notices.show_notice(
            self.tr("The chat was exported to {name}.").format(name=path.name), timeout_s=DONE_SHOWN_S, key="exported"
        )

    async def _print(self, chat_id: int, printer: QPrinter) -> None:
        from desktop.ui.export import writing

        with _Told(self._notices, self.tr("Printing the chat…"), self.tr("Cancel")) as told:
            transcript = await self._transcript(chat_id)
            await writing.paint(transcript, self._attachments, self._drawer, printer, told.progress)

    async def _transcript(self, chat_id: int) -> Transcript:
        from desktop.ui.export.transcripts import transcript_of

        chat = await read_whole_chat(self._store, chat_id)
        return transcript_of(chat, self._items, self._turns.turns(chat_id), self._untitled())


class _Told:
    """A notice with a way to cancel, for work that takes longer than a moment."""

    def __init__(self, notices: NoticeBar, text: str, cancel: str) -> None:
        self._notices = notices
        self._text = text
        self._cancel = cancel
        self._task = asyncio.current_task()
        self._step = 0
        self._timer = QTimer(singleShot=True, interval=TOLD_AFTER_MS)
        self._timer.timeout.connect(self._show)

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._timer.stop()
        self._notices.dismiss_key("export")

    def progress(self, done: float) -> None:
        """So much is done."""
        step = int(done * TOLD_STEPS)
        if step != self._step:
            self._step = step
            if not self._timer.isActive():
                self._show()

    def _show(self) -> None:
        percent = f" {self._step * 100 // TOLD_STEPS} %" if self._step else ""
        task = self._task
        actions = [(self._cancel, task.cancel)] if task is not None else []
        self._notices.show_notice(self._text + percent, actions=actions, key="export")
