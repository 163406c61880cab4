"""What an endpoint says when it does not answer, as one readable error.

Every vendor has an envelope of its own, and gateways pass on those of others; status, code and words together tell
what kind of failure it is, and so what the user can do. Keys that an error echoes are taken out.
"""

from __future__ import annotations

import re
import time
from collections.abc import Container, Mapping
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
from desktop.core.wire_json import read_json

LONGEST_MESSAGE = 400
LONGEST_PAGE = 20_000  # characters of a body that is no JSON; what it says stands at its beginning
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
    r"insufficient.{0,20}(balance|credit|quota|fund)|exceeded your current quota|quota.{0,20}exceeded|out of credit"
    r"|credit balance|billing|payment|\btop.?up|余额|欠费|額度|额度",
    re.IGNORECASE,
)
_KEY = re.compile(
    r"api.?key|authenticat|unauthorized|invalid.{0,4}(access|auth|bearer).{0,4}token|令牌|密钥", re.IGNORECASE
)
_NO_MODEL = re.compile(
    r"model.{0,60}(not.?(exist|found)|no longer)|(unknown|no such|invalid) model\b|model_not_found", re.IGNORECASE
)
_BUSY = re.compile(
    r"overloaded|capacity|server.?error|service.?unavailable|bad gateway|gateway time|try again later|internal",
    re.IGNORECASE,
)
_RATE = re.compile(r"rate.?limit|too many requests|resource_exhausted", re.IGNORECASE)
_REFUSED = re.compile(r"invalid|unsupported|not (support|allow)|must be|required", re.IGNORECASE)
_RULES = re.compile(r"moderation|flagged|content.?(policy|filter)|safety", re.IGNORECASE)
_PLACE = re.compile(r"country|region|territory", re.IGNORECASE)
_TOO_LONG = re.compile(
    r"context.{0,4}(length|window|size)|prompt is too long|too many tokens|maximum.{0,12}tokens", re.IGNORECASE
)
_PICTURE = re.compile(r"image_url|\bimages?\b|vision|multi.?modal", re.IGNORECASE)
_AGAIN_IN = re.compile(
    r"(?:try again|retry) (?:in|after) ((?:\d+(?:\.\d+)?(?:ms|h|m|s))+|\d+(?:\.\d+)?(?= ?sec))", re.IGNORECASE
)
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
    data = read_json(text)
    found = _find(data) if data is not None else _Found(_plain_message(text, headers))
    return _error(found, status, endpoint_name, key, retry_after_s(headers))


def error_from_object(data: Object, *, endpoint_name: str = "", key: str | None = None) -> EndpointError | None:
    """The error that stands in an object of a stream whose status was 200, or None if it tells none."""
    if not (data.get("error") or "error" in (data.get("object"), data.get("type")) or _is_bare_error(data)):
        return None
    found = _find(data)
    status = int(found.code) if found.code.isdigit() and 400 <= int(found.code) < 600 else 200
    return _error(found, status, endpoint_name, key, None)


def error_from_text(text: str, *, endpoint_name: str = "", key: str | None = None) -> EndpointError:
    """The error that a body tells which came with status 200 and is no answer: a web page, or words."""
    found = _Found(_plain_message(text, {}))
    if _kind(200, found) is not EndpointError:
        return _error(found, 200, endpoint_name, key, None)
    message = _shortened(redact(found.message, key))
    what = f"{endpoint_name or 'The endpoint'} sends no answer" + (f", but this: {message}" if message else ".")
    return NotFound(what, "Check the address in the settings: for most services it ends in /v1.", status=200)


def _is_bare_error(data: Object) -> bool:
    """Whether a message stands where choices should: `{"detail": …}`, `{"code": 20012, "message": …}`."""
    return "choices" not in data and ("detail" in data or bool(data.get("code") and data.get("message")))


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


def _find(data: Any) -> _Found:
    """Looks through the envelopes, the outermost first."""
    if isinstance(data, str):
        wrapped = read_json(data) if data.lstrip().startswith(("{", "[")) else None
        return _find(wrapped) if wrapped else _Found(data)  # a gateway passes on another's envelope as its message
    if isinstance(data, list):
        return _find_in_list(data)
    return _find_in_object(data) if isinstance(data, Mapping) else _Found("")


def _find_in_object(data: Object) -> _Found:
    inner = data.get("error") or (data.get("detail") if not isinstance(data.get("detail"), str) else None)
    if isinstance(inner, Mapping | list | str) and inner:
        found = _find(inner)
    else:
        found = _find(
            next((data[name] for name in MESSAGE_FIELDS if isinstance(data.get(name), str) and data[name]), "")
        )
    found.code = found.code or _word(data.get("code")) or _word(data.get("err_code"))
    found.kind = found.kind or f"{_word(data.get('type'))} {_word(data.get('status'))}".strip()
    found.parameter = found.parameter or _word(data.get("param"))
    metadata = data.get("metadata")
    if isinstance(metadata, Mapping) and isinstance(metadata.get("raw"), str):  # OpenRouter: what the provider said
        provider = _find(metadata["raw"])
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
    text = text[:LONGEST_PAGE]
    if "html" in headers.get("content-type", "").lower() or text[:200].lstrip().lower().startswith(
        ("<!doctype", "<html")
    ):
        title = _TITLE.search(text)
        text = _TAG.sub(" ", title[1] if title else text)
    return " ".join(unescape(text).split())


