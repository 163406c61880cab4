"""Error answers in every form that an endpoint was seen to use: the status, and the envelope around the message."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from tests.gateway.wire import Framing, Response

HTML = "<html><head><title>{status}</title></head><body><h1>{status}</h1><center>{message}</center></body></html>"

ENVELOPES: Mapping[str, Callable[[int, str], Any]] = {
    "openai": lambda status, message: {
        "error": {"message": message, "type": "invalid_request_error", "param": None, "code": f"code_{status}"}
    },
    "openrouter": lambda status, message: {"error": {"code": status, "message": message, "metadata": {}}},
    "anthropic": lambda _, message: {
        "type": "error", "error": {"type": "some_error", "message": message}, "request_id": "req_1",
    },
    "gemini": lambda status, message: {"error": {"code": status, "message": message, "status": "SOME_STATUS"}},
    "gemini_list": lambda status, message: [{"error": {"code": status, "message": message, "status": "SOME_STATUS"}}],
    "vllm": lambda status, message: {"object": "error", "message": message, "type": "BadRequestError", "code": status},
    "detail": lambda _, message: {"detail": message},
    "detail_list": lambda _, message: {"detail": [{"loc": ["body", "messages"], "msg": message, "type": "missing"}]},
    "text_in_json": lambda _, message: {"error": message},
    "302": lambda _, message: {
        "error": {
            "err_code": -10003, "message": message, "message_cn": "中文", "message_jp": "日本語", "type": "api_error",
        }
    },
}  # fmt: skip


def error(
    status: int,
    message: str = "Something went wrong.",
    *,
    envelope: str = "openai",
    headers: Mapping[str, str] | None = None,
    **fields: Any,
) -> Response:
    """An error with one of `ENVELOPES`, or as "plain" text or "html".

    `fields` go into the error object: `error(400, "…", code="context_length_exceeded", param="messages")`.
    """
    if envelope in {"plain", "html"}:
        text = HTML.format(status=status, message=message) if envelope == "html" else message
        kind = "text/html" if envelope == "html" else "text/plain"
        return _response(status, text, {"Content-Type": kind, **(headers or {})})
    body = error_json(status, message, envelope=envelope, **fields)
    return _response(status, json.dumps(body), {"Content-Type": "application/json", **(headers or {})})


def error_json(status: int, message: str, *, envelope: str = "openai", **fields: Any) -> Any:
    """The JSON of an error, for use as an event in the middle of a stream."""
    body = ENVELOPES[envelope](status, message)
    if fields and isinstance(body, dict):
        target = body["error"] if isinstance(body.get("error"), dict) else body
        target.update(fields)
    return body


def _response(status: int, text: str, headers: Mapping[str, str]) -> Response:
    return Response((text.encode(),), status=status, headers=headers, framing=Framing.LENGTH)
