"""Updates as a user meets them: a part of the About page, and a notice if the program may look by itself."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QDesktopServices
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QWidget

from desktop.services.installation import Installation
from desktop.ui.settings_dialog import SettingsDialog
from desktop.ui.switch import Switch
from desktop.ui.update_row import UpdateRow
from tests.gateway import Gateway, Hold, Response
from tests.ui.acting import find
from tests.ui.programs import User, running, write_config
from tests.update_kit import UpdateServer, contents, flipped, install_appimage, install_portable

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the programs that are replaced here are shell scripts")

Run = Callable[[Coroutine[Any, Any, Any]], Any]
PORTABLE = "ligature-9.1-linux-x86_64.tar.zst"


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[UpdateServer]:
    """An update server that the program's own resources name."""
    with UpdateServer(tmp_path / "server") as server:
        monkeypatch.setattr("desktop.services.update_channel.resource", server.resources.joinpath)
        yield server


@pytest.fixture
def portable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Installation:
    """The running program, as far as it knows."""
    installed = install_portable(tmp_path / "Ligature", "0.1.0")
    monkeypatch.setattr("desktop.services.installation.installation", lambda: installed)
    return installed


def open_about(user: User) -> UpdateRow:
    user.program.settings.open_about()
    return find(user.window, UpdateRow, "updates")


def state(row: UpdateRow) -> str:
    return find(row, QWidget, "updateState").accessibleName()


def buttons(row: UpdateRow) -> list[str]:
    return [button.text() for button in row.findChildren(QPushButton) if button.isVisible()]


def focused() -> QWidget:
    widget = QApplication.focusWidget()
    assert widget is not None
    return widget


def click(row: UpdateRow, name: str) -> None:
    button = find(row, QPushButton, name)
    assert button.isVisible()
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def says(program: Path) -> str:
    return subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout.strip()


