"""Fixtures for widget tests: one application on the offscreen platform, and coroutines driven on its qasync loop."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Coroutine, Iterator
from typing import Any

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication

from desktop.ui.event_loop import EventLoop
from desktop.ui.garbage import GarbageCollector
from desktop.ui.icons import Icons
from desktop.ui.message_view import MessageView
from desktop.ui.theme import Appearance, Theme
from tests.ui.message_views import close, make_view


@pytest.fixture(scope="session")
def garbage(qapp: QApplication) -> GarbageCollector:
    """The program's own garbage collector."""
    return GarbageCollector(qapp)


@pytest.fixture(autouse=True)
def _nothing_left(qapp: QApplication, garbage: GarbageCollector) -> Iterator[None]:
    """A test's windows go with it: left behind, every later theme would be set on them, too.

    They would not go by themselves, since their own connections hold them; at the interpreter's end, PySide then takes
    them down in an order that crashes.
    """
    yield
    for window in qapp.topLevelWidgets():
        window.deleteLater()
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    qapp.clipboard().clear()  # the offscreen one frees what it holds after Python's end, and crashes
    garbage.collect_what_is_due()


@pytest.fixture
def theme(qapp: QApplication) -> Theme:
    """The light theme at scale 1, applied."""
    qapp.setStyle("Fusion")
    theme = Theme()
    theme.choose(Appearance.LIGHT, 1.0)
    return theme


@pytest.fixture
def icons(theme: Theme) -> Icons:
    """Icons in the theme's colours."""
    return Icons(theme)


@pytest.fixture
def view(theme: Theme, icons: Icons) -> Iterator[MessageView]:
    """A message view, empty and shown."""
    view = make_view(theme, icons)
    yield view
    close(view)


@pytest.fixture
def run(qapp: QApplication) -> Iterator[Callable[[Coroutine[Any, Any, Any]], Any]]:
    """Runs a coroutine to its end on a qasync loop: `run(scenario())`."""
    qapp.setQuitOnLastWindowClosed(False)
    with asyncio.Runner(loop_factory=lambda: EventLoop(qapp)) as runner:
        yield runner.run
