"""`ligature:` links: what they ask for, and what a stranger cannot do with one."""

from __future__ import annotations

import logging
import unicodedata
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote, urlencode, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.core.endpoint_rules import is_loopback
from desktop.core.errors import UserError
from desktop.core.links import (
    LONGEST_LINK,
    LONGEST_TEXT,
    ChatLink,
    EndpointLink,
    NewChatLink,
    chat_link,
    is_link,
    parse_link,
)

FILLERS = "\u115f\u1160\u3164\uffa0\ufff0\ufff1\ufff2\ufff3\ufff4\ufff5\ufff6\ufff7\ufff8\ufffc\ufffd"
SELECTORS = "".join(map(chr, range(0xE0100, 0xE01F0)))  # signs that are not seen, and can carry a hidden text
SEEN = st.text(st.characters(exclude_categories=["C", "Z"], exclude_characters=FILLERS + SELECTORS), max_size=40)


@given(st.integers(1, 2**63 - 1))
def test_the_link_to_a_chat_opens_that_chat(chat_id: int) -> None:
    assert parse_link(chat_link(chat_id)) == ChatLink(chat_id)


@given(prompt=SEEN, system=SEEN, model=SEEN, endpoint=SEEN)
def test_what_is_written_into_a_link_is_read_from_it(prompt: str, system: str, model: str, endpoint: str) -> None:
    fields = {"prompt": prompt, "system": system, "model": model, "endpoint": endpoint}
    wanted = NewChatLink(prompt, system, model, endpoint)
    assert parse_link("ligature:new?" + urlencode(fields)) == wanted
    assert parse_link("ligature://new/?" + urlencode(fields, quote_via=quote)) == wanted


@given(st.text(max_size=200) | st.text(max_size=100).map(lambda text: "ligature:" + text))
def test_any_text_is_a_link_or_is_refused_in_words(text: str) -> None:
    with suppress(UserError):
        assert parse_link(text)


@given(st.text(max_size=200))
def test_nothing_invisible_gets_out_of_a_link(text: str) -> None:
    link = parse_link("ligature:new?" + urlencode({"prompt": text, "model": text}, errors="replace"))
    assert isinstance(link, NewChatLink)
    assert all(unicodedata.category(sign) != "Cc" or sign in "\n\t" for sign in link.prompt)
    assert not set(link.prompt) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200b\u200f\ufeff")
    assert all(not 0xE0000 <= ord(sign) < 0xE1000 for sign in link.prompt)
    assert "\n" not in link.model
    assert "\t" not in link.model


@given(st.sampled_from(["http", "https", "ftp", "file", "javascript"]), st.text(min_size=1, max_size=40))
def test_an_endpoint_from_a_link_is_encrypted_or_on_this_computer(scheme: str, rest: str) -> None:
    try:
        link = parse_link("ligature:endpoint?" + urlencode({"base_url": f"{scheme}://{rest}"}, errors="replace"))
    except UserError:
        return
    assert isinstance(link, EndpointLink)
    parts = urlsplit(link.base_url)
    assert parts.scheme == "https" or is_loopback(link.base_url)
    assert link.host.isascii()
    assert link.host == parts.netloc
    assert "@" not in link.host


@pytest.mark.parametrize("form", ["ligature:chat/7", "ligature://chat/7", "LIGATURE:///chat/7/", "ligature:chat/7#top"])
def test_browsers_and_systems_may_add_slashes(form: str) -> None:
    assert parse_link(form) == ChatLink(7)


def test_line_breaks_of_a_prompt_stay() -> None:
    assert parse_link("ligature:new?prompt=One%0D%0ATwo%0A%0AThree+four") == NewChatLink("One\nTwo\n\nThree four")


def test_letters_that_are_joined_by_invisible_signs_stay_whole() -> None:
    family = "👩\u200d👩\u200d👧 می\u200cخواهم"
    assert parse_link("ligature:new?prompt=" + quote(family)) == NewChatLink(family)


@pytest.mark.parametrize(
    "text",
    [
        "ligature:",
        "ligature:chat/",
        "ligature:chat/0",
        "ligature:chat/-1",
        "ligature:chat/1e3",
        "ligature:chat/٣",
        "ligature:chat/9999999999999999999",
        "ligature:send?prompt=Hello",
        "ligature:new/now?prompt=Hello",
        "ligature:new?prompt=one&prompt=two",
        "ligature:new?" + "&".join(f"field{number}=" for number in range(30)),
        "ligature:new?prompt=" + "x" * (LONGEST_TEXT + 1),
        "ligature:new?prompt=" + "x" * LONGEST_LINK,
        "ligature:endpoint",
        "ligature:endpoint?key=sk-0123456789abcdef",
        "ligature:endpoint?preset=openai&base_url=https://evil.example/v1",
        "ligature:endpoint?base_url=http://api.example.com/v1",
        "ligature:endpoint?base_url=http://192.168.1.2/v1",
        "ligature:endpoint?base_url=http://localhost.evil.example/v1",
        "ligature:endpoint?base_url=http://127.0.0.1@evil.example/v1",
        "ligature:endpoint?base_url=https://api.openai.com%5C@evil.example/v1",
        "ligature:endpoint?base_url=https://user:pass@api.example.com/v1",
        "ligature:endpoint?base_url=https://api.example.com/v1%0Ahost",
        "ligature:endpoint?base_url=https://api.openai.com%E2%80%AE/v1",
        "ligature:endpoint?base_url=file:///etc/passwd",
        "ligature:endpoint?base_url=api.example.com",
        "ligature:endpoint?base_url=https://api.example.com/v1&key=two%20words",
        "https://example.com/ligature:chat/1",
    ],
)
def test_what_cannot_be_meant_well_is_refused(text: str) -> None:
    with pytest.raises(UserError):
        parse_link(text)


@pytest.mark.parametrize(
    ("address", "host"),
    [
        ("https://api.example.com/v1", "api.example.com"),
        ("https://\u0430pi.openai.com/v1", "xn--pi-6kc.openai.com"),
        ("https://API.Example.com:8443/v1/", "api.example.com:8443"),
        ("http://127.0.0.1:11434/v1", "127.0.0.1:11434"),
        ("http://[::1]:8080/v1", "[::1]:8080"),
    ],
)
def test_where_requests_would_go_is_told_in_plain_letters(address: str, host: str) -> None:
    link = parse_link("ligature:endpoint?" + urlencode({"base_url": address}))
    assert isinstance(link, EndpointLink)
    assert link.host == host


def test_a_key_is_in_no_representation_and_in_no_error(caplog: pytest.LogCaptureFixture) -> None:
    key = "a-word-that-nobody-takes-for-a-key"
    link = parse_link(f"ligature:endpoint?preset=openai&key={key}")
    assert isinstance(link, EndpointLink)
    assert link.key == key
    logging.getLogger().warning("%r %s", link, link)
    assert key not in caplog.text
    for wrong in (f"ligature:{key}", f"ligature:endpoint?key={key}", f"ligature:endpoint?base_url={key}&key={key}"):
        with pytest.raises(UserError) as caught:
            parse_link(wrong)
        assert key not in str(caught.value)


def test_a_file_is_no_link() -> None:
    assert is_link("ligature:chat/1")
    assert is_link("https://example.com")
    assert not is_link(r"C:\Pictures\a.png")
    assert not is_link(str(Path("/pictures/a: b.png")))
