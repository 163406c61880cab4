"""Link reference definitions and footnotes: which a block defines, and which it asks for.

Blocks are laid out one by one, but `[label]` may be defined in any of them. What is found here is put before the
blocks that ask for it, so that the parser knows it; so it may find too much in a text, but never too little.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

FOOTNOTE = re.compile(r" {0,3}\[(\^[^\s\[\]]+)\]:[ \t]*")

_LABEL = r"\[((?:[^\[\]\\]|\\[\s\S]){1,999})\]"
_ASKED_FOR = re.compile(_LABEL)
_CONTAINERS = re.compile(r"^[ \t]*(?:(?:>|[-*+](?=\s)|\d{1,9}[.)](?=\s))[ \t]*)*", re.MULTILINE)
_INDENT = re.compile(r"^[ \t]+", re.MULTILINE)
_GAP = r"[ \t]*\n?[ \t]*"
_TARGET = r"(?:<(?:[^<>\\\n]|\\.)*>|(?!<)(?:[^\s\\\x00-\x1f]|\\\S?)+)"
_TITLE = r"""(?:"(?:[^"\\]|\\[\s\S])*"|'(?:[^'\\]|\\[\s\S])*'|\((?:[^()\\]|\\[\s\S])*\))"""
_END = r"[ \t]*(?:\n|$)"
_HEAD = re.compile(rf"{_LABEL}:{_GAP}({_TARGET})")
_TITLE_AND_END = re.compile(rf"(?:[ \t]+|[ \t]*\n[ \t]*){_TITLE}{_END}")
_ONLY_END = re.compile(_END)
_ESCAPED = re.compile(r"\\.")


@dataclass
class References:
    """What one block, or several, define and ask for; definitions by label, each as it is written."""

    links: dict[str, str] = field(default_factory=dict)
    asked_for: dict[str, None] = field(default_factory=dict)  # labels, in their order


def normal(label: str) -> str:
    """What labels are compared by."""
    return " ".join(label.split()).casefold()


def references(source: str) -> References:
    """What a block defines and asks for."""
    found = References()
    if "[" not in source:
        return found
    footnote = FOOTNOTE.match(source.lstrip("\n"))
    text = _without_containers(source.lstrip("\n")[footnote.end() if footnote else 0 :])
    found.asked_for = dict.fromkeys(normal(match[1]) for match in _ASKED_FOR.finditer(text))
    if "]:" in text:
        for paragraph in text.split("\n\n"):
            for label, definition in _leading(paragraph)[0]:
                found.links.setdefault(label, definition)
    return found


def footnote_label(source: str) -> str:
    """The label that a footnote's definition defines, with its `^`."""
    match = FOOTNOTE.match(source.lstrip("\n"))
    return normal(match[1]) if match else ""


def footnote_text(source: str) -> str:
    """What a footnote says, as Markdown."""
    lines = source.strip("\n").split("\n")
    match = FOOTNOTE.match(lines[0])
    first = lines[0][match.end() :] if match else lines[0]
    return "\n".join([first, *(re.sub(r"^(?: {1,4}|\t)", "", line) for line in lines[1:])]).strip("\n")


def only_defines(source: str) -> bool:
    """True for a paragraph in which nothing is left to show."""
    text = source.strip("\n")
    if not text.lstrip(" ").startswith("["):
        return False
    found, end = _leading(_without_indent(text))
    return bool(found) and end


def _leading(paragraph: str) -> tuple[list[tuple[str, str]], bool]:
    """The definitions that a paragraph begins with, and whether it ends with them."""
    found: list[tuple[str, str]] = []
    place = 0
    while place < len(paragraph) and (end := _definition_end(paragraph, place)):
        definition = paragraph[place:end].strip()
        match = _HEAD.match(definition)
        if match is None:
            break
        found.append((normal(match[1]), definition))
        place = end
    return found, not paragraph[place:].strip()


def _definition_end(text: str, start: int) -> int:
    """Where the definition that begins here ends; 0 if there is none."""
    head = _HEAD.match(text, start)
    if head is None or not head[1].strip() or head[1].startswith("^") or not _is_balanced(head[2]):
        return 0
    end = _TITLE_AND_END.match(text, head.end()) or _ONLY_END.match(text, head.end())
    return end.end() if end else 0


def _is_balanced(target: str) -> bool:
    """True if each parenthesis of a bare target has its other one."""
    if target.startswith("<"):
        return True
    depth = 0
    for character in _ESCAPED.sub("", target):
        depth += {"(": 1, ")": -1}.get(character, 0)
        if depth < 0:
            return False
    return depth == 0


def _without_containers(text: str) -> str:
    """The text without the marks of quotes and items; an item's begins a paragraph."""
    return _CONTAINERS.sub(lambda marks: "\n" if marks[0].strip("> \t") else "", text)


def _without_indent(text: str) -> str:
    return _INDENT.sub("", text)
