"""Asks a window to close, as the button in its frame does, also while another program has keyboard and pointer.

xdotool can only press keys and buttons, so this speaks to the X server itself.
"""

from __future__ import annotations

import ctypes

CLIENT_MESSAGE = 33
TO_THE_WINDOW_MANAGER = 1 << 20 | 1 << 19  # SubstructureRedirectMask | SubstructureNotifyMask


class ClientMessage(ctypes.Structure):
    """XClientMessageEvent, as large as an XEvent."""

    _fields_ = (
        ("type", ctypes.c_int),
        ("serial", ctypes.c_ulong),
        ("send_event", ctypes.c_int),
        ("display", ctypes.c_void_p),
        ("window", ctypes.c_ulong),
        ("message_type", ctypes.c_ulong),
        ("format", ctypes.c_int),
        ("data", ctypes.c_long * 5),
        ("rest", ctypes.c_long * 12),
    )


def close_window(display_name: str, window: int) -> None:
    """Sends _NET_CLOSE_WINDOW."""
    x11 = ctypes.CDLL("libX11.so.6")
    x11.XOpenDisplay.restype = ctypes.c_void_p
    x11.XDefaultRootWindow.restype = x11.XInternAtom.restype = ctypes.c_ulong
    display = ctypes.c_void_p(x11.XOpenDisplay(display_name.encode()))
    message = ClientMessage(type=CLIENT_MESSAGE, window=window, format=32)
    message.message_type = x11.XInternAtom(display, b"_NET_CLOSE_WINDOW", 0)
    root = ctypes.c_ulong(x11.XDefaultRootWindow(display))
    x11.XSendEvent(display, root, 0, ctypes.c_long(TO_THE_WINDOW_MANAGER), ctypes.byref(message))
    x11.XCloseDisplay(display)
