"""Files that must never be half written."""

from __future__ import annotations

import errno
import os
import shutil
from pathlib import Path

from desktop.core.errors import StorageError

LEAST_ROOM_BYTES = 256 * 1024  # for a start: a lock, and what SQLite keeps beside its file


def is_full(folder: Path) -> bool:
    """True where there is no room for anything."""
    try:
        return shutil.disk_usage(folder).free < LEAST_ROOM_BYTES
    except OSError:
        return False


def full_disk(folder: Path) -> StorageError:
    """What is said of a disk without room."""
    return StorageError(
        "The disk is full.",
        f"Free some space on the disk that holds {folder}. What is not saved yet is kept until then.",
    )


def write_atomically(path: Path, text: str) -> None:
    """Writes so that a crash leaves the old file or the new one; only the user may read it.

    A symbolic link stays one: its target is replaced.
    """
    target = path.resolve()
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    temporary = target.with_name(f".{target.name}.{os.urandom(4).hex()}.tmp")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def write_for_user(path: Path, data: bytes) -> None:
    """Writes a file that the user has asked for, whole or not at all; raises `StorageError` with what was wrong."""
    temporary = path.with_name(f".{path.name}.{os.urandom(4).hex()}.tmp")
    try:
        temporary.write_bytes(data)
        temporary.replace(path)
    except OSError as problem:
        temporary.unlink(missing_ok=True)
        raise _storage_error(path, problem) from problem


def _storage_error(path: Path, problem: OSError) -> StorageError:
    if problem.errno in {errno.ENOSPC, errno.EDQUOT}:
        return StorageError(f"There is no room on the disk for {path.name}.", "Make room, or choose another folder.")
    if problem.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
        return StorageError(f"{path.name} may not be written in {path.parent}.", "Choose another folder.")
    return StorageError(f"{path.name} could not be written: {problem.strerror}.", "Choose another folder.")
