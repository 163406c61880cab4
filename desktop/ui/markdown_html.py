"""An answer's Markdown as HTML that can be given away: for exported files, for printing, for rich text in a clipboard.

What an answer says may load, run or hide nothing: raw HTML stays text, a picture becomes a link that names its target,
and links lead to web and mail addresses only. The whole text is parsed at once, so this is for what is not on the
screen.
"""

from __future__ import annotations

import re
from collections.abc import Callable, MutableMapping, Sequence
from dataclasses import dataclass
from functools import cache
from html import escape
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_block import StateBlock
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markdown_it.utils import OptionsDict

from desktop.ui.message_view.highlighting import Highlighter, load

LINKED_SCHEMES = ("http://", "https://", "mailto:")
_ADDRESS = re.compile(r"https?://[^\s<>\"]*[^\s<>\".,;:!?'*_~)\]]")
_TASK = re.compile(r"\[([ xX])\] ")
_INLINE_MATH = re.compile(
    r"\$\$(?P<dollars>.+?)\$\$|\\\[(?P<square>.+?)\\\]|\\\((?P<round>.+?)\\\)"
    r"|\$(?P<dollar>(?![\s$])(?:[^$\\\n`]|\\.)+(?<!\s))\$(?!\w)",
    re.DOTALL,
)
_MATH_ENDS = {"$$": "$$", r"\[": r"\]"}


@dataclass(frozen=True, slots=True)
class Looks:
    """How code and formulas are written.

    `color` gives the attribute of a coloured piece of code, by a colour's name in `theme.Colors`: a class where a style
    sheet follows, a colour where none does; None leaves code without colours. `formula` gives the HTML for a formula's
    source, and whether it stands alone.
    """

    color: Callable[[str], str] | None
    formula: Callable[[str, bool], str]


def color_by_class(name: str) -> str:
    """Leaves the colour to a style sheet."""
    return f'class="{name}"'


def formula_source(source: str, alone: bool) -> str:
    """Shows a formula as it was written."""
    tag = "div" if alone else "span"
    return f'<{tag} class="formula">{escape(source)}</{tag}>'


DEFAULT_LOOKS = Looks(color_by_class, formula_source)


def to_html(markdown: str, looks: Looks = DEFAULT_LOOKS) -> str:
    """The HTML of a whole text: blocks, without `<html>` or `<body>` around them."""
    rendered: str = _parser().render(markdown, {"looks": looks})
    return rendered


def to_html_blocks(markdown: str, looks: Looks = DEFAULT_LOOKS) -> list[str]:
    """The same, a block an entry: a paragraph, a whole list, a table."""
    parser, environment = _parser(), {"looks": looks}
    tokens = parser.parse(markdown, environment)
    blocks: list[str] = []
    start = 0
    for end, token in enumerate(tokens, 1):
        if token.level == 0 and token.nesting <= 0:
            blocks.append(parser.renderer.render(tokens[start:end], parser.options, environment))
            start = end
    return blocks


def plain_to_html(text: str) -> str:
    """Text that is no Markdown, shown as it was typed."""
    return escape(text).replace("\n", "<br>\n")


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "breaks": False}).enable(["table", "strikethrough"])
    # `_links_that_lead_nowhere` leaves a refused link's text; the parser itself would show the whole source.
    parser.validateLink = lambda url: True  # type: ignore[method-assign]  # noqa: ARG005 - the parser names it
    parser.inline.ruler.before("escape", "formula", _formula)
    parser.block.ruler.before("fence", "formula", _formula_block, {"alt": ["paragraph", "blockquote", "list"]})
    parser.core.ruler.push("tasks", _tasks)
    parser.core.ruler.push("addresses", _addresses)
    parser.core.ruler.push("links", _links_that_lead_nowhere)
    parser.add_render_rule("formula", _render_formula)
    parser.add_render_rule("fence", _render_code)
    parser.add_render_rule("code_block", _render_code)
    parser.add_render_rule("image", _render_picture)
    return parser


def _formula(state: StateInline, silent: bool) -> bool:
    """Takes a formula inside a line; code and links have their own rules and come first where they begin first."""
    if state.src[state.pos] not in "$\\":
        return False
    found = _INLINE_MATH.match(state.src, state.pos, state.posMax)
    if found is None:
        return False
    if not silent:
        token = state.push("formula", "", 0)
        token.content = next(part for part in found.groups() if part is not None).strip()
        token.block = found.lastgroup in {"dollars", "square"}
    state.pos = found.end()
    return True


