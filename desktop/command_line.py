"""What stands on the command line, and what the desktop says beside it."""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

from desktop import __version__
from desktop.core.handover import Handover
from desktop.core.links import is_link
from desktop.services.paths import Paths

_FILE_ADDRESS = re.compile(r"file:(?://(?:localhost)?(?=/))?", re.IGNORECASE)
_DRIVE = re.compile(r"/[A-Za-z]:")


@dataclass(frozen=True, slots=True)
class CommandLine:
    """The arguments, understood. Items are links and absolute paths."""

    paths: Paths
    items: tuple[str, ...]
    smoke: bool

    def handover(self) -> Handover:
        """What a second start says to the first."""
        token = os.environ.get("XDG_ACTIVATION_TOKEN") or os.environ.get("DESKTOP_STARTUP_ID", "")
        return Handover(self.items, token if token.isascii() and token.isprintable() else "")


def understand(arguments: Sequence[str]) -> CommandLine:
    """Reads the arguments; ends the process where they make no sense, or ask for no more than a text."""
    parser = argparse.ArgumentParser(prog="ligature", description="Chat in which one model thinks and another answers.")
    place = parser.add_mutually_exclusive_group()
    place.add_argument("--data-dir", type=Path, metavar="DIR", help="keep all state in this folder")
    place.add_argument("--portable", action="store_true", help="keep all state in the folder data beside the program")
    parser.add_argument("--smoke", action="store_true", help="start, run one turn if possible, print JSON, and end")
    parser.add_argument("--version", action="version", version=f"Ligature {__version__}")
    parser.add_argument("items", nargs="*", metavar="URL or FILE", help="a ligature: link, or a picture to ask about")
    end = arguments.index("--") if "--" in arguments else len(arguments)
    options = parser.parse_intermixed_args(arguments[:end])  # options stand anywhere; what follows -- are names
    if options.portable and not getattr(sys, "frozen", False):
        parser.error("--portable is for the packaged program; name a folder with --data-dir instead")
    if options.portable:
        paths = Paths.portable()
    else:
        paths = Paths.under(options.data_dir) if options.data_dir else Paths.default()
    return CommandLine(paths, tuple(_item(text) for text in (*options.items, *arguments[end + 1 :])), options.smoke)


def _item(text: str) -> str:
    """A link as it is, a file by its whole path: the first start has another working folder."""
    if _FILE_ADDRESS.match(text):
        path = unquote(_FILE_ADDRESS.sub("", text, count=1), errors="surrogateescape")
        text = path[1:] if _DRIVE.match(path) else path
    elif is_link(text) and not Path(text).exists():  # a file may be called so
        return text
    return str(Path(text).absolute())
