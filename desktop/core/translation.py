"""Texts that are data here and translated where they are shown."""

from __future__ import annotations


def QT_TRANSLATE_NOOP(_context: str, text: str) -> str:
    """Marks a text for lupdate, which knows this name; `QCoreApplication.translate(context, text)` translates it."""
    return text
