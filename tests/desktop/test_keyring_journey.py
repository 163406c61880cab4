"""A key from the user's fingers to the wire and into a real keyring, through the window."""

from __future__ import annotations

import secrets
import shutil
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.desktop.close_window import close_window
from tests.desktop.files import files_with
from tests.desktop.keyring_scenarios import PASSWORD
from tests.desktop.screen import Program, Screen, wait_until
from tests.desktop.started import Ligature, Start
from tests.gateway import Gateway

pytestmark = [
    pytest.mark.desktop,
    pytest.mark.skipif(not shutil.which("gnome-keyring-daemon"), reason="not installed: gnome-keyring-daemon"),
]
HAS_OWNER = (
    *("dbus-send", "--session", "--print-reply", "--dest=org.freedesktop.DBus", "/org/freedesktop/DBus"),
    *("org.freedesktop.DBus.NameHasOwner", "string:org.freedesktop.secrets"),
)


class Login:
    """The keyring of the user who is logged in on the screen, unlocked by the login's password."""

    def __init__(self, screen: Screen) -> None:
        self._screen = screen
        self._daemon: Program | None = None
        self.folder = Path(screen.env["HOME"]) / ".local" / "share" / "keyrings"

    def begin(self) -> None:
        """Logs in."""
        self._screen.run("dbus-update-activation-environment", "DISPLAY")  # so that it can ask for the password
        command = ["gnome-keyring-daemon", "--foreground", "--unlock", "--components=secrets"]
        self._daemon = self._screen.start(command, python=False)
        pipe = self._daemon.process.stdin
        assert pipe is not None
        pipe.write(PASSWORD)
        pipe.close()
        wait_until(self._has_service, what="the keyring")

    def lock(self) -> None:
        """As the desktop does when the screen is locked."""
        self._screen.run(sys.executable, "-c", "from tests.desktop.keyring_scenarios import *; lock_keyring()")

    def end(self) -> None:
        """Logs out."""
        if self._daemon is not None:
            self._daemon.close()
        wait_until(lambda: not self._has_service(), what="no keyring")

    def _has_service(self) -> bool:
        return "true" in self._screen.run(*HAS_OWNER)


@pytest.fixture
def login(screen: Screen) -> Iterator[Login]:
    """An unlocked keyring, removed after the test."""
    login = Login(screen)
    login.begin()
    yield login
    login.end()
    shutil.rmtree(login.folder, ignore_errors=True)


@pytest.fixture
def key(gateway: Gateway) -> str:
    """The only key that the gateway takes."""
    gateway.key = f"lig{secrets.token_hex(24)}"
    return gateway.key


def fill_in(ligature: Ligature, field: str, text: str) -> None:
    """Clicks into a field and types."""
    ligature.reader.click(field)
    ligature.presses("ctrl+a")
    ligature.types(text)


def test_a_key_goes_from_the_window_to_the_keyring_and_nowhere_else(
    start: Start, login: Login, gateway: Gateway, key: str, tmp_path: Path
) -> None:
    ligature = start(tmp_path, {})
    add_own_server(ligature, gateway, key)
    ligature.asks("First question?")
    assert ligature.answer().description == "You said: First question?"
    assert ligature.quits() == 0
    assert "my_server" in (tmp_path / "config.toml").read_text(encoding="utf-8")
    assert files_with(tmp_path, key) == []

    login.end()
    login.begin()
    again = start(tmp_path, {})
    again.asks("Second question?")
    assert again.answer(4).description == "You said: Second question?"
    assert again.quits() == 0
    assert [request.headers["authorization"] for request in gateway.chats] == [f"Bearer {key}"] * len(gateway.chats)
    assert files_with(tmp_path, key) == []
    assert files_with(Path(ligature.screen.env["HOME"]), key) == []


