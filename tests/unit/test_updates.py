"""Updates from a real server on the loopback device: what is taken, what is refused, and that the running one stays."""

from __future__ import annotations

import asyncio
import json
import os
import stat
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from desktop.core.endpoints import Timeouts
from desktop.core.errors import ConfigError, UserError
from desktop.services import update_channel, update_metadata
from desktop.services.api import Api
from desktop.services.installation import Installation
from desktop.services.store import Store
from desktop.services.update_channel import has_channel, read_channel
from desktop.services.update_staging import download_folder
from desktop.services.updates import Updates
from tests.gateway import Framing, HangUp, Hold, Response
from tests.until import until
from tests.update_kit import UpdateServer, contents, flipped, install_appimage, install_portable, said, served

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the programs that are replaced here are shell scripts")

NOW = datetime.now(UTC).replace(microsecond=0)
RESTARTED = """#!/bin/sh
[ "$1" = --version ] && echo Ligature 1.1 && exit
echo "$@" $APPIMAGE > {note}
"""
OLD = NOW - timedelta(days=200)
PLATFORMS = {"appimage": "linux-x86_64", "nsis": "windows-x86_64"}


@pytest.fixture
def server(tmp_path: Path) -> Iterator[UpdateServer]:
    with UpdateServer(tmp_path / "server") as server:
        yield server


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    store = Store(tmp_path / "ligature.db")
    yield store
    await asyncio.to_thread(store.close)


@pytest.fixture
def portable(tmp_path: Path) -> Installation:
    return install_portable(tmp_path / "Ligature", "1.0")


@pytest.fixture
def appimage(tmp_path: Path) -> Installation:
    return install_appimage(tmp_path / "images", "1.0")


Make = Callable[..., Updates]


@pytest.fixture
def make(tmp_path: Path, api: Api, store: Store, server: UpdateServer) -> Make:
    """Updates for an installation, as one start of the program has them."""

    def make(installed: Installation, running: str = "1.0", data: str = "data") -> Updates:
        return Updates(
            api=api,
            store=store,
            data_dir=tmp_path / data,
            installed=installed,
            running=running,
            resources=server.resources,
        )

    return make


def version_of(program: Path) -> str:
    """What a program says of itself when it is started."""
    return subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout.strip()


async def take(updates: Updates) -> None:
    update = await updates.look()
    assert update is not None
    await updates.take(update, lambda _part: None, [])


