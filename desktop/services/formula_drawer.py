"""Has formulas drawn by a process of its own (formula_worker.py), which is there only while there are formulas.

One thread looks after one process: both begin with the first formula, and end after a minute without any.
"""

from __future__ import annotations

import json
import logging
import subprocess
import threading
import time
from collections.abc import Sequence
from concurrent.futures import Future
from contextlib import suppress
from queue import Empty, SimpleQueue
from typing import Any, NamedTuple

from desktop.core.drawn_formula import Drawing, Failure
from desktop.services import child_process
from desktop.services.children import FORMULA_WORKER, child_command

log = logging.getLogger(__name__)

IDLE_S = 60.0
TIME_LIMIT_S = 5.0  # for one formula; usual ones take 2 to 24 ms
ATTEMPTS = 2
_THE_END = Failure("the program ends")


class FormulaDrawer:
    """Draws formulas one after the other; any thread may ask. `close()` at the end."""

    def __init__(
        self, command: Sequence[str] = (), *, idle_s: float = IDLE_S, time_limit_s: float = TIME_LIMIT_S
    ) -> None:
        self._command = command or child_command(FORMULA_WORKER)
        self._idle_s = idle_s
        self._time_limit_s = time_limit_s
        self._jobs: SimpleQueue[_Job | None] = SimpleQueue()
        self._guard = threading.Lock()  # over the next two
        self._thread: threading.Thread | None = None
        self._is_closed = False
        self._worker = _Worker(self._command)  # the thread's own

    def process_id(self) -> int | None:
        """That of the process, while there is one."""
        return self._worker.process_id()

    def draw(self, latex: str, size_px: float, *, display: bool) -> Future[Drawing | Failure]:
        """Has a formula drawn in letters of `size_px`."""
        job = _Job(latex, size_px, display, Future())
        with self._guard:
            if self._is_closed:
                job.drawn.set_result(_THE_END)
                return job.drawn
            self._jobs.put(job)
            if self._thread is None:
                self._worker = _Worker(self._command)
                self._thread = threading.Thread(target=self._serve, args=[self._worker], name="formulas", daemon=True)
                self._thread.start()
        return job.drawn

    def close(self) -> None:
        """Ends the process now, whatever it is drawing."""
        with self._guard:
            self._is_closed = True
            thread = self._thread
        self._jobs.put(None)
        self._worker.kill()
        if thread is not None:
            thread.join()

    def _serve(self, worker: _Worker) -> None:
        while (job := self._next()) is not None:
            job.drawn.set_result(self._drawn(worker, job))
        worker.end()

    def _next(self) -> _Job | None:
        """Nothing after a while without formulas, and when this is closed: then the thread ends."""
        with suppress(Empty):
            return self._jobs.get(timeout=self._idle_s)
        with self._guard:
            if not self._jobs.empty():
                return self._jobs.get()
            self._thread = None
        return None

    def _drawn(self, worker: _Worker, job: _Job) -> Drawing | Failure:
        question = {"latex": job.latex, "size_px": job.size_px, "display": job.display, "limit_s": self._time_limit_s}
        for _attempt in range(ATTEMPTS):
            if self._is_closed:
                return _THE_END
            began_s = time.monotonic()
            try:
                answer = worker.ask(question)
            except OSError as error:
                log.warning("formulas cannot be drawn: %s", error)
                return Failure(str(error))
            if answer is not None:
                return Failure(**answer) if "reason" in answer else Drawing(**answer)
            if time.monotonic() - began_s >= self._time_limit_s:
                return Failure("it takes too long")
        return Failure("it is too much for the library that draws")


class _Job(NamedTuple):
    latex: str
    size_px: float
    display: bool
    drawn: Future[Drawing | Failure]


class _Worker:
    """The process; started when it is first asked, and again after it has died."""

    def __init__(self, command: Sequence[str]) -> None:
        self._command = command
        self._process: subprocess.Popen[bytes] | None = None
        self._may_live = True

    def process_id(self) -> int | None:
        """That of the process, if it runs."""
        process = self._process
        return process.pid if process is not None else None

    def ask(self, question: dict[str, Any]) -> dict[str, Any] | None:
        """Its answer; None if it died over it."""
        if self._process is None or self._process.poll() is not None:
            self.end()
            self._process = child_process.start(self._command, {}, stderr=subprocess.DEVNULL)
            if not self._may_live:
                self.kill()
        line = b""
        if self._process.stdin is None or self._process.stdout is None:
            raise RuntimeError("the process was started without pipes")
        with suppress(OSError):  # a broken pipe: it is dead
            self._process.stdin.write(json.dumps(question).encode() + b"\n")
            self._process.stdin.flush()
            line = self._process.stdout.readline()
        if line.endswith(b"\n"):
            answer: dict[str, Any] = json.loads(line)
            return answer
        self.end()
        return None

    def kill(self) -> None:
        """Ends it for good; from any thread, even while it is asked."""
        self._may_live = False
        process = self._process
        if process is not None:
            process.kill()

    def end(self) -> None:
        """Ends it and lets go of it; from the thread that asks it."""
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        with suppress(OSError):  # what could not be written
            process.communicate()
        log.info("the process that draws formulas ended (%s)", process.returncode)
