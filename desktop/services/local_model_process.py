"""One child process from its start to its end, looked after by one thread: any asyncio loop may wait for it.

(qasync's own subprocesses are not reliable on every platform, so asyncio only ever sees a future here.)
"""

from __future__ import annotations

import subprocess
import threading
from collections import deque
from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from contextlib import suppress

from desktop.core.errors import LocalModelError
from desktop.services import child_process
from desktop.services.local_model_server import ADDRESS_MARK

LINES_KEPT = 20
END_TIMEOUT_S = 2.0


class ProcessEnded(LocalModelError):
    """The process ended before it served."""


class ServerProcess:
    """The server's process. `address` is done when it serves, or fails when it ends before that."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str]) -> None:
        self.address: Future[str] = Future()
        self.address.set_running_or_notify_cancel()  # whoever stops waiting does not take it from the others
        self._command = list(command)
        self._environment = dict(environment)
        self._process: subprocess.Popen[bytes] | None = None
        self._ending = threading.Event()
        self._last_lines: deque[str] = deque(maxlen=LINES_KEPT)
        self._thread = threading.Thread(target=self._run, name="local-model", daemon=True)
        self._thread.start()

    @property
    def is_alive(self) -> bool:
        """Whether the process runs, or is about to."""
        return self._thread.is_alive()

    @property
    def last_lines(self) -> str:
        """What the process said last."""
        return "\n".join(self._last_lines)

    def end(self) -> None:
        """Ends the process surely: asks by closing its input, then terminates, then kills. Blocks."""
        self._ending.set()
        process = self._process
        if process is not None:
            if process.stdin is not None:
                with suppress(OSError):
                    process.stdin.close()
            for more_force in (process.terminate, process.kill):
                self._thread.join(END_TIMEOUT_S)
                if self.is_alive:
                    more_force()
        self._thread.join()

    def _run(self) -> None:
        try:
            self._process = child_process.start(self._command, self._environment, stderr=subprocess.STDOUT)
        except OSError as error:
            self.address.set_exception(LocalModelError(f"The model on this computer cannot be started: {error}."))
            return
        with self._process as process:
            if self._ending.is_set():
                process.kill()
            self._listen(process)
        if not self.address.done():
            self.address.set_exception(
                ProcessEnded(
                    "The model on this computer ended while it started.",
                    "Its file may be damaged, or memory is short. The log tells what it said last.",
                )
            )

    def _listen(self, process: subprocess.Popen[bytes]) -> None:
        """Reads all that the process says until it ends, so that it never waits for a reader."""
        if process.stdout is None:
            raise RuntimeError("the process was started without a pipe to its output")
        for line in (said.decode("utf-8", errors="replace") for said in process.stdout):
            if line.startswith(ADDRESS_MARK) and not self.address.done():
                self.address.set_result(line.removeprefix(ADDRESS_MARK).strip())
            else:
                self._last_lines.append(line.rstrip())