class TestWhatIsTaken:
    async def test_the_same_version_is_no_update(
        self, server: UpdateServer, make: Make, portable: Installation
    ) -> None:
        server.publish("1.0")
        assert await make(portable).look() is None

    async def test_an_older_version_is_no_update(
        self, server: UpdateServer, make: Make, portable: Installation
    ) -> None:
        server.publish("1.9")
        assert await make(portable, running="1.10").look() is None

    async def test_a_newer_one_is_told_with_its_size_and_notes(
        self, server: UpdateServer, make: Make, portable: Installation
    ) -> None:
        server.publish("1.10")
        update = await make(portable, running="1.9").look()
        assert update is not None
        assert (update.version, update.notes_url) == ("1.10", "https://example.org/v1.10")
        assert update.size_bytes == (server.dist / "ligature-1.10-linux-x86_64.tar.zst").stat().st_size

    async def test_packages_are_told_their_command(
        self, server: UpdateServer, make: Make, portable: Installation
    ) -> None:
        server.publish("1.1")
        update = await make(replace(portable, kind="deb", updates_itself=False)).look()
        assert update is not None
        assert update.command == "sudo apt install ./ligature_1.1_amd64.deb"

    async def test_nothing_is_told_where_there_is_nothing_for_this_system(
        self, server: UpdateServer, make: Make, portable: Installation
    ) -> None:
        server.publish("1.1")
        assert await make(replace(portable, kind="flatpak")).look() is None

    async def test_an_appimage_replaces_itself_when_the_program_has_ended(
        self, server: UpdateServer, make: Make, appimage: Installation
    ) -> None:
        server.publish("1.1")
        updates = make(appimage)
        await take(updates)
        assert version_of(appimage.program) == "Ligature 1.0"
        assert updates.ready == "1.1"
        updates.switch()
        assert version_of(appimage.program) == "Ligature 1.1"
        assert [file.name for file in appimage.home.iterdir() if file.is_file()] == ["Ligature.AppImage"]

    async def test_an_appimage_may_be_run_by_those_who_might_run_it_before(
        self, server: UpdateServer, make: Make, appimage: Installation
    ) -> None:
        appimage.program.chmod(0o700)
        server.publish("1.1")
        updates = make(appimage)
        await take(updates)
        updates.switch()
        assert stat.S_IMODE(appimage.program.stat().st_mode) == 0o700

    async def test_what_an_earlier_download_has_left_is_taken_away(
        self, server: UpdateServer, make: Make, appimage: Installation
    ) -> None:
        server.publish("1.1")
        (appimage.home / ".Ligature.AppImage.1.0.5.new").write_bytes(b"cut off")
        await take(make(appimage))
        assert [file.name for file in appimage.home.glob(".*")] == [".Ligature.AppImage.1.1.new"]

    async def test_a_download_follows_no_link_that_lies_in_its_place(
        self, server: UpdateServer, make: Make, appimage: Installation, tmp_path: Path
    ) -> None:
        server.publish("1.1")
        (tmp_path / "precious").write_bytes(b"mine")
        (appimage.home / ".Ligature.AppImage.1.1.new").symlink_to(tmp_path / "precious")
        await take(make(appimage))
        assert (tmp_path / "precious").read_bytes() == b"mine"

    async def test_a_portable_folder_replaces_itself_and_keeps_the_chats(
        self, server: UpdateServer, make: Make, portable: Installation
    ) -> None:
        server.publish("1.1")
        before = contents(portable.home)
        updates = make(portable)
        await take(updates)
        after = contents(portable.home)
        assert {name: after[name] for name in before} == before
        updates.switch()
        assert version_of(portable.program) == "Ligature 1.1"
        folder = portable.program.resolve().parent
        assert (folder / "_internal" / "library.so").read_text() == "1.1"
        assert (folder / "data" / "chat.txt").read_text() == "mine"

    async def test_a_portable_folder_replaces_itself_again_and_keeps_one_version_before(
        self, server: UpdateServer, make: Make, portable: Installation
    ) -> None:
        from desktop.services.installation import installation

        for version, running in (("1.1", "1.0"), ("1.2", "1.1"), ("1.3", "1.2")):
            server.publish(version)
            updates = make(installation(portable.program, {}), running=running)
            await take(updates)
            updates.switch()
            assert version_of(portable.program) == f"Ligature {version}"
        assert sorted(path.name for path in (portable.home / "versions").iterdir()) == ["1.2", "1.3"]
        assert not (portable.home / "_internal").exists()
        assert (portable.program.resolve().parent / "data" / "chat.txt").read_text() == "mine"

    async def test_a_restart_starts_the_new_version_with_its_folder(
        self, server: UpdateServer, make: Make, appimage: Installation, tmp_path: Path
    ) -> None:
        server.publish("1.1")
        note = tmp_path / "started"
        script = RESTARTED.format(note=note)
        [image] = server.dist.glob("*.AppImage")
        image.write_text(script)
        server.at().add(server.dist, "1.1")
        updates = make(appimage)
        update = await updates.look()
        assert update is not None
        await updates.take(
            update, lambda _part: None, ["--data-dir", "here", "photo.png", "ligature:chat", "--portable"]
        )
        started = updates.restart()
        assert started is not None
        assert started.wait(20) == 0
        assert note.read_text().strip() == "--data-dir here --portable"

    async def test_a_root_with_new_keys_is_followed(
        self, server: UpdateServer, make: Make, portable: Installation, tmp_path: Path
    ) -> None:
        elsewhere = tmp_path / "anchor.json"
        server.publish("1.1")
        (tmp_path / "server" / "keys" / "targets.pem").unlink()
        (tmp_path / "server" / "keys" / "root-1.pem").rename(tmp_path / "lost.pem")
        server.keys.make()
        server.at().renew_root(elsewhere)
        server.publish("1.2")
        update = await make(portable).look()
        assert update is not None
        assert update.version == "1.2"


