"""Brings pictures from drops, pastes and the file dialog into the composer.

Each is prepared off the GUI thread; a bad one gets its own notice, the others stay.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

from PySide6.QtCore import QObject, QStandardPaths
from PySide6.QtWidgets import QFileDialog, QWidget

from desktop.core.errors import UserError
from desktop.services.attachments import Attachments
from desktop.ui.composer import Composer
from desktop.ui.controls import name
from desktop.ui.notices import NoticeBar
from desktop.ui.sources import PICTURE_PATTERNS, FileSource, Source
from desktop.ui.tasks import Tasks


class AttachmentController(QObject):
    """Between the composer and the attachment store."""

    def __init__(self, attachments: Attachments, composer: Composer, notices: NoticeBar, window: QWidget) -> None:
        super().__init__()
        self._attachments = attachments
        self._composer = composer
        self._notices = notices
        self._window = window
        self._tasks = Tasks(self._show_error)
        self._told: set[int] = set()  # notices of pictures that could not be attached
        self._count = itertools.count()
        self._folder = ""  # where files were chosen the last time
        composer.submitted.connect(self._forget_errors)
        composer.attach_requested.connect(self.choose_files)
        composer.sources_dropped.connect(self.add)
        composer.many_sources_dropped.connect(self._ask_about_many)
        composer.link_dropped.connect(self._offer_link)

    def add(self, sources: Sequence[Source]) -> None:
        """Prepares sources and attaches them, each as soon as it is ready."""
        for source in sources:
            key = f"new-{next(self._count)}"
            self._composer.add_pending(key, source.name)
            self._tasks.start(self._prepare(key, source))

    def choose_files(self) -> None:
        """Opens the file dialog."""
        dialog = QFileDialog(self._window, self.tr("Attach pictures"))
        name(dialog, "attachDialog", self.tr("Attach pictures"))
        dialog.setDirectory(self._folder or _pictures_folder())
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.setNameFilters([f"{self.tr('Pictures')} ({PICTURE_PATTERNS})", f"{self.tr('All files')} (*)"])
        dialog.filesSelected.connect(self._files_chosen)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _files_chosen(self, paths: list[str]) -> None:
        self._folder = str(Path(paths[0]).parent)
        self.add([FileSource(Path(path)) for path in paths])

    async def shut_down(self) -> None:
        """Lets go of what is still being prepared."""
        await self._tasks.cancel()

    def _show_error(self, error: UserError) -> None:
        self._told.add(self._notices.show_error(error))

    def _forget_errors(self) -> None:
        """The question went without the bad files: nothing is to be done about them any more."""
        for notice_id in self._told:
            self._notices.dismiss(notice_id)
        self._told.clear()

    async def _prepare(self, key: str, source: Source) -> None:
        try:
            if isinstance(source, FileSource):
                attachment = await self._attachments.add_file(source.path)
            else:
                attachment = await self._attachments.add_bytes(source.data, source.name)
        except UserError:
            self._composer.pending_failed(key)
            raise
        self._composer.pending_done(key, attachment)

    def _ask_about_many(self, sources: Sequence[Source]) -> None:
        self._notices.show_notice(
            self.tr("Attach all {count} files?").format(count=len(sources)),
            kind="info",
            actions=[(self.tr("Attach all"), lambda: self.add(sources))],
            key="many files",
        )

    def _offer_link(self, address: str) -> None:
        """A picture on the web is not fetched without a word: its address can be sent instead."""
        self._notices.show_notice(
            self.tr("This picture is at {host}; nothing was downloaded.").format(host=urlsplit(address).hostname),
            self.tr("Save it and drop the file, or send its address."),
            actions=[(self.tr("Write its address"), lambda: self._composer.editor.insert(address))],
            key="link",
        )


def _pictures_folder() -> str:
    """Where pictures most likely are; not where the program happens to have been started."""
    pictures = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.PicturesLocation)
    return pictures if Path(pictures).is_dir() else str(Path.home())
