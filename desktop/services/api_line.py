"""What is learned of a connection while it is made, and what is asked of the system for it."""

from __future__ import annotations

import socket
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from desktop.services.pacing import pace

KEEP_ALIVE_OPTIONS = {"TCP_KEEPIDLE": 30, "TCP_KEEPALIVE": 30, "TCP_KEEPINTVL": 10, "TCP_KEEPCNT": 3}


@dataclass(frozen=True, slots=True)
class Probe:
    """What a first contact tells. `connect_s` covers name, connection and TLS; `tls` is "" without encryption."""

    host: str
    tls: str
    connect_s: float
    status: int


class Line:
    """Follows the making of one connection."""

    def __init__(self) -> None:
        self.began_at = time.monotonic()
        self.connected_at: float | None = None
        self.tls = ""

    @property
    def connect_s(self) -> float:
        """How long connecting took; so far, if it is not done or was not needed."""
        return (self.connected_at or time.monotonic()) - self.began_at

    async def trace(self, event: str, info: Mapping[str, Any]) -> None:
        """Told by the HTTP library of each step of a request."""
        if event == "connection.connect_tcp.started":
            self.began_at = time.monotonic()  # what came before was the making of the client
        elif event == "connection.connect_tcp.complete":
            self.connected_at = time.monotonic()
            notice_dead_lines(info["return_value"].get_extra_info("socket"))
            pace(info["return_value"])
        elif event.endswith("start_tls.complete"):
            self.connected_at = time.monotonic()
            pace(info["return_value"])
            self.tls = info["return_value"].get_extra_info("ssl_object").version().replace("TLSv", "TLS ")


def notice_dead_lines(line: socket.socket) -> None:
    """Has the system ask after a silent server, so that a lost network is noticed in a minute, not in a time-out."""
    options = [(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)]
    for name, value in KEEP_ALIVE_OPTIONS.items():
        if hasattr(socket, name):  # each system has its own
            options.append((socket.IPPROTO_TCP, getattr(socket, name), value))
    for option in options:
        with suppress(OSError):
            line.setsockopt(*option)