class TestWhatIsRefused:
    """After each, every byte of the installed program is what it was, and nothing waits to take its place."""

    @pytest.fixture(autouse=True)
    async def _stays(self, portable: Installation) -> AsyncIterator[None]:
        before = contents(portable.home)
        yield
        assert contents(portable.home) == before
        assert version_of(portable.program) == "Ligature 1.0"

    async def refused(self, updates: Updates, words: str) -> None:
        with pytest.raises(UserError) as caught:
            await take(updates)
        assert words in said(caught)
        assert "stays" in caught.value.hint
        assert not updates.ready

    async def test_a_flipped_byte_in_the_program(
        self, server: UpdateServer, make: Make, portable: Installation
    ) -> None:
        server.publish("1.1")
        server.change("targets/ligature-1.1-linux-x86_64.tar.zst", flipped)
        await self.refused(make(portable), "not what those who make Ligature have signed")

    @pytest.mark.parametrize("role", ["timestamp", "2.snapshot", "2.targets"])
    async def test_a_flipped_byte_in_the_metadata(
        self, server: UpdateServer, make: Make, portable: Installation, role: str
    ) -> None:
        server.publish("1.1")
        server.change(f"metadata/{role}.json", flipped)
        with pytest.raises(UserError, match=r"update information is (damaged|not signed)"):
            await make(portable).look()

    async def test_a_root_that_the_last_one_did_not_sign(
        self, server: UpdateServer, make: Make, portable: Installation, tmp_path: Path
    ) -> None:
        with UpdateServer(tmp_path / "stranger") as stranger:
            stranger.at().renew_root(tmp_path / "strange.json")
            server.routes["/updates/metadata/2.root.json"] = served(
                (stranger.published / "metadata" / "2.root.json").read_bytes()
            )
            await self.refused(make(portable), "not signed by those who make Ligature")

    async def test_everything_signed_by_a_stranger(
        self, server: UpdateServer, make: Make, portable: Installation, tmp_path: Path
    ) -> None:
        with UpdateServer(tmp_path / "stranger") as stranger:
            stranger.publish("1.1")
            for file in (stranger.published / "metadata").iterdir():
                if "root" not in file.name:
                    server.routes[f"/updates/metadata/{file.name}"] = served(file.read_bytes())
            await self.refused(make(portable), "not signed by those who make Ligature")

    async def test_an_old_state_replayed_to_a_later_start(
        self, server: UpdateServer, make: Make, portable: Installation
    ) -> None:
        server.publish("1.1")
        old = {file.name: file.read_bytes() for file in (server.published / "metadata").iterdir()}
        server.publish("1.2")
        update = await make(portable).look()
        assert update is not None
        for name, content in old.items():
            server.routes[f"/updates/metadata/{name}"] = served(content)
        await self.refused(make(portable), "an older state than it did before")

    @pytest.mark.parametrize("kind", ["appimage", "nsis"])
    async def test_a_file_that_was_changed_while_it_waited_for_the_end(
        self,
        server: UpdateServer,
        make: Make,
        appimage: Installation,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
        kind: str,
    ) -> None:
        monkeypatch.setattr("desktop.services.updates.platform_name", lambda: PLATFORMS[kind])
        server.publish("1.1")
        updates = make(replace(appimage, kind=kind))
        await take(updates)
        [file] = download_folder(updates.installed, tmp_path / "data").glob(".*.new*")
        file.write_bytes(flipped(file.read_bytes()))
        with pytest.raises(UserError, match="not what those who make Ligature have signed"):
            updates.switch()
        assert version_of(appimage.program) == "Ligature 1.0"

    async def test_an_old_version_under_the_name_of_the_new_one(
        self, server: UpdateServer, make: Make, portable: Installation
    ) -> None:
        server.publish("1.1")
        old = (server.dist / "ligature-1.1-linux-x86_64.tar.zst").read_bytes()
        server.publish("1.2")
        server.routes[server.path_of("ligature-1.2-linux-x86_64.tar.zst")] = served(old)
        await self.refused(make(portable), "not what those who make Ligature have signed")

    async def test_a_signed_file_that_holds_another_version(
        self, server: UpdateServer, make: Make, portable: Installation
    ) -> None:
        server.publish("1.0")
        (server.dist / "ligature-1.0-linux-x86_64.tar.zst").rename(server.dist / "ligature-1.1-linux-x86_64.tar.zst")
        server.at().add(server.dist, "1.1")
        await self.refused(make(portable), "not the one that was offered")

    async def test_a_version_that_does_not_start(
        self, server: UpdateServer, make: Make, portable: Installation
    ) -> None:
        from tests.update_kit import packed

        (server.dist / "ligature-1.1-linux-x86_64.tar.zst").write_bytes(packed("1.1", b"#!/bin/sh\nexit 1\n"))
        server.at().add(server.dist, "1.1")
        await self.refused(make(portable), "does not start on this computer")

    async def test_a_state_that_is_out_of_date(self, server: UpdateServer, make: Make, portable: Installation) -> None:
        server.publish("1.1", now=OLD)
        await self.refused(make(portable), "out of date")

    async def test_an_endless_file(self, server: UpdateServer, make: Make, portable: Installation) -> None:
        server.publish("1.1")
        name = "ligature-1.1-linux-x86_64.tar.zst"
        content = (server.dist / name).read_bytes()
        server.routes[server.path_of(name)] = Response((content, *(bytes(65536),) * 200), framing=Framing.CHUNKED)
        await self.refused(make(portable), "sends more than it was asked for")

    @pytest.mark.parametrize("size", [20_000, 8_000_000])
    async def test_endless_metadata(self, server: UpdateServer, make: Make, portable: Installation, size: int) -> None:
        server.routes["/updates/metadata/timestamp.json"] = Response((bytes(65536),) * (size // 65536 + 1))
        await self.refused(make(portable), "sends more than")

    async def test_a_file_that_breaks_off(self, server: UpdateServer, make: Make, portable: Installation) -> None:
        server.publish("1.1")
        name = "ligature-1.1-linux-x86_64.tar.zst"
        whole = served((server.dist / name).read_bytes())
        server.routes[server.path_of(name)] = replace(whole.in_pieces(100).cut(2, HangUp()), framing=Framing.CHUNKED)
        await self.refused(make(portable), "broke off")

    async def test_a_file_that_is_shorter_than_signed(
        self, server: UpdateServer, make: Make, portable: Installation
    ) -> None:
        server.publish("1.1")
        server.change("targets/ligature-1.1-linux-x86_64.tar.zst", lambda content: content[:-10])
        await self.refused(make(portable), "not what those who make Ligature have signed")

    async def test_a_server_that_falls_silent(
        self, server: UpdateServer, make: Make, portable: Installation, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(update_channel, "TIMEOUTS", Timeouts(connect_s=1.0, first_byte_s=1.0, gap_s=0.2))
        server.publish("1.1")
        name = "ligature-1.1-linux-x86_64.tar.zst"
        server.routes[server.path_of(name)] = Response(((server.dist / name).read_bytes()[:50], Hold()))
        await self.refused(make(portable), "Nothing more came from The update server")

    async def test_a_server_that_drips(
        self, server: UpdateServer, make: Make, portable: Installation, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(update_metadata, "REFRESH_S", 0.3)
        server.routes["/updates/metadata/timestamp.json"] = Response((b"{", Hold()))
        await self.refused(make(portable), "takes too long")

    async def test_a_server_that_is_gone(self, server: UpdateServer, make: Make, portable: Installation) -> None:
        server.publish("1.1")
        settings = server.resources / "updates.toml"
        text = settings.read_text().replace(str(server.port), "1")
        settings.write_text(text)
        await self.refused(make(portable), "refuses connections")

    async def test_a_server_with_an_error(self, server: UpdateServer, make: Make, portable: Installation) -> None:
        server.routes["/updates/metadata/timestamp.json"] = Response((b"",), status=503)
        await self.refused(make(portable), "answers with an error (503)")

    async def test_a_full_disk(
        self, server: UpdateServer, make: Make, portable: Installation, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        server.publish("1.1")

        def full(_descriptor: int) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(os, "fsync", full)
        await self.refused(make(portable), "no room on the disk")

    async def test_a_download_that_the_user_stops(
        self, server: UpdateServer, make: Make, portable: Installation
    ) -> None:
        server.publish("1.1")
        name = "ligature-1.1-linux-x86_64.tar.zst"
        server.routes[server.path_of(name)] = Response(((server.dist / name).read_bytes()[:50], Hold()))
        updates = make(portable)
        update = await updates.look()
        assert update is not None
        parts: list[float] = []
        task = asyncio.create_task(updates.take(update, parts.append, []))
        await until(lambda: parts)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert not updates.ready

    async def test_a_look_that_is_cut_off(self, server: UpdateServer, make: Make, portable: Installation) -> None:
        server.routes["/updates/metadata/timestamp.json"] = Response((b"{", Hold()))
        task = asyncio.create_task(make(portable).look())
        await until(lambda: any("timestamp" in request.path for request in server.requests))
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task


@pytest.mark.parametrize("kind", ["portable", "appimage"])
def test_a_kill_at_any_moment_leaves_a_program_that_starts(tmp_path: Path, kind: str) -> None:
    command = [sys.executable, "-m", "tests.unit.update_killed_child", str(tmp_path), kind]
    told = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120).stdout
    ends = [json.loads(line) for line in told.splitlines()]
    assert len(ends) > (10 if kind == "portable" else 2)
    assert [end["killed"] for end in ends] == [True] * (len(ends) - 1) + [False]
    assert {end["says"] for end in ends[:-1]} <= {"Ligature 1.0", "Ligature 1.1"}
    assert ends[0]["says"] == "Ligature 1.0"
    assert ends[-1]["says"] == "Ligature 1.1"
    assert {end["says_after_another_try"] for end in ends} == {"Ligature 1.1"}
    assert {end["data"] for end in ends} == {"mine" if kind == "portable" else ""}


async def test_what_is_asked_tells_nothing_of_who_asks(
    server: UpdateServer, make: Make, portable: Installation
) -> None:
    server.publish("1.1")
    await take(make(portable))
    assert server.requests
    for request in server.requests:
        assert set(request.headers) <= {"host", "accept", "accept-encoding", "connection", "user-agent"}
        assert request.headers["user-agent"] == "Ligature/1.0"
        assert (request.query, request.body) == ("", b"")


async def test_a_week_after_the_last_look_it_is_time_again(
    server: UpdateServer, make: Make, portable: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    updates = make(portable)
    assert await updates.is_due()
    await updates.look()
    assert not await updates.is_due()
    later = updates.looked_at + 7 * 24 * 3600 + 1
    monkeypatch.setattr("time.time", lambda: later)
    assert await updates.is_due()


def test_nothing_of_the_framework_is_imported_at_start_nor_its_http_library_ever() -> None:
    script = """
import sys
import desktop.running, desktop.ui.program, desktop.services.updates
assert not {"tuf", "securesystemslib", "cryptography", "backports.zstd"} & set(sys.modules)
from desktop.services.update_metadata import _leave_http_library_out
_leave_http_library_out()
import tuf.ngclient
assert "urllib3" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", script], check=True, env={**os.environ, "QT_QPA_PLATFORM": "offscreen"})


def test_a_build_without_a_trust_anchor_has_no_channel(tmp_path: Path, server: UpdateServer) -> None:
    assert has_channel(server.resources)
    assert not has_channel(tmp_path)


def test_the_trust_anchor_is_never_the_users(tmp_path: Path, server: UpdateServer) -> None:
    own = tmp_path / "updates" / "root.json"
    own.parent.mkdir()
    own.write_text("{}")
    assert read_channel(tmp_path, server.resources).root != b"{}"


def test_the_users_own_server_is_used(tmp_path: Path, server: UpdateServer) -> None:
    (tmp_path / "updates.toml").write_text('base_url = "https://updates.example.org/"')
    channel = read_channel(tmp_path, server.resources)
    assert (channel.base_url, channel.every_days) == ("https://updates.example.org", 7)


@pytest.mark.parametrize(
    "text", ['base_url = "http://example.org"', "base_url = 5", 'every_days = "often"', "[base_url]"]
)
def test_a_server_that_cannot_be_used_is_told_with_its_line(tmp_path: Path, server: UpdateServer, text: str) -> None:
    (tmp_path / "updates.toml").write_text(text)
    with pytest.raises(ConfigError, match=r"updates.toml, line 1: "):
        read_channel(tmp_path, server.resources)


def test_the_shipped_settings_can_be_read(tmp_path: Path, server: UpdateServer) -> None:
    from desktop.resources import resource

    shipped = server.resources / "updates.toml"
    shipped.write_bytes(resource("updates.toml").read_bytes())
    assert read_channel(tmp_path, server.resources).base_url.startswith("https://")
