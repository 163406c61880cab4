"""One process owns a data folder; a second start raises the first one's window and ends.

Without it a second start would fold the first one's living streams as if they had been interrupted.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from PySide6.QtCore import QLockFile, QObject, Signal

from desktop.core.errors import StorageError

ANSWER_WITHIN_MS = 2000


class Instance(QObject):
    """The lock on a data folder, and the line by which a second start reaches the first."""

    raise_requested = Signal()

    def __init__(self, lock_file: Path) -> None:
        super().__init__()
        lock_file.parent.mkdir(parents=True, exist_ok=True)
        self._lock = QLockFile(str(lock_file))
        self._lock.setStaleLockTime(0)  # only a dead process gives a lock away
        user = os.environ.get("USERNAME", "") if os.name == "nt" else str(os.getuid())
        folder = hashlib.sha256(str(lock_file.resolve()).encode()).hexdigest()[:16]
        self._address = f"ligature-{user}-{folder}"

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
        from PySide6.QtNetwork import QLocalSocket

        socket = QLocalSocket()
        socket.connectToServer(self._address)
        if not socket.waitForConnected(ANSWER_WITHIN_MS):
            return False
        socket.write(b"raise\n")
        raised = socket.waitForBytesWritten(ANSWER_WITHIN_MS)
        socket.disconnectFromServer()
        return raised

    def listen(self) -> None:
        """Hears second starts from now on; called when the window is there."""
        from PySide6.QtNetwork import QLocalServer

        QLocalServer.removeServer(self._address)  # left behind by a crash; the lock says that nobody listens
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._heard)
        self._server.listen(self._address)

    def _heard(self) -> None:
        connection = self._server.nextPendingConnection()
        connection.disconnected.connect(connection.deleteLater)
        self.raise_requested.emit()

    def release(self) -> None:
        """Gives the data folder to whoever comes next."""
        self._lock.unlock()
