"""Fixtures for tests that need a real screen and other programs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pytest

from tests.desktop.screen import Screen, missing_programs
from tests.desktop.screen_reader import ScreenReader, missing_for_reading
from tests.desktop.started import FROM_THE_CHECKOUT, Ligature, Start


@pytest.fixture(scope="session")
def shared_screen(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Screen]:
    """The display itself, which takes a while to start."""
    if missing := missing_programs():
        pytest.skip(f"not installed: {', '.join(missing)}")
    screen = Screen(tmp_path_factory.mktemp("screen"))
    yield screen
    screen.close()


@pytest.fixture
def screen(shared_screen: Screen) -> Iterator[Screen]:
    """A display with a window manager and a session bus; what a test starts on it is ended after the test."""
    yield shared_screen
    shared_screen.close_programs()


@pytest.fixture
def reader(screen: Screen) -> Iterator[ScreenReader]:
    """Reads what is on the screen as assistive technology does."""
    if missing := missing_for_reading():
        pytest.skip(f"not installed: {', '.join(missing)}")
    reader = ScreenReader(screen)
    yield reader
    reader.close()


@pytest.fixture
def command() -> Sequence[str]:
    """What starts the program; tests/packages has another."""
    return FROM_THE_CHECKOUT


@pytest.fixture
def start(screen: Screen, reader: ScreenReader, command: Sequence[str]) -> Iterator[Start]:
    """Starts the real program with a data folder and an environment; afterwards nothing may have gone wrong inside."""
    started: list[Ligature] = []

    def run(data_dir: Path, env: Mapping[str, str]) -> Ligature:
        started.append(Ligature(reader, screen, command, data_dir, env))
        return started[-1]

    yield run
    for ligature in started:
        story = ligature.story()
        assert not [wrong for wrong in ("Traceback", "QPainter::") if wrong in story], story
