"""What Qt loads at run time in the frozen program, and that every library finds those that it needs."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.desktop.screen import Screen
from tests.packages.smoke import smoke

pytestmark = [pytest.mark.desktop, pytest.mark.skipif(sys.platform != "linux", reason="these plugins are Linux's")]

PLUGINS = (
    "iconengines/libqsvgicon.so",
    "imageformats/libqsvg.so",
    "platforms/libqxcb.so",
    "platforms/libqwayland.so",
    "platforms/libqoffscreen.so",
    "platforminputcontexts/libibusplatforminputcontextplugin.so",
    "platforminputcontexts/libcomposeplatforminputcontextplugin.so",
    "platformthemes/libqxdgdesktopportal.so",
    "printsupport/libcupsprintersupport.so",
    "wayland-decoration-client/libadwaita.so",
    "wayland-shell-integration/libxdg-shell.so",
)
NOT_EVERYWHERE = ("libcups.so",)  # of the system; without it there is printing into files only


def libraries(frozen: Path) -> Iterator[Path]:
    """Every program and library of the folder."""
    for file in sorted(frozen.parent.rglob("*")):
        if file.is_file() and not file.is_symlink() and file.read_bytes().startswith(b"\x7fELF"):
            yield file


def unresolved(library: Path) -> list[str]:
    """What the dynamic linker does not find, without any help of the environment."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("LD_")}
    listed = subprocess.run(["ldd", library], env=environment, capture_output=True, text=True, check=False)
    missing = [line.strip() for line in listed.stdout.splitlines() if "not found" in line]
    return [line for line in missing if not line.startswith(NOT_EVERYWHERE)]


def complaints(frozen: Path, environment: dict[str, str], data_dir: Path) -> str:
    """What a short run tells on the console and in its log."""
    _, told = smoke(frozen, "--data-dir", data_dir, env=environment)
    return told + "".join(file.read_text(encoding="utf-8") for file in data_dir.rglob("ligature.log"))


@pytest.mark.parametrize("name", PLUGINS)
def test_the_plugin_is_there(frozen: Path, name: str) -> None:
    assert list(frozen.parent.rglob(f"plugins/{name}")) != []


def test_every_library_finds_what_it_needs(frozen: Path) -> None:
    checked = {library.relative_to(frozen.parent): unresolved(library) for library in libraries(frozen)}
    assert len(checked) > 50
    assert {name: missing for name, missing in checked.items() if missing} == {}


@pytest.mark.parametrize("platform", ["xcb", "offscreen"])
def test_it_starts_on_the_platform_and_complains_of_no_plugin(
    frozen: Path, screen: Screen, tmp_path: Path, platform: str
) -> None:
    told = complaints(frozen, {**screen.env, "QT_QPA_PLATFORM": platform, "QT_DEBUG_PLUGINS": "1"}, tmp_path)
    loaded = [line for line in told.splitlines() if "loaded library" in line]
    assert any(f"libq{platform}.so" in line for line in loaded), told[-3000:]
    assert all(str(frozen.parent) in line for line in loaded if "plugins" in line)
    assert [line for line in told.splitlines() if "Cannot load library" in line or "undefined symbol" in line] == []


def test_wayland_is_tried_with_its_plugin_where_there_is_no_server(
    frozen: Path, screen: Screen, tmp_path: Path
) -> None:
    """Nothing more can be seen without a Wayland server: the plugin is loaded, and finds nobody to speak to."""
    environment = {**screen.env, "QT_QPA_PLATFORM": "wayland;offscreen", "QT_DEBUG_PLUGINS": "1"}
    told = complaints(frozen, environment, tmp_path)
    assert 'libqwayland.so" loaded library' in told or any(
        "loaded library" in line and "libqwayland.so" in line for line in told.splitlines()
    )
    assert "Cannot load library" not in told
