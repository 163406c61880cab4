"""The script that publishes updates: what it keeps secret, what each key can do, and what it takes up."""

from __future__ import annotations

import stat
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from tuf.api.metadata import Metadata, Root, Targets, Timestamp

from tests.update_kit import repository_script

script = repository_script()
FOLDERS = ("keys", "published")


@pytest.fixture
def anchor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the script writes the trust anchor, with keys and a first state made by its commands."""
    path = tmp_path / "resources" / "updates" / "root.json"
    monkeypatch.setattr(script, "ANCHOR", path)
    monkeypatch.setenv("LIGATURE_KEYS_PASSPHRASE", "correct horse")
    script.main(["keys", str(tmp_path / "keys")])
    script.main(["init", *(str(tmp_path / name) for name in FOLDERS)])
    return path


def test_keys_are_encrypted_and_for_their_owner_only(tmp_path: Path, anchor: Path) -> None:
    keys = sorted((tmp_path / "keys").iterdir())
    assert [key.name for key in keys] == ["online.pem", "root-1.pem", "root-2.pem", "root-3.pem", "targets.pem"]
    for key in keys:
        if sys.platform != "win32":
            assert stat.S_IMODE(key.stat().st_mode) == 0o600
        with pytest.raises(TypeError, match="Password was not given"):
            serialization.load_pem_private_key(key.read_bytes(), None)
    assert not [path for path in (tmp_path / "published").rglob("*") if b"PRIVATE" in _bytes(path)]


@pytest.mark.parametrize("typed", [["correct horse", "corect horse"], [""], []])
def test_no_keys_are_made_under_a_passphrase_that_is_mistyped_or_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, typed: list[str]
) -> None:
    def types(_prompt: str) -> str:
        if not typed:
            raise EOFError
        return typed.pop(0)

    monkeypatch.delenv("LIGATURE_KEYS_PASSPHRASE", raising=False)
    monkeypatch.setattr("getpass.getpass", types)
    with pytest.raises(SystemExit):
        script.main(["keys", str(tmp_path / "keys")])
    assert not (tmp_path / "keys").exists()


def _bytes(path: Path) -> bytes:
    return path.read_bytes() if path.is_file() else b""


def test_two_of_three_root_keys_must_sign(anchor: Path) -> None:
    root = Metadata[Root].from_file(str(anchor)).signed
    assert (root.roles["root"].threshold, len(root.roles["root"].keyids)) == (2, 3)
    assert root.roles["targets"].keyids != root.roles["timestamp"].keyids


def test_a_timer_needs_the_online_key_alone(tmp_path: Path, anchor: Path) -> None:
    for key in (tmp_path / "keys").iterdir():
        if key.name != "online.pem":
            key.unlink()
    script.main(["renew", *(str(tmp_path / name) for name in FOLDERS)])
    newest = Metadata[Timestamp].from_file(str(tmp_path / "published" / "metadata" / "timestamp.json")).signed
    assert newest.version == 2
    assert timedelta(days=13) < newest.expires - datetime.now(UTC) <= timedelta(days=14)


def test_the_artefacts_of_this_version_are_taken_and_nothing_else(
    tmp_path: Path, anchor: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from desktop import __version__

    dist = tmp_path / "dist"
    dist.mkdir()
    for name in (
        f"ligature_{__version__}_amd64.deb",
        f"ligature-{__version__}-windows-x64-setup.exe",
        f"ligature-local-model_{__version__}_amd64.deb",
        "ligature_0.0.1_amd64.deb",
        "SHA256SUMS",
    ):
        (dist / name).write_bytes(name.encode())
    script.main(["add", *(str(tmp_path / name) for name in FOLDERS), str(dist)])
    assert len(capsys.readouterr().out.splitlines()) == 2
    targets = Metadata[Targets].from_file(str(tmp_path / "published" / "metadata" / "2.targets.json")).signed.targets
    assert {name: target.custom for name, target in targets.items()} == {
        f"ligature_{__version__}_amd64.deb": {"version": __version__, "kind": "deb", "platform": "linux-x86_64"},
        f"ligature-{__version__}-windows-x64-setup.exe": {
            "version": __version__,
            "kind": "nsis",
            "platform": "windows-x86_64",
        },
    }


def test_a_repository_is_never_begun_anew_over_another(tmp_path: Path, anchor: Path) -> None:
    before = anchor.read_bytes()
    with pytest.raises(SystemExit, match="not empty"):
        script.main(["init", *(str(tmp_path / name) for name in FOLDERS)])
    assert anchor.read_bytes() == before
