"""Small pictures for the conversation, decoded in a thread and kept while they are near."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, QRunnable, QSize, Qt, QThreadPool, Signal
from PySide6.QtGui import QImage, QImageReader, QPixmap

MOST_KEPT = 64


class Thumbnails(QObject):
    """Gives a picture if it is there, else loads it and says so later."""

    loaded = Signal(str)  # sha256

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.picture_path: Callable[[str], Path] | None = None
        self._kept: OrderedDict[tuple[str, int, int, float], QPixmap] = OrderedDict()
        self._wanted: set[tuple[str, int, int, float]] = set()

    def get(self, sha256: str, size: QSize, ratio: float) -> QPixmap | None:
        """The picture, at least as large as `size`; None while it is loading or cannot be read."""
        key = (sha256, size.width(), size.height(), ratio)
        if key in self._kept:
            self._kept.move_to_end(key)
            return self._kept[key]
        if key not in self._wanted and self.picture_path is not None:
            self._wanted.add(key)
            job = _Job(key, self.picture_path(sha256))
            job.done.read.connect(self._keep, Qt.ConnectionType.QueuedConnection)
            QThreadPool.globalInstance().start(job)
        return None

    def _keep(self, key: tuple[str, int, int, float], image: QImage) -> None:
        if image.isNull():
            return  # stays wanted: a broken picture is not tried again at every repaint
        self._wanted.discard(key)
        pixmap = QPixmap.fromImage(image)
        pixmap.setDevicePixelRatio(key[3])
        self._kept[key] = pixmap
        while len(self._kept) > MOST_KEPT:
            self._kept.popitem(last=False)
        self.loaded.emit(key[0])


class _Done(QObject):
    """Tells from the thread; a child of the pool, which outlives every view and waits for its threads."""

    read = Signal(object, QImage)


class _Job(QRunnable):
    """Reads one picture at about the size that is needed."""

    def __init__(self, key: tuple[str, int, int, float], path: Path) -> None:
        super().__init__()
        self.done = _Done(QThreadPool.globalInstance())
        self._key = key
        self._path = path

    def run(self) -> None:
        _sha256, width, height, ratio = self._key
        reader = QImageReader(str(self._path))
        reader.setDecideFormatFromContent(True)
        reader.setAutoTransform(True)
        size = reader.size()
        if size.isValid():
            needed = QSize(round(width * ratio), round(height * ratio))
            reader.setScaledSize(size.scaled(needed, Qt.AspectRatioMode.KeepAspectRatioByExpanding))
        self.done.read.emit(self._key, reader.read())
        self.done.deleteLater()
