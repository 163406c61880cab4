"""What a failed connection means for the user: the system's errors in readable words, with what to do next.

Works on the causes that the standard library raises, which stand at the end of every HTTP library's own chain.
"""

from __future__ import annotations

import errno
import socket
import ssl
import urllib.request
from collections.abc import Iterator
from urllib.parse import urlsplit

from desktop.core.endpoint_rules import is_loopback
from desktop.core.endpoints import Endpoint
from desktop.core.errors import ConnectFailed, ConnectionLost, TimedOut

UNREACHABLE = {errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN, errno.EADDRNOTAVAIL, errno.ETIMEDOUT}


class PassingFailure(ConnectFailed):
    """A failed connection that may well work in a moment."""


def causes(error: BaseException) -> Iterator[BaseException]:
    """`error` and all that led to it, the members of groups included."""
    current: BaseException | None = error
    while current is not None:
        yield current
        if isinstance(current, BaseExceptionGroup):
            for member in current.exceptions:
                yield from causes(member)
        current = current.__cause__ or current.__context__


def connect_failed(endpoint: Endpoint, error: BaseException) -> ConnectFailed:
    """No connection, for the first known reason among the causes of `error`."""
    host = host_of(endpoint)
    for cause in causes(error):
        if (known := _known(host, cause)) is not None:
            known.hint = _with_proxy(endpoint, known.hint)
            return known
    return PassingFailure(
        f"{host} cannot be reached.", _with_proxy(endpoint, "Check the network connection and the address.")
    )


def _known(host: str, cause: BaseException) -> ConnectFailed | None:
    """What one cause means, or None where it says nothing of its own."""
    known: ConnectFailed | None = None
    match cause:
        case socket.gaierror(errno=socket.EAI_AGAIN):
            known = PassingFailure(f"The address of {host} could not be looked up.", "Check the network connection.")
        case socket.gaierror():
            known = ConnectFailed(f"There is no server named {host}.", "Check the address for a typing error.")
        case ssl.SSLError():
            known = _tls(host, cause)
        case ConnectionRefusedError():
            hint = "Check that the server is running, and its address and port."
            known = PassingFailure(f"{host} refuses connections.", hint)
        case ConnectionError():
            known = closed_without_answer(host)
        case OSError(errno=number) if number in UNREACHABLE:
            known = PassingFailure(f"There is no way to {host}.", "Check the network connection.")
    return known


def _tls(host: str, cause: ssl.SSLError) -> ConnectFailed:
    if isinstance(cause, ssl.SSLCertVerificationError):
        why = getattr(cause, "verify_message", "") or str(cause)
        return ConnectFailed(
            f"The certificate of {host} is not trusted: {why.rstrip('.')}.",
            "If the server or the proxy is your own, name its certificate file in the endpoint's settings. "
            "Otherwise somebody may be reading along.",
        )
    if cause.reason in {"WRONG_VERSION_NUMBER", "HTTP_REQUEST", "RECORD_LAYER_FAILURE"}:
        hint = "If the server is your own, its address may begin with http:// instead."
        return ConnectFailed(f"{host} does not speak TLS.", hint)
    return PassingFailure(
        f"No secure connection to {host} could be made: {cause.reason or 'TLS failed'}.", "Try again in a moment."
    )


def closed_without_answer(host: str) -> PassingFailure:
    """The server hung up where an answer should have begun."""
    return PassingFailure(f"{host} closed the connection without an answer.", "Try again in a moment.")


def proxy_failed(endpoint: Endpoint, why: str) -> ConnectFailed:
    """The proxy does not let the request through."""
    return ConnectFailed(
        f"The proxy {_proxy_of(endpoint)} refuses: {why.rstrip('.')}.", "Check the proxy's address, user and password."
    )


def unusable_proxy(endpoint: Endpoint) -> ConnectFailed:
    """A proxy address that cannot be used at all, such as the `socks://` that some desktops set."""
    proxy = without_password(endpoint.proxy)
    where = (
        f"the proxy “{proxy}” of {endpoint.name}" if proxy else "the proxy in the environment (ALL_PROXY and others)"
    )
    return ConnectFailed(
        f"Ligature cannot use {where}.",
        "Its address begins with http:// or https://; socks5:// needs the package socksio. Set one as this "
        "endpoint's proxy, or change the environment.",
    )


def unusable_certificates(endpoint: Endpoint) -> ConnectFailed:
    """The endpoint's certificate file is missing or is none."""
    return ConnectFailed(
        f"The certificate file {endpoint.ca_file} cannot be read.", "It must be a PEM file. Check the path."
    )


def no_http(endpoint: Endpoint, error: BaseException) -> ConnectFailed:
    """The line was closed, or something that is no HTTP came."""
    host = host_of(endpoint)
    if "disconnected" in str(error).lower():
        return closed_without_answer(host)
    return ConnectFailed(
        f"What answers at {host} does not speak HTTP.", "Check the address, its port, and http:// or https://."
    )


def bad_address(endpoint: Endpoint) -> ConnectFailed:
    """An address that is not one."""
    return ConnectFailed(
        f"“{endpoint.base_url}” is not an address that can be used.", "It begins with https:// or http://."
    )


def connection_lost(endpoint: Endpoint) -> ConnectionLost:
    """The line broke after the answer had begun."""
    return ConnectionLost(
        f"The connection to {endpoint.name} broke off in the middle of the answer.", "What came so far is kept."
    )


def too_long(endpoint: Endpoint) -> ConnectionLost:
    """More comes than can be what was asked for."""
    return ConnectionLost(f"{endpoint.name} sends more than it was asked for.", "Try again later.")


def connect_timed_out(endpoint: Endpoint) -> TimedOut:
    """Nobody took up the connection."""
    return TimedOut(
        f"{endpoint.name} could not be reached within {_seconds(endpoint.timeouts.connect_s)}.",
        _with_proxy(endpoint, "Check the network connection and the address."),
    )


def first_byte_timed_out(endpoint: Endpoint) -> TimedOut:
    """Connected, but nothing was answered."""
    return TimedOut(
        f"{endpoint.name} did not begin to answer within {_seconds(endpoint.timeouts.first_byte_s)}.",
        "The model may be overloaded: try again, or choose another.",
    )


def gap_timed_out(endpoint: Endpoint) -> TimedOut:
    """The answer began, then nothing more came."""
    return TimedOut(
        f"Nothing more came from {endpoint.name} for {_seconds(endpoint.timeouts.gap_s)}.", "What came so far is kept."
    )


def without_password(url: str) -> str:
    """A proxy's address as it may be shown."""
    credentials, at, host = url.rpartition("@")
    return f"{credentials.partition('://')[0]}://{host}" if at and "://" in credentials else host


def _proxy_of(endpoint: Endpoint) -> str:
    """The proxy between here and the endpoint, or nothing."""
    address = urlsplit(endpoint.base_url)
    if endpoint.proxy:
        return without_password(endpoint.proxy)
    if is_loopback(endpoint.base_url) or urllib.request.proxy_bypass(address.hostname or ""):
        return ""
    proxies = urllib.request.getproxies()
    return without_password(proxies.get(address.scheme) or proxies.get("all") or "")


def _with_proxy(endpoint: Endpoint, hint: str) -> str:
    proxy = _proxy_of(endpoint)
    return f"{hint} Requests go through the proxy {proxy}: check that too." if proxy else hint


def host_of(endpoint: Endpoint) -> str:
    """The host for people to read: with its port, without credentials."""
    return urlsplit(endpoint.base_url).netloc.rpartition("@")[2]


def _seconds(duration_s: float) -> str:
    return f"{duration_s:g} s"
