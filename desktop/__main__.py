"""`python -m desktop` and the `ligature` command."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from desktop.ui.main_window import MainWindow
    from desktop.ui.program import Program


def main(
    on_shown: Callable[[MainWindow], object] | None = None,
    on_complete: Callable[[Program], object] | None = None,
) -> int:
    """Runs the program; returns its exit status. See `desktop.app.main` for what is called when."""
    gc.disable()  # what a start makes stays; see ui/garbage.py for what comes later
    from desktop.ui.imports import leave_sources_unread

    leave_sources_unread()
    from desktop.app import main as run

    return run(sys.argv[1:], on_shown, on_complete)


if __name__ == "__main__":
    sys.exit(main())
