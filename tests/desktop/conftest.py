"""Fixtures for tests that need a real screen and other programs."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.desktop.screen import Screen, missing_programs


@pytest.fixture(scope="session")
def _shared_screen(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Screen]:
    if missing := missing_programs():
        pytest.skip(f"not installed: {', '.join(missing)}")
    screen = Screen(tmp_path_factory.mktemp("screen"))
    yield screen
    screen.close()


@pytest.fixture
def screen(_shared_screen: Screen) -> Iterator[Screen]:
    """A display with a window manager and a session bus; what a test starts on it is ended after the test."""
    yield _shared_screen
    _shared_screen.close_programs()