def _formula_block(state: StateBlock, first: int, last: int, silent: bool) -> bool:
    r"""Takes lines between `$$` or `\[` and their ends: inside, a line may begin as a list or a heading would."""
    start = state.bMarks[first] + state.tShift[first]
    opening = state.src[start : start + 2]
    end = _MATH_ENDS.get(opening)
    if end is None or state.is_code_block(first):
        return False
    lines: list[str] = []
    for number in range(first, last):  # no further than the end: a text may have a thousand formulas
        line = state.getLines(number, number + 1, state.blkIndent, False).strip()
        lines.append(line if lines else line[2:])
        if lines[-1].endswith(end):
            break
    else:
        return False
    if silent:
        return True
    token = state.push("formula", "", 0)
    token.content = "\n".join(lines).removesuffix(end).strip()
    token.block = True
    state.line = first + len(lines)
    return True


def _tasks(state: StateCore) -> None:
    """Boxes of tasks, as characters: everything that shows text shows them."""
    for item, before, token in zip(state.tokens, state.tokens[1:], state.tokens[2:], strict=False):
        if item.type != "list_item_open" or before.type != "paragraph_open" or not token.children:
            continue
        if found := _TASK.match(token.children[0].content):
            text = token.children[0].content[found.end() :]
            token.children[0].content = ("☐ " if found[1] == " " else "☑ ") + text
            item.attrSet("class", "task")


def _addresses(state: StateCore) -> None:
    """Makes links of bare addresses."""
    for token in state.tokens:
        if token.children and "://" in token.content:
            token.children = _linked(token.children)


def _linked(children: Sequence[Token]) -> list[Token]:
    linked: list[Token] = []
    depth = 0
    for child in children:
        depth += {"link_open": 1, "link_close": -1}.get(child.type, 0)
        if child.type == "text" and not depth:
            linked += _split_at_addresses(child.content)
        else:
            linked.append(child)
    return linked


def _split_at_addresses(text: str) -> list[Token]:
    tokens: list[Token] = []
    end = 0
    for found in _ADDRESS.finditer(text):
        tokens += [
            Token("text", "", 0, content=text[end : found.start()]),
            Token("link_open", "a", 1, attrs={"href": found[0]}),
            Token("text", "", 0, content=found[0]),
            Token("link_close", "a", -1),
        ]
        end = found.end()
    return [*tokens, Token("text", "", 0, content=text[end:])]


def _links_that_lead_nowhere(state: StateCore) -> None:
    """Leaves the texts of links to anything but web and mail addresses, and no link."""
    for token in state.tokens:
        kept: list[Token] = []
        dropped = False
        for child in token.children or ():
            if child.type == "link_open":
                dropped = not _is_linked(str(child.attrGet("href")))
            if not dropped or child.type not in {"link_open", "link_close"}:
                kept.append(child)
        if token.children:
            token.children = kept


def _is_linked(target: str) -> bool:
    return target.lower().startswith(LINKED_SCHEMES)


def _render_formula(
    _renderer: RendererHTML, tokens: Sequence[Token], index: int, _options: OptionsDict, env: MutableMapping[str, Any]
) -> str:
    looks: Looks = env["looks"]
    return looks.formula(tokens[index].content, tokens[index].block)


def _render_code(
    _renderer: RendererHTML, tokens: Sequence[Token], index: int, _options: OptionsDict, env: MutableMapping[str, Any]
) -> str:
    looks: Looks = env["looks"]
    token = tokens[index]
    language = next(iter(token.info.split()), "")
    caption = f' data-language="{escape(language)}"' if language else ""
    return f"<pre{caption}><code>{colored(token.content.removesuffix(chr(10)), language, looks)}</code></pre>\n"


def colored(code: str, language: str, looks: Looks = DEFAULT_LOOKS) -> str:
    """Code with its colours, as HTML without anything around it; it may be cut between its lines."""
    highlighter = _highlighter(language)
    if highlighter is None or looks.color is None:
        return escape(code)
    parts: list[str] = []
    end = 0
    for start, length, color in highlighter.whole_by_characters(code):
        lines = escape(code[start : start + length]).split("\n")
        span = f"<span {looks.color(color)}>"
        parts += [escape(code[end:start]), "\n".join(f"{span}{line}</span>" if line else "" for line in lines)]
        end = start + length
    return "".join([*parts, escape(code[end:])])


@cache
def _highlighter(language: str) -> Highlighter | None:
    return load(language) if language else None


def _render_picture(
    renderer: RendererHTML, tokens: Sequence[Token], index: int, options: OptionsDict, env: MutableMapping[str, Any]
) -> str:
    token = tokens[index]
    target = str(token.attrGet("src") or "")
    text = renderer.renderInlineAsText(token.children or [], options, env) or target
    if not _is_linked(target):
        return escape(text)
    return f'<a href="{escape(target)}">{escape(text)}</a>'
