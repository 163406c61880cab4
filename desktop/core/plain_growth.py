"""Tells when a block has only grown by plain words: then they can be put behind what is shown, and nothing is parsed.

Markdown looks back: a star, a bracket or a line's end may change the look of what came before it, and what stands right
before the new text may go on in it (`www`, `http:`, `_so_`). So the words have to be plain, and the word they follow.
"""

from __future__ import annotations

import re

from desktop.core.markdown_block import Block, Kind

_KINDS = {Kind.PARAGRAPH, Kind.HEADING, Kind.ITEM}
_FULL_WIDTH = "，。、！？：；「」『』（）《》"  # punctuation that no rule of Markdown knows
_WORDS = re.compile(rf"(?:[^\W_]|[,.:?'’“”–—{_FULL_WIDTH}-]|(?<! ) (?! ))*")
_LAST_WORD = re.compile(
    rf"(?:\A|[ \n])[^\W_\d][\w{_FULL_WIDTH}]*[,.:?]? ?\Z"
)  # with a number first, it could be a mark


def plain_growth(old: Block, new: Block) -> str | None:
    """What is to be put behind the text that is shown of `old`; None where `new` has to be parsed."""
    if not _differ_in_source_only(old, new) or new.formulas or any(mark in new.source for mark in ("www.", "|")):
        return None
    shown = old.source.rstrip(" ")
    more = new.source[len(shown) :].rstrip(" ")
    last_word = _LAST_WORD.search(old.source)
    if last_word is None or "_" in last_word[0] or not _WORDS.fullmatch(more):
        return None
    return more


def _differ_in_source_only(old: Block, new: Block) -> bool:
    same = (old.kind, old.opening, old.indent, old.number, old.continues, old.loose, old.definitions, old.source_count)
    now = (new.kind, new.opening, new.indent, new.number, new.continues, new.loose, new.definitions, new.source_count)
    return same == now and new.kind in _KINDS and new.source.startswith(old.source)
