"""The database's file: made, migrated with a backup, refused where it is not ours to touch, and broken disks."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest

from desktop.core.conversation import Status
from desktop.core.errors import StorageError, UserError
from desktop.services import migrations
from desktop.services.migrations import MIGRATIONS, backup_path, open_database
from desktop.services.store import Store
from tests.unit.store_kit import answer, ask, begin, query
from tests.until import until

NEXT = "ALTER TABLE chat ADD COLUMN colour TEXT NOT NULL DEFAULT 'none';"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "ligature.db"


def filled(path: Path) -> None:
    async def fill(store: Store) -> None:
        await answer(store, await ask(store, await store.create_chat(title="precious"), "q"), "a")

    store = Store(path)
    asyncio.run(fill(store))
    store.close()


def test_a_new_database_is_whole_and_the_users_alone(path: Path) -> None:
    store = Store(path)
    assert store.first_chats() == []
    assert query(path, "PRAGMA user_version") == [(len(MIGRATIONS),)]
    assert query(path, "PRAGMA journal_mode") == [("wal",)]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    store.close()
    assert [file.name for file in path.parent.iterdir()] == ["ligature.db"]  # neither backup nor leftovers


def test_an_empty_file_is_a_new_database(path: Path) -> None:
    path.parent.mkdir()
    path.touch()
    filled(path)
    assert query(path, "SELECT title FROM chat") == [("precious",)]


def test_an_older_database_is_copied_then_migrated(path: Path) -> None:
    filled(path)
    before = query(path, "SELECT * FROM chat")
    open_database(path, (*MIGRATIONS, NEXT)).close()
    assert query(path, "SELECT title, colour FROM chat") == [("precious", "none")]
    assert query(path, "PRAGMA user_version") == [(len(MIGRATIONS) + 1,)]
    backup = backup_path(path, len(MIGRATIONS))
    assert query(backup, "SELECT * FROM chat") == before
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    shutil.move(backup, path)
    Store(path).close()  # the way back


@pytest.mark.parametrize(
    "script",
    [
        NEXT + "INSERT INTO nowhere VALUES (1);",
        NEXT + "INSERT INTO message (chat_id, role, status, created_at) VALUES (77, 'user', 'done', 0);",
    ],
    ids=["bad statement", "row without owner"],
)
def test_a_migration_that_fails_changes_nothing(path: Path, script: str) -> None:
    filled(path)
    before = query(path, "SELECT sql FROM sqlite_master")
    with pytest.raises(sqlite3.Error):
        open_database(path, (*MIGRATIONS, script))
    assert query(path, "SELECT sql FROM sqlite_master") == before
    assert query(path, "PRAGMA user_version") == [(len(MIGRATIONS),)]
    Store(path).close()


def test_a_newer_database_is_refused_untouched(path: Path) -> None:
    filled(path)
    open_database(path, (*MIGRATIONS, NEXT)).close()
    before = path.read_bytes()
    with pytest.raises(StorageError, match="newer Ligature") as caught:
        Store(path)
    assert "Update Ligature" in caught.value.hint
    assert path.read_bytes() == before


def test_another_programs_database_is_refused_untouched(path: Path) -> None:
    path.parent.mkdir()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE bookmarks (url TEXT)")
    before = path.read_bytes()
    with pytest.raises(StorageError, match="another program's database"):
        Store(path)
    assert path.read_bytes() == before


def test_a_file_that_is_no_database_is_refused_untouched(path: Path) -> None:
    path.parent.mkdir()
    path.write_text("these are my notes\n" * 500)
    with pytest.raises(StorageError, match="damaged") as caught:
        Store(path)
    assert caught.value.hint
    assert path.read_text().startswith("these are my notes")


def test_a_damaged_page_is_told_when_it_is_met(path: Path) -> None:
    filled(path)
    page_size = query(path, "PRAGMA page_size")[0][0]
    root = query(path, "SELECT rootpage FROM sqlite_master WHERE name = 'message'")[0][0]
    with path.open("r+b") as file:
        file.seek((root - 1) * page_size)
        file.write(b"\xff" * page_size)
    store = Store(path)
    [chat] = store.first_chats()
    with pytest.raises(StorageError, match="damaged"):
        asyncio.run(store.heads(chat.id))
    store.close()


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StorageError, match="cannot be opened"):
        Store(tmp_path / "file" / "ligature.db")
    (tmp_path / "folder.db").mkdir()
    with pytest.raises(StorageError, match="cannot be written"):
        Store(tmp_path / "folder.db")


def test_a_read_only_database_is_told(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    filled(path)

    def connect_read_only(path: Path) -> migrations.Connection:
        return sqlite3.connect(f"file:{path}?mode=ro", uri=True, isolation_level=None, check_same_thread=False)

    monkeypatch.setattr(migrations, "_connect", connect_read_only)
    with pytest.raises(StorageError, match="cannot be written"):
        Store(path)


async def test_a_full_disk_is_told_once_and_the_stream_is_saved_when_there_is_room(path: Path) -> None:
    failures: list[UserError] = []
    store = Store(path, on_failure=failures.append)
    chat = await store.create_chat()
    run, _ = await begin(store, await ask(store, chat, "q"))
    await store._write(lambda db: db.execute("PRAGMA max_page_count = 1").fetchall())  # no page may be added
    words = ["0123456789" * 1000 for _ in range(3)]
    for word in words:
        store.journal(run.id, 0, "text", word)
        await asyncio.sleep(0.02)
    await until(lambda: failures)
    with pytest.raises(StorageError, match="disk is full"):
        await store.end_run(run.id, status=Status.DONE)
    await asyncio.sleep(1.2)  # tried again by itself, in vain
    assert [failure.text for failure in failures] == ["The disk is full."]
    await store._write(lambda db: db.execute("PRAGMA max_page_count = 1000000").fetchall())
    await until(lambda: query(path, "SELECT count(*) FROM journal") != [(0,)])
    [message] = await store.end_run(run.id, status=Status.DONE)
    assert message.text == "".join(words)
    store.close()
