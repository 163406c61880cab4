"""What the tests of the built program and its packages share; `make test-packages` builds first, then runs them."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parent.parent.parent
BUILD = "Run `make package` first."


@pytest.fixture(scope="session")
def frozen() -> Path:
    """The frozen program."""
    name = "ligature.exe" if sys.platform == "win32" else "ligature"
    program = CHECKOUT / "build" / "frozen" / "ligature" / name
    if not program.is_file():
        pytest.fail(f"There is no frozen program at {program}. {BUILD}", pytrace=False)
    return program


@pytest.fixture(scope="session")
def dist() -> Path:
    """The folder of what can be installed."""
    folder = CHECKOUT / "dist"
    if not folder.is_dir():
        pytest.fail(f"There is nothing to install in {folder}. {BUILD}", pytrace=False)
    return folder
