"""Qt objects die where Qt lives."""

from __future__ import annotations

import threading
import weakref

import pytest
from PySide6.QtCore import QObject, QSocketNotifier
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.ui import garbage as garbage_module
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


def test_garbage_goes_when_the_event_loop_has_nothing_to_do(
    qapp: QApplication, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(garbage_module, "LOOKED_AFTER_S", 0.0)
    owner = QObject()
    GarbageCollector(owner)

    class Looping:
        """Holds itself, so that only the collector can find it."""

        def __init__(self) -> None:
            self.me = self

    gone: list[bool] = []
    weakref.finalize(Looping(), lambda: gone.append(True))
    kept = [[number] for number in range(10_000)]
    assert not gone
    qtbot.waitUntil(lambda: bool(gone))
    assert len(kept) == 10_000
    owner.deleteLater()
