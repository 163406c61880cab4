"""The Windows installers, with a small program in the place of the real one, under wine.

What only a real Windows shows is tried by the workflow that makes packages.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

import pytest

from tests.desktop.screen import wait_until
from tests.packages.certificates import is_signed, make_certificate
from tests.packages.wine import Wine, loader

CHECKOUT = Path(__file__).resolve().parents[2]
DRIVER = CHECKOUT / "packaging/windows/installers.py"
COMPILER = ("x86_64-w64-mingw32-gcc", "-municode", "-mwindows", "-O1", "-s")
OLD, NEW = "0.1.0", "0.2.0"
LINK = "ligature:chat?text=a%20b"
SCHEME = r"Software\Classes\ligature"
APPLICATION = r"Software\Classes\Applications\ligature.exe"
UNINSTALL = r"Software\Microsoft\Windows\CurrentVersion\Uninstall\Ligature"
APP_PATH = r"Software\Microsoft\Windows\CurrentVersion\App Paths\ligature.exe"
STATUS_OTHER_PROGRAM, STATUS_NOT_WRITTEN, STATUS_RUNNING = 3, 4, 5

MISSING = [name for name in ("makensis", "wixl", COMPILER[0], "Xvfb") if not shutil.which(name)]
pytestmark = pytest.mark.skipif(
    bool(MISSING) or loader() is None, reason=f"needs wine64 and the compilers of installers; missing: {MISSING}"
)


@pytest.fixture(scope="module")
def installers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the installers of an old and a new version, each with a file that the other one has not."""
    folder = tmp_path_factory.mktemp("installers")
    for version in (OLD, NEW):
        make(folder, version)
    return folder


@pytest.fixture(scope="module")
def prefix(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Wine]:
    """One Windows for all tests here."""
    folder = tmp_path_factory.mktemp("wine")
    reading, writing = os.pipe()
    screen = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writing), "-screen", "0", "800x600x24"],
        pass_fds=[writing],
        stderr=subprocess.DEVNULL,
    )
    os.close(writing)
    try:
        with os.fdopen(reading) as numbers:
            wine = Wine(folder, f":{numbers.readline().strip()}")
        yield wine
        wine.end()
    finally:
        screen.terminate()
        screen.wait()
        shutil.rmtree(folder)  # 700 MB


@pytest.fixture
def wine(prefix: Wine) -> Iterator[Wine]:
    """A Windows without the program, and without what an earlier test has left."""
    yield prefix
    if (uninstaller := installed(prefix) / "uninstall.exe").exists():
        uninstall(prefix, uninstaller.parent)
    shutil.rmtree(installed(prefix), ignore_errors=True)
    shutil.rmtree(data(prefix), ignore_errors=True)


def test_it_installs_without_a_question_and_runs(wine: Wine, installers: Path) -> None:
    wine.run(setup(installers, OLD), "/S")
    assert names(installed(wine)) == {"_internal", "ligature.exe", "packaged-as", "uninstall.exe"}
    assert (installed(wine) / "packaged-as").read_text() == "nsis\n"
    assert wine.run(installed(wine) / "ligature.exe", "--version") == f"Ligature {OLD}\n"
    assert (wine.menu / "Ligature.lnk").is_file()


def test_windows_is_told_of_the_scheme_and_of_pictures_that_can_be_opened(wine: Wine, installers: Path) -> None:
    wine.run(setup(installers, OLD), "/S")
    assert "URL Protocol" in wine.registry(rf"HKCU\{SCHEME}")
    command = wine.registry(rf"HKCU\{SCHEME}\shell\open\command")["(Default)"]
    wine.run(*re.findall(r'"([^"]+)"', command.replace("%1", LINK)))  # wine itself looks for schemes of all users only
    assert starts(wine) == [f"{OLD}:{LINK}"]
    offered = wine.registry(rf"HKCU\{APPLICATION}\SupportedTypes")
    assert set(offered) == {".png", ".jpg", ".jpeg", ".webp", ".gif", ".bmp", ".svg"}
    assert not any(wine.registry(rf"HKCU\Software\Classes\{ending}") for ending in offered)  # never the usual one


def test_the_list_of_programs_says_what_it_is_and_how_it_is_removed(wine: Wine, installers: Path) -> None:
    wine.run(setup(installers, OLD), "/S")
    entry = wine.registry(rf"HKCU\{UNINSTALL}")
    assert (entry["DisplayName"], entry["DisplayVersion"]) == ("Ligature", OLD)
    assert entry["Publisher"] == "The Ligature authors"
    assert entry["DisplayIcon"].endswith(r"\ligature.exe,0")
    assert int(entry["EstimatedSize"], 16) > 0
    assert entry["QuietUninstallString"] == f"{entry['UninstallString']} /S"


