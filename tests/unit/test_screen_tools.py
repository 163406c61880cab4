"""The desktop portal, over a real bus, with a stand-in for the desktop's side of it."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from desktop.core.errors import UserError
from desktop.services.screen_tools import ask_portal

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="the portal is Linux'"),
    pytest.mark.skipif(shutil.which("dbus-daemon") is None, reason="not installed: dbus-daemon"),
]
PORTAL = "org.freedesktop.portal.Desktop"


@pytest.fixture(autouse=True)
def bus(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A session bus of its own."""
    daemon = subprocess.Popen(
        ["dbus-daemon", "--session", "--nofork", "--print-address=1"], stdout=subprocess.PIPE, text=True
    )
    assert daemon.stdout is not None
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", daemon.stdout.readline().strip())
    yield
    daemon.terminate()
    daemon.wait(10)
    daemon.stdout.close()


async def portal(code: int, results: dict[str, Any], ready: asyncio.Future[None], asked: asyncio.Future[Any]) -> None:
    """Answers one request, as a desktop does after its user has chosen."""
    from jeepney import DBusAddress, HeaderFields, MessageType, message_bus, new_method_return, new_signal
    from jeepney.io.asyncio import open_dbus_connection

    connection = await open_dbus_connection("SESSION")
    await connection.send(message_bus.RequestName(PORTAL))
    while (message := await connection.receive()).header.fields.get(HeaderFields.member) != "Screenshot":
        if message.header.message_type is MessageType.method_return and not ready.done():
            ready.set_result(None)  # the name is on the bus
    _window, options = message.body
    sender = message.header.fields[HeaderFields.sender].removeprefix(":").replace(".", "_")
    path = f"/org/freedesktop/portal/desktop/request/{sender}/{options['handle_token'][1]}"
    await connection.send(new_method_return(message, "o", (path,)))
    request = DBusAddress(path, interface="org.freedesktop.portal.Request")
    await connection.send(new_signal(request, "Response", "ua{sv}", (code, results)))
    asked.set_result(options)
    await connection.close()


async def answered(code: int, results: dict[str, Any]) -> tuple[Path | None, Any]:
    loop = asyncio.get_running_loop()
    ready, asked = loop.create_future(), loop.create_future()
    task = asyncio.create_task(portal(code, results, ready, asked))
    await ready
    try:
        return await ask_portal(), await asked
    finally:
        await task


async def test_the_chosen_picture_is_found_where_the_desktop_put_it(tmp_path: Path) -> None:
    picture = tmp_path / "a b ü.png"
    path, options = await answered(0, {"uri": ("s", picture.as_uri())})
    assert path == picture
    assert options["interactive"] == ("b", True), "the desktop asks the user which part"


async def test_whoever_cancels_gets_no_picture_and_no_complaint() -> None:
    assert (await answered(1, {}))[0] is None


async def test_a_desktop_that_fails_is_told_with_a_way_out() -> None:
    with pytest.raises(UserError) as caught:
        await answered(2, {})
    assert "paste it" in caught.value.hint


async def test_without_a_portal_the_way_out_is_told() -> None:
    with pytest.raises(UserError) as caught:
        await ask_portal()
    assert caught.value.text == "This desktop gives programs no picture of the screen."


async def test_without_a_bus_the_way_out_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("DBUS_SESSION_BUS_ADDRESS", "XDG_RUNTIME_DIR"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", f"unix:path=/nonexistent-{os.getpid()}")
    with pytest.raises(UserError):
        await ask_portal()
