"""The frozen program by itself."""

from __future__ import annotations

import subprocess
from pathlib import Path

from desktop import __version__


def test_it_tells_its_version(frozen: Path) -> None:
    told = subprocess.check_output([frozen, "--version"], text=True, timeout=60)

    assert told.split() == ["Ligature", __version__]
