"""What copying gives: Markdown as it came for whole blocks, what is read for parts of them, and both as rich text.

The plain text of the clipboard is the Markdown: editors, terminals and other chats take it as it is, and programs that
want headings, tables and links ask for the HTML.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from html import escape

from PySide6.QtCore import QMimeData
from PySide6.QtGui import QGuiApplication

from desktop.core.markdown_blocks import Kind
from desktop.ui.message_view.bubble_row import BubbleRow
from desktop.ui.message_view.code_row import CodeRow
from desktop.ui.message_view.markdown_row import MarkdownRow
from desktop.ui.message_view.positions import piece, units
from desktop.ui.message_view.row import Row
from desktop.ui.message_view.table_row import TableRow

END = 1 << 30  # behind the last character of any row
LONGEST_RICH_TEXT = 100_000  # characters; making HTML of more would be felt


class Form(Enum):
    """How a part is to be read."""

    MARKDOWN = auto()
    PLAIN = auto()
    CODE = auto()
    TABLE = auto()  # cells between tabs


@dataclass(slots=True)
class Part:
    """Some of what is copied; `glue` stands between it and the part before."""

    form: Form
    text: str
    glue: str = "\n\n"


Selected = tuple[Row, tuple[int, int]]


def parts_of(selected: Iterable[Selected]) -> list[Part]:
    """What the selected rows of one message give."""
    rows = [(row, span) for row, span in selected if row.source]
    if rows and all(isinstance(row, CodeRow) for row, _ in rows) and all(map(_continues, rows[1:])):
        return [Part(Form.CODE, _code(rows))]
    parts: list[Part] = []
    before: Row | None = None
    for row, span in rows:
        part = _part(row, span)
        part.glue = _glue(before, row, parts[-1]) if before is not None and parts else ""
        if parts and parts[-1].form is part.form is not Form.TABLE:
            parts[-1].text += part.glue + part.text
        else:
            parts.append(part)
        before = row
    return parts


def text_of(parts: Sequence[Part]) -> str:
    """The parts as plain text."""
    return "".join(part.glue + part.text for part in parts)


def html_of(parts: Sequence[Part]) -> str:
    """The parts as rich text, without fonts or colours of ours."""
    return "\n".join(_html(part) for part in parts)


def copy_parts(parts: Sequence[Part]) -> None:
    """Puts the parts into the clipboard, as Markdown and as rich text."""
    text = text_of(parts)
    data = QMimeData()
    data.setText(text)
    if any(part.form is Form.MARKDOWN for part in parts):
        data.setData("text/markdown", text.encode())
    if len(text) <= LONGEST_RICH_TEXT:
        data.setHtml(html_of(parts))
    QGuiApplication.clipboard().setMimeData(data)


def _part(row: Row, span: tuple[int, int]) -> Part:
    start, end = span
    if start == 0 and (end == END or end >= units(row.text)):
        return Part(Form.PLAIN if isinstance(row, BubbleRow) else Form.MARKDOWN, row.source)
    form = Form.CODE if isinstance(row, CodeRow) else Form.TABLE if isinstance(row, TableRow) else Form.PLAIN
    return Part(form, piece(row.text, start, end))


def _continues(selected: Selected) -> bool:
    row = selected[0]
    return isinstance(row, CodeRow) and row.block.continues


def _code(rows: Sequence[Selected]) -> str:
    """Code alone, without its fences; a line that was cut is one line again."""
    text = ""
    for row, span in rows:
        text += piece(row.text, *span)
        if row is not rows[-1][0] and row.source.endswith("\n"):
            text += "\n"
    return text


def _glue(before: Row, row: Row, part: Part) -> str:
    """What stands between two rows: nothing where the text of the first one ends as it came."""
    if before.key[0] == row.key[0] and part.text.endswith(before.source) and part.text[-1:].isspace():
        return ""
    if isinstance(before, BubbleRow) and isinstance(row, BubbleRow):
        return "\n" if before.source.endswith("\n") and not part.text.endswith("\n") else ""
    if _is_item(before) and _is_item(row):
        return "\n"
    return "\n" if isinstance(row, CodeRow | TableRow) and row.block.continues else "\n\n"


def _is_item(row: Row) -> bool:
    return isinstance(row, MarkdownRow) and row.block.kind is Kind.ITEM


def _html(part: Part) -> str:
    from desktop.ui.markdown_html import Looks, formula_source, plain_to_html, to_html  # behind the first window

    if part.form is Form.MARKDOWN:
        return to_html(part.text, Looks(None, formula_source))
    if part.form is Form.CODE:
        return f"<pre><code>{escape(part.text)}</code></pre>"
    if part.form is Form.TABLE:
        rows = ("".join(f"<td>{escape(cell)}</td>" for cell in line.split("\t")) for line in part.text.split("\n"))
        return f"<table>{''.join(f'<tr>{row}</tr>' for row in rows)}</table>"
    return f"<p>{plain_to_html(part.text)}</p>"
