"""A program whose standard streams are missing prints where it can, and never fails for it."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest

from desktop import __version__
from desktop.services.standard_streams import ParentConsole

OPENS_A_FILE = """
import os, sys
from desktop.services.standard_streams import complete_streams
complete_streams()
with open(sys.argv[1], "w") as file:
    os.write(1, b"a library's words")
    os.write(2, b"a library's complaint")
    print("ours")
    file.write(f"at {file.fileno()}")
"""


def test_the_version_is_told_on_standard_output() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "desktop", "--version"], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout == f"Ligature {__version__}\n"


@pytest.mark.parametrize(("option", "status"), [("--version", 0), ("--help", 0), ("--no-such-option", 2)])
def test_with_all_streams_closed_an_option_ends_as_it_does_otherwise(option: str, status: int) -> None:
    done = _with_closed_streams("-m", "desktop", option)
    assert done.returncode == status


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has sessions without a desktop")
def test_without_a_desktop_it_says_so_and_ends(tmp_path: Path) -> None:
    hidden = {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"}
    done = subprocess.run(
        [sys.executable, "-m", "desktop", "--data-dir", tmp_path],
        env={name: value for name, value in os.environ.items() if name not in hidden},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (
        1,
        "Ligature needs a desktop to show its window on; there is none here.\n",
    )


def test_a_file_never_gets_the_number_of_a_closed_stream(tmp_path: Path) -> None:
    file = tmp_path / "file.txt"
    done = _with_closed_streams("-c", OPENS_A_FILE, str(file))
    assert done.returncode == 0
    assert int(file.read_text().removeprefix("at ")) > 2  # and nothing of what was printed


def test_a_console_is_attached_once_something_is_printed() -> None:
    shown = io.StringIO()
    attached = []

    def attach() -> io.StringIO:
        attached.append(True)
        return shown

    console = ParentConsole(attach)
    assert not attached
    print("Ligature", 1, file=console, flush=True)
    print("and more", file=console)
    assert shown.getvalue() == "Ligature 1\nand more\n"
    assert attached == [True]


def _with_closed_streams(*arguments: str) -> subprocess.CompletedProcess[bytes]:
    command = ["sh", "-c", 'exec "$0" "$@" <&- >&- 2>&-', sys.executable, *arguments]
    return subprocess.run(command, check=False, timeout=60)
