"""Stages and switches an update again and again, killed before another change to the disk each time.

Usage: update_killed_child.py FOLDER portable|appimage. One line of JSON for each: after how many changes, whether it
was killed, what the program then says of its version, and what is left of the user's data.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

from desktop.services.installation import Installation
from desktop.services.update_staging import download_folder, stage
from tests.update_kit import PROGRAM, install_appimage, install_portable, packed

CHANGES = {"os.rename", "os.symlink", "os.remove", "os.mkdir", "os.rmdir", "os.chmod", "open"}


def die_before(count: int) -> None:
    """Lets this process be killed as by a power failure, before its next change but `count`."""
    seen = 0

    def watch(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal seen
        if event not in CHANGES or (event == "open" and not _writes(arguments)):
            return
        if seen == count:
            os.kill(os.getpid(), signal.SIGKILL)
        seen += 1

    sys.addaudithook(watch)


def _writes(arguments: tuple[object, ...]) -> bool:
    flags = arguments[2]
    return isinstance(flags, int) and bool(flags & (os.O_WRONLY | os.O_RDWR))


def update(installed: Installation, kind: str) -> None:
    folder = download_folder(installed, installed.home)
    folder.mkdir(exist_ok=True)
    program = PROGRAM.format(version="1.1").encode()
    file = folder / ".downloaded"
    file.write_bytes(packed("1.1", program) if kind == "portable" else program)
    stage(installed, file, "1.1", [], verify=lambda _file: None).switch()


def main(folder: Path, kind: str) -> None:
    install = install_portable if kind == "portable" else install_appimage
    count = 0
    while True:
        installed = install(folder / str(count) / "home", "1.0")
        killed = in_child(partial(die_before, count), partial(update, installed, kind))
        says = version_of(installed)
        in_child(partial(update, installed, kind))
        chat = installed.home / "data" / "chat.txt"
        data = chat.read_text(encoding="utf-8") if chat.exists() else ""
        end = {"count": count, "killed": killed, "says": says, "says_after_another_try": version_of(installed)}
        print(json.dumps({**end, "data": data}))
        shutil.rmtree(folder / str(count))
        if not killed:
            return
        count += 1


def in_child(*steps: Callable[[], None]) -> bool:
    """Does something in a process of its own; says whether that was killed."""
    child = os.fork()
    if not child:
        for step in steps:
            step()
        os._exit(0)
    _pid, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


def version_of(installed: Installation) -> str:
    """What the installed program says of itself."""
    return subprocess.run([installed.program, "--version"], capture_output=True, text=True, check=False).stdout.strip()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
