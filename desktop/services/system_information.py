"""What a bug report should say of the computer: versions and names of systems, never keys, paths or names of people."""

from __future__ import annotations

import locale
import os
import platform
import sys

from desktop import __version__
from desktop.services.installation import installation


def system_lines() -> list[str]:
    """One fact a line; those of Qt are added by who knows Qt."""
    desktop = " ".join(filter(None, (os.environ.get("XDG_CURRENT_DESKTOP"), os.environ.get("XDG_SESSION_TYPE"))))
    lines = [
        f"Ligature {__version__} ({installation().kind})",
        f"Python {platform.python_version()}{' (frozen)' if getattr(sys, 'frozen', False) else ''}",
        f"System: {_system()}, {platform.machine()}",
        f"Language: {locale.getlocale()[0] or 'C'}",
    ]
    return [*lines, f"Desktop: {desktop}"] if desktop else lines


def _system() -> str:
    """The name that its users know it by, and the kernel's version."""
    if sys.platform == "darwin":
        return f"macOS {platform.mac_ver()[0]}"
    kernel = f"{platform.system()} {platform.release()}"
    try:
        return f"{platform.freedesktop_os_release()['PRETTY_NAME']}, {kernel}"
    except (OSError, KeyError):  # Windows, or a Linux that does not say
        return kernel
