"""Debian packages of the frozen program and of the model on this computer, into dist/: `deb.py`."""

from __future__ import annotations

import os
import subprocess
from hashlib import md5
from pathlib import Path

from descriptions import describe
from libraries import debian_packages
from tree import (
    BUILD,
    DIST,
    HOMEPAGE,
    LINUX,
    MAINTAINER,
    commit_time,
    files,
    install_local_model,
    install_program,
    put,
    settle,
    version,
)

XZ_LEVEL = 6
XZ_LEVEL_OF_WEIGHTS = 1  # they hardly shrink, and the highest level takes a minute to see that


def main() -> None:
    """Builds both packages."""
    DIST.mkdir(exist_ok=True)
    root = BUILD / "deb" / "ligature"
    install_program(root, "deb")
    _build(root, XZ_LEVEL)
    root = BUILD / "deb" / "ligature-local-model"
    install_local_model(root)
    _build(root, XZ_LEVEL_OF_WEIGHTS)


def _build(root: Path, xz_level: int) -> None:
    package = root.name
    overrides = LINUX / f"{package}.lintian-overrides"
    if overrides.is_file():
        put(root / "usr/share/lintian/overrides" / package, overrides.read_bytes())
    sums = "".join(f"{md5(file.read_bytes()).hexdigest()}  {file.relative_to(root)}\n" for file in files(root))
    put(root / "DEBIAN/control", _control(root).encode())
    put(root / "DEBIAN/md5sums", sums.encode())
    settle(root)
    target = DIST / f"{package}_{version()}_amd64.deb"
    subprocess.run(
        ["dpkg-deb", "--root-owner-group", "-Zxz", f"-z{xz_level}", "--build", root, target],
        check=True, env=os.environ | {"SOURCE_DATE_EPOCH": str(commit_time())}, stdout=subprocess.DEVNULL,
    )  # fmt: skip


def _control(root: Path) -> str:
    about = describe(root.name, "deb")
    fields = {
        "Package": about.name,
        "Version": version(),
        "Architecture": "amd64",
        "Maintainer": MAINTAINER,
        "Installed-Size": str(_size_kib(root)),
        "Depends": ", ".join([*debian_packages(root, BUILD / "shlibdeps"), *about.depends]),
        "Recommends": ", ".join(about.recommends),
        "Suggests": ", ".join(about.suggests),
        "Section": "net",
        "Priority": "optional",
        "Homepage": HOMEPAGE,
        "Description": "\n ".join([about.summary, *about.description.splitlines()]),
    }
    return "".join(f"{name}: {value}\n" for name, value in fields.items() if value)


def _size_kib(root: Path) -> int:
    """As dpkg counts it: every file in whole KiB, and one for everything else."""
    others = sum(path.is_dir() or path.is_symlink() for path in root.rglob("*"))
    return others + sum(-(-file.stat().st_size // 1024) for file in files(root))


if __name__ == "__main__":
    main()
