"""What an endpoint says when it does not answer, as one readable error.

Every vendor has an envelope of its own, and gateways pass on those of others; status, code and words together tell
what kind of failure it is, and so what the user can do. Keys that an error echoes are taken out.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from html import unescape
from typing import Any

from desktop.core.errors import (
    EndpointError,
    KeyRefused,
    NotFound,
    OutOfCredit,
    Overloaded,
    RateLimited,
    RequestRefused,
)
from desktop.core.parameters import PARAMETERS
from desktop.core.secrets import redact

LONGEST_MESSAGE = 400
MESSAGE_FIELDS = ("message", "msg", "detail", "error_description", "reason", "error")
PARAMETER_NAMES = (
    "max_completion_tokens",
    "stream_options",
    "messages",
    "model",
    "tools",
    *(entry.name for entry in PARAMETERS),
)

_NO_MONEY = re.compile(
    r"insufficient|exceeded your current quota|quota.{0,20}exceeded|out of credit|credit balance|billing|payment"
    r"|top.?up|余额|欠费|額度|额度",
    re.IGNORECASE,
)
_KEY = re.compile(r"api.?key|authenticat|unauthorized|invalid.{0,10}(key|token)|令牌|密钥", re.IGNORECASE)
_BUSY = re.compile(r"overloaded|capacity|server_error|service.?unavailable|try again later|internal", re.IGNORECASE)
_RATE = re.compile(r"rate.?limit|too many requests|resource_exhausted", re.IGNORECASE)
_TAG = re.compile(r"<(script|style)\b.*?</\1>|<[^>]*>", re.IGNORECASE | re.DOTALL)
_TITLE = re.compile(r"<title[^>]*>(.*?)</title>", re.IGNORECASE | re.DOTALL)
_DURATION = re.compile(r"(\d+(?:\.\d+)?)(ms|h|m|s)")
_SECONDS = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 0.001}

Object = Mapping[str, Any]


def error_from(
    status: int, headers: Mapping[str, str], body: bytes, *, endpoint_name: str = "", key: str | None = None
) -> EndpointError:
    """The error that a response with a bad status tells; `headers` with names in small letters."""
    text = body.decode("utf-8", "replace").strip()
    data = _json(text)
    found = _find(data) if data is not None else _Found(_plain_message(text, headers))
    return _error(found, status, endpoint_name, key, retry_after_s(headers))


def error_from_object(data: Object, *, endpoint_name: str = "", key: str | None = None) -> EndpointError | None:
    """The error that stands in an object of a stream whose status was 200, or None if it tells none."""
    told = data.get("error")
    is_error = bool(told) or data.get("object") == "error" or data.get("type") == "error"
    if not is_error and not ("detail" in data and "choices" not in data):
        return None
    found = _find(data)
    status = int(found.code) if found.code.isdigit() and 400 <= int(found.code) < 600 else 200
    return _error(found, status, endpoint_name, key, None)


def retry_after_s(headers: Mapping[str, str]) -> float | None:
    """Seconds to wait before asking again, from Retry-After or the vendors' own headers; None if none says."""
    milliseconds = headers.get("retry-after-ms", "")
    if milliseconds.replace(".", "", 1).isdigit():
        return float(milliseconds) / 1000
    named = _wait_s(headers.get("retry-after", ""))
    if named is not None:
        return named
    resets = [
        wait
        for name in ("x-ratelimit-reset-requests", "x-ratelimit-reset-tokens", "x-ratelimit-reset")
        if (wait := _wait_s(headers.get(name, ""))) is not None
    ]
    return max(resets) if resets else None


def _wait_s(text: str) -> float | None:
    """`20`, `2m59.56s`, `120ms`, an HTTP date, or the seconds (or milliseconds) of a clock."""
    text = text.strip()
    if re.fullmatch(r"\d+(\.\d+)?", text):
        seconds = float(text)
        for clock_s in (seconds, seconds / 1000):
            if abs(clock_s - time.time()) < 86_400:
                return max(0.0, clock_s - time.time())
        return seconds
    if text and _DURATION.sub("", text) == "":
        return sum(float(number) * _SECONDS[unit] for number, unit in _DURATION.findall(text))
    try:
        return max(0.0, parsedate_to_datetime(text).timestamp() - time.time())
    except ValueError:
        return None


class _Found:
    """What an envelope says: a message, the vendor's code and type for it, and the parameter it names."""

    def __init__(self, message: str, code: str = "", kind: str = "", parameter: str = "") -> None:
        self.message = message
        self.code = code
        self.kind = kind
        self.parameter = parameter

    @property
    def words(self) -> str:
        """Everything that may tell what kind of failure it is."""
        return f"{self.code} {self.kind} {self.message}"


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None


