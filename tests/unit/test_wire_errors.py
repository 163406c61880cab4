"""Every envelope around an error gives one readable message, and never a key."""

from __future__ import annotations

import json
import time
from email.utils import formatdate
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.core.errors import (
    EndpointError,
    KeyRefused,
    NotFound,
    OutOfCredit,
    Overloaded,
    RateLimited,
    RequestRefused,
)
from desktop.core.secrets import redact
from desktop.core.wire_errors import error_from, error_from_object, error_from_text, retry_after_s
from tests.gateway.errors import ENVELOPES, error_json

KEY = "sk-proj-Abcd1234Efgh5678Ijkl"


@pytest.mark.parametrize("envelope", ENVELOPES)
def test_the_message_is_found_in_every_envelope(envelope: str) -> None:
    body = json.dumps(error_json(400, "The flux is inverted.", envelope=envelope)).encode()
    error = error_from(400, {}, body, endpoint_name="302.AI")
    assert type(error) is RequestRefused
    assert error.text == "302.AI refuses the request: The flux is inverted."
    assert error.status == 400


@pytest.mark.parametrize(
    ("status", "message", "kind"),
    [
        (401, "Incorrect API key provided", KeyRefused),
        (403, "Forbidden", KeyRefused),
        (402, "Insufficient Balance", OutOfCredit),
        (429, "You exceeded your current quota, please check your plan and billing details.", OutOfCredit),
        (429, "Too many requests", RateLimited),
        (404, "The model `gpt-9` does not exist", NotFound),
        (400, "bad", RequestRefused),
        (413, "too large", RequestRefused),
        (422, "unprocessable", RequestRefused),
        (500, "oops", Overloaded),
        (503, "oops", Overloaded),
        (529, "overloaded", Overloaded),
        (400, "API key not valid. Please pass a valid API key.", KeyRefused),
        (400, "Invalid max_tokens value, the valid range of max_tokens is [1, 8192]", RequestRefused),
        (400, "Invalid token id 9999999 in logit_bias", RequestRefused),
        (400, "Model Not Exist", NotFound),
        (403, "You have insufficient permissions for this operation", KeyRefused),
        (403, "Your input was flagged by moderation", RequestRefused),
        (403, "Country, region, or territory not supported", RequestRefused),
    ],
)
def test_status_and_words_tell_what_the_user_can_do(status: int, message: str, kind: type[EndpointError]) -> None:
    error = error_from(status, {}, json.dumps({"error": {"message": message}}).encode())
    assert type(error) is kind
    assert error.hint


@pytest.mark.parametrize(
    ("body", "parameter"),
    [
        ({"error": {"message": "no", "param": "temperature"}}, "temperature"),
        (
            {"error": {"message": "Unsupported parameter: 'max_tokens' is not supported with this model."}},
            "max_tokens",
        ),
        ({"error": {"message": "`temperature` and `top_p` cannot both be specified"}}, "temperature"),
        ({"error": "This model does not support temperature. Please stop."}, "temperature"),
        ({"error": "The user's model cannot stop."}, ""),
        ({"error": {"message": '{"error": {"message": "no", "param": "top_p"}}'}}, "top_p"),
        ({"detail": [{"loc": ["body", "stream_options"], "msg": "Extra inputs are not permitted"}]}, "stream_options"),
    ],
)
def test_the_parameter_that_is_refused_is_named(body: object, parameter: str) -> None:
    error = error_from(422, {}, json.dumps(body).encode())
    assert error.parameter == parameter


@pytest.mark.parametrize(
    ("status", "message", "word"),
    [
        (400, "This model's maximum context length is 8192 tokens.", "start a new chat"),
        (400, "Invalid content type. image_url is only supported by certain models.", "pictures"),
        (413, "Request Entity Too Large", "pictures"),
        (403, "Your input was flagged by moderation", "differently"),
        (403, "Country, region, or territory not supported", "where you are"),
        (400, "`top_p` is not supported", "“Top p”"),
    ],
)
def test_the_hint_says_what_to_do_about_the_very_thing(status: int, message: str, word: str) -> None:
    assert word in error_from(status, {}, json.dumps({"error": message}).encode()).hint


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        ({"error": {"code": 502, "message": "Provider returned error"}}, Overloaded),
        ({"error": {"code": "insufficient_quota", "message": "no"}}, OutOfCredit),
        ({"error": {"type": "invalid_request_error", "message": "no"}}, RequestRefused),
        ({"error": {"message": "Something happened"}}, EndpointError),
        ({"code": 20012, "message": "Model does not exist", "data": None}, NotFound),
        ({"detail": "Too many requests"}, RateLimited),
        ({"choices": [], "message": "hello", "code": 1}, type(None)),
        ({"error": None, "usage": {}}, type(None)),
    ],
)
def test_an_object_of_a_stream_is_known_for_an_error(data: dict[str, Any], kind: type) -> None:
    assert type(error_from_object(data)) is kind


