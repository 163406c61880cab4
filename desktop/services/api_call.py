"""One request before it is sent: where it goes, with which headers, and whether the key can stand in one."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit

from desktop.core.endpoint_rules import KEY_PLACEHOLDER, is_loopback
from desktop.core.endpoints import Endpoint
from desktop.core.errors import KeyRefused, RequestRefused
from desktop.core.simple_dialect import SIMPLE, simple_body
from desktop.services.pacing import READ_EVERY_S


@dataclass(frozen=True, slots=True)
class Call:
    """What is to be asked of an endpoint. `body` is sent as JSON; without one it is a question only."""

    endpoint: Endpoint
    key: str | None
    url: str
    method: str = "GET"
    body: Mapping[str, Any] | None = None
    read_every_s: float = READ_EVERY_S

    def __repr__(self) -> str:  # the key must never come into a log or a traceback
        return f"Call({self.method} {self.url})"

    @property
    def streams(self) -> bool:
        """Whether the answer is asked for in pieces."""
        return bool(self.body and self.body.get("stream"))

    def content(self) -> bytes | None:
        """The bytes of the body. Half a surrogate pair, as some input methods leave behind, becomes a `?`."""
        if self.body is None:
            return None
        return json.dumps(self.body, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")

    def headers(self, version: str) -> dict[str, str]:
        """All headers; raises KeyRefused where the key cannot stand in one."""
        key = self._clean_key()
        headers = {
            "Accept": "text/event-stream, application/json" if self.streams else "application/json",
            "User-Agent": f"Ligature/{version}",
        }
        if self.body is not None:
            headers["Content-Type"] = "application/json"
            headers["Accept-Encoding"] = "identity"  # a stream that somebody compresses is a stream that somebody holds
        if key and not any(KEY_PLACEHOLDER in value for value in self.endpoint.headers.values()):
            headers["Authorization"] = f"Bearer {key}"
        for name, value in self.endpoint.headers.items():
            if KEY_PLACEHOLDER not in value:
                headers[name] = self._checked(name, value)
            elif key:
                headers[name] = self._checked(name, value.replace(KEY_PLACEHOLDER, key))
        return headers

    def _clean_key(self) -> str:
        key = (self.key or "").strip()
        if not (key.isascii() and key.isprintable()):
            raise KeyRefused(
                f"The key for {self.endpoint.name} has a character that no key has.",
                "Copy it again, the whole key and nothing else, and enter it in the settings.",
            )
        return key

    def _checked(self, name: str, value: str) -> str:
        if not ((name + value).isascii() and (name + value).isprintable()):
            raise RequestRefused(
                f"The header {name!r} of {self.endpoint.name} has a character that headers cannot have.",
                "Change it in the endpoint's settings.",
            )
        return value


def chat_call(endpoint: Endpoint, key: str | None, body: Mapping[str, Any]) -> Call:
    """A chat request, in the endpoint's dialect."""
    if endpoint.dialect == SIMPLE:
        body = simple_body(body)
    return Call(endpoint, key, f"{base_of(endpoint)}/chat/completions", "POST", body)


def models_call(endpoint: Endpoint, key: str | None) -> Call:
    """A question for the list of models."""
    query = f"?{endpoint.models_query}" if endpoint.models_query else ""
    return Call(endpoint, key, f"{base_of(endpoint)}/models{query}")


def balance_call(endpoint: Endpoint, key: str | None) -> Call:
    """A question for what is left on the account."""
    return Call(endpoint, key, on_host(endpoint, endpoint.balance_path))


def record_call(endpoint: Endpoint, key: str | None, request_id: str) -> Call:
    """A question for what one call has cost."""
    return path_call(endpoint, key, endpoint.record_path, "GET", {"request_id": request_id})


def path_call(endpoint: Endpoint, key: str | None, path: str, method: str, values: Mapping[str, str]) -> Call:
    """A question for a path on the endpoint's host, in which {names} stand for values."""
    for name, value in values.items():
        path = path.replace(f"{{{name}}}", quote(value, safe=""))
    return Call(endpoint, key, on_host(endpoint, path), method)


def on_host(endpoint: Endpoint, path: str) -> str:
    """A path on the endpoint's host, beside its base URL."""
    address = urlsplit(endpoint.base_url)
    return f"{address.scheme}://{address.netloc}/{path.lstrip('/')}"


def base_of(endpoint: Endpoint) -> str:
    """The base URL without what users paste behind it."""
    return endpoint.base_url.strip().rstrip("/").removesuffix("/chat/completions")


def goes_direct(endpoint: Endpoint) -> bool:
    """Whether the proxies of the environment are left out: for a server on this computer."""
    return not endpoint.proxy and is_loopback(endpoint.base_url)
