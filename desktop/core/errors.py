"""Every failure that a user can meet, as one tree.

    UserError(text, hint)
    ├── NetworkError               the endpoint was not reached, or the line broke
    │   ├── ConnectFailed          name not found, refused, TLS, proxy
    │   ├── TimedOut               connect, first byte, or a gap in the data
    │   └── ConnectionLost         the line broke in mid-answer
    ├── EndpointError              the endpoint answered, with an error
    │   ├── KeyRefused             401, 403
    │   ├── OutOfCredit            402, or 429 that speaks of money
    │   ├── RateLimited            429
    │   ├── Overloaded             500, 502, 503, 504, 524, 529
    │   ├── NotFound               404: the model, or the address
    │   └── RequestRefused         400, 413, 422: something in the request
    ├── KeyringError               the system's keyring is missing, locked, or refused
    ├── ContextFull                more than the model can read
    ├── AttachmentError            a file that cannot be sent
    ├── StorageError               database or disk
    ├── ConfigError                config.toml cannot be read
    └── LocalModelError            the model on this computer is missing or died

A `UserError` is shown where the user looks: `text` says what happened, `hint` what to do next. Neither ever holds
a key. Anything that is not a `UserError` is a bug, and goes to the one global hook in running.py.
"""

from __future__ import annotations


class UserError(Exception):
    """Something the user should read: what happened, and what to do next."""

    def __init__(self, text: str, hint: str = "") -> None:
        super().__init__(text)
        self.text = text
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.text} {self.hint}".strip()


class NetworkError(UserError):
    """The endpoint was not reached, or the line broke."""


class ConnectFailed(NetworkError):
    """No connection: name not found, refused, TLS, proxy."""


class TimedOut(NetworkError):
    """Nothing came in time: at connecting, before the first byte, or between data."""


class ConnectionLost(NetworkError):
    """The line broke in mid-answer."""


class EndpointError(UserError):
    """The endpoint answered with an error.

    `status` is the HTTP status (200 for an error inside a stream), `parameter` the request field it names,
    `code` the vendor's own word for it.
    """

    def __init__(
        self,
        text: str,
        hint: str = "",
        *,
        status: int = 0,
        code: str = "",
        parameter: str = "",
        retry_after_s: float | None = None,
    ) -> None:
        super().__init__(text, hint)
        self.status = status
        self.code = code
        self.parameter = parameter
        self.retry_after_s = retry_after_s


class KeyRefused(EndpointError):
    """The endpoint does not accept the key."""


class OutOfCredit(EndpointError):
    """The account has no money left."""


class RateLimited(EndpointError):
    """Too many requests in too short a time."""


class Overloaded(EndpointError):
    """The endpoint is down or has too much to do."""


class NotFound(EndpointError):
    """There is no such model or address."""


class RequestRefused(EndpointError):
    """The endpoint refuses something in the request."""


class ContextFull(UserError):
    """The messages are more than the model can read; nothing was sent.

    `can_leave_out`: the oldest could be left out, but the user wants to be asked before.
    """

    def __init__(self, text: str, hint: str = "", *, can_leave_out: bool = False) -> None:
        super().__init__(text, hint)
        self.can_leave_out = can_leave_out


class KeyringError(UserError):
    """The system's keyring is missing, locked, or refused to answer."""


class AttachmentError(UserError):
    """A file that cannot be attached."""


class StorageError(UserError):
    """The database or the disk does not do what it should."""


class ConfigError(UserError):
    """config.toml cannot be read; `line` is where, counted from 1, or 0 if unknown."""

    def __init__(self, text: str, hint: str = "", *, line: int = 0) -> None:
        super().__init__(text, hint)
        self.line = line


class LocalModelError(UserError):
    """The model on this computer is missing, or died."""
