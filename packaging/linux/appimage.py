"""An AppImage of the program, into dist/: `appimage.py`. Needs `appimagetool` on the PATH; no registry carries it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tree import BUILD, DIST, LINUX, commit_time, install_program, settle, version

TOOL = "appimagetool"
APP_DIR = BUILD / "Ligature.AppDir"


def main() -> None:
    """Lays out the folder that is mounted when the AppImage is started, and packs it."""
    lay_out(APP_DIR)
    tool = shutil.which(TOOL)
    if tool is None:
        sys.exit(f"{APP_DIR} is laid out. To make an AppImage of it, put {TOOL} on the PATH and run this again.")
    DIST.mkdir(exist_ok=True)
    target = DIST / f"ligature-{version()}-x86_64.AppImage"
    # The AppStream metainfo has been checked already, and by a newer tool.
    command: list[str | Path] = [tool, "--no-appstream", "--comp", "zstd", APP_DIR, target]
    subprocess.run(command, check=True, env=os.environ | {"ARCH": "x86_64", "SOURCE_DATE_EPOCH": str(commit_time())})


def lay_out(root: Path) -> None:
    """The same tree as other packages have, with what starts it and what is shown of it at the top."""
    install_program(root, "appimage")
    shutil.copy(LINUX / "AppRun", root / "AppRun")
    shutil.copy(root / "usr/share/applications/ligature.desktop", root)
    shutil.copy(root / "usr/share/icons/hicolor/256x256/apps/ligature.png", root)
    (root / ".DirIcon").symlink_to("ligature.png")
    settle(root)


if __name__ == "__main__":
    main()
