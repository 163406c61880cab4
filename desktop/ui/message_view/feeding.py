"""Holds arriving text back for the length of a frame, so that the screen is worked out once for many tokens.

The timer runs only while something waits. The first text after a pause is shown at once.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, QTimer

INTERVAL_MS = 16
SLOW_INTERVAL_MS = 25
SLOW_FLUSH_S = 0.004


class Feed(QObject):
    """Collects (message, thinking, text) and gives them to `flush` at most once a frame."""

    def __init__(self, flush: Callable[[dict[int, tuple[str, str]]], None], parent: QObject) -> None:
        super().__init__(parent)
        self._flush = flush
        self._texts: dict[int, list[str]] = {}
        self._thinking: dict[int, list[str]] = {}
        self._interval_ms = INTERVAL_MS
        self._flushed_at = 0.0
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self.flush)

    @property
    def waiting(self) -> bool:
        """True while something is held back."""
        return bool(self._texts or self._thinking)

    def add(self, message_id: int, kind: str, text: str) -> None:
        """More "text" or "thinking" for a message."""
        target = self._thinking if kind == "thinking" else self._texts
        target.setdefault(message_id, []).append(text)
        if not self._timer.isActive():
            since_ms = (time.monotonic() - self._flushed_at) * 1000
            self._timer.start(max(0, round(self._interval_ms - since_ms)))

    def flush(self) -> None:
        """Shows everything that waits."""
        self._timer.stop()
        if not self.waiting:
            return
        texts, self._texts = self._texts, {}
        thinking, self._thinking = self._thinking, {}
        began = self._flushed_at = time.monotonic()
        self._flush(
            {
                message_id: ("".join(thinking.get(message_id, ())), "".join(texts.get(message_id, ())))
                for message_id in [*thinking, *(other for other in texts if other not in thinking)]
            }
        )
        self._interval_ms = SLOW_INTERVAL_MS if time.monotonic() - began > SLOW_FLUSH_S else INTERVAL_MS
