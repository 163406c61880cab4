"""A chat as pieces for pages: the HTML that Qt's own text layout understands, in the colours of paper."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from html import escape

from PySide6.QtGui import QImage

from desktop.core.conversation import Attachment, PicturePart
from desktop.core.transcript import Entry, Transcript
from desktop.services.formula_drawer import FormulaDrawer
from desktop.ui.export.formula_html import FormulaPictures
from desktop.ui.export.pages import Piece
from desktop.ui.markdown_html import Looks, plain_to_html, to_html_blocks
from desktop.ui.theme import LIGHT

TALLEST_PICTURE = 360
LINES_PER_PIECE = 60
HEADINGS = ("<h1", "<h2", "<h3", "<h4", "<h5", "<h6")
PictureOf = Callable[[PicturePart], QImage]  # a null image if it is gone


def head_pieces(transcript: Transcript) -> Iterator[Piece]:
    """What stands above the first message."""
    yield Piece(f'<p class="title">{escape(transcript.title)}</p>', gap_above=0, stays_with_next=True)
    yield Piece(f'<p class="dim">{escape(transcript.date)}</p><hr>', gap_above=2, stays_with_next=True)


def entry_pieces(entry: Entry, picture_of: PictureOf, drawer: FormulaDrawer, width: float) -> Iterator[Piece]:
    """One message."""
    caption = f' &nbsp;<span class="dim">{escape(entry.caption)}</span>' if entry.caption else ""
    yield Piece(f'<p><span class="who">{escape(entry.author)}</span>{caption}</p>', 18, stays_with_next=True)
    if entry.thinking:
        yield Piece(f'<p class="dim">{escape(entry.thinking_label)}</p>', stays_with_next=True)
        for html, pictures in _blocks(entry.thinking, drawer):
            yield Piece(f'<blockquote class="dim">{_dressed(html)}</blockquote>', 4, pictures=pictures)
    if entry.asks and entry.text.strip():
        yield Piece(_card(f"<p>{plain_to_html(entry.text)}</p>", LIGHT.bubble))
    elif not entry.asks:
        for html, pictures in _blocks(entry.text, drawer):
            if html.startswith("<pre"):
                yield from _code_pieces(html)
                continue
            heads = html.startswith(HEADINGS)
            whole = html.startswith("<table")
            yield Piece(_dressed(html), 14 if heads else 8, whole, stays_with_next=heads, pictures=pictures)
    for attachment in entry.attachments:
        yield _attachment(attachment, picture_of, width)
    if entry.notice:
        yield Piece(f'<p class="dim">{escape(entry.notice)}</p>')


def _blocks(markdown: str, drawer: FormulaDrawer) -> Iterator[tuple[str, tuple[tuple[str, QImage], ...]]]:
    """The blocks of a text as HTML, each with the pictures of its formulas."""
    formulas = FormulaPictures(drawer)
    for html in to_html_blocks(markdown, Looks(_color, formulas.html)):
        yield html, formulas.in_html(html)


def _code_pieces(html: str) -> Iterator[Piece]:
    """A card of code; a long one is cut into pieces that are laid out quickly."""
    start, _, rest = html.partition("<code>")
    lines = rest.rpartition("</code>")[0].split("\n")
    for first in range(0, len(lines), LINES_PER_PIECE):
        code = "\n".join(lines[first : first + LINES_PER_PIECE])
        yield Piece(_dressed(f"{start}<code>{code}</code></pre>"), 0 if first else 8, stays_whole=first == 0)


def _color(name: str) -> str:
    return f'style="color:{getattr(LIGHT, name)}"'


def _dressed(html: str) -> str:
    """Cards around code and lines around cells, in the words of old HTML, which are what Qt knows."""
    html = _ALIGNED.sub(r'<\1 align="\2">', html.replace("<table>", _TABLE_START))  # a style would replace the lines
    return html.replace("<pre", _card_start(LIGHT.code) + "<pre").replace("</pre>", "</pre>" + _CARD_END)


def _card(html: str, color: str) -> str:
    return _card_start(color) + html + _CARD_END


def _card_start(color: str) -> str:
    return f'<table width="100%" cellspacing="0" cellpadding="9" bgcolor="{color}"><tr><td>'


_ALIGNED = re.compile(r'<(t[dh]) style="text-align:(\w+)">')
_CARD_END = "</td></tr></table>"
_TABLE_START = '<table class="cells" width="100%" cellspacing="0" cellpadding="5" style="border-collapse: collapse">'


def _attachment(attachment: Attachment, picture_of: PictureOf, width: float) -> Piece:
    image = picture_of(attachment) if isinstance(attachment, PicturePart) else QImage()
    if image.isNull():
        return Piece(f'<p class="dim">📎 {escape(attachment.name)}</p>')
    scale = min(1.0, width / image.width(), TALLEST_PICTURE / image.height())
    size = f'width="{round(image.width() * scale)}" height="{round(image.height() * scale)}"'
    return Piece(f'<p><img src="picture" {size}></p>', 8, stays_whole=True, pictures=(("picture", image),))
