"""Keys of endpoints: in the environment, in the system's keyring, or in memory until the program ends; never in a file.

A keyring may ask its user to unlock it, and then it answers when they do: in a second, in an hour, or never. So only
one thread of our own speaks with it, a daemon, which the program's end does not wait for; whoever asks may stop
waiting at any time; and after a few seconds `on_waiting` says that the keyring is being waited for. A key that was
read or entered once is at hand in memory, so that nothing is asked when a message is sent.
"""

from __future__ import annotations

import asyncio
import os
import queue
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import Protocol, TypeVar

from desktop.core.errors import KeyringError, UserError

SERVICE = "ligature"
HIDDEN = "••••••"
SHOWN_CHARACTERS = 3
LEAST_TO_SHOW_SOME = 16  # characters of a key
WINDOWS_LONGEST_KEY = 1280  # characters: the Credential Manager takes 2,560 bytes of UTF-16

# By module, since what else calls itself a keyring may write plain files (keyrings.alt does).
_SAFE = {
    "keyring.backends.SecretService": "Secret Service",
    "keyring.backends.libsecret": "Secret Service",
    "keyring.backends.kwallet": "KWallet",
    "keyring.backends.macOS": "macOS Keychain",
    "keyring.backends.Windows": "Windows Credential Manager",
}
_LOCKED = ("The system's keyring is locked.", "Unlock it and try again, or enter the key for this session.")
_SILENT = ("The system's keyring does not answer.", "Look for its window and unlock it, then try again.")

Result = TypeVar("Result")


class Where(StrEnum):
    """Where a key is kept."""

    KEYRING = "keyring"
    SESSION = "session"  # in memory, until the program ends


@dataclass(frozen=True, slots=True)
class KeyPlace:
    """Where a key was put. `text` is the keyring's name, or why the key is kept for this session only."""

    where: Where
    text: str


class Backend(Protocol):
    """What is used of a keyring."""

    def get_password(self, service: str, username: str) -> str | None:
        """The secret, or None."""

    def set_password(self, service: str, username: str, password: str) -> None:
        """Keeps the secret."""

    def delete_password(self, service: str, username: str) -> None:
        """Forgets the secret; raises if there is none."""


@dataclass(frozen=True, slots=True)
class SystemKeyring:
    """A keyring that keeps secrets safe."""

    name: str
    backend: Backend
    longest_key: int | None = None


class NoKeyring(KeyringError):
    """There is no keyring that keys could be trusted to."""


def system_keyring() -> SystemKeyring:
    """The system's keyring; raises NoKeyring if there is none, or none that is safe."""
    import keyring
    from keyring.backends.chainer import ChainerBackend

    try:
        chosen = keyring.get_keyring()
        candidates = chosen.backends if isinstance(chosen, ChainerBackend) else [chosen]
    except Exception as error:  # its own configuration may name and import anything
        raise NoKeyring(f"The system's keyring cannot be used ({type(error).__name__}).") from error
    for backend in candidates:
        module = type(backend).__module__
        if name := _SAFE.get(module):
            limit = WINDOWS_LONGEST_KEY if module.endswith("Windows") else None
            return SystemKeyring(name, backend, limit)
    raise NoKeyring("This system has no keyring that keeps keys safe.")


def masked(key: str) -> str:
    """A key as it may be shown: three of its characters, and of a short one none."""
    return HIDDEN + (key[-SHOWN_CHARACTERS:] if len(key) >= LEAST_TO_SHOW_SOME else "")


def variable_of(endpoint_id: str) -> str:
    """The environment variable that may hold an endpoint's key."""
    return f"LIGATURE_KEY_{endpoint_id.upper()}"


