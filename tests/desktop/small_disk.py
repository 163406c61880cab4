"""A disk of a few megabytes that can be filled, emptied and made read-only; the programs of a test live on it."""

from __future__ import annotations

import contextlib
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

SIZE = "4m"
BLOCK = b"\0" * 4096


class SmallDisk:
    """Mounted on `folder`, with nothing on it at first."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._filling = folder / "filling"
        folder.mkdir()
        command = ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", str(folder)]
        if subprocess.run(command, capture_output=True, check=False).returncode:
            pytest.skip("a disk of its own can be mounted by root only")

    def fill(self) -> None:
        """Leaves no room at all."""
        with contextlib.suppress(OSError), self._filling.open("ab", buffering=0) as file:
            while file.write(BLOCK):
                pass

    def make_room(self) -> None:
        """As a user does who deletes something large."""
        self._filling.unlink()

    def make_read_only(self) -> None:
        """As the system does with a disk that has failed, or was mounted so."""
        subprocess.run(["mount", "-o", "remount,ro", self.folder], check=True)

    def take_away(self) -> None:
        """Unmounts it."""
        subprocess.run(["umount", "--lazy", self.folder], check=True)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[SmallDisk]:
    """An empty small disk."""
    disk = SmallDisk(tmp_path / "disk")
    yield disk
    disk.take_away()
