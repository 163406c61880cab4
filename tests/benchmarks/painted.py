"""When a program's window is painted, seen from outside: the same measure for programs that cannot be told to say so.

One pixel of the screen is looked at until it has another colour; Qt's windows have no background of their own, so that
is the moment of the first paint.
"""

from __future__ import annotations

import ctypes
import subprocess
import time
from collections.abc import Mapping, Sequence

PLACE = (680, 430)  # the middle of the screen, where the window is
LOOK_EVERY_S = 0.001
PAINTED_WITHIN_S = 60.0
ENDS_WITHIN_S = 20.0
Z_PIXMAP = 2
ALL_PLANES = ctypes.c_ulong(-1)


class Pixel:
    """The colour at one place of a display."""

    def __init__(self, display_name: str) -> None:
        self._x11 = ctypes.CDLL("libX11.so.6")
        for name in ("XOpenDisplay", "XGetImage"):
            getattr(self._x11, name).restype = ctypes.c_void_p
        for name in ("XDefaultRootWindow", "XGetPixel"):
            getattr(self._x11, name).restype = ctypes.c_ulong
        self._display = ctypes.c_void_p(self._x11.XOpenDisplay(display_name.encode()))
        self._root = ctypes.c_ulong(self._x11.XDefaultRootWindow(self._display))

    def color(self) -> int:
        """As the display has it now."""
        where = (*PLACE, 1, 1)
        image = ctypes.c_void_p(self._x11.XGetImage(self._display, self._root, *where, ALL_PLANES, Z_PIXMAP))
        color = int(self._x11.XGetPixel(image, 0, 0))
        self._x11.XDestroyImage(image)
        return color

    def close(self) -> None:
        """Lets the display go."""
        self._x11.XCloseDisplay(self._display)


def start_s(command: Sequence[str], environment: Mapping[str, str], pixel: Pixel) -> float:
    """Seconds from the fork until the window is painted; the program is ended afterwards."""
    empty = pixel.color()
    began_s = time.monotonic()
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        while pixel.color() == empty:
            if time.monotonic() - began_s > PAINTED_WITHIN_S or process.poll() is not None:
                raise RuntimeError(f"no window from {command}")
            time.sleep(LOOK_EVERY_S)
        taken_s = time.monotonic() - began_s
    finally:
        process.terminate()
        try:
            process.wait(ENDS_WITHIN_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    while pixel.color() != empty:
        time.sleep(LOOK_EVERY_S)
    return taken_s
