"""What an answer becomes where it is given away as HTML."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.ui.markdown_html import Looks, formula_source, plain_to_html, to_html

TAGS = set("p h1 h2 h3 h4 h5 h6 ul ol li blockquote pre code em strong s a br hr table thead tbody tr th td".split())
OWN_TAGS = TAGS | {"span", "div"}


class Reader(HTMLParser):
    """Reads HTML as a browser does: which tags there are, and where they lead."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.text += data


def test_blocks_become_their_elements() -> None:
    html = to_html("# One\n\ntext **bold** *soft* ~~gone~~ `x < 1`\n\n> said\n\n1. first\n   - inner\n\n---\n")
    for part in ("<h1>One</h1>", "<strong>bold</strong>", "<em>soft</em>", "<s>gone</s>", "<code>x &lt; 1</code>"):
        assert part in html
    assert Reader(html).tags == "h1 p strong em s code blockquote p ol li ul li hr".split()


def test_a_table_keeps_its_alignment() -> None:
    html = to_html("|a|b|\n|:-|-:|\n|1|2|\n")
    assert '<td style="text-align:right">2</td>' in html


def test_tasks_show_their_boxes() -> None:
    read = Reader(to_html("- [x] done\n- [ ] open\n- plain [x] one\n"))
    assert [line for line in read.text.split("\n") if line] == ["☑ done", "☐ open", "plain [x] one"]


def test_raw_html_stays_text() -> None:
    html = to_html("a <script>alert(1)</script> b\n\n<div onclick='x()'>c</div>\n")
    assert Reader(html).tags == ["p", "p"]
    assert "<script>alert(1)</script>" in Reader(html).text


@pytest.mark.parametrize(
    "target",
    ["javascript:alert(1)", "JAVASCRIPT:x", "data:text/html,x", "file:///etc/passwd", "vbscript:x", "//x.y", "x"],
)
def test_only_web_and_mail_addresses_are_linked(target: str) -> None:
    for markdown in (f"[here]({target})", f"![here]({target})", f"[here][1]\n\n[1]: {target}"):
        assert Reader(to_html(markdown)).tags == ["p"]
        assert Reader(to_html(markdown)).text.strip() == "here"


def test_links_and_bare_addresses_are_linked_once() -> None:
    read = Reader(to_html("[a](https://a.b/c?d=1&e) and https://x.y/z. <mailto:m@x.y> [https://in.side](https://o.x)"))
    assert [value for _, value in read.attributes] == [
        "https://a.b/c?d=1&e", "https://x.y/z", "mailto:m@x.y", "https://o.x"
    ]  # fmt: skip


def test_a_picture_is_a_link_and_never_loaded() -> None:
    assert to_html("![A cat](https://x.y/cat.png)").strip() == '<p><a href="https://x.y/cat.png">A cat</a></p>'


def test_code_is_colored_and_says_its_language() -> None:
    html = to_html("```python\ndef f(): return '<😀>'  # why\n```")
    assert html.startswith('<pre data-language="python"><code><span class="keyword">def</span> f')
    assert '<span class="comment"># why</span>' in html
    assert Reader(html).text.strip() == "def f(): return '<😀>'  # why"
    colored = to_html("```python\ndef f(): 1\n```", Looks(lambda name: f'style="color:{name}"', formula_source))
    assert '<span style="color:keyword">def</span>' in colored
    assert to_html("```nonsense\na<b\n```") == '<pre data-language="nonsense"><code>a&lt;b</code></pre>\n'


@pytest.mark.parametrize(
    ("markdown", "formulas"),
    [
        (r"so \(a_1*b*\) and $c_2$.", [("a_1*b*", False), ("c_2", False)]),
        ("$$\na\n= b\n- c\n$$\n\ntext", [("a\n= b\n- c", True)]),
        (r"\[ E = mc^2 \]", [("E = mc^2", True)]),
        ("> \\[\n> x\n> \\]", [("x", True)]),
        ("it costs $5 or $6, `$x$` and \\$y$", []),
        ("an open $$\nformula", []),
    ],
)
def test_formulas_are_found(markdown: str, formulas: list[tuple[str, bool]]) -> None:
    found: list[tuple[str, bool]] = []

    def keep(source: str, alone: bool) -> str:
        found.append((source, alone))
        return ""

    to_html(markdown, Looks(str, keep))
    assert found == formulas


def test_colored_code_can_be_cut_between_its_lines() -> None:
    html = to_html('```python\n"""One\n\ntwo."""\n```')
    assert all(line.count("<span") == line.count("</span>") for line in html.strip().split("\n"))
    assert Reader(html).text.strip() == '"""One\n\ntwo."""'


def test_what_was_typed_is_shown_as_it_was_typed() -> None:
    assert plain_to_html("a <b>\n**c**") == "a &lt;b&gt;<br>\n**c**"


@given(st.text(st.sampled_from("ab <>\"'&`*_[]()!#|-:\n\\$~1.") | st.characters(), max_size=200))
def test_nothing_that_is_written_becomes_anything_but_text(markdown: str) -> None:
    read = Reader(to_html(markdown))
    assert set(read.tags) <= OWN_TAGS
    names = {name for name, _ in read.attributes}
    assert names <= {"href", "class", "style", "start", "data-language", "title"}
    assert all(
        value and value.lower().startswith(("http", "mailto:")) for name, value in read.attributes if name == "href"
    )
