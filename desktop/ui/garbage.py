"""Garbage collection on the GUI thread only.

Python collects in whatever thread asks for memory. In a worker's it would destroy Qt objects there, and what Qt's own
thread still holds of them, such as a socket's notifier in the event dispatcher, would point to nothing: the program
crashes, some time later and somewhere else.
"""

from __future__ import annotations

import gc
import time

from PySide6.QtCore import QAbstractEventDispatcher, QObject

LOOKED_AFTER_S = 5.0


class GarbageCollector(QObject):
    """Collects in place of Python, by Python's own thresholds, as long as the application lives.

    It does so when the event loop goes to sleep, so that nobody waits for it and an idle program is never woken. What
    the start has made, sixty thousand objects that stay, is looked through once and then set aside.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        gc.disable()
        self._due_at_s = time.monotonic() + LOOKED_AFTER_S
        self._collect = _set_aside
        self.destroyed.connect(gc.unfreeze)
        dispatcher = QAbstractEventDispatcher.instance()
        if dispatcher is None:
            raise RuntimeError("garbage is collected in the thread of an application")
        dispatcher.aboutToBlock.connect(self._look)

    def _look(self) -> None:
        now_s = time.monotonic()
        if now_s >= self._due_at_s:
            self._due_at_s = now_s + LOOKED_AFTER_S
            self._collect()
            self._collect = self.collect_what_is_due

    def collect_what_is_due(self) -> None:
        """Collects the oldest generation that has grown beyond its threshold."""
        for generation, (count, threshold) in reversed(
            list(enumerate(zip(gc.get_count(), gc.get_threshold(), strict=True)))
        ):
            if count > threshold > 0:
                gc.collect(generation)
                return


def _set_aside() -> None:
    gc.collect()
    gc.freeze()
