"""Garbage collection on the GUI thread only.

Python collects in whatever thread asks for memory. In a worker's it would destroy Qt objects there, and what Qt's own
thread still holds of them, such as a socket's notifier in the event dispatcher, would point to nothing: the program
crashes, some time later and somewhere else.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

LOOKED_AFTER_MS = 5_000


class GarbageCollector(QObject):
    """Collects in place of Python, by Python's own thresholds, as long as the application lives."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        gc.disable()
        self._timer = QTimer(self, interval=LOOKED_AFTER_MS)
        self._timer.timeout.connect(self.collect_what_is_due)
        self._timer.start()

    def collect_what_is_due(self) -> None:
        """Collects the oldest generation that has grown beyond its threshold."""
        for generation, (count, threshold) in reversed(
            list(enumerate(zip(gc.get_count(), gc.get_threshold(), strict=True)))
        ):
            if count > threshold > 0:
                gc.collect(generation)
                return
