"""What the frozen program runs first: the same as `python -m desktop`, in the environment that it was started in."""

import sys

import environment_at_start

from desktop.__main__ import main
from desktop.services.children import is_child


def _read_plugin_paths() -> None:
    """Qt reads them once. What the user has set for other programs' Qt is not ours to load."""
    from PySide6.QtCore import QCoreApplication

    QCoreApplication.libraryPaths()


if not is_child(sys.argv[1:]):
    _read_plugin_paths()
environment_at_start.restore()
sys.exit(main())