def test_a_good_status_without_an_answer_points_to_the_address() -> None:
    error = error_from_text("<!DOCTYPE html><html><title>Welcome to nginx!</title></html>")
    assert type(error) is NotFound
    assert error.text == "The endpoint sends no answer, but this: Welcome to nginx!"
    assert "/v1" in error.hint
    assert type(error_from_text("upstream overloaded")) is Overloaded


@pytest.mark.parametrize(
    ("message", "seconds"),
    [
        ("Rate limit reached. Please try again in 6.5s. Visit us", 6.5),
        ("Please try again in 1m2s.", 62),
        ("Please retry after 20 seconds.", 20),
        ("Try again in a moment.", None),
    ],
)
def test_the_wait_is_read_from_the_words_where_no_header_tells_it(message: str, seconds: float | None) -> None:
    error = error_from(429, {}, json.dumps({"error": message}).encode())
    assert error.retry_after_s == seconds


def test_a_web_page_becomes_one_line() -> None:
    page = b"<html><head><title>502 Bad Gateway</title><style>x{}</style></head><body><h1>no</h1></body></html>"
    assert (
        error_from(502, {"content-type": "text/html"}, page).text == "The endpoint cannot answer now: 502 Bad Gateway"
    )


def test_an_empty_body_tells_the_status() -> None:
    assert error_from(524, {}, b"").text == "The endpoint cannot answer now (HTTP 524)."


def test_what_a_provider_said_behind_a_gateway_is_told() -> None:
    raw = json.dumps({"error": {"message": "Context too long", "param": "messages"}})
    body = {"error": {"code": 400, "message": "Provider returned error", "metadata": {"raw": raw}}}
    error = error_from(400, {}, json.dumps(body).encode())
    assert "Context too long" in error.text
    assert error.parameter == "messages"


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "20"}, 20),
        ({"retry-after-ms": "1500"}, 1.5),
        ({"x-ratelimit-reset-requests": "6m0s", "x-ratelimit-reset-tokens": "2m59.56s"}, 360),
        ({"x-ratelimit-reset-tokens": "120ms"}, 0.12),
        ({"retry-after": "{date}"}, 30),
        ({"x-ratelimit-reset": "{clock_s}"}, 30),
        ({"x-ratelimit-reset": "{clock_ms}"}, 30),
    ],
)
def test_the_wait_is_read_in_every_way_of_writing_it(headers: dict[str, str], seconds: float) -> None:
    then_s = time.time() + 30
    moments = {"date": formatdate(then_s), "clock_s": int(then_s), "clock_ms": int(then_s * 1000)}
    headers = {name: value.format(**moments) for name, value in headers.items()}
    assert retry_after_s(headers) == pytest.approx(seconds, abs=1.5)
    assert error_from(429, headers, b"").retry_after_s == pytest.approx(seconds, abs=1.5)


def test_no_wait_is_guessed() -> None:
    assert retry_after_s({}) is None
    assert retry_after_s({"retry-after": "soon"}) is None


@pytest.mark.parametrize(
    "echo",
    [
        f"Incorrect API key provided: {KEY}.",
        "Incorrect API key provided: sk-proj-********5678Ijkl.",
        "Key Abcd1234Ef… is not known",
        "Bearer some-other-Secret-123 is wrong",
        "Try xai-" + "Q" * 20,
    ],
)
def test_a_key_that_an_error_echoes_is_taken_out(echo: str) -> None:
    text = str(error_from(401, {}, json.dumps({"error": {"message": echo, "code": KEY}}).encode(), key=KEY))
    for fragment in ("Abcd12", "5678Ijkl", "QQQQ", "some-other-Secret", "sk-proj"):
        assert fragment not in text


@given(st.text(), st.text(alphabet="abcdefghijk0123456789-_", min_size=8, max_size=60))
def test_no_six_characters_of_a_key_are_left(text: str, key: str) -> None:
    left = redact(f"{text}{key}{text}{key[1:7]}", key)
    assert not any(key[at : at + 6] in left for at in range(len(key) - 5))


@given(st.binary(max_size=200), st.sampled_from([200, 400, 401, 429, 500, 999]))
def test_any_body_gives_a_readable_error(body: bytes, status: int) -> None:
    error = error_from(status, {}, body, endpoint_name="X")
    assert error.text.startswith("X ")
    assert "\n" not in error.text


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: (
            st.lists(inner)
            | st.dictionaries(
                st.sampled_from(["error", "message", "detail", "code", "type", "metadata", "raw", "loc", "param"]),
                inner,
            )
        ),
    )
)
def test_any_json_gives_a_readable_error(body: object) -> None:
    assert error_from(400, {}, json.dumps(body).encode()).text
