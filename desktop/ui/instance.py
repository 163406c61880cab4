"""One process owns a data folder; a second start hands over what it was given, raises the first one's window and ends.

Without it a second start would fold the first one's living streams as if they had been interrupted.
"""

from __future__ import annotations

import logging
import os
import secrets
import tempfile
import threading
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QLockFile, QObject, Signal

from desktop.core.errors import StorageError
from desktop.core.handover import LARGEST_BYTES, Handover
from desktop.services.files import full_disk, is_full

log = logging.getLogger(__name__)

ENDED_WITHIN_S = 1.0
WAITING_STARTS = 16  # second starts that may knock at the same moment
HEARD = b"heard"
FOLDER_PREFIX = "ligature-"

if TYPE_CHECKING:
    from multiprocessing.connection import Listener

    Connection = Any  # one class on Windows, another one elsewhere


class Instance(QObject):
    """The lock on a data folder, the line by which a second start reaches the first, and what came from outside.

    The line is a named pipe on Windows and a socket elsewhere, which only the same user may use; a file beside the lock
    says where it is. QLocalServer would do the same, and take 3 MB.
    """

    arrived = Signal()  # the window is asked for; `take()` gives what came with that
    _said = Signal(object, object)  # Handover, Connection: from the thread that hears

    def __init__(self, lock_file: Path) -> None:
        super().__init__()
        lock_file.parent.mkdir(parents=True, exist_ok=True)
        self._lock = QLockFile(str(lock_file))
        self._lock.setStaleLockTime(0)  # only a dead process gives a lock away
        self._socket = lock_file.with_suffix(".socket")
        self._address_file = lock_file.with_suffix(".address")
        self._listener: Listener | None = None
        self._items: list[str] = []
        self._activation_token = ""
        self._said.connect(self._answer)

    def acquire(self) -> bool:
        """True if this process owns the data folder now; raises StorageError where nobody may own it."""
        if self._lock.tryLock(0):
            return True
        if self._lock.error() is QLockFile.LockError.LockFailedError:
            return False
        if is_full(self._socket.parent):
            raise full_disk(self._socket.parent)
        raise StorageError(
            "The data folder cannot be written to.", "Make it writable, or name another one with --data-dir."
        )

    def hand_over(self, handover: Handover, within_s: float) -> bool:
        """Asks the process that owns the data folder to show its window and take the items; True if it does."""
        from multiprocessing.connection import Client

        try:
            with Client(self._address_file.read_text(encoding="utf-8")) as connection:
                connection.send_bytes(handover.to_bytes())
                return connection.poll(within_s) and connection.recv_bytes(len(HEARD)) == HEARD
        except (OSError, EOFError, ValueError):  # it does not hear yet, or no longer
            return False

    def receive(self, items: Iterable[str]) -> None:
        """Keeps links and files until `take()`, and asks for the window."""
        self._items += items
        self.arrived.emit()

    def take(self) -> list[str]:
        """The links and files that came since the last time."""
        items, self._items = self._items, []
        return items

    def allow_activation(self) -> None:
        """Lets Qt show the desktop that the last second start was the user's wish. Qt reads this on Wayland only."""
        from PySide6.QtGui import QGuiApplication  # a second start needs none

        token, self._activation_token = self._activation_token, ""
        if token and QGuiApplication.platformName().startswith("wayland"):
            os.putenv("XDG_ACTIVATION_TOKEN", token)  # Qt takes it away when it uses it

    def listen(self) -> None:
        """Hears second starts from now on; called when the window is there."""
        self._remove_line()  # left behind by a crash; the lock says that nobody listens
        with suppress(OSError):  # then a second start tells that this one does not answer
            self._listener = self._open_line()
            self._write_address(str(self._listener.address))
            self._hearing = threading.Thread(target=self._hear, args=(self._listener,), name="hearing", daemon=True)
            self._hearing.start()

    def stop_listening(self) -> None:
        """What comes from now on waits until the next process owns the data folder."""
        if self._listener is not None:
            address, self._listener = str(self._listener.address), None
            with suppress(OSError):
                _knock(address)  # wakes the thread, which then ends
            self._hearing.join(ENDED_WITHIN_S)
            self._remove_line()

    def release(self) -> None:
        """Gives the data folder to whoever comes next."""
        self.stop_listening()
        self._lock.unlock()

    def _open_line(self) -> Listener:
        from multiprocessing.connection import Listener

        if os.name == "nt":
            return Listener(rf"\\.\pipe\{FOLDER_PREFIX}{secrets.token_hex(16)}", backlog=WAITING_STARTS)
        try:
            listener = Listener(str(self._socket), backlog=WAITING_STARTS)
        except OSError:  # its path is too long for a socket, or the disk has none
            folder = Path(tempfile.mkdtemp(prefix=FOLDER_PREFIX))
            listener = Listener(str(folder / self._socket.name), backlog=WAITING_STARTS)
        Path(listener.address).chmod(0o600)
        return listener

    def _write_address(self, address: str) -> None:
        """Whole or not at all: a second start may be reading."""
        new = self._address_file.with_suffix(".new")
        new.write_text(address, encoding="utf-8")
        new.chmod(0o600)
        new.replace(self._address_file)

    def _remove_line(self) -> None:
        """Removes the socket and the file that tells of it."""
        with suppress(OSError, ValueError):
            line = Path(self._address_file.read_text(encoding="utf-8"))
            if line.name == self._socket.name and line.parent.name.startswith(FOLDER_PREFIX):
                line.unlink(missing_ok=True)
                line.parent.rmdir()
        with suppress(OSError):
            self._socket.unlink(missing_ok=True)
            self._address_file.unlink(missing_ok=True)

    def _hear(self, listener: Listener) -> None:
        """In a thread of its own, until the line is closed. Whoever says nothing keeps nobody else waiting."""
        while True:
            with suppress(EOFError, OSError):  # it hung up before it was heard
                connection = listener.accept()
                if self._listener is not None:
                    threading.Thread(target=self._read, args=(connection,), name="reading", daemon=True).start()
            if self._listener is None:
                listener.close()
                return

    def _read(self, connection: Connection) -> None:
        """In a thread of its own: what one second start says."""
        try:
            self._said.emit(Handover.from_bytes(connection.recv_bytes(LARGEST_BYTES)), connection)
        except EOFError:
            connection.close()
        except (OSError, ValueError) as error:
            log.warning("What a second start said is ignored: %s", error)
            connection.close()

    def _answer(self, handover: Handover, connection: Connection) -> None:
        """Without an answer the second start tries again, until it owns the data folder itself."""
        with suppress(OSError), connection:
            if self._listener is None:
                return
            connection.send_bytes(HEARD)
        self._activation_token = handover.activation_token
        self.receive(handover.items)


def _knock(address: str) -> None:
    from multiprocessing.connection import Client

    Client(address).close()
