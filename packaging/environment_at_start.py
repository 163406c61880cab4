"""The environment that the frozen program was started in, without what its bootloader and its hooks put there.

A browser, a tool or a server that was started with our library or plugin path would load our libraries instead of its
own. So the whole environment is put back as it was, once Qt has read where its plugins are.
"""

import os

LIBRARY_PATHS = ("LD_LIBRARY_PATH", "LIBPATH", "DYLD_LIBRARY_PATH")
BOOTLOADERS = "_PYI_"


def _without_the_bootloader(environment: dict[str, str]) -> dict[str, str]:
    """The bootloader keeps what it changes under another name."""
    original = {name: value for name, value in environment.items() if not name.startswith(BOOTLOADERS)}
    for name in LIBRARY_PATHS:
        original.pop(name, None)
        value = original.pop(f"{name}_ORIG", None)
        if value is not None:
            original[name] = value
    return original


_AT_START = _without_the_bootloader(dict(os.environ))


def restore() -> None:
    """Puts the environment back."""
    os.environ.clear()
    os.environ.update(_AT_START)