def test_a_build_without_a_channel_has_no_part_about_updates(run: Run, gateway: Gateway, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with running(tmp_path / "data", gateway) as user:
            assert not open_about(user).isVisible()

    run(scenario())


def test_a_new_version_is_found_fetched_and_there_after_the_end_by_keyboard_alone(
    run: Run, gateway: Gateway, tmp_path: Path, server: UpdateServer, portable: Installation
) -> None:
    server.publish("9.1")

    async def scenario() -> None:
        async with running(tmp_path / "data", gateway) as user:
            row = open_about(user)
            assert state(row) == "Not looked for yet."
            assert server.requests == []
            find(row, QPushButton, "updateLook").setFocus()
            QTest.keyClick(focused(), Qt.Key.Key_Space)
            await user.sees(lambda: state(row).startswith("Version 9.1 is there"))
            assert buttons(row) == ["What is new", "Download"]
            assert focused().objectName() == "updateTake"
            QTest.keyClick(focused(), Qt.Key.Key_Space)
            await user.sees(lambda: "is ready" in state(row))
            assert focused().objectName() == "updateRestart"
            assert says(portable.program) == "Ligature 0.1.0"
        user.program.updates.at_end()
        assert says(portable.program) == "Ligature 9.1"

    run(scenario())


def test_restart_now_ends_the_program_in_good_order(
    run: Run, gateway: Gateway, tmp_path: Path, server: UpdateServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed = install_appimage(tmp_path / "images", "0.1.0")
    monkeypatch.setattr("desktop.services.installation.installation", lambda: installed)
    server.publish("9.1")
    started: list[list[str]] = []
    monkeypatch.setattr("desktop.services.update_staging._start", started.append)
    monkeypatch.setattr(sys, "argv", ["ligature", "--data-dir", "here", "photo.png"])

    async def scenario() -> None:
        async with running(tmp_path / "data", gateway) as user:
            user.types("half a question")
            row = open_about(user)
            click(row, "updateLook")
            await user.sees(lambda: "Download" in buttons(row))
            click(row, "updateTake")
            await user.sees(lambda: "Restart now" in buttons(row))
            click(row, "updateRestart")
            await user.sees(lambda: not user.window.isVisible())
            assert started == []
        user.program.updates.at_end()
        assert started == [[str(installed.program), "--data-dir", "here"]]
        assert says(installed.program) == "Ligature 9.1"
        async with running(tmp_path / "data", gateway) as user:
            await user.sees(lambda: user.editor.toPlainText() == "half a question")

    run(scenario())


def test_what_is_refused_is_told_and_the_running_version_stays(
    run: Run, gateway: Gateway, tmp_path: Path, server: UpdateServer, portable: Installation
) -> None:
    server.publish("9.1")
    server.change(f"targets/{PORTABLE}", flipped)
    before = contents(portable.home)

    async def scenario() -> None:
        async with running(tmp_path / "data", gateway) as user:
            row = open_about(user)
            click(row, "updateLook")
            await user.sees(lambda: "Download" in buttons(row))
            click(row, "updateTake")
            await user.sees(lambda: "not what those who make Ligature have signed" in state(row))
            assert "the version that runs stays" in state(row)
            assert buttons(row) == ["Look for updates"]
        user.program.updates.at_end()
        assert contents(portable.home) == before

    run(scenario())


def test_a_download_tells_how_far_it_is_and_can_be_stopped(
    run: Run, gateway: Gateway, tmp_path: Path, server: UpdateServer, portable: Installation
) -> None:
    server.publish("9.1")
    whole = (server.dist / PORTABLE).read_bytes()
    server.routes[server.path_of(PORTABLE)] = Response((whole[: len(whole) // 2], Hold()))
    before = contents(portable.home)

    async def scenario() -> None:
        async with running(tmp_path / "data", gateway) as user:
            row = open_about(user)
            click(row, "updateLook")
            await user.sees(lambda: "Download" in buttons(row))
            click(row, "updateTake")
            await user.sees(lambda: state(row) in {"Downloading… 49 %", "Downloading… 50 %"}, state(row))
            click(row, "updateCancel")
            await user.sees(lambda: buttons(row) == ["What is new", "Download"])
            assert contents(portable.home) == before

    run(scenario())


def test_a_download_goes_on_behind_a_closed_dialog(
    run: Run, gateway: Gateway, tmp_path: Path, server: UpdateServer, portable: Installation
) -> None:
    server.publish("9.1")

    async def scenario() -> None:
        async with running(tmp_path / "data", gateway) as user:
            row = open_about(user)
            click(row, "updateLook")
            await user.sees(lambda: "Download" in buttons(row))
            click(row, "updateTake")
            find(user.window, SettingsDialog, "settingsDialog").reject()
            await user.sees(lambda: user.program.services.updates.ready)
            await user.sees(lambda: buttons(open_about(user)) == ["What is new", "Restart now"])

    run(scenario())


def test_packages_are_told_what_to_do(
    run: Run, gateway: Gateway, tmp_path: Path, server: UpdateServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    deb = Installation("deb", tmp_path, tmp_path, tmp_path / "ligature", updates_itself=False)
    monkeypatch.setattr("desktop.services.installation.installation", lambda: deb)
    server.publish("9.1")
    opened: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url.toString()))

    async def scenario() -> None:
        async with running(tmp_path / "data", gateway) as user:
            row = open_about(user)
            click(row, "updateLook")
            await user.sees(lambda: "sudo apt install ./ligature_9.1_amd64.deb" in state(row))
            assert buttons(row) == ["What is new", "Copy command"]
            click(row, "updateCopy")
            assert QApplication.clipboard().text() == "sudo apt install ./ligature_9.1_amd64.deb"
            click(row, "updateNotes")
            assert opened == ["https://example.org/v9.1"]

    run(scenario())


def test_nothing_is_asked_unless_the_user_wants_it(
    run: Run,
    gateway: Gateway,
    tmp_path: Path,
    server: UpdateServer,
    portable: Installation,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    server.publish("9.1")
    monkeypatch.setattr("desktop.ui.program.CLEANED_AFTER_S", 0.0)
    config = tmp_path / "data" / "config.toml"

    async def scenario() -> None:
        async with running(tmp_path / "data", gateway) as user:
            await user.program.updates.look_if_due()
            assert server.requests == []
            row = open_about(user)
            weekly = find(row, Switch, "updatesWeekly")
            assert not weekly.isChecked()
            QTest.mouseClick(weekly, Qt.MouseButton.LeftButton, pos=weekly.rect().center())
            await user.sees(lambda: 'check = "weekly"' in config.read_text())
            assert server.requests == []

    run(scenario())


def test_once_a_week_a_start_looks_and_tells_in_a_notice(
    run: Run,
    gateway: Gateway,
    tmp_path: Path,
    server: UpdateServer,
    portable: Installation,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    server.publish("9.1")
    monkeypatch.setattr("desktop.ui.program.CLEANED_AFTER_S", 0.0)
    write_config(tmp_path / "data", gateway, '\n[updates]\ncheck = "weekly"\n')

    async def scenario() -> None:
        async with running(tmp_path / "data", gateway) as user:
            await user.sees(lambda: "Ligature 9.1 is there." in user.notices())
            user.clicks_text("Show")
            row = find(user.window, UpdateRow, "updates")
            await user.sees(lambda: buttons(row) == ["What is new", "Download"])
            assert find(row, Switch, "updatesWeekly").isChecked()
        asked = len(server.requests)
        async with running(tmp_path / "data", gateway) as user:
            await user.program.updates.look_if_due()
            assert len(server.requests) == asked

    run(scenario())


def test_a_weekly_look_that_fails_is_told_on_the_page_and_disturbs_nobody(
    run: Run,
    gateway: Gateway,
    tmp_path: Path,
    server: UpdateServer,
    portable: Installation,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    server.routes["/updates/metadata/timestamp.json"] = Response((b"",), status=500)
    write_config(tmp_path / "data", gateway, '\n[updates]\ncheck = "weekly"\n')

    async def scenario() -> None:
        async with running(tmp_path / "data", gateway) as user:
            await user.program.updates.look_if_due()
            assert user.notices() == []
            assert state(open_about(user)).startswith("The update server answers with an error (500).")

    run(scenario())
