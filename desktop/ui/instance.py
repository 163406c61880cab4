"""One process owns a data folder; a second start raises the first one's window and ends.

Without it a second start would fold the first one's living streams as if they had been interrupted.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
import threading
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QLockFile, QObject, Signal

from desktop.core.errors import StorageError

ENDED_WITHIN_S = 1.0

if TYPE_CHECKING:
    from multiprocessing.connection import Listener


class Instance(QObject):
    """The lock on a data folder, and the line by which a second start reaches the first.

    The line is a named pipe on Windows and a socket in the folder for temporary files elsewhere. That someone connects
    says all there is to say. QLocalServer would do the same, and take 3 MB.
    """

    raise_requested = Signal()

    def __init__(self, lock_file: Path) -> None:
        super().__init__()
        lock_file.parent.mkdir(parents=True, exist_ok=True)
        self._lock = QLockFile(str(lock_file))
        self._lock.setStaleLockTime(0)  # only a dead process gives a lock away
        self._address = _address(lock_file)
        self._listener: Listener | None = None

    def acquire(self) -> bool:
        """True if this process owns the data folder now; raises StorageError where nobody may own it."""
        if self._lock.tryLock(0):
            return True
        if self._lock.error() is QLockFile.LockError.LockFailedError:
            return False
        raise StorageError(
            "The data folder cannot be written to.", "Make it writable, or name another one with --data-dir."
        )

    def raise_first(self) -> bool:
        """Asks the process that owns the data folder to show its window; True if it answered."""
        from multiprocessing.connection import Client

        try:
            Client(self._address).close()
        except OSError:
            return False
        return True

    def listen(self) -> None:
        """Hears second starts from now on; called when the window is there."""
        from multiprocessing.connection import Listener

        with suppress(OSError):  # then a second start tells that this one does not answer
            if os.name != "nt":
                Path(self._address).unlink(missing_ok=True)  # left behind by a crash; the lock says that nobody listens
            self._listener = Listener(self._address)
            self._hearing = threading.Thread(target=self._hear, args=(self._listener,), name="hearing", daemon=True)
            self._hearing.start()

    def _hear(self, listener: Listener) -> None:
        """In a thread of its own, until the line is closed."""
        while True:
            with suppress(EOFError, ConnectionError):  # it hung up before it was heard
                listener.accept().close()
            if self._listener is None:
                listener.close()
                return
            self.raise_requested.emit()

    def release(self) -> None:
        """Gives the data folder to whoever comes next."""
        if self._listener is not None:
            self._listener = None
            self.raise_first()  # wakes the thread, which then ends
            self._hearing.join(ENDED_WITHIN_S)
        self._lock.unlock()


def _address(lock_file: Path) -> str:
    """One for each user and data folder; short, since a socket's path may have no more than 100 characters."""
    user = os.environ.get("USERNAME", "") if os.name == "nt" else str(os.getuid())
    folder = hashlib.sha256(str(lock_file.resolve()).encode()).hexdigest()[:16]
    name = f"ligature-{user}-{folder}"
    return rf"\\.\pipe\{name}" if os.name == "nt" else str(Path(tempfile.gettempdir()) / name)
