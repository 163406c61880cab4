"""Markdown made ready for Qt's parser, so that nothing of it is lost, and links' texts as they are shown."""

from __future__ import annotations

import re

from desktop.core.citations import cited, source_number
from desktop.core.markdown_blocks import Block, Definitions
from desktop.core.markdown_definitions import FOOTNOTE_LINK

_FORMULA = re.compile(r"(?<!\\)(?<!\]\()\\(?:\(.+?\\\)|\[.+?\\\])", re.DOTALL)  # no formula is a link's target
_NAMELESS_PICTURE = re.compile(r"!\[\]\(([^)\s]+)")
CHIP_EDGE = "\u202f\u202f\u202f"  # beside a source's number; no line breaks there
SEPARATOR = "\ufdd5"  # stands for no character anywhere; taken out again
_SUPERSCRIPT = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_CODE_SPAN = re.compile(r"(`+)(?:.*?)\1", re.DOTALL)


def with_definitions(source: str, definitions: Definitions) -> str:
    """The text with what other blocks of the message say about its labels.

    Footnotes are links to the parser. Two in a row would be one link with a label, so something is put between them.
    """
    if not definitions or "[" not in source:
        return source
    if any(label.startswith("^") for label, _ in definitions):
        source = source.replace("][^", f"]{SEPARATOR}[^")
    return "\n".join(definition for _, definition in definitions) + "\n\n" + source


def with_citations(markdown: str, block: Block) -> str:
    """The text, all of the block's or some of it, with marks that point at sources made links."""
    if not block.source_count:
        return markdown
    return cited(markdown, block.source_count, frozenset(label for label, _ in block.definitions))


def link_text(text: str, target: str) -> str:
    """What is shown of a link: of one to a footnote its raised number, of one to a source a number with room."""
    if source_number(target) is not None:
        return f"{CHIP_EDGE}{text}{CHIP_EDGE}"
    if not target.startswith(FOOTNOTE_LINK):
        return text
    number = target.removeprefix(FOOTNOTE_LINK).translate(_SUPERSCRIPT)
    return number if text.startswith("^") else text + number


def without_separators(text: str) -> str:
    """The text as it was."""
    return text.replace(SEPARATOR, "")


def shown_literally(source: str) -> str:
    r"""Keeps what would be lost: the backslashes of formulas, `\[x\]` and `\(x\)`, and pictures without a name."""
    if "\\" not in source and "![](" not in source:
        return source
    result, start = [], 0
    for span in _CODE_SPAN.finditer(source):
        result += [_kept(source[start : span.start()]), span[0]]
        start = span.end()
    return "".join([*result, _kept(source[start:])])


def _kept(source: str) -> str:
    return _NAMELESS_PICTURE.sub(r"![\1](\1", _FORMULA.sub(_with_its_brackets, source))


def _with_its_brackets(formula: re.Match[str]) -> str:
    if not any(map(str.isalnum, formula[0])):
        return formula[0]
    return f"\\\\{formula[0][1:-2]}\\\\{formula[0][-1]}"
