"""Debian's packages on a bare Debian 12: installed by apt, run, found by the desktop, and gone without a trace."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from desktop import __version__
from tests.packages.conftest import CHECKOUT
from tests.packages.debian_root import DebianRoot, why_not

PROGRAM = f"ligature_{__version__}_amd64.deb"
LOCAL_MODEL = f"ligature-local-model_{__version__}_amd64.deb"
TOOLS = ("xvfb", "xauth", "desktop-file-utils", "xdg-utils", "appstream")
PICTURES = ("image/png", "image/jpeg", "image/webp", "image/gif", "image/bmp", "image/svg+xml")
LARGEST_INSTALLED_KIB = 140_000_000 // 1024
LARGEST_DOWNLOAD_BYTES = 48_000_000


@pytest.fixture(scope="module")
def root(dist: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[DebianRoot]:
    """A bare system with the program, and what the tests need beside it. The tests below go on from each other."""
    if reason := why_not():
        pytest.skip(reason)
    root = DebianRoot(tmp_path_factory.mktemp("roots") / "debian", CHECKOUT / "build" / "roots")
    yield root
    root.close()


def smoke(root: DebianRoot) -> dict[str, Any]:
    """What the program says of itself on a screen of its own."""
    told = root.run_as_user("xvfb-run", "--auto-servernum", "ligature", "--smoke", QT_QPA_PLATFORM="xcb")
    report: dict[str, Any] = json.loads(told.splitlines()[-1])
    return report


def test_what_it_depends_on_is_all_that_it_needs(root: DebianRoot, dist: Path) -> None:
    root.install(dist / PROGRAM)

    find = 'find /usr/lib/ligature -type f \\( -name "*.so*" -o -name ligature \\) -exec ldd {} +'
    told = root.run("sh", "-c", find, LD_LIBRARY_PATH="/usr/lib/ligature/_internal")

    assert "libQt6Gui" in told
    assert [line for line in told.splitlines() if "not found" in line] == []
    assert root.run_as_user("ligature", "--version").split() == ["Ligature", __version__]
    assert root.run("cat", "/usr/lib/ligature/packaged-as") == "deb\n"


def test_purging_leaves_nothing(root: DebianRoot, dist: Path) -> None:
    root.install(*TOOLS, dist / LOCAL_MODEL)
    root.run("dpkg", "--purge", "ligature", "ligature-local-model")
    before = root.files()
    root.install(dist / PROGRAM, dist / LOCAL_MODEL)
    assert smoke(root)["ok"]

    root.run("apt-get", "purge", "--yes", "ligature", "ligature-local-model")

    assert root.files() == before
    root.install(dist / PROGRAM)


def test_it_starts_and_says_that_no_model_is_on_this_computer(root: DebianRoot) -> None:
    assert smoke(root) == {"version": __version__, "window": True, "local_model": "not installed", "ok": True}


def test_the_desktop_knows_the_program_its_links_and_its_pictures(root: DebianRoot) -> None:
    entry = "/usr/share/applications/ligature.desktop"
    root.run("desktop-file-validate", entry)
    root.run("appstreamcli", "validate", "--no-net", "/usr/share/metainfo/ligature.metainfo.xml")

    scheme = root.run_as_user("xdg-mime", "query", "default", "x-scheme-handler/ligature", XDG_CURRENT_DESKTOP="GNOME")
    cache = root.run("cat", "/usr/share/applications/mimeinfo.cache")

    assert scheme.strip() == "ligature.desktop"
    assert "Exec=ligature %U" in root.run("cat", entry).splitlines()
    assert [kind for kind in PICTURES if f"{kind}=ligature.desktop;" not in cache] == []
    icons = root.run("find", "/usr/share/icons/hicolor", "-name", "ligature.*").split()
    assert {Path(icon).parent.parent.name for icon in icons} == {"scalable", "48x48", "128x128", "256x256"}


def test_with_the_second_package_it_answers_on_this_computer(root: DebianRoot, dist: Path) -> None:
    root.install(dist / LOCAL_MODEL)

    assert smoke(root) == {"version": __version__, "window": True, "local_model": "answered", "ok": True}


def test_an_rpm_unpacked_over_a_bare_root_runs(root: DebianRoot, dist: Path) -> None:
    if shutil.which("rpm") is None:
        pytest.skip("rpm is not installed")
    root.run("apt-get", "purge", "--yes", "ligature", "ligature-local-model")
    before = root.files(folders=False)  # Fedora's own packages have the folders of icons
    rpm = ("rpm", "--root", root.folder, "--dbpath", "/var/lib/rpm", "--nodeps")
    packages = [f"ligature-{__version__}-1.x86_64.rpm", f"ligature-local-model-{__version__}-1.x86_64.rpm"]
    root.on_host(*rpm, "--install", *(dist / package for package in packages))

    assert smoke(root) == {"version": __version__, "window": True, "local_model": "answered", "ok": True}
    assert root.run("cat", "/usr/lib/ligature/packaged-as") == "rpm\n"

    root.on_host(*rpm, "--erase", "ligature", "ligature-local-model")
    assert root.files(folders=False) == before


def test_lintian_finds_nothing_that_is_not_explained(dist: Path) -> None:
    if shutil.which("lintian") is None:
        pytest.skip("lintian is not installed")
    packages = [str(dist / PROGRAM), str(dist / LOCAL_MODEL)]
    command = ["lintian", "--allow-root", "--fail-on", "error,warning", *packages]
    checked = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)

    assert checked.returncode == 0, checked.stdout


def test_the_program_is_as_small_as_promised(dist: Path) -> None:
    size_kib = subprocess.check_output(["dpkg-deb", "--field", dist / PROGRAM, "Installed-Size"], text=True)

    assert int(size_kib) <= LARGEST_INSTALLED_KIB
    assert (dist / PROGRAM).stat().st_size <= LARGEST_DOWNLOAD_BYTES
