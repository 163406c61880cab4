"""What Markdown's own examples look like: in pieces as at once, and by blocks as Qt parses the whole of them.

The examples are those of the specifications of CommonMark and of GitHub's extensions.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

import pytest
from PySide6.QtGui import QTextDocument

from desktop.ui.icons import Icons
from desktop.ui.message_view import MessageView
from desktop.ui.message_view.document_parts import blocks, fragments
from desktop.ui.message_view.markdown_document import FEATURES
from desktop.ui.message_view.row import Row
from desktop.ui.message_view.table_row import TableRow
from desktop.ui.message_view.text_row import QuietDocument, TextRow
from desktop.ui.theme import Appearance, Theme
from tests.ui.message_views import all_rows, answer, chunks, close, make_view, painted, screen, streaming, texts


class Example(NamedTuple):
    """One example of a specification."""

    name: str
    section: str
    markdown: str


EXAMPLES = [
    Example(*one)
    for one in json.loads((Path(__file__).parent / "markdown_examples.json").read_text(encoding="utf-8"))["examples"]
]
SECTIONS = {section: list(group) for section, group in groupby(EXAMPLES, key=lambda example: example.section)}
QT_IS_WRONG = {
    "CommonMark 300": "a heading in an item and the text below it are joined to one word",
    "GitHub 200": "an escaped bar in a cell's code keeps its backslash",
    "GitHub 203": "a delimiter row with fewer cells than the head makes a table, and the rest of the head is lost",
}
LOOKS_LIKE_A_FORMULA = {
    "CommonMark 498": r"a link's target with \( and \) in it: the backslashes of formulas are kept",
}


@pytest.fixture
def view(theme: Theme, icons: Icons) -> Iterator[MessageView]:
    view = make_view(theme, icons, 480, 320)
    yield view
    close(view)


class Read(NamedTuple):
    """What can be read: the lines that are not empty, and the links in their order (text, target)."""

    lines: list[str]
    links: list[tuple[str, str]]

    def add(self, text: str, links: list[tuple[str, str]]) -> None:
        """One more paragraph, cell or line of code."""
        if text.strip():
            self.lines.append(text.replace("\u2028", "\n").rstrip())
        for shown, target in links:
            self.links.append((shown, target))


def read_document(document: QTextDocument, read: Read) -> None:
    """Reads a document as Qt made it. Pictures are links by our rule: their names lead to their targets."""
    for block in blocks(document):
        text = ""
        links: list[tuple[str, str]] = []
        for fragment in fragments(block):
            look = fragment.charFormat()
            shown, target = fragment.text(), look.anchorHref()
            if look.isImageFormat():
                target = look.toImageFormat().name()
                shown = str(look.property(look.Property.ImageAltText.value) or target)
            text += shown
            if target and links and links[-1][1] == target:
                links[-1] = (links[-1][0] + shown, target)
            elif look.isAnchor() or target:
                links.append((shown, target))
        read.add(text, links)


def read_whole(markdown: str, theme: Theme) -> Read:
    """What Qt makes of the whole text at once."""
    document = QuietDocument(theme.font(14))
    document.setMarkdown(with_our_rules(markdown), FEATURES)
    read = Read([], [])
    read_document(document, read)
    return read


def with_our_rules(markdown: str) -> str:
    """The text with what we show on purpose although Qt would not: the targets of pictures that have no name."""
    return re.sub(r"!\[\]\(([^)\s]+)\)", r"![\1](\1)", markdown)


def read_rows(rows: list[Row]) -> Read:
    """What our rows show."""
    read = Read([], [])
    for row in rows:
        row.lay_out(440)
        if isinstance(row, TableRow):
            for line in row._cells:
                for cell in line:
                    read.add(cell.text, [(cell.text[start:end], target) for start, end, target in cell.links])
        elif isinstance(row, TextRow) and (document := row.document()) is not None:
            read_document(document, read)
    return read


@pytest.mark.parametrize("section", SECTIONS)
def test_blocks_read_as_the_whole_text_does(theme: Theme, view: MessageView, section: str) -> None:
    for example in SECTIONS[section]:
        view.set_items([answer(1, example.markdown)], follow_end=False)
        same = read_rows(all_rows(view)) == read_whole(example.markdown, theme)
        assert same != (example.name in QT_IS_WRONG | LOOKS_LIKE_A_FORMULA), example


@pytest.mark.parametrize("section", SECTIONS)
def test_every_example_looks_the_same_streamed_and_at_once(view: MessageView, section: str) -> None:
    for number, example in enumerate(SECTIONS[section]):
        view.set_items([streaming(1)], follow_end=True)
        for part in chunks(example.markdown, number, longest=12):
            view.feed(1, "text", part)
            view.flush()
        view.replace_item(answer(1, example.markdown))
        streamed, picture = texts(view), painted(view)
        view.set_items([answer(2, example.markdown)], follow_end=True)
        assert (streamed, picture) == (texts(view), painted(view)), example


@pytest.mark.parametrize("appearance", [Appearance.LIGHT, Appearance.DARK])
@pytest.mark.parametrize("section", SECTIONS)
def test_the_screen_is_a_full_repaint_after_every_flush(
    theme: Theme, view: MessageView, section: str, appearance: Appearance
) -> None:
    theme.choose(appearance, 1.0)
    view.set_items([streaming(1)], follow_end=True)
    for part in chunks("\n".join(example.markdown for example in SECTIONS[section]), 3, longest=160):
        view.feed(1, "text", part)
        view.flush()
        seen = screen(view)
        view.viewport().update()
        assert seen == screen(view), f"after {part!r}"
