"""Stands between a client and a server on the loopback device, and notes what the server said and who hung up first."""

from __future__ import annotations

import socket
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Self
from urllib.parse import urlsplit

PIECE_BYTES = 65_536


@dataclass
class Conversation:
    """One connection. `left_at` is when the client hung up, 0 if the server did so first, or nobody yet."""

    asked: bytes = b""
    said: list[tuple[float, bytes]] = field(default_factory=list)  # when, what
    left_at: float = 0.0
    is_over: bool = False

    @property
    def answer(self) -> bytes:
        """All that the server said."""
        return b"".join(data for _, data in self.said)

    def said_at(self, text: bytes) -> float:
        """When something had been said for the first time."""
        heard = b""
        for moment, data in self.said:
            heard += data
            if text in heard:
                return moment
        raise AssertionError(f"{text!r} was never said: {heard[-2000:]!r}")


class Relay:
    """Listens on a port of its own. `with Relay(base_url) as relay: relay.base_url`."""

    def __init__(self, base_url: str) -> None:
        address = urlsplit(base_url)
        self._server = (str(address.hostname), int(address.port or 80))
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.base_url = f"http://127.0.0.1:{self._listener.getsockname()[1]}{address.path}"
        self.conversations: list[Conversation] = []

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.close()

    def asked(self, words: bytes) -> list[Conversation]:
        """The connections on which something was asked."""
        return [conversation for conversation in self.conversations if words in conversation.asked]

    def _accept(self) -> None:
        with suppress(OSError):  # the listener is closed
            while True:
                client, _ = self._listener.accept()
                server = socket.create_connection(self._server)
                conversation = Conversation()
                self.conversations.append(conversation)
                for pump in (_pass_questions, _pass_answers):
                    threading.Thread(target=pump, args=(conversation, client, server), daemon=True).start()


def _pass_questions(conversation: Conversation, client: socket.socket, server: socket.socket) -> None:
    with suppress(OSError):
        while data := _received(client):
            conversation.asked += data
            server.sendall(data)
    if not conversation.is_over:
        conversation.left_at = time.monotonic()
    _hang_up(conversation, client, server)


def _pass_answers(conversation: Conversation, client: socket.socket, server: socket.socket) -> None:
    while data := _received(server):
        conversation.said.append((time.monotonic(), data))
        with suppress(OSError):  # the client is gone: the other thread finds that out
            client.sendall(data)
    _hang_up(conversation, client, server)


def _received(source: socket.socket) -> bytes:
    """The next bytes; none if the other side has hung up, in good order or not."""
    try:
        return source.recv(PIECE_BYTES)
    except OSError:
        return b""


def _hang_up(conversation: Conversation, *sides: socket.socket) -> None:
    conversation.is_over = True
    for side in sides:
        with suppress(OSError):
            side.shutdown(socket.SHUT_RDWR)
        side.close()
