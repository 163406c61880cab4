"""What the update repository offers, believed only if The Update Framework's rules hold.

Each state is signed, numbered and dated, from the trust anchor downwards: what is wrongly signed, older than what was
seen before, or out of date is refused. What was seen is kept in the data folder, so that this holds over restarts.

The framework's own code does this (tuf.ngclient); it is imported here, when somebody looks for updates. It works in a
thread and asks for files one by one; its own HTTP library is not loaded, since ours knows the user's proxies.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator, Mapping
from concurrent.futures import Future
from contextlib import aclosing
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from desktop.core.errors import ConnectionLost, EndpointError, NetworkError, UserError
from desktop.services.api import Api
from desktop.services.update_channel import Channel

if TYPE_CHECKING:
    from tuf.api.metadata import TargetFile
    from tuf.ngclient import FetcherInterface

LARGEST_BYTES = 5_000_000  # of one file of metadata
REFRESH_S = 60.0  # for all of it: a server that drips must not hold up the rest for ever

UNCHANGED = "Nothing was changed; the version that runs stays."
TRY_LATER = f"{UNCHANGED} Check the network connection, or try again later."
TAMPERED = f"{UNCHANGED} Try again later; if it stays so, get Ligature from its page."


async def fetch_targets(api: Api, channel: Channel, cache: Path) -> Mapping[str, TargetFile]:
    """All files that the repository offers now, by name; raises UserError where that cannot be known for sure."""
    server = _Server(api, channel, asyncio.get_running_loop())
    work = asyncio.ensure_future(asyncio.to_thread(_refresh, server, channel, cache))
    try:
        async with asyncio.timeout(REFRESH_S):
            return await asyncio.shield(work)
    except TimeoutError as error:
        raise UserError(f"{channel.server.name} takes too long.", TRY_LATER) from error
    finally:
        if not work.done():
            server.stop()
            await asyncio.wait([work])
            work.exception()


class _Server:
    """Fetches files for a thread, on the loop that owns the lines to the servers."""

    def __init__(self, api: Api, channel: Channel, loop: asyncio.AbstractEventLoop) -> None:
        self._api = api
        self._endpoint = channel.server
        self._loop = loop
        self._stopped = False
        self._waiting: Future[bytes] | None = None

    def stop(self) -> None:
        """Lets the thread fail at its next or present request."""
        self._stopped = True
        if self._waiting is not None:
            self._waiting.cancel()

    def content(self, path: str) -> bytes:
        """The bytes of one file; blocks the calling thread."""
        self._waiting = asyncio.run_coroutine_threadsafe(self._read(path), self._loop)
        if self._stopped:
            self._waiting.cancel()
        return self._waiting.result()

    async def _read(self, path: str) -> bytes:
        async with aclosing(self._api.download(self._endpoint, path, LARGEST_BYTES)) as pieces:
            return b"".join([piece async for piece in pieces])


def _refresh(server: _Server, channel: Channel, cache: Path) -> Mapping[str, TargetFile]:
    _leave_http_library_out()
    from tuf.api import exceptions
    from tuf.api.metadata import Metadata, Targets

    cache.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        updater = _make_updater(server, channel, cache)
        updater.refresh()
        offered = Metadata[Targets].from_file(str(cache / "targets.json")).signed.targets
        found = {name: updater.get_targetinfo(name) for name in offered}
    except exceptions.DownloadError as error:
        raise _not_reached(channel, error) from error
    except exceptions.RepositoryError as error:
        raise _not_believed(error) from error
    except OSError as error:
        raise UserError(f"What is known of updates cannot be kept: {error.strerror}.", UNCHANGED) from error
    return {name: target for name, target in found.items() if target is not None}


def _make_updater(server: _Server, channel: Channel, cache: Path) -> Any:
    from tuf.ngclient import Updater

    class CachingUpdater(Updater):
        """Makes no link to the newest root, which not every disk can hold and nothing here reads."""

        def _update_root_symlink(self) -> None:
            pass

    return CachingUpdater(
        metadata_dir=str(cache),
        metadata_base_url=f"{channel.base_url}/metadata/",
        fetcher=_make_fetcher(server, channel),
        bootstrap=channel.root,
    )


def _make_fetcher(server: _Server, channel: Channel) -> FetcherInterface:
    from tuf.api.exceptions import DownloadHTTPError
    from tuf.ngclient import FetcherInterface

    class Fetcher(FetcherInterface):
        """The framework's way to the network: ours."""

        def _fetch(self, url: str) -> Iterator[bytes]:
            try:
                return iter([server.content(url.removeprefix(f"{channel.base_url}/"))])
            except EndpointError as error:
                raise DownloadHTTPError(error.text, error.status) from error

    return Fetcher()


def _leave_http_library_out() -> None:
    """The framework imports urllib3, with all that belongs to it, for a class that is not used here."""
    name = "tuf.ngclient.urllib3_fetcher"
    if name not in sys.modules:
        empty = ModuleType(name)
        empty.Urllib3Fetcher = object  # type: ignore[attr-defined]
        sys.modules[name] = empty


def _not_reached(channel: Channel, error: Exception) -> UserError:
    cause = error.__cause__
    if isinstance(cause, UserError):
        return download_failed(channel, cause)
    return UserError(f"{channel.server.name} sends more than update information can be.", TAMPERED)


def download_failed(channel: Channel, error: UserError) -> UserError:
    """A failure of the line in words that fit updates: those of the endpoints speak of models and answers."""
    if isinstance(error, EndpointError):
        return UserError(f"{channel.server.name} answers with an error ({error.status}).", TRY_LATER)
    if isinstance(error, ConnectionLost):
        return UserError(error.text.replace("in the middle of the answer", "before the end"), TRY_LATER)
    return UserError(error.text, TRY_LATER) if isinstance(error, NetworkError) else error


def _not_believed(error: Exception) -> UserError:
    from tuf.api import exceptions

    match error:
        case exceptions.ExpiredMetadataError():
            hint = f"{UNCHANGED} If this computer's clock is right, try again in some days."
            return UserError("The update information is out of date.", hint)
        case exceptions.BadVersionNumberError():
            return UserError("The update server offers an older state than it did before.", TAMPERED)
        case exceptions.UnsignedMetadataError():
            return UserError("The update information is not signed by those who make Ligature.", TAMPERED)
        case _:
            return UserError("The update information is damaged.", TAMPERED)
