"""Starts programs, and reads what they cost: time to the first paint, memory, processor time."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

ENDS_WITHIN_S = 20


def pss_mb(process_id: int) -> float:
    """Proportional memory of one process alone, in megabytes of 1,000,000 bytes."""
    rollup = Path(f"/proc/{process_id}/smaps_rollup").read_text(encoding="ascii")
    kilobytes = next(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:"))
    return kilobytes * 1024 / 1_000_000


class Started:
    """A program that printed the moment it was painted."""

    def __init__(self, process: subprocess.Popen[str], start_s: float) -> None:
        self.process = process
        self.start_s = start_s  # seconds from the fork to the first paint

    def number(self) -> float:
        """The next line that the program prints."""
        if self.process.stdout is None:
            raise RuntimeError("the program has no pipes")
        return float(self.process.stdout.readline())

    def pss_mb(self) -> float:
        """See the function of this name."""
        return pss_mb(self.process.pid)

    def cpu_s(self) -> float:
        """Seconds of processor time, user and system, all threads."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def started(module: str, *arguments: str, environment: Mapping[str, str]) -> Iterator[Started]:
    """Runs `python -m module`, which prints time.monotonic() when painted, and ends it by ending its input."""
    begin = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "-m", module, *arguments],
        env={**os.environ, **environment},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    if process.stdin is None or process.stdout is None:
        raise RuntimeError("the program has no pipes")
    try:
        yield Started(process, float(process.stdout.readline()) - begin)
    finally:
        process.stdin.close()
        try:
            process.wait(ENDS_WITHIN_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        process.stdout.close()