def _find(data: Any) -> _Found:
    """Looks through the envelopes, the outermost first."""
    if isinstance(data, str):
        return _Found(data)
    if isinstance(data, list):
        return _find_in_list(data)
    if not isinstance(data, Mapping):
        return _Found("")
    inner = data.get("error")
    if isinstance(inner, Mapping | list | str) and inner:
        found = _find(inner)
        found.code = found.code or _word(data.get("code"))
        return found
    if isinstance(data.get("detail"), list):
        return _find_in_list(data["detail"])
    message = next((data[name] for name in MESSAGE_FIELDS if isinstance(data.get(name), str) and data[name]), "")
    code = _word(data.get("code")) or _word(data.get("err_code"))
    kind = f"{_word(data.get('type'))} {_word(data.get('status'))}".strip()
    found = _Found(message, code, kind, _word(data.get("param")))
    metadata = data.get("metadata")
    if isinstance(metadata, Mapping) and isinstance(metadata.get("raw"), str):  # OpenRouter: what the provider said
        provider = _find(_json(metadata["raw"]) or metadata["raw"])
        found.message = f"{found.message}: {provider.message}" if provider.message else found.message
        found.parameter = found.parameter or provider.parameter
    return found


def _find_in_list(errors: list[Any]) -> _Found:
    """Validation errors, as FastAPI writes them: [{"loc": ["body", "temperature"], "msg": "…"}]."""
    found = [_find(error) for error in errors if isinstance(error, Mapping | str)]
    places = [error["loc"] for error in errors if isinstance(error, Mapping) and isinstance(error.get("loc"), list)]
    parameter = next((str(part) for place in places for part in place if part in PARAMETER_NAMES), "")
    return _Found("; ".join(each.message for each in found if each.message), parameter=parameter)


def _word(value: Any) -> str:
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""


def _plain_message(text: str, headers: Mapping[str, str]) -> str:
    """The words of a body that is no JSON: a web page's title, or the text itself."""
    if "html" in headers.get("content-type", "").lower() or text[:200].lstrip().lower().startswith(
        ("<!doctype", "<html")
    ):
        title = _TITLE.search(text)
        text = _TAG.sub(" ", title[1] if title else text)
    return " ".join(unescape(text).split())


def _error(found: _Found, status: int, endpoint_name: str, key: str | None, retry_s: float | None) -> EndpointError:
    message = redact(" ".join(found.message.split()), key)
    if len(message) > LONGEST_MESSAGE:
        message = message[:LONGEST_MESSAGE].rstrip() + "…"
    kind = _kind(status, found)
    parameter = found.parameter if kind is RequestRefused else ""
    if kind is RequestRefused and parameter not in PARAMETER_NAMES:
        parameter = _named_parameter(found.message) or parameter
    name = endpoint_name or "The endpoint"
    text = f"{name} {_WHAT[kind]}"
    text = f"{text}: {message}" if message else f"{text} (HTTP {status})."
    return kind(
        text,
        _hint(kind, parameter, retry_s),
        status=status,
        code=redact(found.code or found.kind, key),
        parameter=parameter,
        retry_after_s=retry_s,
    )


_WHAT: Mapping[type[EndpointError], str] = {
    KeyRefused: "does not accept the key",
    OutOfCredit: "wants to be paid first",
    RateLimited: "is asked too often",
    Overloaded: "cannot answer now",
    NotFound: "does not know this model or address",
    RequestRefused: "refuses the request",
}


def _kind(status: int, found: _Found) -> type[EndpointError]:
    words = found.words
    if status == 402 or (status in (200, 400, 403, 429) and _NO_MONEY.search(words)):
        return OutOfCredit
    if status in (401, 403) or (status in (200, 400) and _KEY.search(words)):
        return KeyRefused
    if status == 429 or (status == 200 and _RATE.search(words)):
        return RateLimited
    if status == 404:
        return NotFound
    if status >= 500 or status == 408 or (status == 200 and _BUSY.search(words)):
        return Overloaded
    return RequestRefused


def _named_parameter(message: str) -> str:
    """The request field that a message speaks of: the first one in quotes, or else the first one at all."""
    for pattern in (r"['\"`“]({})['\"`”]", r"(?<![\w-])({})(?![\w-])"):
        found = re.search(pattern.format("|".join(map(re.escape, PARAMETER_NAMES))), message)
        if found:
            return found[1]
    return ""


def _hint(kind: type[EndpointError], parameter: str, retry_s: float | None) -> str:
    if kind is RequestRefused:
        label = next((entry.label for entry in PARAMETERS if entry.name == parameter), "")
        return f"Change or reset “{label}” in the parameters." if label else "Change the request and try again."
    if kind is RateLimited and retry_s:
        return f"Try again in {retry_s:.0f} s."
    return {
        KeyRefused: "Check the key in the settings.",
        OutOfCredit: "Top up the account, or choose another model or endpoint.",
        RateLimited: "Try again in a moment.",
        Overloaded: "Try again in a moment, or choose another model.",
        NotFound: "Check the model's name, and the address in the settings.",
    }[kind]
