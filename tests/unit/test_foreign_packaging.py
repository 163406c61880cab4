"""What can be said of the packages for Windows and macOS on any system."""

from __future__ import annotations

import plistlib
import re
import runpy
import struct
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from desktop import __version__
from desktop.services.pictures import FORMATS

PACKAGING = Path(__file__).resolve().parents[2] / "packaging"
MACOS = PACKAGING / "macos"


@pytest.fixture
def information(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The entries of Info.plist, through the file that macOS reads them from."""
    monkeypatch.setattr(sys, "path", [str(PACKAGING), str(MACOS), *sys.path])
    made = runpy.run_path(str(MACOS / "application.py"))["information"]("14.0")
    read: dict[str, Any] = plistlib.loads(plistlib.dumps(made))
    return read


def test_the_program_takes_links_of_its_scheme(information: dict[str, Any]) -> None:
    assert [scheme for kind in information["CFBundleURLTypes"] for scheme in kind["CFBundleURLSchemes"]] == ["ligature"]


def test_every_picture_type_that_is_read_is_opened_with_it_and_none_by_default(information: dict[str, Any]) -> None:
    [pictures] = information["CFBundleDocumentTypes"]
    assert (pictures["CFBundleTypeRole"], pictures["LSHandlerRank"]) == ("Viewer", "Alternate")
    offered = " ".join(pictures["LSItemContentTypes"])
    assert [name for name in (*FORMATS, "SVG") if name.lower() not in offered] == []


def test_versions_are_the_programs_own(information: dict[str, Any]) -> None:
    assert information["CFBundleShortVersionString"] == information["CFBundleVersion"] == __version__
    assert information["CFBundleIdentifier"] == "io.github.ligature.Ligature"


def test_a_use_is_explained_only_if_the_program_has_it(information: dict[str, Any]) -> None:
    explained = {name for name in information if name.endswith("UsageDescription")}
    assert explained == {
        "NSDesktopFolderUsageDescription",
        "NSDocumentsFolderUsageDescription",
        "NSDownloadsFolderUsageDescription",
        "NSLocalNetworkUsageDescription",
    }


@pytest.mark.parametrize(("tag", "system"), [("cp310-abi3-macosx_13_0_universal2", "13.0"), ("macosx_14_0_x", "14.0")])
def test_the_oldest_system_is_the_one_that_qt_was_built_for(
    monkeypatch: pytest.MonkeyPatch, tag: str, system: str
) -> None:
    monkeypatch.setattr(sys, "path", [str(PACKAGING), *sys.path])
    assert runpy.run_path(str(MACOS / "application.py"))["oldest_system_of"](f"Tag: {tag}") == system


@pytest.mark.parametrize(
    ("version", "numbers"),
    [("1.2", "1.2.0.0"), ("1.2.3", "1.2.3.0"), ("1.2.3rc4", "1.2.3.0"), ("1.2.3.4.5", "1.2.3.4")],
)
def test_windows_is_told_a_version_as_four_numbers(version: str, numbers: str) -> None:
    assert runpy.run_path(str(PACKAGING / "product.py"))["four_numbers"](version) == numbers


def test_nothing_is_excepted_from_the_hardened_runtime() -> None:
    assert plistlib.loads((MACOS / "entitlements.plist").read_bytes()) == {}


@pytest.mark.parametrize("name", ["sign.sh", "notarize.sh"])
def test_the_shell_understands_the_scripts(name: str) -> None:
    subprocess.run(["sh", "-n", MACOS / name], check=True)


def test_the_disk_image_shows_the_program_beside_the_folder_it_is_dragged_into() -> None:
    settings = runpy.run_path(
        str(MACOS / "dmg_settings.py"), {"defines": {"app": "build/Ligature.app", "icon": "ligature.icns"}}
    )
    assert settings["files"] == ["build/Ligature.app"]
    assert set(settings["icon_locations"]) == {"Ligature.app", *settings["symlinks"]}


def test_icons_have_every_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", [str(PACKAGING), *sys.path])
    drawing = runpy.run_path(str(PACKAGING / "icons.py"))
    drawing["main"].__globals__["ICONS"] = tmp_path
    drawing["main"]()
    assert _sides_px((tmp_path / "ligature.ico").read_bytes()) == [16, 20, 24, 32, 40, 48, 64, 128, 256]
    kinds = re.findall(rb"(?:icp|ic)\d\d", (tmp_path / "ligature.icns").read_bytes())
    assert {b"ic07", b"ic08", b"ic09", b"ic10"} <= set(kinds)  # 128, 256, 512 and 1024 pixels


def _sides_px(icon: bytes) -> list[int]:
    """The sizes in the table of a Windows icon, where 256 is written as 0."""
    count = struct.unpack_from("<3H", icon)[2]
    return sorted(icon[6 + 16 * number] or 256 for number in range(count))
