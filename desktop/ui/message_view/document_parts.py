"""Goes through the paragraphs of a QTextDocument, and through their runs of one look."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtGui import QTextBlock, QTextDocument, QTextFormat, QTextFragment


def blocks(document: QTextDocument) -> Iterator[QTextBlock]:
    """The paragraphs of a document."""
    block = document.begin()
    while block.isValid():
        yield block
        block = block.next()


def fragments(block: QTextBlock) -> Iterator[QTextFragment]:
    """The runs of one look in a paragraph."""
    iterator = block.begin()
    while not iterator.atEnd():
        yield iterator.fragment()
        iterator += 1


def is_code(block: QTextBlock) -> bool:
    """True for a line of a fence inside a quote."""
    block_format = block.blockFormat()
    return block_format.hasProperty(QTextFormat.Property.BlockCodeFence) or block_format.hasProperty(
        QTextFormat.Property.BlockCodeLanguage
    )
