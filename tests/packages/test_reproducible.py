"""Two builds of one commit are the same, bit for bit: in another folder, in another time zone, at another time."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.packages.conftest import CHECKOUT

SCRIPTS = ("freeze.py", "linux/deb.py", "linux/rpm_and_arch.py", "linux/portable.py")
ELSEWHERE = {"TZ": "Pacific/Auckland", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "7"}

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="makes packages for Linux")


def sums(folder: Path) -> dict[str, str]:
    packages = [file for file in folder.glob("ligature*") if file.suffix in {".deb", ".rpm", ".zst"}]
    return {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in packages}


def test_a_build_elsewhere_gives_the_same_packages(dist: Path, tmp_path: Path) -> None:
    folder = tmp_path / "another folder"
    listed = subprocess.check_output(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=CHECKOUT, text=True
    )
    for name in filter(None, listed.split("\0")):
        if (CHECKOUT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(CHECKOUT / name, folder / name)
    shutil.copytree(CHECKOUT / ".git", folder / ".git")

    for script in SCRIPTS:
        subprocess.run(
            [CHECKOUT / ".venv/bin/python", folder / "packaging" / script],
            env={**os.environ, **ELSEWHERE}, umask=0o077, check=True, timeout=900,
        )  # fmt: skip

    assert sums(dist)
    assert sums(folder / "dist") == sums(dist)
