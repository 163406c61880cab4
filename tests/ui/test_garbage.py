"""Qt objects die where Qt lives."""

from __future__ import annotations

import threading
import weakref

from PySide6.QtCore import QSocketNotifier

from desktop.ui.garbage import GarbageCollector


def test_no_other_thread_collects_qt_objects(garbage: GarbageCollector) -> None:
    died_in: list[threading.Thread] = []

    class Looping(QSocketNotifier):
        """Holds itself, so that only the collector can find it."""

        def __init__(self) -> None:
            super().__init__(0, QSocketNotifier.Type.Exception)
            self.me = self

    weakref.finalize(Looping(), lambda: died_in.append(threading.current_thread()))
    made: list[list[int]] = []
    worker = threading.Thread(target=lambda: made.extend([number] for number in range(100_000)))
    worker.start()
    worker.join()
    assert died_in == []
    garbage.collect_what_is_due()
    assert died_in == [threading.main_thread()]
