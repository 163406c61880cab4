"""Runs before the frozen program: what its bootloader put into the environment must not reach the programs it starts.

A browser or a server that was started with our library path would load our libraries instead of its own.
"""

import os

for name in ("LD_LIBRARY_PATH", "LIBPATH", "DYLD_LIBRARY_PATH"):
    original = os.environ.pop(f"{name}_ORIG", None)
    if original is not None:
        os.environ[name] = original
    else:
        os.environ.pop(name, None)
