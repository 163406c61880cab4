"""Keys in a real Secret Service: gnome-keyring on a session bus of its own, with a home that is thrown away.

Each scenario is a process (see keyring_scenarios.py), since the first promise is that the process ends.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tests.desktop.files import files_with
from tests.desktop.keyring_scenarios import PASSWORD
from tests.desktop.screen import CHECKOUT, Screen

pytestmark = [
    pytest.mark.desktop,
    pytest.mark.skipif(sys.platform != "linux", reason="the Secret Service is Linux's"),
    pytest.mark.skipif(not shutil.which("gnome-keyring-daemon"), reason="not installed: gnome-keyring-daemon"),
    pytest.mark.skipif(not shutil.which("dbus-run-session"), reason="not installed: dbus-run-session"),
]

UNLOCKED = f"printf %s {PASSWORD} | gnome-keyring-daemon --unlock --components=secrets >/dev/null && exec "
NOTHING_TO_START = """\
<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:tmpdir=/tmp</listen>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/>
  </policy>
</busconfig>
"""


class Session:
    """A login without a screen: home, run-time folder and data folder, all new. `key` is this test's key."""

    def __init__(self, folder: Path) -> None:
        self.home = folder / "home"
        self.data_dir = folder / "data"
        self.key = f"lig{secrets.token_hex(24)}"
        runtime = folder / "runtime"
        for directory in (self.home, self.data_dir, runtime):
            directory.mkdir(mode=0o700)
        hidden = ("XDG_", "WAYLAND_", "DBUS_", "DISPLAY", "GNOME_", "LIGATURE_", "PYTHON_KEYRING")
        kept = {name: value for name, value in os.environ.items() if not name.startswith(hidden)}
        paths = {"HOME": str(self.home), "XDG_RUNTIME_DIR": str(runtime), "PYTHONPATH": str(CHECKOUT)}
        self.env = {**kept, **paths, "PYTHONDONTWRITEBYTECODE": "1"}

    def run(self, scenario: str, *before: str, timeout_s: float = 60) -> dict[str, Any]:
        """Runs one scenario, with the keyring unlocked, or `before` in front of its command."""
        child = [sys.executable, "-m", "tests.desktop.keyring_scenarios", scenario, str(self.data_dir), self.key]
        unlocked = ["dbus-run-session", "--", "bash", "-c", f'{UNLOCKED} "$@"', "bash"]
        done = subprocess.run(
            [*(before or unlocked), *child],
            cwd=CHECKOUT, env=self.env, capture_output=True, text=True, timeout=timeout_s, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        facts: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        return facts


@pytest.fixture
def session(tmp_path: Path) -> Session:
    return Session(tmp_path)


@pytest.fixture
def session_on_screen(session: Session, screen: Screen) -> Session:
    """The same, with a display on which the system can ask for the keyring's password."""
    session.env["DISPLAY"] = screen.env["DISPLAY"]
    return session


def test_a_key_is_kept_changed_and_deleted(session: Session) -> None:
    facts = session.run("round_trip")
    assert (facts["where"], facts["name"]) == ("keyring", "Secret Service")
    assert (facts["read"], facts["changed"], facts["gone"]) == (session.key, f"{session.key}-changed", None)


def test_a_key_is_there_after_the_next_login(session: Session) -> None:
    assert session.run("keep")["where"] == "keyring"
    assert session.run("read")["key"] == session.key


def test_a_locked_keyring_without_a_screen_is_told_and_the_key_kept_for_the_session(session: Session) -> None:
    facts = session.run("locked")
    assert "locked" in facts["error"]
    assert facts["seconds"] < 10
    assert (facts["where"], facts["session"]) == ("session", session.key)
    assert "locked" in facts["why"]
    assert files_with(session.home, session.key) == []


def test_without_a_bus_the_key_is_kept_for_the_session(session: Session) -> None:
    check_absent(session, session.run("absent", "env"))


def test_without_a_service_the_key_is_kept_for_the_session(session: Session, tmp_path: Path) -> None:
    config = tmp_path / "bus.conf"
    config.write_text(NOTHING_TO_START, encoding="utf-8")
    check_absent(session, session.run("absent", "dbus-run-session", "--config-file", str(config), "--"))


def check_absent(session: Session, facts: dict[str, Any]) -> None:
    assert facts["key"] is None
    assert (facts["where"], facts["has_keyring"], facts["session"]) == ("session", False, session.key)
    assert "no keyring" in facts["why"]
    assert facts["other"] is None
    assert files_with(session.home, session.key) == []


def test_the_environment_beats_the_keyring(session: Session) -> None:
    session.run("keep")
    session.env["LIGATURE_KEY_MINE"] = "from-the-environment"
    assert session.run("read")["key"] == "from-the-environment"


def test_a_keyring_that_would_write_plain_files_is_not_used(session: Session, tmp_path: Path) -> None:
    folder = tmp_path / "modules" / "keyrings" / "alt"
    folder.mkdir(parents=True)
    (folder / "file.py").write_text(PLAIN_KEYRING, encoding="utf-8")
    session.env["PYTHONPATH"] += f"{os.pathsep}{folder.parent.parent}"
    session.env["PYTHON_KEYRING_BACKEND"] = "keyrings.alt.file.PlaintextKeyring"
    check_absent(session, session.run("absent"))


PLAIN_KEYRING = """\
from pathlib import Path
from keyring.backend import KeyringBackend

class PlaintextKeyring(KeyringBackend):
    priority = 0.5
    def get_password(self, service, username):
        return None
    def set_password(self, service, username, password):
        (Path.home() / "plain").write_text(password)
"""


def test_the_window_lives_while_the_user_types_the_keyrings_password(session_on_screen: Session) -> None:
    facts = session_on_screen.run("unlocked_by_the_user")
    assert facts["key"] == session_on_screen.key
    assert facts["waiting"] == [True]
    assert not facts["done_early"]
    assert facts["reports"] == [True, False]
    assert facts["beats"] > 20


def test_a_refused_prompt_is_told_once_and_the_key_kept_for_the_session(session_on_screen: Session) -> None:
    facts = session_on_screen.run("refused_by_the_user")
    assert "locked" in facts["first"]["error"]
    assert "locked" in facts["second"]["error"]
    assert facts["at_hand"] == session_on_screen.key
    assert facts["where"] == "session"
    assert "locked" in facts["why"]


def test_the_program_ends_while_the_keyring_waits_for_its_user(session_on_screen: Session) -> None:
    facts = session_on_screen.run("ended_while_the_keyring_waits")
    assert time.time() - facts["ended_at"] < 10


def test_after_a_day_of_use_the_key_is_nowhere_but_in_the_keyring(session: Session) -> None:
    facts = session.run("use")
    assert facts["where"] == "keyring"
    assert facts["sent"] == [f"Bearer {session.key}"] * 2
    assert " answer." in facts["told"][0]
    assert "Mine" in facts["told"][1]
    assert session.key not in json.dumps(facts["told"])
    assert "ligature.db" in " ".join(files_with(session.data_dir, "A plain question"))
    assert "config.toml" in files_with(session.data_dir, "mine")
    assert (session.data_dir / "models.json").exists()
    assert "refused" in (session.data_dir / "logs" / "ligature.log").read_text(encoding="utf-8")
    assert files_with(session.data_dir, session.key) == []
    assert files_with(session.home, session.key) == []
    assert session.run("read")["key"] == session.key
