"""What all scripts here share: where things are, and what installers say of the program on every system."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build"
FROZEN = BUILD / "frozen" / "ligature"
ICONS = BUILD / "icons"
ICON = ROOT / "resources" / "icons" / "ligature.svg"
DIST = ROOT / "dist"

NAME = "Ligature"
IDENTIFIER = "io.github.ligature.Ligature"
PUBLISHER = "The Ligature authors"
MAINTAINER = f"{PUBLISHER} <ligature@users.noreply.github.com>"
HOMEPAGE = "https://github.com/ligature/ligature"
SUMMARY = "A desktop chat client in which one model thinks and another answers"
MARK_FILE = "packaged-as"  # beside the program: which kind of package it came in
SCHEME = "ligature"
COPYRIGHT = f"Copyright {PUBLISHER}. MIT licence."
PICTURES = {
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".webp": "image/webp",
    ".gif": "image/gif",
    ".bmp": "image/bmp",
    ".svg": "image/svg+xml",
}
"""What "Open with" offers the program for; it is never made the one that opens them."""


def version() -> str:
    """The program's version."""
    text = (ROOT / "desktop" / "__init__.py").read_text(encoding="utf-8")
    return text.split('__version__ = "')[1].split('"')[0]


def commit_time() -> int:
    """Seconds since 1970 of the newest commit: the date of everything that is built from it."""
    return int(subprocess.check_output(["git", "log", "-1", "--format=%ct"], cwd=ROOT, text=True))


def mark(folder: Path, kind: str) -> None:
    """Writes what kind of package the program in a folder comes in."""
    (folder / MARK_FILE).write_text(f"{kind}\n", encoding="utf-8")


def four_numbers(of_version: str) -> str:
    """A version as Windows compares it, which knows no more than numbers."""
    released = re.match(r"\d+(?:\.\d+)*", of_version)
    numbers = released[0].split(".") if released else []
    return ".".join([*numbers, "0", "0", "0", "0"][:4])
