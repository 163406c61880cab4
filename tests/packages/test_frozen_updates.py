"""The portable program, as it is given to people, looks for a newer version, replaces itself, and goes on."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop import __version__
from tests.desktop.screen import Screen, wait_until
from tests.desktop.screen_reader import SEEN, ScreenReader
from tests.desktop.started import NO_KEYRING
from tests.update_kit import UpdateServer, flipped

pytestmark = [
    pytest.mark.desktop,
    pytest.mark.skipif(sys.platform != "linux", reason="there is a portable program on Linux only"),
]

RESOURCES = Path("_internal", "desktop", "resources")
# The same program with another number, which notes how it was started.
NEWER = """#!/bin/sh
[ "$1" = --version ] && echo Ligature 9.1 && exit
echo "$$ $@" > "{note}.part" && mv "{note}.part" "{note}"
exec "$(dirname "$(readlink -f "$0")")/real" "$@"
"""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[UpdateServer]:
    with UpdateServer(tmp_path / "server") as server:
        yield server


def unpack(dist: Path, into: Path) -> Path:
    into.mkdir()
    archive = dist / f"ligature-{__version__}-linux-x86_64.tar.zst"
    subprocess.run(["tar", "--zstd", "-xf", archive, "-C", into], check=True)
    [folder] = into.iterdir()
    return folder


def trust(folder: Path, server: UpdateServer) -> None:
    """Gives a program the trust anchor that its makers would have given it."""
    resources = folder / RESOURCES
    (resources / "updates").mkdir()
    (resources / "updates" / "root.json").write_bytes((server.resources / "updates" / "root.json").read_bytes())
    server.write_settings(resources)


def publish(dist: Path, work: Path, server: UpdateServer, note: Path) -> None:
    folder = unpack(dist, work)
    (folder / "ligature").rename(folder / "real")
    (folder / "ligature").write_text(NEWER.format(note=note), encoding="utf-8")
    (folder / "ligature").chmod(0o755)
    packed = server.dist / "ligature-9.1-linux-x86_64.tar.zst"
    subprocess.run(["tar", "--use-compress-program=zstd -1", "-cf", packed, "-C", work, folder.name], check=True)
    server.at().add(server.dist, "9.1")


def open_about(screen: Screen, reader: ScreenReader) -> None:
    screen.xdotool("windowactivate", "--sync", screen.window("Ligature"))
    reader.shown("composer")
    screen.xdotool("key", "ctrl+comma")
    reader.click("settingsPages", "About")
    reader.shown("updateLook")


def test_the_portable_program_replaces_itself_and_goes_on(
    dist: Path, tmp_path: Path, screen: Screen, reader: ScreenReader, server: UpdateServer
) -> None:
    home, note = unpack(dist, tmp_path / "home"), tmp_path / "started"
    trust(home, server)
    publish(dist, tmp_path / "newer", server, note)
    old = screen.start([str(home / "ligature"), "--portable"], {**SEEN, **NO_KEYRING}, python=False)
    open_about(screen, reader)
    reader.press("updateLook")
    reader.press("updateTake")
    reader.wait("updateRestart", lambda node: node.showing, "is ready", timeout_s=120)
    assert not (home / "ligature").is_symlink()
    reader.press("updateRestart")
    old.process.wait(30)
    wait_until(note.exists, what="the newer version")
    pid, *arguments = note.read_text(encoding="utf-8").split()
    try:
        assert arguments == ["--portable"]
        assert (home / "ligature").readlink() == Path("versions/9.1/ligature")
        screen.xdotool("windowactivate", "--sync", screen.window("Ligature"))
        assert Path(f"/proc/{pid}/exe").resolve() == home / "versions" / "9.1" / "real"
        assert (home / "data" / "ligature.db").is_file()
    finally:
        os.kill(int(pid), signal.SIGTERM)
    wait_until(lambda: not Path(f"/proc/{pid}").exists(), what="the end")


def test_what_nobody_signed_is_refused_and_the_program_stays(
    dist: Path, tmp_path: Path, screen: Screen, reader: ScreenReader, server: UpdateServer
) -> None:
    home = unpack(dist, tmp_path / "home")
    trust(home, server)
    server.publish("9.1")
    server.change("targets/ligature-9.1-linux-x86_64.tar.zst", flipped)
    screen.start([str(home / "ligature"), "--portable"], {**SEEN, **NO_KEYRING}, python=False)
    open_about(screen, reader)
    reader.press("updateLook")
    reader.press("updateTake")
    reader.wait("updateState", lambda node: "not what those who make Ligature have signed" in node.name)
    told = subprocess.check_output([home / "ligature", "--version"], text=True, timeout=60)
    assert told.split() == ["Ligature", __version__]
    assert list((home / "versions").iterdir()) == []
