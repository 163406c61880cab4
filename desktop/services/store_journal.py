"""What streams said and the database does not hold yet: at most a quarter of a second, or 2 KB.

Chunks are gathered here by any thread and written in groups by the writer's: one row for each choice and kind, one
commit for all streams. Chunks that cannot be written (a full disk) stay here and are tried again.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence

from desktop.core.errors import UserError
from desktop.services.store_rows import storable

JournalRow = tuple[int, int, str, str]  # run id, choice, kind, text

# The promise is 250 ms; the rest is for the commit itself, which takes 50 ms on a slow disk.
COMMIT_AFTER_S = 0.2
COMMIT_AFTER_BYTES = 2048
RETRY_AFTER_S = 1.0


class Journal:
    """Gathers chunks and says when they are due; `write` puts rows into the database or raises UserError."""

    def __init__(
        self, write: Callable[[Sequence[JournalRow]], None], on_failure: Callable[[UserError], None] | None
    ) -> None:
        self._write = write
        self._on_failure = on_failure
        self._lock = threading.Lock()
        self._chunks: dict[tuple[int, int, str], list[str]] = {}
        self._size_bytes = 0
        self._due_at = 0.0
        self._failing = False

    def add(self, run_id: int, choice: int, kind: str, text: str) -> bool:
        """Keeps one chunk. True if the writer's thread has to look when it is due now."""
        with self._lock:
            is_first = not self._chunks
            if is_first:
                self._due_at = time.monotonic() + COMMIT_AFTER_S
            self._chunks.setdefault((run_id, choice, kind), []).append(text)
            was_enough = self._size_bytes >= COMMIT_AFTER_BYTES
            self._size_bytes += len(text.encode("utf-8", "replace"))
            is_enough = self._size_bytes >= COMMIT_AFTER_BYTES
            if is_enough and not was_enough and not self._failing:
                self._due_at = 0.0
            return is_first or (is_enough and not was_enough)

    def due_in_s(self) -> float | None:
        """Seconds until the chunks have to be written; None if there are none."""
        with self._lock:
            return max(0.0, self._due_at - time.monotonic()) if self._chunks else None

    def do(self) -> None:
        """Writes what is there; a failure is told once, and the chunks are kept for another try."""
        was_failing = self._failing
        try:
            self.flush()
        except UserError as error:
            if not was_failing and self._on_failure is not None:
                self._on_failure(error)

    def flush(self) -> None:
        """Writes what is there, or raises and keeps it."""
        with self._lock:
            chunks, self._chunks = self._chunks, {}
            self._size_bytes = 0
        if not chunks:
            return
        try:
            self._write([(*key, storable("".join(texts))) for key, texts in chunks.items()])
        except BaseException:
            self._put_back(chunks)
            raise
        self._failing = False

    def _put_back(self, chunks: dict[tuple[int, int, str], list[str]]) -> None:
        with self._lock:
            for key, texts in self._chunks.items():
                chunks.setdefault(key, []).extend(texts)
            self._chunks = chunks
            self._failing = True
            self._due_at = time.monotonic() + RETRY_AFTER_S
