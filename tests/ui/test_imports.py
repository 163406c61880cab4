"""What importing costs."""

from __future__ import annotations

import subprocess
import sys

PROGRAM = """
import linecache
from desktop.ui.imports import leave_sources_unread
leave_sources_unread()
import desktop.running, desktop.ui.program
print([file for file in linecache.cache if "/desktop/" in file])
"""


def test_no_source_of_the_program_is_read_and_kept() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "[]"
