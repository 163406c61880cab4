"""The program as a folder that runs from anywhere, into dist/: `portable.py`.

The model on this computer is not along: its folder `local-model` can be put beside the program.
"""

from __future__ import annotations

import os
import shutil
import subprocess

from tree import BUILD, DIST, ZSTD, commit_time, install_folder, settle, version


def main() -> None:
    """Lays the folder out and packs it: sorted, owned by nobody, at the commit's time."""
    DIST.mkdir(exist_ok=True)
    root = BUILD / "portable"
    shutil.rmtree(root, ignore_errors=True)
    top = f"ligature-{version()}"
    install_folder(root / top, "portable")
    settle(root)
    packed = DIST / f"ligature-{version()}-linux-x86_64.tar.zst"
    order = ("--sort=name", "--owner=0", "--group=0", "--numeric-owner", f"--mtime=@{commit_time()}", "--format=gnu")
    subprocess.run(
        ["tar", *order, f"--use-compress-program={' '.join(ZSTD)}", "-cf", packed, "-C", root, top],
        check=True, env=os.environ | {"LC_ALL": "C"},
    )  # fmt: skip


if __name__ == "__main__":
    main()
