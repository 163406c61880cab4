"""Asks the system for a picture of the screen, where programs may not look at it themselves.

On Wayland that is the desktop portal, over D-Bus; on macOS its own program, which also asks for the permission. Both
let the user choose what is in the picture, in a way that is known from elsewhere.
"""

from __future__ import annotations

import asyncio
import itertools
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from desktop.core.errors import UserError

if TYPE_CHECKING:
    from jeepney.io.asyncio import DBusRouter

CHOSEN, CANCELLED = 0, 1  # what org.freedesktop.portal.Request answers
MACOS_PROGRAM = "/usr/sbin/screencapture"
BY_HAND = "Take it with the desktop's own key, and paste it here."

_count = itertools.count()


async def ask_portal() -> Path | None:
    """Where the desktop has put the picture; None if the user did not want one.

    https://flatpak.github.io/xdg-desktop-portal/docs/doc-org.freedesktop.portal.Screenshot.html
    Raises UserError where no portal gives one.
    """
    from jeepney import DBusErrorResponse
    from jeepney.io.asyncio import open_dbus_router

    try:
        async with open_dbus_router() as router:
            code, results = await _portal_answer(router)
    except (OSError, EOFError, KeyError, DBusErrorResponse) as error:  # KeyError: no bus is named
        raise UserError("This desktop gives programs no picture of the screen.", BY_HAND) from error
    if code == CANCELLED:
        return None
    if code != CHOSEN or "uri" not in results:
        raise UserError("The desktop could not take the picture.", BY_HAND)
    return Path(unquote(urlsplit(results["uri"][1]).path))


async def _portal_answer(router: DBusRouter) -> tuple[int, dict[str, Any]]:
    """What the portal says once the user has chosen: the call itself only tells that it will."""
    from jeepney import DBusAddress, MatchRule, message_bus, new_method_call
    from jeepney.io.asyncio import Proxy
    from jeepney.wrappers import unwrap_msg

    token = f"ligature{next(_count)}"
    sender = router.unique_name.removeprefix(":").replace(".", "_")
    answers = MatchRule(
        type="signal",
        interface="org.freedesktop.portal.Request",
        member="Response",
        path=f"/org/freedesktop/portal/desktop/request/{sender}/{token}",
    )
    portal = DBusAddress(
        "/org/freedesktop/portal/desktop", "org.freedesktop.portal.Desktop", "org.freedesktop.portal.Screenshot"
    )
    options = {"handle_token": ("s", token), "interactive": ("b", True)}
    await Proxy(message_bus, router).AddMatch(answers)
    with router.filter(answers) as queue:
        unwrap_msg(await router.send_and_get_reply(new_method_call(portal, "Screenshot", "sa{sv}", ("", options))))
        answer = await queue.get()
    code, results = answer.body
    return code, results


async def ask_macos() -> bytes | None:
    """The part of the screen that the user has chosen, as PNG; None if the user did not want one."""
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "screenshot.png"
        process = await asyncio.create_subprocess_exec(MACOS_PROGRAM, "-i", "-x", str(target))
        try:
            await process.wait()
        finally:
            if process.returncode is None:
                process.terminate()
        return target.read_bytes() if target.exists() else None
