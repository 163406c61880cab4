"""Marks that point at sources, and what only looks like them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.core.citations import cited, host_of, source_number, with_addresses
from desktop.core.conversation import Source


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Paris is old [1].", "Paris is old {1}."),
        ("It is the capital of France[1][2].", "It is the capital of France{1}{2}."),
        ("- **Height**: it is 330 metres[2]\n- next", "- **Height**: it is 330 metres{2}\n- next"),
        ("Raised[^1^] and wide【2†source】 and【1:0†page.html】.", "Raised{1} and wide{2} and{1}."),
        ("首都は東京です[1]。", "首都は東京です{1}。"),
        ("**Bold claim here**[1], and more", "**Bold claim here**{1}, and more"),
        ("(see [1])", "(see {1})"),
        ("No such source [3] and [0] and [12]", "No such source [3] and [0] and [12]"),
        ("Built in 1889[1] and old", "Built in 1889{1} and old"),
        ("According to the data[1][2], it is", "According to the data{1}{2}, it is"),
        ("user_list[1] and camelCase[1] and x[1]", "user_list[1] and camelCase[1] and x[1]"),
        ("total[1] = 3, total[2].run()", "total[1] = 3, total[2].run()"),
        ("array[1] is the second", "array[1] is the second"),
        ("Use array[1].", "Use array[1]."),
        ("The value of array[1] is here", "The value of array[1] is here"),
        ("matrix[1][2] = 3", "matrix[1][2] = 3"),
        ("`x[1]` and ``[1]``", "`x[1]` and ``[1]``"),
        ("`array`[1] is", "`array`[1] is"),
        ("> ```\n> [1]\n> ```\n", "> ```\n> [1]\n> ```\n"),
        ("\\[1] stays", "\\[1] stays"),
        ("[1](https://example.org) and ![1](x.png)", "[1](https://example.org) and ![1](x.png)"),
        ("[1]: https://example.org", "[1]: https://example.org"),
        ("[text][1] stays", "[text][1] stays"),
        ("[1][text] stays", "[1][text] stays"),
        ("- [x] done [1]", "- [x] done {1}"),
        ("\\(a [1]\\) formula", "\\(a [1]\\) formula"),
    ],
)
def test_marks_are_told_from_what_looks_like_them(text: str, shown: str) -> None:
    for number in (1, 2):
        shown = shown.replace(f"{{{number}}}", f"[{number}](source:{number})")
    assert cited(text, 2) == shown


def test_a_label_that_the_message_defines_is_its_own_link() -> None:
    assert cited("See [1] and [2].", 2, frozenset({"1"})) == "See [1] and [2](source:2)."


def test_copied_marks_lead_to_the_pages() -> None:
    sources = [Source("https://a.example/x"), Source("https://b.example/a_(b)")]
    assert with_addresses("One [1], two [2].", sources) == (
        "One [1](https://a.example/x), two [2](<https://b.example/a_(b)>)."
    )
    assert with_addresses("One [1].", []) == "One [1]."


def test_a_link_tells_its_source() -> None:
    assert source_number("source:12") == 12
    assert source_number("https://a.example") is None
    assert source_number("source:x") is None


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://www.example.org/x", "example.org"),
        ("http://EXAMPLE.org:8080", "example.org"),
        ("javascript:alert(1)", ""),
        ("https://[broken", ""),
        ("", ""),
    ],
)
def test_only_web_addresses_have_a_host(url: str, host: str) -> None:
    assert host_of(url) == host


@given(st.text(alphabet="ab 1[]()^†【】`\\\n.:!", max_size=60), st.integers(0, 3))
def test_taking_the_links_away_gives_the_text_back(text: str, count: int) -> None:
    marked = cited(text, count)
    if count == 0:
        assert marked == text
    if "†" not in text and "^" not in text:
        for number in range(1, 4):
            marked = marked.replace(f"[{number}](source:{number})", f"[{number}]")
        assert marked == text
