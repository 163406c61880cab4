"""Requests as programs: the templates of resources/snippets/ filled."""

from __future__ import annotations

from desktop.core.snippets import Language, WireRequest, snippet
from desktop.resources import resource


def snippet_text(language: Language, request: WireRequest) -> str:
    """The program that sends a request."""
    template = resource("snippets", f"{language.id}.txt").read_text(encoding="utf-8")
    return snippet(language, template, request)
