"""Ligature, started as a user starts it; prints when it is painted and typeable, then follows orders (orders.py)."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

from desktop.__main__ import main

if TYPE_CHECKING:
    from desktop.ui.main_window import MainWindow
    from desktop.ui.program import Program


def shown(window: MainWindow) -> None:
    """The window is painted: tells when, if what is typed now goes into the composer."""
    typeable = window.focusWidget() is window.composer.editor
    print(time.monotonic() if typeable else "the composer has no focus", flush=True)


def completed(program: Program) -> None:
    """All of the program is there: what orders need is imported only now, for it is no part of a start."""
    from tests.benchmarks.orders import take_orders

    take_orders(program)


if __name__ == "__main__":
    sys.exit(main(on_shown=shown, on_complete=completed))
