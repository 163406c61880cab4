"""Reads, saves and copies stored pictures, in a thread: a large one takes a second."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, QRunnable, Qt, QThreadPool, Signal
from PySide6.QtGui import QGuiApplication, QImage, QImageReader
from PySide6.QtWidgets import QFileDialog, QWidget

from desktop.core.conversation import PicturePart


class PictureFiles(QObject):
    """What can be done with the files; `picture_path` says where the one with a sha256 is kept."""

    read = Signal(str, object)  # sha256, QImage; null if it cannot be read
    saved = Signal(bool)

    def __init__(self, picture_path: Callable[[str], Path], parent: QWidget) -> None:
        super().__init__(parent)
        self._picture_path = picture_path
        self._parent = parent

    def ask_for(self, picture: PicturePart) -> None:
        """Has a picture read; `read` brings it."""
        job = _Job(picture.sha256, self._read, self._path(picture))
        job.done.came.connect(self.read, Qt.ConnectionType.QueuedConnection)
        QThreadPool.globalInstance().start(job)

    def copy(self, picture: PicturePart) -> None:
        """Puts a picture into the clipboard as soon as it is read."""
        job = _Job(picture.sha256, self._read, self._path(picture))
        job.done.came.connect(self._to_clipboard, Qt.ConnectionType.QueuedConnection)
        QThreadPool.globalInstance().start(job)

    def save_as(self, picture: PicturePart) -> None:
        """Asks where to, and saves the stored file there, as it is."""
        path = self._path(picture)
        dialog = QFileDialog(self._parent, self.tr("Save picture"))
        dialog.setObjectName("savePictureDialog")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setFileMode(QFileDialog.FileMode.AnyFile)
        dialog.selectFile(file_name(picture))
        dialog.fileSelected.connect(lambda chosen: self._save(path, Path(chosen)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _path(self, picture: PicturePart) -> Path:
        return self._picture_path(picture.sha256)

    def _save(self, source: Path, target: Path) -> None:
        job = _Job("", lambda _path: _copied(source, target), source)
        job.done.came.connect(self._tell_saved, Qt.ConnectionType.QueuedConnection)
        QThreadPool.globalInstance().start(job)

    def _tell_saved(self, _sha256: str, image: QImage | None) -> None:
        self.saved.emit(image is not None)

    def _to_clipboard(self, _sha256: str, image: QImage) -> None:
        if not image.isNull():
            QGuiApplication.clipboard().setImage(image)

    def _read(self, path: Path) -> QImage:
        reader = QImageReader(str(path))
        reader.setDecideFormatFromContent(True)
        reader.setAutoTransform(True)
        return reader.read()


def file_name(picture: PicturePart) -> str:
    """What to call the file: the picture's own name, with the ending of what it is kept as."""
    ending = {"image/jpeg": ".jpg", "image/svg+xml": ".svg"}.get(picture.mime, f".{picture.mime.rpartition('/')[2]}")
    return Path(picture.name or "picture").stem + ending


def _copied(source: Path, target: Path) -> QImage | None:
    try:
        shutil.copyfile(source, target)
    except OSError:
        return None
    return QImage()


class _Done(QObject):
    """Tells from the thread; a child of the pool, which outlives every window and waits for its threads."""

    came = Signal(str, object)


class _Job(QRunnable):
    def __init__(self, sha256: str, work: Callable[[Path], QImage | None], path: Path) -> None:
        super().__init__()
        self.done = _Done(QThreadPool.globalInstance())
        self._sha256 = sha256
        self._work = work
        self._path = path

    def run(self) -> None:
        self.done.came.emit(self._sha256, self._work(self._path))
        self.done.deleteLater()