class Keys:
    """The keys. All methods but `close` are for the event loop; none of them blocks it.

    `on_waiting` is called with True when somebody waits for the keyring for longer than a moment, most likely until
    the user unlocks it, and with False when nobody does any more.
    """

    def __init__(
        self,
        *,
        environment: Mapping[str, str] = os.environ,
        find_keyring: Callable[[], SystemKeyring] = system_keyring,
        report_after_s: float = 3.0,
        give_up_after_s: float = 120.0,
    ) -> None:
        self.on_waiting: Callable[[bool], None] | None = None
        self._environment = environment
        self._find_keyring = find_keyring
        self._report_after_s = report_after_s
        self._give_up_after_s = give_up_after_s
        self._known: dict[str, str] = {}  # "" for an endpoint that has none
        self._for_session: set[str] = set()  # endpoints whose key no keyring has taken
        self._refused_at = float("-inf")  # when an unlocking was last refused, on the monotonic clock
        self._waiting = 0
        self._jobs: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None

    async def get(self, endpoint_id: str) -> str | None:
        """The key, or None if there is none; raises KeyringError if the keyring stays locked or does not answer."""
        key = self._environment.get(variable_of(endpoint_id), "").strip()
        if key:
            return key
        if endpoint_id not in self._known:
            try:
                await self._ask(partial(self._read, endpoint_id, time.monotonic()))
            except NoKeyring:
                return None
        return self._known.get(endpoint_id) or None

    def hint(self, endpoint_id: str) -> str:
        """What may be shown of a key. No keyring is asked: of a key that was not read yet nothing is told."""
        return masked(self._at_hand(endpoint_id))

    def is_at_hand(self, endpoint_id: str) -> bool:
        """Whether there is a key that no keyring has to be asked for."""
        return bool(self._at_hand(endpoint_id))

    def _at_hand(self, endpoint_id: str) -> str:
        return self._environment.get(variable_of(endpoint_id), "").strip() or self._known.get(endpoint_id, "")

    async def set(self, endpoint_id: str, key: str) -> KeyPlace:
        """Keeps a key, in memory at once and in the keyring if it can; raises UserError for what cannot be a key."""
        key = _checked(key)
        self._known[endpoint_id] = key
        self._for_session.add(endpoint_id)
        try:
            place = KeyPlace(Where.KEYRING, await self._ask(partial(self._write, endpoint_id, key)))
        except KeyringError as error:
            return KeyPlace(Where.SESSION, error.text)
        self._for_session.discard(endpoint_id)
        return place

    async def delete(self, endpoint_id: str) -> None:
        """Forgets a key; raises KeyringError if it is still in the keyring."""
        self._known[endpoint_id] = ""
        self._for_session.discard(endpoint_id)
        try:
            await self._ask(partial(self._erase, endpoint_id))
        except NoKeyring:
            return

    async def place(self) -> str:
        """The name of the keyring that new keys go to, or why they are kept for the session only."""
        try:
            return await self._ask(lambda: self._find_keyring().name)
        except KeyringError as error:
            return error.text

    async def has_keyring(self) -> bool:
        """Whether new keys outlive the session."""
        try:
            await self._ask(self._find_keyring)
        except KeyringError:
            return False
        return True

    def from_environment(self, endpoint_id: str) -> bool:
        """Whether the environment has a key, which beats all others."""
        return bool(self._environment.get(variable_of(endpoint_id), "").strip())

    def is_for_session(self, endpoint_id: str) -> bool:
        """Whether a key was entered that no keyring has taken: it is gone when the program ends."""
        return endpoint_id in self._for_session

    def close(self) -> None:
        """Forgets what is in memory. Returns at once, even while the keyring waits for its user."""
        self._known.clear()
        self._jobs.put(None)

    async def _ask(self, work: Callable[[], Result]) -> Result:
        """Has the thread do `work`. Who stops waiting does not stop it, but takes it back if it has not begun."""
        job = self._submit(work)
        future = asyncio.wrap_future(job)
        try:
            done, _ = await asyncio.wait({future}, timeout=self._report_after_s)
            if not done:
                with self._reported():
                    done, _ = await asyncio.wait({future}, timeout=self._give_up_after_s)
            if not done:
                raise KeyringError(*_SILENT)
            return future.result()
        finally:
            job.cancel()  # at once: cancelling the loop's future alone reaches the thread a turn of the loop later
            future.cancel()

    @contextmanager
    def _reported(self) -> Iterator[None]:
        self._waiting += 1
        if self._waiting == 1:
            self._report(waiting=True)
        try:
            yield
        finally:
            self._waiting -= 1
            if self._waiting == 0:
                self._report(waiting=False)

    def _report(self, *, waiting: bool) -> None:
        if self.on_waiting is not None:
            self.on_waiting(waiting)

    def _submit(self, work: Callable[[], Result]) -> Future[Result]:
        future: Future[Result] = Future()
        self._jobs.put(partial(_settle, future, work))
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="keys", daemon=True)
            self._thread.start()
        return future

    def _run(self) -> None:
        while (job := self._jobs.get()) is not None:
            job()

    # From here on in the thread.

    def _read(self, endpoint_id: str, asked_at: float) -> None:
        if endpoint_id in self._known:
            return
        if asked_at < self._refused_at:
            raise KeyringError(*_LOCKED)  # asked before the user refused: not a second prompt for the same no
        key = self._with(lambda system: system.backend.get_password(SERVICE, endpoint_id))
        self._known.setdefault(endpoint_id, key or "")

    def _write(self, endpoint_id: str, key: str) -> str:
        def write(system: SystemKeyring) -> str:
            if system.longest_key is not None and len(key) > system.longest_key:
                limits = f"up to {system.longest_key:,} characters; this one has {len(key):,}"
                raise KeyringError(f"The {system.name} takes keys of {limits}.")
            system.backend.set_password(SERVICE, endpoint_id, key)
            return system.name

        return self._with(write)

    def _erase(self, endpoint_id: str) -> None:
        from keyring.errors import PasswordDeleteError

        def erase(system: SystemKeyring) -> None:
            try:
                system.backend.delete_password(SERVICE, endpoint_id)
            except PasswordDeleteError:
                if system.backend.get_password(SERVICE, endpoint_id) is not None:
                    raise

        self._with(erase)

    def _with(self, work: Callable[[SystemKeyring], Result]) -> Result:
        """Does something with the keyring, and tells its failures in words that users read."""
        from keyring.errors import KeyringLocked, NoKeyringError

        try:
            return work(self._find_keyring())
        except KeyringError:
            raise
        except KeyringLocked as error:
            self._refused_at = time.monotonic()
            raise KeyringError(*_LOCKED) from error
        except NoKeyringError as error:
            raise NoKeyring("This system has no keyring.") from error
        except Exception as error:  # D-Bus, Win32 and others raise errors of their own
            text = f"The system's keyring failed ({type(error).__name__})."
            raise KeyringError(text, "Enter the key for this session, or set it in the environment.") from error


def _settle(future: Future[Result], work: Callable[[], Result]) -> None:
    if not future.set_running_or_notify_cancel():
        return
    try:
        future.set_result(work())
    except BaseException as error:  # noqa: BLE001 - whoever waits for the future gets it, whatever it is
        future.set_exception(error)


def _checked(key: str) -> str:
    key = key.strip()
    if not key:
        raise UserError("The key is missing.")
    if not (key.isascii() and key.isprintable()) or " " in key:
        raise UserError("The key has a character that no key has.", "Copy it again: the whole key and nothing else.")
    return key
