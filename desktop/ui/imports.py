"""What PySide does whenever any module is imported, and need not do here."""

from __future__ import annotations

import importlib
from typing import Any


def leave_sources_unread() -> None:
    """PySide reads the source of each imported module and keeps it, in search of `__feature__`, which nobody uses here.

    That is a seventh of the start and 12 MB. It takes "no" for modules without source, and now for all. There is no
    public switch; a test tells when this one has gone.
    """
    importlib.import_module("PySide6.QtCore")  # sets it up
    feature: Any = importlib.import_module("shibokensupport.feature")
    feature._mod_uses_pyside = lambda _module: False
