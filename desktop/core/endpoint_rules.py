"""What an endpoint's address, id, headers and fields must be, above all: that no key stands in any of them.

config.toml is a plain file which people copy, back up and show to others; keys live in the system's keyring.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import replace
from urllib.parse import urlsplit

from desktop.core.endpoints import LOCAL_ENDPOINT_ID, Endpoint
from desktop.core.errors import UserError
from desktop.core.secrets import SECRET_VALUE

KEY_PLACEHOLDER = "{key}"
GATEWAY_ENDPOINT_ID = "gateway"  # in [fusion]: the gateway's own reasoning mode
RESERVED_IDS = frozenset({LOCAL_ENDPOINT_ID, GATEWAY_ENDPOINT_ID})

_ID = re.compile(r"[a-z][a-z0-9_]*")
_HEADER_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_SECRET_NAME = re.compile(r"(?i)(authorization|cookie|secret|password|token|(^|[-_])auth|key)$")
_KEY_HINT = "Write {key} in its place and enter the key in the settings: it is kept in the system's keyring."
_LOCAL_HOST = re.compile(r"localhost|.*\.localhost|127(\.\d+){3}|::1|0\.0\.0\.0")
_PRIVATE_HOST = re.compile(r"10(\.\d+){3}|192\.168(\.\d+){2}|172\.(1[6-9]|2\d|3[01])(\.\d+){2}|.*\.local|[^.:]+")


def check_id(endpoint_id: str) -> None:
    """Raises UserError unless the id can name an endpoint in files, keyrings and environment variables."""
    if not _ID.fullmatch(endpoint_id):
        raise UserError(
            f"“{endpoint_id}” cannot be an endpoint's id.", "Use small letters, digits and _; begin with a letter."
        )
    if endpoint_id in RESERVED_IDS:
        raise UserError(f"The id “{endpoint_id}” belongs to Ligature itself.", "Choose another one.")


def free_id(wanted: str, taken: Collection[str]) -> str:
    """An endpoint id like `wanted` (a name or an id) which is not taken: openai, then openai_2."""
    stem = re.sub(r"[^a-z0-9]+", "_", wanted.lower()).strip("_").lstrip("0123456789_") or "server"
    number, endpoint_id = 1, stem
    while endpoint_id in taken or endpoint_id in RESERVED_IDS:
        number += 1
        endpoint_id = f"{stem}_{number}"
    return endpoint_id


def beside(endpoint: Endpoint, taken: Collection[str]) -> Endpoint:
    """The endpoint with an id that is free, and a name that tells it from the one it stands beside: OpenAI 2."""
    endpoint_id = free_id(endpoint.id, taken)
    number = endpoint_id.removeprefix(endpoint.id).removeprefix("_")
    return replace(endpoint, id=endpoint_id, name=f"{endpoint.name} {number}" if number else endpoint.name)


def is_loopback(base_url: str) -> bool:
    """Whether the address is on this computer."""
    try:
        host = urlsplit(base_url).hostname or ""
    except ValueError:
        return False
    return _LOCAL_HOST.fullmatch(host) is not None


def clean_base_url(text: str) -> str:
    """The address as it is kept: with a scheme, without what requests add. Raises UserError where it cannot be one."""
    url = text.strip()
    if not url:
        raise UserError("The address is missing.", "It reads like https://api.example.com/v1.")
    if "://" not in url:
        url = f"{_guessed_scheme(url)}://{url}"
    _check_address(url)
    return url.rstrip("/").removesuffix("/chat/completions").removesuffix("/completions").rstrip("/")


def _guessed_scheme(url: str) -> str:
    host = re.split(r"[/:?#]", url, maxsplit=1)[0]
    return "http" if _LOCAL_HOST.fullmatch(host) or _PRIVATE_HOST.fullmatch(host) else "https"


def _check_address(url: str) -> None:
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise UserError(f"“{_shown(url)}” is not an address.", "It reads like https://api.example.com/v1.") from error
    if parts.scheme not in {"http", "https"}:
        raise UserError("The address must begin with https:// or http://.")
    if not host or re.search(r"[\s\\<>\"{}]", url):
        raise UserError(f"“{_shown(url)}” is not an address.", "It reads like https://api.example.com/v1.")
    if "@" in parts.netloc or SECRET_VALUE.search(url):
        raise UserError("A key or password stands in the address.", "Enter it as the key instead.")
    if parts.query or parts.fragment:
        raise UserError("The address goes on after ? or #.", "Leave that part out; a key is entered as the key.")


def _shown(url: str) -> str:
    """The address as an error may show it: without what could be a password."""
    return url.partition("?")[0].rpartition("@")[2][:200]


def check_headers(headers: Mapping[str, str]) -> None:
    """Raises UserError for a header that cannot be sent, or that has a secret written out."""
    for name, value in headers.items():
        if not _HEADER_NAME.fullmatch(name):
            raise UserError(f"“{name}” cannot be the name of a header.")
        if not value.isascii() or not value.isprintable():
            raise UserError(f"The header {name} has a character that headers cannot have.")
        named_secret = _SECRET_NAME.search(name) and value and KEY_PLACEHOLDER not in value
        if named_secret or looks_secret(value):
            raise UserError(f"The header {name} has a key written out.", _KEY_HINT)


def check_body(body: object) -> None:
    """Raises UserError if a text anywhere in the extra fields looks like a key, or if a value cannot be kept."""
    if body is None:
        raise UserError("The extra fields hold a null, which config.toml cannot keep.", "Leave that field out.")
    if isinstance(body, str):
        if looks_secret(body):
            raise UserError("The extra fields have a key written out.", "Send it in a header, with {key} in its place.")
    elif isinstance(body, Mapping):
        for value in body.values():
            check_body(value)
    elif isinstance(body, list):
        for value in body:
            check_body(value)


def check_proxy(proxy: str) -> None:
    """Raises UserError for a proxy that cannot be used, or that has a password in it."""
    if not proxy:
        return
    try:
        parts = urlsplit(proxy)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise UserError("The proxy is not an address.", "It reads like http://proxy.example.com:8080.") from error
    if parts.scheme not in {"http", "https", "socks5", "socks5h"} or not host:
        raise UserError("The proxy is not an address.", "It reads like http://proxy.example.com:8080.")
    if parts.password:
        raise UserError("The proxy's address has a password.", "Set HTTPS_PROXY in the environment instead.")


def looks_secret(text: str) -> bool:
    """Whether a text has something in it that looks like a key."""
    return SECRET_VALUE.search(text.replace(KEY_PLACEHOLDER, "")) is not None
