"""`python -m desktop` and the `ligature` command."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from desktop.services.children import run_as_child
from desktop.services.standard_streams import complete_streams

if TYPE_CHECKING:
    from desktop.ui.main_window import MainWindow
    from desktop.ui.program import Program

LOCAL_MODEL_FOLDER = "local-model"  # beside the frozen program, where the model on this computer was installed


def main(
    on_shown: Callable[[MainWindow], object] | None = None,
    on_complete: Callable[[Program], object] | None = None,
) -> int:
    """Runs the program; returns its exit status. See `desktop.app.main` for what is called when."""
    complete_streams()
    if getattr(sys, "frozen", False):
        sys.path.append(str(Path(sys.executable).parent / LOCAL_MODEL_FOLDER))
    if run_as_child(sys.argv[1:]):
        return 0
    gc.disable()  # what a start makes stays; see ui/garbage.py for what comes later
    from desktop.ui.imports import leave_sources_unread

    leave_sources_unread()
    from desktop.app import main as run

    return run(sys.argv[1:], on_shown, on_complete)


if __name__ == "__main__":
    sys.exit(main())
