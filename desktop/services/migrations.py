"""Opens the database file: makes it, brings it to the newest schema, or says in words why it cannot.

In this order: the file is looked at (another program's, or a newer Ligature's, is refused untouched), an existing one
is copied to a backup beside it, and all missing migrations run in one transaction. So a file is always whole at one
version, and the way back is one copy. `PRAGMA user_version` counts the migrations that a file has seen.

Foreign keys hold what belongs to what: parts to messages, messages and runs to chats. `chat.leaf_id` and
`run.parent_id` are plain numbers, since readers manage without the row and nothing should be undeletable for them.
`part.kind` is open: tool calls and citations come as new kinds with their own `data`.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from desktop.core.errors import StorageError
from desktop.services.files import full_disk, is_full

Connection = sqlite3.Connection

APPLICATION_ID = 0x4C494741  # "LIGA": tells our file from any other SQLite database
BUSY_TIMEOUT_S = 5.0

# A part is never changed in place, only deleted and inserted: so two triggers keep the search index, and an answer is
# indexed once, at its end. The index takes its texts from `part`, through a view that shows the searchable ones.
FIRST_SCHEMA = """
PRAGMA application_id = 0x4C494741;

CREATE TABLE chat (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    title TEXT NOT NULL DEFAULT '',
    folder TEXT NOT NULL DEFAULT '',
    pinned INTEGER NOT NULL DEFAULT 0,
    draft TEXT NOT NULL DEFAULT '{}',
    endpoint_id TEXT NOT NULL DEFAULT '',
    model TEXT NOT NULL DEFAULT '',
    parameters TEXT NOT NULL DEFAULT '{}',
    features TEXT NOT NULL DEFAULT '{}',
    leaf_id INTEGER,
    created_at REAL NOT NULL,
    updated_at REAL NOT NULL,
    unread INTEGER NOT NULL DEFAULT 0,
    failed INTEGER NOT NULL DEFAULT 0,
    deleted_at REAL
) STRICT;
CREATE INDEX chat_deleted ON chat(deleted_at) WHERE deleted_at IS NOT NULL;

