"""How the program was installed, seen from the files beside it."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from desktop.services.installation import installation
from desktop.services.local_model import how_to_install


def frozen(folder: Path, kind: str = "") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    if kind:
        (folder / "packaged-as").write_text(f"{kind}\n", encoding="utf-8")
    executable = folder / "ligature"
    executable.write_bytes(b"")
    return executable


def test_a_checkout_is_nobodys_package() -> None:
    assert installation().kind == "source"
    assert not installation().updates_itself


@pytest.mark.parametrize("kind", ["deb", "rpm", "arch", "flatpak", "msi", "dmg", ""])
def test_packages_leave_updates_to_whoever_installed_them(tmp_path: Path, kind: str) -> None:
    found = installation(frozen(tmp_path, kind), {})
    assert found.kind == (kind or "source")
    assert not found.updates_itself


def test_a_macos_application_has_its_mark_among_its_resources(tmp_path: Path) -> None:
    executable = frozen(tmp_path / "Ligature.app/Contents/MacOS")
    (tmp_path / "Ligature.app/Contents/Resources").mkdir()
    (tmp_path / "Ligature.app/Contents/Resources/packaged-as").write_text("dmg\n", encoding="utf-8")
    assert installation(executable, {}).kind == "dmg"


@pytest.mark.skipif(sys.platform == "win32", reason="a running program cannot be replaced there")
def test_a_portable_folder_updates_itself(tmp_path: Path) -> None:
    found = installation(frozen(tmp_path, "portable"), {})
    assert found.updates_itself
    assert (found.home, found.folder, found.program) == (tmp_path, tmp_path, tmp_path / "ligature")


@pytest.mark.skipif(sys.platform == "win32", reason="a running program cannot be replaced there")
def test_a_portable_program_that_has_replaced_itself_is_still_where_the_user_put_it(tmp_path: Path) -> None:
    executable = frozen(tmp_path / "versions" / "1.2", "portable")
    (tmp_path / "ligature").symlink_to("versions/1.2/ligature")
    found = installation(tmp_path / "ligature", {})
    assert found.folder == executable.parent
    assert (found.home, found.program) == (tmp_path, tmp_path / "ligature")
    assert found.updates_itself


def test_an_appimage_is_the_file_that_was_started(tmp_path: Path) -> None:
    image = tmp_path / "home" / "Ligature.AppImage"
    image.parent.mkdir()
    image.write_bytes(b"")
    executable = frozen(tmp_path / "mount", "appimage")
    found = installation(executable, {"APPIMAGE": str(image)})
    assert (found.program, found.updates_itself) == (image, True)
    image.unlink()
    assert not installation(executable, {"APPIMAGE": str(image)}).updates_itself
    assert not installation(executable, {}).updates_itself


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="everything may be written to")
def test_a_folder_that_may_not_be_written_to_is_left_alone(tmp_path: Path) -> None:
    executable = frozen(tmp_path / "portable", "portable")
    executable.parent.chmod(0o500)
    try:
        assert not installation(executable, {}).updates_itself
    finally:
        executable.parent.chmod(0o700)


@pytest.mark.parametrize(
    ("kind", "hint"),
    [
        ("deb", "package ligature-local-model"),
        ("arch", "package ligature-local-model"),
        ("portable", "beside the program"),
    ],
)
def test_who_lacks_the_model_on_this_computer_is_told_how_to_get_it(tmp_path: Path, kind: str, hint: str) -> None:
    assert hint in how_to_install(installation(frozen(tmp_path, kind), {}))


def test_where_the_model_on_this_computer_cannot_be_had_nothing_is_promised(tmp_path: Path) -> None:
    assert how_to_install(installation(frozen(tmp_path, "flatpak"), {})) == ""