def test_an_upgrade_keeps_the_data_and_nothing_else_of_the_old_version(wine: Wine, installers: Path) -> None:
    wine.run(setup(installers, OLD), "/S")
    write_data(wine)
    assert (installed(wine) / f"_internal/only in {OLD}.txt").is_file()
    wine.run(setup(installers, NEW), "/S")
    assert names(installed(wine)) == {"_internal", "ligature.exe", "packaged-as", "uninstall.exe"}
    assert names(installed(wine) / "_internal") == {f"only in {NEW}.txt", "words é.txt"}
    assert wine.run(installed(wine) / "ligature.exe", "--version") == f"Ligature {NEW}\n"
    assert wine.registry(rf"HKCU\{UNINSTALL}")["DisplayVersion"] == NEW
    assert (data(wine) / "ligature.db").read_text() == "chats"


def test_it_can_be_installed_into_another_folder_and_is_upgraded_there(wine: Wine, installers: Path) -> None:
    wine.run(setup(installers, OLD), "/S", r"/D=C:\mine\Ligature")
    wine.run(setup(installers, NEW), "/S")
    folder = wine.prefix / "drive_c/mine/Ligature"
    assert wine.run(folder / "ligature.exe", "--version") == f"Ligature {NEW}\n"
    assert not installed(wine).exists()
    uninstall(wine, folder)
    assert not folder.exists()


def test_a_folder_of_another_program_is_left_alone(wine: Wine, installers: Path) -> None:
    other = installed(wine) / "_internal/other.dll"
    other.parent.mkdir(parents=True)
    other.write_text("other")
    wine.run(setup(installers, OLD), "/S", status=STATUS_OTHER_PROGRAM)
    assert names(installed(wine)) == {"_internal"}
    assert other.read_text() == "other"


def test_a_program_that_runs_is_closed_politely_first(wine: Wine, installers: Path) -> None:
    wine.run(setup(installers, OLD), "/S")
    running = started(wine, "--window")
    wine.run(setup(installers, NEW), "/S")
    assert running.wait(10) == 0
    assert starts(wine) == [f"{OLD}:--window", f"{OLD}:closed"]
    assert wine.run(installed(wine) / "ligature.exe", "--version") == f"Ligature {NEW}\n"


def test_a_program_that_will_not_close_stays_as_it_is(wine: Wine, tmp_path: Path) -> None:
    make(tmp_path, OLD, wait_s=1)
    wine.run(setup(tmp_path, OLD), "/S")
    running = started(wine, "--stubborn")
    wine.run(setup(tmp_path, OLD), "/S", status=STATUS_RUNNING)
    assert running.poll() is None
    assert names(installed(wine)) == {"_internal", "ligature.exe", "packaged-as", "uninstall.exe"}
    wine.end()
    running.wait(10)


def test_a_program_that_replaces_itself_ends_by_itself_and_is_started_again(wine: Wine, installers: Path) -> None:
    wine.run(setup(installers, OLD), "/S")
    running = started(wine, "--window")
    arguments = {"LIGATURE_ARGUMENTS": r'--data-dir "C:\my chats"'}
    replacing = wine.start(setup(installers, NEW), "/S", "/RELAUNCH", env=arguments)
    for _ in range(3):  # turns of its wait
        wine.run("cmd", "/c", "ver")
    assert starts(wine) == [f"{OLD}:--window"]  # it was not asked to close
    wine.run("taskkill", "/im", "ligature.exe")
    assert running.wait(10) == 0
    assert replacing.wait(30) == 0
    wait_until(lambda: len(starts(wine)) == 3, 20, "the new version")
    assert starts(wine) == [f"{OLD}:--window", f"{OLD}:closed", rf'{NEW}:--data-dir "C:\my chats"']


def test_where_a_file_cannot_be_replaced_the_old_version_stays_whole(wine: Wine, installers: Path) -> None:
    wine.run(setup(installers, OLD), "/S")
    other = installers / f"payload {OLD}/ligature.exe"
    holding = wine.start(other, rf"--hold=C:\users\{wine.home.name}\AppData\Local\Programs\Ligature\packaged-as")
    wait_until(lambda: len(starts(wine)) == 1, 20, "the file is held")
    wine.run(setup(installers, NEW), "/S", status=STATUS_NOT_WRITTEN)
    wine.run("taskkill", "/im", "ligature.exe")
    assert holding.wait(10) == 0
    assert names(installed(wine)) == {"_internal", "ligature.exe", "packaged-as", "uninstall.exe"}
    assert names(installed(wine) / "_internal") == {f"only in {OLD}.txt", "words é.txt"}
    assert wine.run(installed(wine) / "ligature.exe", "--version") == f"Ligature {OLD}\n"


