"""What stands on the command line, as another process with another working folder needs it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from desktop.command_line import understand
from desktop.core.errors import StorageError
from desktop.services.paths import Paths


def items(*arguments: str) -> list[str]:
    return list(understand(["--data-dir", "data", *arguments]).items)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working folder of whoever starts the program."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_files_name_is_meant_in_the_callers_folder(here: Path) -> None:
    assert items("a picture.png", "sub/ü.png", "/b.png") == [
        str(here / "a picture.png"),
        str(here / "sub" / "ü.png"),
        "/b.png",
    ]


def test_a_name_may_begin_with_a_dash(here: Path) -> None:
    assert items("--", "--smoke", "-.png") == [str(here / "--smoke"), str(here / "-.png")]


def test_addresses_of_files_become_paths() -> None:
    assert items("file:///a/b%20c%23.png", "file://localhost/%C3%BC.png", "FILE:/d.png") == [
        "/a/b c#.png",
        "/ü.png",
        "/d.png",
    ]
    assert items("file:///%FF.png") == [b"/\xff.png".decode("utf-8", "surrogateescape")]


def test_links_stay_as_they_are_unless_a_file_is_called_so(here: Path) -> None:
    (here / "photo:1.png").touch()
    assert items("ligature:chat/1", "https://example.com/a.png", "photo:1.png", "photo:2.png") == [
        "ligature:chat/1",
        "https://example.com/a.png",
        str(here / "photo:1.png"),
        "photo:2.png",
    ]


def test_links_and_files_stand_among_the_options_in_any_order(here: Path) -> None:
    line = understand(["ligature:chat/1", "--data-dir", str(here / "data"), "a.png", "--smoke"])
    assert line.smoke
    assert line.paths.data_dir == here / "data"
    assert line.items == ("ligature:chat/1", str(here / "a.png"))


@pytest.mark.parametrize("arguments", [["--portable"], ["--portable", "--data-dir", "data"], ["--nonsense"]])
def test_what_cannot_be_is_refused_with_status_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        understand(arguments)
    assert ended.value.code == 2
    assert arguments[0] in capsys.readouterr().err


def test_a_portable_program_keeps_everything_beside_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "ligature"))
    paths = understand(["--portable"]).paths
    paths.create()
    everything = [paths.config_file, paths.database_file, paths.attachments_dir, paths.logs_dir, paths.lock_file]
    assert all(tmp_path / "data" in place.parents for place in everything)
    assert understand([]).paths == Paths.default()


def test_a_portable_program_that_cannot_write_beside_itself_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "ligature"))
    (tmp_path / "data").write_text("in the way")
    with pytest.raises(StorageError) as caught:
        understand(["--portable"]).paths.create()
    assert str(tmp_path / "data") in caught.value.text
    assert "--portable" in caught.value.hint


def test_the_leave_to_take_the_keyboard_is_handed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DESKTOP_STARTUP_ID", "older")
    monkeypatch.setenv("XDG_ACTIVATION_TOKEN", "newer")
    assert understand([]).handover().activation_token == "newer"
    monkeypatch.delenv("XDG_ACTIVATION_TOKEN")
    assert understand([]).handover().activation_token == "older"
    monkeypatch.setenv("DESKTOP_STARTUP_ID", "ü")
    assert understand([]).handover().activation_token == ""
