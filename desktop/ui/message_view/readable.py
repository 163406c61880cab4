"""Markdown as it is read aloud: what stands on the screen, without the signs that make it look so."""

from __future__ import annotations

import re
from functools import lru_cache

from PySide6.QtGui import QTextDocument

from desktop.core.markdown_block import Block, Kind, table_cells
from desktop.core.markdown_blocks import split

_MARKUP = re.compile(r"[*_`~\[<\\&#>|!]")
_LINE_END = re.compile(r"(?<! {2})\n")
_ITEM = re.compile(r"\s*([-*+]|\d+[.)])\s")
_PICTURE = re.compile(r"!(?=\[)")  # shown as a link with its name
_FEATURES = QTextDocument.MarkdownFeature.MarkdownDialectGitHub | QTextDocument.MarkdownFeature.MarkdownNoHTML


@lru_cache(maxsize=256)
def readable(markdown: str) -> str:
    """The visible text of `markdown`; lines stay lines."""
    if not _MARKUP.search(markdown):
        return markdown.strip("\n")
    return "".join(_block(block) + _line_ends(block) for block in split(markdown)).strip("\n")


def _line_ends(block: Block) -> str:
    """The end of a block's last line, and the blank lines after it."""
    return block.source[len(block.source.rstrip("\n")) :] or "\n"


def _block(block: Block) -> str:
    if block.kind is Kind.CODE:
        return block.code
    if block.kind is Kind.TABLE:
        return _table(block)
    if block.kind is Kind.RULE:
        return ""
    marker = _ITEM.match(block.source.lstrip("\n")) if block.kind is Kind.ITEM else None
    number = f"{block.number}. " if block.number else "• " if marker else ""
    return number + _running_text(block.markdown)


def _table(block: Block) -> str:
    """A line a row: `a, b`."""
    lines = block.source.strip("\n").split("\n")
    rows = lines if block.continues else lines[:1] + lines[2:]
    return "\n".join(", ".join(map(_running_text, table_cells(row))) for row in rows)


def _running_text(markdown: str) -> str:
    if not _MARKUP.search(markdown) and not _ITEM.match(markdown):
        return markdown.strip("\n")
    document = QTextDocument()
    document.setMarkdown(_LINE_END.sub("  \n", _PICTURE.sub("", markdown.strip("\n"))), _FEATURES)
    return document.toPlainText()