def test_a_key_from_a_link_is_in_the_keyring_once_the_user_has_added_it(
    start: Start, login: Login, gateway: Gateway, key: str, tmp_path: Path
) -> None:
    ligature = start(tmp_path, {})
    address = quote(gateway.base_url, safe="")
    assert ligature.second_start(f"ligature:endpoint?base_url={address}&name=Mine&key={key}") == 0
    reader = ligature.reader
    reader.click("endpointAccept")
    wait_until(lambda: not reader.is_shown("endpointDialog"), what="a closed dialog")
    reader.wait("modelButton", lambda node: "echo" in node.name, "names a model of the server")
    assert ligature.quits() == 0

    again = start(tmp_path, {})
    again.asks("Are you there?")
    assert again.answer().description == "You said: Are you there?"
    assert again.quits() == 0
    assert gateway.chats[-1].headers["authorization"] == f"Bearer {key}"
    assert files_with(tmp_path, key) == []
    assert files_with(Path(ligature.screen.env["HOME"]), key) == []


def test_a_locked_keyring_asks_while_the_window_lives_and_then_the_answer_comes(waiting: Ligature) -> None:
    waiting.reader.wait("notice", lambda node: "waits to be unlocked" in node.name, "tells of the prompt")
    waiting.presses(*PASSWORD, "Return")
    assert waiting.answer().description == "You said: Are you there?"
    assert not waiting.reader.is_shown("notice")


def test_a_refused_prompt_is_told_under_the_question(waiting: Ligature, gateway: Gateway) -> None:
    sent = len(gateway.chats)
    waiting.presses("Escape")
    assert "locked" in waiting.answer().description
    assert len(gateway.chats) == sent
    assert waiting.quits() == 0


def test_the_program_ends_while_the_keyring_waits(waiting: Ligature, screen: Screen) -> None:
    close_window(screen.env["DISPLAY"], screen.window("Ligature"))  # the prompt has keyboard and pointer
    assert waiting.program.process.wait(15) == 0


@pytest.fixture
def waiting(start: Start, login: Login, gateway: Gateway, key: str, screen: Screen, tmp_path: Path) -> Ligature:
    """A question was sent, and the system asks for the password of the keyring that has the key."""
    first = start(tmp_path, {})
    add_own_server(first, gateway, key)
    assert first.quits() == 0
    login.lock()
    ligature = start(tmp_path, {})
    ligature.reader.write("composer", "Are you there?")
    ligature.reader.press("sendButton")
    screen.window("Unlock .*")
    time.sleep(0.5)  # it grabs the keyboard a moment after it is shown
    return ligature


def add_own_server(ligature: Ligature, gateway: Gateway, key: str) -> None:
    """Adds the gateway as a server of one's own: name, address, a wrong key, Test, the right key, Test, Add."""
    reader, address = ligature.reader, f"Reachable 127.0.0.1:{gateway.port},"
    reader.press("addKey")
    reader.click("serviceList", "Own server")
    fill_in(ligature, "endpointName", "My server")
    fill_in(ligature, "endpointAddress", gateway.base_url)
    fill_in(ligature, "endpointKey", "a-wrong-key-0123456789")
    assert "Secret Service" in reader.shown("keyPlace").name
    assert result_of_test(ligature) == [address, "Key not"]
    fill_in(ligature, "endpointKey", key)
    assert key not in (reader.node("endpointKey").text or "")
    assert result_of_test(ligature) == [address, "Key accepted", "2 models", "First token"]
    reader.press("endpointAccept")
    wait_until(lambda: not reader.is_shown("endpointDialog"), what="a closed dialog")
    reader.wait("modelButton", lambda node: "echo" in node.name, "names a model of the server")


def result_of_test(ligature: Ligature) -> list[str]:
    """Presses Test and gives the first two words of what each step says."""
    reader = ligature.reader
    reader.press("endpointTest")
    reader.wait("endpointTest", lambda node: node.name == "Test again", "has ended")
    steps = [node.name for node in reader.tree() if node.id == "checkStep" and node.showing]
    return [" ".join(step.split()[:2]) for step in steps]