def _error(found: _Found, status: int, endpoint_name: str, key: str | None, retry_s: float | None) -> EndpointError:
    message = _shortened(redact(" ".join(found.message.split()), key))
    kind = _kind(status, found)
    parameter = found.parameter if kind is RequestRefused else ""
    if kind is RequestRefused and parameter not in PARAMETER_NAMES:
        parameter = _named_parameter(found.message) or parameter
    again = _AGAIN_IN.search(found.message) if kind in (RateLimited, Overloaded) and retry_s is None else None
    retry_s = _wait_s(again[1]) if again else retry_s
    name = endpoint_name or "The endpoint"
    text = f"{name} {_WHAT[kind]}"
    text = f"{text}: {message}" if message else f"{text} (HTTP {status})."
    hint = _refusal_hint(status, found, parameter) if kind is RequestRefused else _hint(kind, retry_s)
    code = redact(found.code or found.kind, key)
    return kind(text, hint, status=status, code=code, parameter=parameter, retry_after_s=retry_s)


def _shortened(message: str) -> str:
    return message if len(message) <= LONGEST_MESSAGE else message[:LONGEST_MESSAGE].rstrip() + "…"


_WHAT: Mapping[type[EndpointError], str] = {
    KeyRefused: "does not accept the key",
    OutOfCredit: "wants to be paid first",
    RateLimited: "is asked too often",
    Overloaded: "cannot answer now",
    NotFound: "does not know this model or address",
    RequestRefused: "refuses the request",
    EndpointError: "reports an error",
}


_KINDS: tuple[tuple[type[EndpointError], Container[int], Container[int], re.Pattern[str]], ...] = (
    (OutOfCredit, (402,), (200, 400, 403, 429), _NO_MONEY),
    (RequestRefused, (), (403,), re.compile(f"{_RULES.pattern}|{_PLACE.pattern}", re.IGNORECASE)),
    (KeyRefused, (401, 403), (200, 400), _KEY),
    (RateLimited, (429,), (200,), _RATE),
    (NotFound, (404,), (200, 400), _NO_MODEL),
    (Overloaded, (408, *range(500, 600)), (200,), _BUSY),
)
"""Kind, the statuses that say so plainly, and those that leave it to the words; the first that fits counts."""


def _kind(status: int, found: _Found) -> type[EndpointError]:
    """What kind of failure it is; 200 is the status of an error inside a stream."""
    for kind, statuses, unclear, words in _KINDS:
        if status in statuses or (status in unclear and words.search(found.words)):
            return kind
    return EndpointError if status == 200 and not _REFUSED.search(found.words) else RequestRefused


def _named_parameter(message: str) -> str:
    """The request field that a message speaks of: the first in quotes, or else the first that is no common word."""
    names = "|".join(map(re.escape, PARAMETER_NAMES))
    rare = "|".join(re.escape(name) for name in PARAMETER_NAMES if "_" in name or name == "temperature")
    quoted = re.search(rf"['\"`“]({names})['\"`”]", message)
    found = quoted or re.search(rf"(?<![\w-])({rare})(?![\w-])", message)
    return found[1] if found else ""


def is_too_long(error: EndpointError) -> bool:
    """Whether a refusal says that the conversation is longer than the model can read."""
    return _TOO_LONG.search(f"{error.text} {error.code}") is not None


def _refusal_hint(status: int, found: _Found, parameter: str) -> str:
    label = next((entry.label for entry in PARAMETERS if entry.name == parameter), "")
    if label:
        return f"Change or reset “{label}” in the parameters."
    if status == 413:
        return "The request is too large: leave pictures out, or start a new chat."
    hints = (
        (_TOO_LONG, "The conversation is longer than this model can read: start a new chat, or choose another model."),
        (_RULES, "The endpoint's rules forbid this: word it differently, or choose another model."),
        (_PLACE, "This is not offered where you are: choose another model or endpoint."),
        (_PICTURE, "The model may not see pictures: leave them out, or choose one that does."),
    )
    return next((hint for words, hint in hints if words.search(found.words)), "Change the request and try again.")


def _hint(kind: type[EndpointError], retry_s: float | None) -> str:
    if kind is RateLimited and retry_s:
        return f"Try again in {max(1, round(retry_s))} s."
    return {
        KeyRefused: "Check the key in the settings.",
        OutOfCredit: "Top up the account, or choose another model or endpoint.",
        RateLimited: "Try again in a moment.",
        Overloaded: "Try again in a moment, or choose another model.",
        NotFound: "Check the model's name, and the address in the settings.",
        EndpointError: "Try again, or choose another model.",
    }[kind]
