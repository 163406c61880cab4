"""Keeps what is attached to messages, each under the sha256 of its bytes: the same picture twice is kept once.

Decoding runs in two threads at most, off the thread that paints. SVG is drawn by a function handed in, because
drawing it needs Qt and services know none.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import os
import stat
import tempfile
import time
from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import TypeVar

from desktop.core.conversation import Attachment, PicturePart
from desktop.core.errors import AttachmentError, StorageError
from desktop.services.pictures import ACCEPTED, is_svg, prepare_picture

LARGEST_FILE_BYTES = 100_000_000
LARGEST_NAME_LENGTH = 120
WORKERS = 2
THUMBNAIL_SUFFIX = ".thumbnail"
KEPT_AT_LEAST_S = 3600.0

DrawSvg = Callable[[bytes], bytes]  # SVG → PNG; raises AttachmentError
Result = TypeVar("Result")


class Attachments:
    """The attachment store in `folder`."""

    def __init__(self, folder: Path, draw_svg: DrawSvg | None = None) -> None:
        self._folder = folder
        self._draw_svg = draw_svg
        self._workers = ThreadPoolExecutor(WORKERS, thread_name_prefix="attachments")

    async def add_file(self, path: Path) -> PicturePart:
        """Takes a picture from a file; raises `AttachmentError` with what is wrong with it."""
        return await self._in_worker(partial(self._add_file, Path(path)))

    async def add_bytes(self, data: bytes, name: str) -> PicturePart:
        """Takes a picture from memory, as a drop or the clipboard brings it."""
        return await self._in_worker(partial(self._add_bytes, data, name))

    def path(self, sha256: str) -> Path:
        """Where an attachment is kept."""
        return self._folder / sha256[:2] / sha256

    def thumbnail(self, sha256: str) -> Path:
        """A small copy of a picture, at most 320 px; the picture itself where there is none."""
        small = self._thumbnail_path(sha256)
        return small if small.exists() else self.path(sha256)

    def read(self, sha256: str) -> bytes:
        """The bytes of an attachment; raises `AttachmentError` if they are gone."""
        try:
            return self.path(sha256).read_bytes()
        except OSError as problem:
            raise AttachmentError("An attachment is no longer on this computer.", "Attach it again.") from problem

    async def data_url(self, part: Attachment) -> str:
        """The attachment as a `data:` URL, as requests carry it."""
        data = await self._in_worker(partial(self.read, part.sha256))
        return f"data:{part.mime};base64,{base64.b64encode(data).decode('ascii')}"

    async def collect(self, used: Collection[str], kept_at_least_s: float = KEPT_AT_LEAST_S) -> int:
        """Deletes what no message uses and gives the number of files.

        Young files stay: their message may not be saved yet.
        """
        return await self._in_worker(partial(self._collect, frozenset(used), time.time() - kept_at_least_s))

    def close(self) -> None:
        """Drops what has not begun."""
        self._workers.shutdown(wait=False, cancel_futures=True)

    async def _in_worker(self, work: Callable[[], Result]) -> Result:
        return await asyncio.get_running_loop().run_in_executor(self._workers, work)

    def _add_file(self, path: Path) -> PicturePart:
        return self._add_bytes(_file_bytes(path), path.name)

    def _add_bytes(self, data: bytes, name: str) -> PicturePart:
        name = _shown_name(name)
        if is_svg(data):
            if self._draw_svg is None:
                raise AttachmentError(f"“{name}” is an SVG drawing, which cannot be attached here.")
            data = self._draw_svg(data)
        picture = prepare_picture(data, name)
        sha256 = hashlib.sha256(picture.data).hexdigest()
        try:
            _write(self._thumbnail_path(sha256), picture.thumbnail)
            _write(self.path(sha256), picture.data)
        except OSError as problem:
            reason = problem.strerror or "unknown reason"
            raise StorageError(f"“{name}” could not be saved: {reason}.", "Make room on the disk.") from problem
        return PicturePart(sha256, picture.mime, picture.width, picture.height, len(picture.data), name)

    def _thumbnail_path(self, sha256: str) -> Path:
        return self.path(sha256).with_name(sha256 + THUMBNAIL_SUFFIX)

    def _collect(self, used: frozenset[str], before: float) -> int:
        count = 0
        for path in self._folder.glob("??/*"):
            if path.name.removesuffix(THUMBNAIL_SUFFIX) in used:
                continue
            try:
                if path.stat().st_mtime <= before:
                    path.unlink()
                    count += 1
            except OSError:  # in use, or gone already: the next time is early enough
                continue
        return count


def _file_bytes(path: Path) -> bytes:
    """The content of a regular file of acceptable size: never of a device, a pipe or a folder."""
    name = _shown_name(path.name)
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise AttachmentError(f"“{name}” is a folder.", "Open it and attach the pictures in it.")
        if not stat.S_ISREG(status.st_mode):
            raise AttachmentError(f"“{name}” is not an ordinary file.", f"Use {ACCEPTED} pictures.")
        with path.open("rb") as file:
            data = file.read(LARGEST_FILE_BYTES + 1)
    except OSError as problem:
        reason = problem.strerror or "unknown reason"
        raise AttachmentError(f"“{name}” cannot be read: {reason}.", "Check that it is still there.") from problem
    if not data:
        raise AttachmentError(f"“{name}” is empty.", "Choose another file.")
    if len(data) > LARGEST_FILE_BYTES:
        limit = LARGEST_FILE_BYTES // 1_000_000
        raise AttachmentError(f"“{name}” is larger than {limit} MB.", "Attach a smaller copy.")
    return data


def _shown_name(name: str) -> str:
    """A file's name without what would spoil a line of text."""
    printable = "".join(character for character in name if character.isprintable())
    return printable[-LARGEST_NAME_LENGTH:] or "picture"


def _write(path: Path, data: bytes) -> None:
    """Writes a file whole or not at all; one that is there already is only made young again."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if path.exists():
        os.utime(path)
        return
    handle, temporary = tempfile.mkstemp(dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
