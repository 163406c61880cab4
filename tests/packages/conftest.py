"""What the tests of the built program and its packages share; `make test-packages` builds first, then runs them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.desktop.conftest import reader, screen, shared_screen, start

__all__ = ["reader", "screen", "shared_screen", "start"]  # fixtures of tests/desktop

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


@pytest.fixture(scope="session")
def frozen_with_model(frozen: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The frozen program with the model on this computer beside it, as its package puts it there."""
    root = tmp_path_factory.mktemp("with-model")
    lay_out = "import pathlib, sys, tree; tree.install_local_model(pathlib.Path(sys.argv[1]))"
    linux = os.environ | {"PYTHONPATH": str(CHECKOUT / "packaging" / "linux")}
    subprocess.run([sys.executable, "-c", lay_out, root / "model"], env=linux, check=True)
    folder = root / "ligature"
    shutil.copytree(frozen.parent, folder, symlinks=True)
    shutil.move(next((root / "model").rglob("local-model")), folder)
    return folder / frozen.name


@pytest.fixture
def command(frozen: Path) -> Sequence[str]:
    """What starts the program: its frozen form, so that journeys of tests/desktop can be walked with it."""
    return (str(frozen),)
