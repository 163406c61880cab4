"""Highlighters by language, made in a thread: Pygments and the rules of one language take up to 100 ms at first.

Code is shown without colours until they are there; the same text, the same height.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, QRunnable, Qt, QThreadPool, Signal

from desktop.ui.message_view.highlighting import Highlighter, load


class Languages(QObject):
    """Gives what is there, else fetches it and says so."""

    loaded = Signal(str)  # language

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._loaded: dict[str, Highlighter | None] = {"": None}
        self._loading: dict[str, _Job] = {}

    @property
    def idle(self) -> bool:
        """True if nothing is being fetched."""
        return not self._loading

    def get(self, language: str) -> Highlighter | None:
        """The language's highlighter; None while it is fetched, and for unknown languages."""
        if language not in self._loaded and language not in self._loading:
            job = self._loading[language] = _Job(language)
            job.done.loaded.connect(self._keep, Qt.ConnectionType.QueuedConnection)
            QThreadPool.globalInstance().start(job)
        return self._loaded.get(language)

    def _keep(self, language: str, highlighter: Highlighter | None) -> None:
        del self._loading[language]
        self._loaded[language] = highlighter
        if highlighter is not None:
            self.loaded.emit(language)


class _Done(QObject):
    """Tells from the thread; a child of the pool, which outlives every view and waits for its threads."""

    loaded = Signal(str, object)


class _Job(QRunnable):
    def __init__(self, language: str) -> None:
        super().__init__()
        self.done = _Done(QThreadPool.globalInstance())
        self._language = language

    def run(self) -> None:
        self.done.loaded.emit(self._language, load(self._language))
        self.done.deleteLater()
