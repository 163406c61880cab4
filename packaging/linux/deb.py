"""Debian packages of the frozen program and of the model on this computer, into dist/: `deb.py`."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from hashlib import md5
from pathlib import Path

from tree import (
    DIST,
    MAINTAINER,
    PROGRAM_DIR,
    ROOT,
    commit_time,
    install_local_model,
    install_program,
    put,
    version,
)

CONTROL = """\
Package: {package}
Version: {version}
Architecture: amd64
Maintainer: {maintainer}
Installed-Size: {size_kib}
Depends: {depends}
{more}Section: net
Priority: optional
Homepage: https://github.com/ligature/ligature
Description: {description}
"""
PROGRAM = """\
chat in which one model thinks and another answers
 Ligature is a desktop chat client for 302.AI and every OpenAI-compatible
 endpoint. Keys stay in the system's keyring, pictures are dropped onto the
 window, and no word is lost."""
LOCAL_MODEL = """\
small model on this computer for Ligature
 With this package Ligature does its whole job with no key and no network.
 The model is a small one: it shows how things work, its answers are weak."""


def main() -> None:
    """Builds both packages."""
    DIST.mkdir(exist_ok=True)
    root = ROOT / "build" / "deb"
    install_program(root)
    depends = f"{_libraries(root)}, libxcb-cursor0, ca-certificates"
    _build(
        root, "ligature", PROGRAM, depends, "Recommends: gnome-keyring | keepassxc\nSuggests: ligature-local-model\n"
    )
    install_local_model(root)
    _build(root, "ligature-local-model", LOCAL_MODEL, f"{_libraries(root)}, ligature (= {version()})")


def _build(root: Path, package: str, description: str, depends: str, more: str = "") -> None:
    fields = {
        "package": package,
        "version": version(),
        "maintainer": MAINTAINER,
        "size_kib": sum(file.stat().st_size for file in _files(root)) // 1024,
        "depends": depends,
        "more": more,
        "description": description,
    }
    _settle(root)
    sums = "".join(f"{md5(file.read_bytes()).hexdigest()}  {file.relative_to(root)}\n" for file in _files(root))
    put(root / "DEBIAN/control", CONTROL.format(**fields))
    put(root / "DEBIAN/md5sums", sums)
    target = DIST / f"{package}_{version()}_amd64.deb"
    subprocess.run(
        ["dpkg-deb", "--root-owner-group", "-Zxz", "--build", root, target],
        check=True,
        env=os.environ | {"SOURCE_DATE_EPOCH": str(commit_time())},
    )


def _files(root: Path) -> Iterator[Path]:
    return (file for file in sorted(root.rglob("*")) if file.is_file() and not file.is_symlink())


def _settle(root: Path) -> None:
    """Modes as Debian wants them: only programs can be run."""
    for path in root.rglob("*"):
        if path.is_symlink():
            continue
        runs = path.is_dir() or (path.parent == root / PROGRAM_DIR and path.name == "ligature")
        path.chmod(0o755 if runs else 0o644)


def _libraries(root: Path) -> str:
    """The packages of the system whose libraries are loaded, as dpkg-shlibdeps finds them."""
    work = ROOT / "build" / "shlibdeps"
    put(work / "debian/control", "Source: ligature\n\nPackage: ligature\nArchitecture: amd64\n")
    libraries = [file for file in _files(root) if file.read_bytes()[:4] == b"\x7fELF"]
    own = [f"-l{folder}" for folder in sorted({library.parent for library in libraries})]
    command = ["dpkg-shlibdeps", "-O", "--ignore-missing-info", *own, *(f"-e{library}" for library in libraries)]
    found = subprocess.run(command, cwd=work, text=True, capture_output=True, check=False)
    if found.returncode:
        raise SystemExit("\n".join(line for line in found.stderr.splitlines() if ": error: " in line))
    return found.stdout.strip().removeprefix("shlibs:Depends=")


if __name__ == "__main__":
    main()
