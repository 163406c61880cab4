"""Addresses, ids, headers and fields: what people paste is made right, and a key is kept in none of them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.core.endpoint_rules import (
    beside,
    check_body,
    check_headers,
    check_id,
    check_proxy,
    clean_base_url,
    free_id,
    is_loopback,
)
from desktop.core.endpoints import Endpoint
from desktop.core.errors import UserError

SECRET = "sk-" + "x" * 40


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("https://api.302.ai/v1", "https://api.302.ai/v1"),
        ("  https://api.302.ai/v1/  ", "https://api.302.ai/v1"),
        ("https://api.302.ai/v1/chat/completions", "https://api.302.ai/v1"),
        ("https://api.302.ai/v1/chat/completions/", "https://api.302.ai/v1"),
        ("api.302.ai/v1", "https://api.302.ai/v1"),
        ("localhost:11434/v1", "http://localhost:11434/v1"),
        ("127.0.0.1:8080/v1", "http://127.0.0.1:8080/v1"),
        ("192.168.1.20:8000/v1", "http://192.168.1.20:8000/v1"),
        ("http://[::1]:8080/v1", "http://[::1]:8080/v1"),
    ],
)
def test_what_people_paste_becomes_the_address(typed: str, kept: str) -> None:
    assert clean_base_url(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "   ",
        "ftp://example.com/v1",
        "file:///etc/passwd",
        "https://",
        "https://example.com:notaport/v1",
        "https://[::1/v1",
        "https://exa mple.com/v1",
        "https://user:password@example.com/v1",
        f"https://example.com/v1?key={SECRET}",
        f"https://example.com/{SECRET}/v1",
        "https://example.com/v1?api-version=1",
        "https://example.com/v1#there",
    ],
)
def test_what_cannot_be_an_address_is_refused(typed: str) -> None:
    with pytest.raises(UserError) as refused:
        clean_base_url(typed)
    assert "password@" not in str(refused.value)
    assert SECRET not in str(refused.value)


@given(st.text(max_size=60))
def test_an_address_is_kept_or_refused_and_stays_as_kept(text: str) -> None:
    try:
        kept = clean_base_url(text)
    except UserError:
        return
    assert kept.startswith(("http://", "https://"))
    assert clean_base_url(kept) == kept


@pytest.mark.parametrize("endpoint_id", ["openai", "a", "own_2", "x9_"])
def test_ids_name_environment_variables(endpoint_id: str) -> None:
    check_id(endpoint_id)


@pytest.mark.parametrize("endpoint_id", ["", "302ai", "OpenAI", "a-b", "a.b", "ä", "a\n", "local", "gateway"])
def test_other_ids_are_refused(endpoint_id: str) -> None:
    with pytest.raises(UserError):
        check_id(endpoint_id)


@given(st.text(max_size=20), st.sets(st.sampled_from(["openai", "openai_2", "server", "a"])))
def test_a_free_id_is_an_id_and_free(wanted: str, taken: set[str]) -> None:
    found = free_id(wanted, taken)
    check_id(found)
    assert found not in taken


def test_a_second_endpoint_of_a_name_gets_a_number() -> None:
    assert free_id("openai", {"openai"}) == "openai_2"
    assert free_id("My server!", set()) == "my_server"
    assert free_id("302.AI", set()) == "ai"
    assert free_id("local", set()) == "local_2"


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Bearer {key}", "x-api-key": "{key}"},
        {"X-Title": "Ligature", "HTTP-Referer": "https://example.com", "anthropic-version": "2023-06-01"},
        {"api-key": ""},
    ],
)
def test_headers_with_the_placeholder_are_fine(headers: dict[str, str]) -> None:
    check_headers(headers)


@pytest.mark.parametrize(
    "headers",
    [
        {"Authorization": "Bearer abc"},
        {"authorization": "abc"},
        {"X-API-Key": "abc"},
        {"api-key": "abc"},
        {"Ocp-Apim-Subscription-Key": "abc"},
        {"X-Auth-Token": "abc"},
        {"Cookie": "session=abc"},
        {"X-Anything": SECRET},
        {"X-Anything": f"{{key}} {SECRET}"},
        {"X-Anything": "Bearer abcdefgh12345"},
        {"X-Anything": "AIza" + "x" * 30},
    ],
)
def test_a_secret_written_out_in_a_header_is_refused_and_not_repeated(headers: dict[str, str]) -> None:
    with pytest.raises(UserError, match="written out") as refused:
        check_headers(headers)
    assert "{key}" in refused.value.hint
    assert "abc" not in str(refused.value)
    assert SECRET not in str(refused.value)


@pytest.mark.parametrize("headers", [{"a b": "x"}, {"": "x"}, {"X-A": "two\r\nlines"}, {"X-A": "ü"}])
def test_headers_that_cannot_be_sent_are_refused(headers: dict[str, str]) -> None:
    with pytest.raises(UserError):
        check_headers(headers)


def test_extra_fields_may_nest_but_not_hold_a_key_or_a_null() -> None:
    check_body({"provider": {"order": ["a", "b"], "max": 3, "on": True}})
    for body in ({"a": [{"b": SECRET}]}, {"a": {"b": None}}):
        with pytest.raises(UserError) as refused:
            check_body(body)
        assert SECRET not in str(refused.value)


@pytest.mark.parametrize("proxy", ["", "http://proxy:8080", "socks5://127.0.0.1:1080"])
def test_proxies(proxy: str) -> None:
    check_proxy(proxy)


@pytest.mark.parametrize("proxy", ["proxy:8080", "socks://x:1", "http://", "http://a:b@proxy:8080", "http://x:y"])
def test_proxies_that_cannot_be_used_or_hold_a_password_are_refused(proxy: str) -> None:
    with pytest.raises(UserError) as refused:
        check_proxy(proxy)
    assert "a:b" not in str(refused.value)


def test_loopback() -> None:
    assert is_loopback("http://127.0.0.1:11434/v1")
    assert is_loopback("http://localhost/v1")
    assert is_loopback("http://[::1]:1/v1")
    assert not is_loopback("https://api.openai.com/v1")
    assert not is_loopback("http://[::1")


def test_a_second_endpoint_of_a_service_has_a_name_of_its_own() -> None:
    openai = Endpoint("openai", "OpenAI", "https://api.openai.com/v1")
    assert beside(openai, set()) == openai
    second = beside(openai, {"openai"})
    assert (second.id, second.name) == ("openai_2", "OpenAI 2")
    assert beside(openai, {"openai", "openai_2"}).name == "OpenAI 3"
