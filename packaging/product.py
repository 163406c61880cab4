"""What installers say of the program, on every system."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FROZEN = ROOT / "build" / "frozen" / "ligature"
ICONS = ROOT / "build" / "icons"
DIST = ROOT / "dist"

NAME = "Ligature"
IDENTIFIER = "io.github.ligature.Ligature"
PUBLISHER = "The Ligature authors"
HOMEPAGE = "https://github.com/ligature/ligature"
SUMMARY = "A desktop chat client in which one model thinks and another answers"
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


def four_numbers(of_version: str) -> str:
    """A version as Windows compares it, which knows no more than numbers."""
    released = re.match(r"\d+(?:\.\d+)*", of_version)
    numbers = released[0].split(".") if released else []
    return ".".join([*numbers, "0", "0", "0", "0"][:4])
