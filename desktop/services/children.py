"""Parts of the program that run as processes of their own: modules of ours, started by the program's own executable.

From a checkout that is Python with `-m`; a frozen program has no `-m`, and is told by a first argument instead.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module

FORMULA_WORKER = "desktop.formula_worker"
LOCAL_MODEL_SERVER = "desktop.services.local_model_server"
MODULES = frozenset({FORMULA_WORKER, LOCAL_MODEL_SERVER})
FLAG = "--run-module="


def child_command(module: str) -> tuple[str, ...]:
    """The command that runs a module of ours in a process of its own."""
    if getattr(sys, "frozen", False):
        return (sys.executable, f"{FLAG}{module}")
    return (sys.executable, "-m", module)


def is_child(arguments: Sequence[str]) -> bool:
    """True where the first argument names a module to run."""
    return bool(arguments) and arguments[0].startswith(FLAG)


def run_as_child(arguments: Sequence[str]) -> bool:
    """Runs the module that the first argument names, as `-m` would; False if it names none of ours."""
    module = arguments[0].removeprefix(FLAG) if is_child(arguments) else ""
    if module not in MODULES:
        return False
    sys.argv[1:] = arguments[1:]
    import_module(module).main()
    return True