def test_removing_it_keeps_the_data_and_leaves_nothing_else(wine: Wine, installers: Path) -> None:
    wine.run(setup(installers, OLD), "/S")
    write_data(wine)
    uninstall(wine, installed(wine))
    assert not installed(wine).exists()
    assert not (wine.menu / "Ligature.lnk").exists()
    assert not any(wine.registry(rf"HKCU\{key}") for key in (SCHEME, APPLICATION, UNINSTALL, APP_PATH))
    assert names(data(wine)) == {"ligature.db"}


@pytest.mark.skipif(not shutil.which("osslsigncode"), reason="osslsigncode is not installed")
def test_with_a_certificate_all_programs_are_signed(wine: Wine, tmp_path: Path) -> None:
    make(tmp_path, OLD, variables=make_certificate(tmp_path))
    assert is_signed(setup(tmp_path, OLD), tmp_path)
    assert is_signed(package(tmp_path, OLD), tmp_path)
    wine.run(setup(tmp_path, OLD), "/S")
    assert is_signed(installed(wine) / "ligature.exe", tmp_path)
    assert is_signed(installed(wine) / "uninstall.exe", tmp_path)


def test_removing_it_leaves_what_others_put_into_its_folder(wine: Wine, installers: Path) -> None:
    wine.run(setup(installers, OLD), "/S")
    (installed(wine) / "notes.txt").write_text("mine")
    uninstall(wine, installed(wine))
    assert names(installed(wine)) == {"notes.txt"}


def test_the_package_for_administrators_installs_upgrades_and_removes(wine: Wine, installers: Path) -> None:
    folder = wine.prefix / "drive_c/Program Files/Ligature"
    wine.run("msiexec", "/i", package(installers, OLD), "/qn")
    assert (folder / "packaged-as").read_text() == "msi\n"
    assert wine.run(folder / "ligature.exe", "--version") == f"Ligature {OLD}\n"
    command = wine.registry(rf"HKLM\{SCHEME}\shell\open\command")["(Default)"]
    assert command == r'"C:\Program Files\Ligature\ligature.exe" "%1"'
    wine.run("start", "/wait", LINK)
    assert starts(wine) == [f'{OLD}:"{LINK}"']
    write_data(wine)
    wine.run("msiexec", "/i", package(installers, NEW), "/qn")
    assert names(folder / "_internal") == {f"only in {NEW}.txt", "words é.txt"}
    assert wine.run(folder / "ligature.exe", "--version") == f"Ligature {NEW}\n"
    wine.run("msiexec", "/x", package(installers, NEW), "/qn")
    assert not folder.exists()
    assert not wine.registry(rf"HKLM\{SCHEME}")
    assert names(data(wine)) == {"ligature.db", "started.txt"}


def make(
    folder: Path, version: str, wait_s: int | None = None, variables: Mapping[str, str] = MappingProxyType({})
) -> None:
    """Installers of a small program of this version."""
    payload = folder / f"payload {version}"
    (payload / "_internal").mkdir(parents=True)
    (payload / f"_internal/only in {version}.txt").write_text(version)
    (payload / "_internal/words é.txt").write_text("é")
    subprocess.run(
        [*COMPILER, f'-DVERSION="{version}"', "-o", payload / "ligature.exe", Path(__file__).with_name("stand_in.c")],
        check=True,
    )
    waiting = ["--wait", str(wait_s)] if wait_s is not None else []
    subprocess.run(
        [sys.executable, DRIVER, "--payload", payload, "--version", version, "--dist", folder, *waiting],
        env={**os.environ, **variables},
        check=True,
        capture_output=True,
    )


def setup(installers: Path, version: str) -> Path:
    return installers / f"ligature-{version}-windows-x64-setup.exe"


def package(installers: Path, version: str) -> Path:
    return installers / f"ligature-{version}-windows-x64.msi"


def installed(wine: Wine) -> Path:
    return wine.local / "Programs/Ligature"


def data(wine: Wine) -> Path:
    return wine.local / "ligature"


def write_data(wine: Wine) -> None:
    data(wine).mkdir(exist_ok=True)
    (data(wine) / "ligature.db").write_text("chats")


def starts(wine: Wine) -> list[str]:
    """How the program was started, each time."""
    file = data(wine) / "started.txt"
    return file.read_text().splitlines() if file.is_file() else []


def started(wine: Wine, argument: str) -> subprocess.Popen[bytes]:
    """The installed program, running."""
    before = len(starts(wine))
    running = wine.start(installed(wine) / "ligature.exe", argument)
    wait_until(lambda: len(starts(wine)) > before, 20, "the program")
    return running


def uninstall(wine: Wine, folder: Path) -> None:
    """Runs the uninstaller, which goes on in a copy of itself."""
    wine.run(folder / "uninstall.exe", "/S")
    wait_until(
        lambda: not (folder / "uninstall.exe").exists() and not wine.registry(rf"HKCU\{UNINSTALL}"), 30, "its end"
    )


def names(folder: Path) -> set[str]:
    return {entry.name for entry in folder.iterdir()}