CREATE TABLE run (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    chat_id INTEGER NOT NULL REFERENCES chat(id) ON DELETE CASCADE,
    parent_id INTEGER,
    stage TEXT NOT NULL,
    endpoint_id TEXT NOT NULL,
    model TEXT NOT NULL,
    parameters TEXT NOT NULL DEFAULT '{}',
    prompt_tokens INTEGER,
    completion_tokens INTEGER,
    reasoning_tokens INTEGER,
    cached_tokens INTEGER,
    tokens_estimated INTEGER,
    cost REAL,
    started_at REAL NOT NULL,
    first_token_at REAL,
    finished_at REAL,
    status TEXT NOT NULL,
    error_text TEXT NOT NULL DEFAULT '',
    error_hint TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX run_chat ON run(chat_id);
CREATE INDEX run_open ON run(id) WHERE status = 'streaming';

CREATE TABLE message (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    chat_id INTEGER NOT NULL REFERENCES chat(id) ON DELETE CASCADE,
    parent_id INTEGER REFERENCES message(id),
    role TEXT NOT NULL,
    status TEXT NOT NULL,
    in_context INTEGER NOT NULL DEFAULT 1,
    run_id INTEGER REFERENCES run(id),
    choice INTEGER NOT NULL DEFAULT 0,
    finish TEXT NOT NULL DEFAULT '',
    created_at REAL NOT NULL,
    text_length INTEGER NOT NULL DEFAULT 0,
    thinking_length INTEGER NOT NULL DEFAULT 0,
    attachment_count INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX message_chat ON message(chat_id);
CREATE INDEX message_parent ON message(parent_id);
CREATE INDEX message_run ON message(run_id);
CREATE INDEX message_queued ON message(id) WHERE status = 'queued';

CREATE TABLE part (
    id INTEGER PRIMARY KEY,
    message_id INTEGER NOT NULL REFERENCES message(id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    kind TEXT NOT NULL,
    text TEXT NOT NULL DEFAULT '',
    data TEXT NOT NULL DEFAULT '{}',
    UNIQUE (message_id, position)
) STRICT;
CREATE INDEX part_attachment ON part(json_extract(data, '$.sha256')) WHERE kind IN ('picture', 'file');

CREATE VIEW searchable AS SELECT id, text FROM part WHERE kind = 'text';
CREATE VIRTUAL TABLE search USING fts5(text, content = 'searchable', content_rowid = 'id', tokenize = 'trigram');
CREATE TRIGGER part_inserted AFTER INSERT ON part WHEN new.kind = 'text' BEGIN
    INSERT INTO search(rowid, text) VALUES (new.id, new.text);
END;
CREATE TRIGGER part_deleted AFTER DELETE ON part WHEN old.kind = 'text' BEGIN
    INSERT INTO search(search, rowid, text) VALUES ('delete', old.id, old.text);
END;

CREATE TABLE journal (
    sequence INTEGER PRIMARY KEY,
    run_id INTEGER NOT NULL,
    choice INTEGER NOT NULL,
    kind TEXT NOT NULL,
    text TEXT NOT NULL
) STRICT;
CREATE INDEX journal_run ON journal(run_id);

CREATE TABLE memory (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
"""

PINNED_MESSAGES = "ALTER TABLE message ADD COLUMN pinned INTEGER NOT NULL DEFAULT 0;"

EXACT_COSTS = "ALTER TABLE run ADD COLUMN exact_cost REAL;"

MIGRATIONS = (FIRST_SCHEMA, PINNED_MESSAGES, EXACT_COSTS)


def open_database(path: Path, migrations: Sequence[str] = MIGRATIONS) -> Connection:
    """A connection that may write, at the newest schema; raises StorageError."""
    with storage_errors(path):
        _make_private(path)
        connection = _connect(path)
        try:
            _prepare(connection, path, migrations)
        except BaseException:
            connection.close()
            raise
        return connection


def open_for_reading(path: Path) -> Connection:
    """A second connection, for a database that is open already; it cannot write."""
    with storage_errors(path):
        connection = _connect(path)
        connection.execute("PRAGMA query_only = ON")
        return connection


@contextmanager
def transaction(connection: Connection, *, durable: bool = False) -> Iterator[None]:
    """All or nothing. A kill of the program loses no commit; a `durable` one outlives a power cut, too."""
    connection.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


@contextmanager
def storage_errors(path: Path) -> Iterator[None]:
    """Turns what the disk or the file is to blame for into a StorageError; bugs of ours pass through."""
    try:
        yield
    except sqlite3.Error as error:
        failure = _storage_error(error, path)
        if failure is None:
            raise
        raise failure from error
    except OSError as error:
        raise StorageError(f"The database cannot be opened: {error}.", _writable_hint(path)) from error


def _storage_error(error: sqlite3.Error, path: Path) -> StorageError | None:
    """The low byte of SQLite's code names the cause, the rest only the place."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    may_be_full = code in {sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_IOERR}
    match code:
        case _ if code == sqlite3.SQLITE_FULL or (may_be_full and is_full(path.parent)):
            return full_disk(path.parent)
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_CANTOPEN | sqlite3.SQLITE_PERM:
            return StorageError(f"The database cannot be written: {path}.", _writable_hint(path))
        case sqlite3.SQLITE_CORRUPT | sqlite3.SQLITE_NOTADB:
            return StorageError(
                f"The database is damaged, or is not a database: {path}.",
                "Move it away to start anew, or put a backup in its place.",
            )
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return StorageError(f"Another program holds the database: {path}.", "Close that program and try again.")
        case sqlite3.SQLITE_IOERR:
            return StorageError(f"The disk failed at the database: {path}.", "Check the disk, and that it is not full.")
    return None


def _writable_hint(path: Path) -> str:
    return f"Check that you may write to {path.parent} and to the files in it."


def _make_private(path: Path) -> None:
    """Chats are nobody else's: the file, and those that SQLite puts beside it, are the user's alone."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        path.touch(mode=0o600)


def _connect(path: Path) -> Connection:
    # Transactions are written out, and each connection is used by one thread at a time.
    connection = sqlite3.connect(path, timeout=BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False)
    connection.execute("PRAGMA foreign_keys = ON")
    return connection


def _number(connection: Connection, pragma: str) -> int:
    return int(connection.execute(f"PRAGMA {pragma}").fetchone()[0])


def _prepare(connection: Connection, path: Path, migrations: Sequence[str]) -> None:
    version = _number(connection, "user_version")
    is_new = _number(connection, "page_count") == 0
    if not is_new and _number(connection, "application_id") != APPLICATION_ID:
        raise StorageError(f"{path} is another program's database.", "Choose another data folder with --data-dir.")
    if version > len(migrations):
        raise StorageError(
            f"The database was written by a newer Ligature: {path}.",
            "Update Ligature, or choose another data folder with --data-dir.",
        )
    connection.execute("PRAGMA journal_mode = WAL")
    if version < len(migrations):
        if not is_new:
            _back_up(connection, path, version)
        _migrate(connection, migrations[version:], to_version=len(migrations))


def backup_path(path: Path, version: int) -> Path:
    """Where the copy lies that was made before a database of `version` was migrated."""
    return path.with_name(f"{path.stem}-v{version}-backup{path.suffix}")


def _back_up(connection: Connection, path: Path, version: int) -> None:
    """Copies under another name first, so that a backup that is there is whole."""
    backup = backup_path(path, version)
    partial = backup.with_name(backup.name + ".partial")
    partial.unlink(missing_ok=True)
    partial.touch(mode=0o600)
    with closing(sqlite3.connect(partial)) as copy:
        connection.backup(copy)
    partial.replace(backup)


def _migrate(connection: Connection, scripts: Sequence[str], *, to_version: int) -> None:
    """Foreign keys rest meanwhile, as SQLite asks of migrations that rebuild tables, and are checked at the end."""
    connection.execute("PRAGMA foreign_keys = OFF")
    try:
        connection.executescript("\n".join(["BEGIN IMMEDIATE;", *scripts]))
        broken = connection.execute("PRAGMA foreign_key_check").fetchone()
        if broken is not None:
            raise sqlite3.IntegrityError(f"the migration to {to_version} left rows without their owner: {broken}")
        connection.execute(f"PRAGMA user_version = {to_version}")
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    connection.execute("PRAGMA foreign_keys = ON")
