"""A Windows of its own for a test: a prefix of wine64, on a screen that nobody sees."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

LOADERS = ("wine64", "/usr/lib/wine/wine64", "wine")
TAKES_AT_MOST_S = 120
MISSING_PARTS = "mscoree=;mshtml=;winemenubuilder.exe="  # nothing asks for .NET, a browser or the desktop's own menu
PROGRAMS = Path("AppData/Roaming/Microsoft/Windows/Start Menu/Programs")


def loader() -> str | None:
    """Wine for 64-bit programs, wherever the distribution has put it."""
    return next((found for name in LOADERS if (found := shutil.which(name))), None)


class Wine:
    """Windows 10, as far as it goes."""

    def __init__(self, prefix: Path, display: str) -> None:
        self.prefix = prefix
        self._loader = loader() or "wine64"
        self._environment = os.environ | {
            "WINEPREFIX": str(prefix),
            "DISPLAY": display,
            "WINEDEBUG": "-all",
            "WINEDLLOVERRIDES": MISSING_PARTS,
        }
        self._server = shutil.which("wineserver") or "/usr/lib/wine/wineserver"
        self._serve("-p")  # stays between two programs
        self.run("wineboot", "-i")
        self.run("winecfg", "-v", "win10")
        [self.home] = (entry for entry in (prefix / "drive_c/users").iterdir() if entry.name != "Public")

    @property
    def local(self) -> Path:
        """%LOCALAPPDATA%."""
        return self.home / "AppData/Local"

    @property
    def menu(self) -> Path:
        """The user's start menu."""
        return self.home / PROGRAMS

    def run(self, *command: str | Path, status: int | None = 0) -> str:
        """Runs a Windows program to its end, which has to have this exit status, if any; gives what it printed."""
        with tempfile.TemporaryFile() as printed:  # no pipe: Windows' services, which stay, would hold it open
            done = subprocess.run(
                [self._loader, *command],
                env=self._environment,
                stdout=printed,
                stderr=subprocess.STDOUT,
                check=False,
                timeout=TAKES_AT_MOST_S,
            )
            printed.seek(0)
            text = printed.read().decode(errors="replace").replace("\r", "")
        assert status in (done.returncode, None), (command, done.returncode, text)
        return text

    def start(self, *command: str | Path, env: Mapping[str, str] = MappingProxyType({})) -> subprocess.Popen[bytes]:
        """Starts a Windows program."""
        return subprocess.Popen(
            [self._loader, *command],
            env={**self._environment, **env},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def registry(self, key: str) -> Mapping[str, str]:
        """The values of a key, by name; the unnamed one is "(Default)". Empty if there is no such key."""
        found = self.run("reg", "query", key, status=None)
        return dict(re.findall(r"^    (\S.*?)    REG_\w+    ?(.*)$", found, re.MULTILINE))

    def end(self) -> None:
        """Ends everything that runs in this prefix."""
        self._serve("-k")
        self._serve("-w")

    def _serve(self, option: str) -> None:
        subprocess.run([self._server, option], env=self._environment, check=False, timeout=TAKES_AT_MOST_S)
