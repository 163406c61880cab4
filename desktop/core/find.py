"""Finding words in a text as a reader sees it: in any case, composed or not, without Markdown's marks.

`readable` makes of a whole message nearly what its rows will show, quickly enough for twenty thousand of them: good
for counting. What a row really shows is then searched by `spans`, which gives exact places.
"""

from __future__ import annotations

import html
import re
import unicodedata
from itertools import pairwise

_CODE = r"""
    (?P<fence>\n\ *(?P<mark>`{3,}|~{3,})[^\n]*\n(?P<code>.*?)(?:\n\ *(?P=mark)[`~]*[ \t]*(?=\n|\Z)|\Z))
  | (?P<ticks>`+)(?P<span>[^`](?:.*?[^`])?)(?P=ticks)(?!`)"""
_MARKUP = re.compile(
    _CODE
    + r"""
  | (?P<formula>\$\$.+?\$\$|\$(?=\S)[^$\n]*\S\$(?!\d))
  | \n\ *(?:[#]{1,6}|[-+]|>|\d{1,9}[.)])[ \t]+(?P<line>)
  | !?\[(?P<label>[^]\n]*)\]\((?:[^()\s]|\([^()\s]*\))*(?:\s+"[^"\n]*")?\)
  | <(?P<address>[a-zA-Z]+:[^>\s]+)>
  | &(?P<entity>[#]\d+|[#][xX][0-9a-fA-F]+|\w+);
  | \\(?P<escaped>[!-'*-/:-@^-`{-~])
  | \*{1,3}(?:(?=\S)|(?<=\S\*)|(?<=\S\*\*)|(?<=\S\*\*\*))
  | _(?<!\w_)_{0,2}(?=\S) | _{1,3}(?!\w)
  | ~~""",
    re.VERBOSE | re.DOTALL,
)
_MARKS = re.compile(r"[`~#$>+\\*_&\[]|\n *[-\d]")
_BLANKS = "\n\t\u2028\u2029\u00a0\u202f\u2009"


FindTexts = tuple[str, str]
"""What is searched of one message: as it is written, and in the form that is compared in any case."""


def find_texts(text: str, thinking: str, *, is_plain: bool) -> FindTexts:
    """What is searched of a message, in the order in which it is read; `is_plain` where marks are shown as typed."""
    seen = text if is_plain else f"{readable(thinking)}\0{readable(text)}" if thinking else readable(text)
    written = fold(seen, match_case=True)
    return written, written.casefold()


def readable(source: str) -> str:
    """What a reader sees of a message's Markdown, but for rare cases."""
    if not _MARKS.search(source) and not source.startswith("- "):
        return source
    return _MARKUP.sub(_seen, "\n" + source)[1:]


def _seen(match: re.Match[str]) -> str:
    if match["fence"] is not None:
        return "\n" + match["code"]
    if match["label"] is not None:
        return readable(match["label"])
    if match["entity"] is not None:
        return html.unescape(match[0])
    if match["line"] is not None:
        return "\n"
    return match["span"] or match["formula"] or match["address"] or match["escaped"] or ""


def fold(text: str, *, match_case: bool = False) -> str:
    """The form in which texts and words are compared."""
    if not text.isascii() and not unicodedata.is_normalized("NFC", text):
        text = unicodedata.normalize("NFC", text)
    for blank in _BLANKS[: 2 if text.isascii() else None]:
        text = text.replace(blank, " ")
    return text if match_case else text.casefold()


def spans(text: str, words: str, *, match_case: bool = False) -> list[tuple[int, int]]:
    """Where `words`, which are folded already, stand in `text`: beginnings and ends, none inside another."""
    folded = fold(text, match_case=match_case)
    found = _places(folded, words)
    if not found or (len(folded) == len(text) and (text.isascii() or unicodedata.is_normalized("NFC", text))):
        return found
    origins = _origins(text, match_case=match_case)
    return [(origins[start][0], origins[end - 1][1]) for start, end in found if end <= len(origins)]


def _places(folded: str, words: str) -> list[tuple[int, int]]:
    places: list[tuple[int, int]] = []
    start = folded.find(words) if words else -1
    while start >= 0:
        end = start + len(words)
        places.append((start, end))
        start = folded.find(words, end)
    return places


def _origins(text: str, *, match_case: bool) -> list[tuple[int, int]]:
    """For each character of the folded text, beginning and end of what it was made of."""
    edges = [0, *(place for place in range(1, len(text)) if not _joins(text[place])), len(text)]
    return [(start, end) for start, end in pairwise(edges) for _ in fold(text[start:end], match_case=match_case)]


def _joins(character: str) -> bool:
    """True for what may melt into the character before it: accents, and vowels and endings of Hangul."""
    return unicodedata.combining(character) > 0 or "\u1160" <= character <= "\u11ff"
