"""Newer versions of this program: found, downloaded, verified, and put in place when the program ends.

Nothing is asked of any server unless the user wants to know, now or once a week. Only newer versions are taken, for
this system and this way of installing. Programs that a package manager has installed are told of, and left alone.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import aclosing
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO
from urllib.parse import quote

from desktop.core.errors import UserError
from desktop.core.versions import Version
from desktop.services.api import Api
from desktop.services.installation import SOURCE, Installation, platform_name
from desktop.services.store import Store
from desktop.services.update_channel import Channel, has_channel, read_channel

if TYPE_CHECKING:
    import subprocess

    from tuf.api.metadata import TargetFile

    from desktop.services.update_staging import Staged

LOOKED_AT = "updates_looked_at"  # seconds since 1970
DAY_S = 24 * 60 * 60


@dataclass(frozen=True, slots=True)
class Update:
    """A newer version. `command` installs it where a package manager does; empty where nobody knows one."""

    version: str
    size_bytes: int
    notes_url: str
    command: str
    target: TargetFile = field(repr=False)


class Updates:
    """Looks for updates and takes them. Belongs to the event loop of `api`; `resources` is given by tests only."""

    def __init__(
        self,
        *,
        api: Api,
        store: Store,
        data_dir: Path,
        installed: Installation,
        running: str,
        resources: Path | None = None,
    ) -> None:
        self.installed = installed
        self.running = running
        self._api = api
        self._store = store
        self._data_dir = data_dir
        self._resources = resources
        self._staged: Staged | None = None

    @property
    def has_channel(self) -> bool:
        """Whether this build can look for updates at all."""
        return has_channel(self._resources)

    @property
    def looked_at(self) -> float:
        """When updates were looked for with success, in seconds since 1970; 0 for never."""
        return float(self._store.remembered(LOOKED_AT, 0.0))

    async def is_due(self) -> bool:
        """Whether those who want to be told regularly should be told again."""
        channel = await self._channel()
        age_s = time.time() - self.looked_at
        return not 0 <= age_s < channel.every_days * DAY_S

    async def look(self) -> Update | None:
        """The newest version if it is newer than this one; raises UserError where that cannot be known for sure."""
        from desktop.services.update_metadata import fetch_targets

        channel = await self._channel()
        targets = await fetch_targets(self._api, channel, self._data_dir / "updates" / "metadata")
        await self._store.remember(LOOKED_AT, time.time())
        return newest(targets, self.installed, self.running, channel)

    async def take(self, update: Update, on_progress: Callable[[float], object], arguments: Iterable[str]) -> None:
        """Downloads, verifies and prepares a version, which `switch` or `restart` then puts in place.

        `on_progress` is told the part that is there, from 0 to 1; `arguments` are those of this start. Cancelling
        leaves nothing behind.
        """
        from desktop.services.update_staging import (
            download_folder,
            not_written,
            remove_downloads,
            restart_arguments,
            stage,
        )

        self._staged = None
        channel = await self._channel()
        folder = download_folder(self.installed, self._data_dir)
        file = folder / f".{self.installed.program.name}.{update.version}.new{_suffix(update.target.path)}"
        try:
            await asyncio.to_thread(folder.mkdir, parents=True, exist_ok=True)
            await asyncio.to_thread(remove_downloads, self.installed, folder)
            try:
                await self._download(channel, update.target, file, on_progress)
            except BaseException:
                file.unlink(missing_ok=True)
                raise
        except OSError as error:
            raise not_written(error) from error
        self._staged = await asyncio.to_thread(
            stage,
            self.installed,
            file,
            update.version,
            restart_arguments(list(arguments)),
            partial(_verify, update.target),
        )

    @property
    def ready(self) -> str:
        """The version that waits for the program's end, if one does."""
        return self._staged.version if self._staged else ""

    def switch(self) -> None:
        """Puts what is ready in place; the last thing that a program does, since its own files change under it."""
        if self._staged is not None:
            self._staged.switch()

    def restart(self) -> subprocess.Popen[bytes] | None:
        """The same, and starts it."""
        return self._staged.restart() if self._staged is not None else None

    async def _channel(self) -> Channel:
        return await asyncio.to_thread(read_channel, self._data_dir, self._resources)

    async def _download(
        self, channel: Channel, target: TargetFile, path: Path, on_progress: Callable[[float], object]
    ) -> None:
        from desktop.services.update_metadata import download_failed

        place = f"targets/{quote(target.path)}"
        received = 0
        with await asyncio.to_thread(_new_file, path) as file:
            try:
                async with aclosing(self._api.download(channel.server, place, target.length)) as pieces:
                    async for piece in pieces:
                        await asyncio.to_thread(file.write, piece)
                        received += len(piece)
                        on_progress(received / max(1, target.length))
            except UserError as error:
                raise download_failed(channel, error) from error
            await asyncio.to_thread(_flush, file)
        await asyncio.to_thread(_verify, target, path)


def newest(targets: Mapping[str, TargetFile], installed: Installation, running: str, channel: Channel) -> Update | None:
    """The newest of the files that are made for this installation, if it is newer than what runs."""
    now = Version.parsed(running)
    offered: list[tuple[Version, TargetFile]] = []
    for target in targets.values():
        about = target.custom or {}
        version = _version(about)
        if version is not None and _fits(about, installed) and version.is_offered_to(now):
            offered.append((version, target))
    if not offered:
        return None
    version, target = max(offered, key=lambda pair: pair[0])
    command = channel.commands.get(installed.kind, "").replace("{file}", target.path)
    return Update(version.text, target.length, channel.notes_url.replace("{version}", version.text), command, target)


def _version(about: Mapping[str, Any]) -> Version | None:
    try:
        return Version.parsed(str(about.get("version", "")))
    except ValueError:
        return None


def _fits(about: Mapping[str, Any], installed: Installation) -> bool:
    """Whether a file is for this installation. A checkout goes with whatever version there is."""
    if installed.kind == SOURCE:
        return True
    return about.get("kind") == installed.kind and about.get("platform") in {platform_name(), "any"}


def _new_file(path: Path) -> BinaryIO:
    """A file that follows no link and that nobody else may change once it is verified."""
    return open(path, "xb", opener=partial(os.open, mode=0o600))


def _flush(file: BinaryIO) -> None:
    file.flush()
    os.fsync(file.fileno())


def _verify(target: TargetFile, path: Path) -> None:
    from tuf.api.exceptions import LengthOrHashMismatchError

    from desktop.services.update_metadata import TAMPERED

    try:
        with path.open("rb") as file:
            target.verify_length_and_hashes(file)
    except LengthOrHashMismatchError as error:
        raise UserError("The new version is not what those who make Ligature have signed.", TAMPERED) from error


def _suffix(name: str) -> str:
    return ".exe" if name.endswith(".exe") else ""
