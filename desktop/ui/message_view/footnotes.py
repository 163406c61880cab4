"""Footnotes: a raised number where one is asked for, and the quiet list at the end of the text."""

from __future__ import annotations

import re
from dataclasses import dataclass

from PySide6.QtGui import QPainter, QTextCharFormat, QTextCursor, QTextDocument

from desktop.core.markdown_block import Block, Kind
from desktop.core.markdown_definitions import FOOTNOTE_LINK
from desktop.core.markdown_references import footnote_text
from desktop.ui.message_view.markdown_document import link_format
from desktop.ui.message_view.markdown_row import MarkdownRow
from desktop.ui.message_view.style import Style

BACK_LINK = "footnote-back:"  # the target of the way back, before the footnote's number
WAY_BACK = " ↩\ufe0e"


def footnote_of(target: str) -> tuple[int, bool] | None:
    """The number of the footnote that a link leads to, and whether it leads back to where it is asked for."""
    match = re.fullmatch(rf"({FOOTNOTE_LINK}|{BACK_LINK})(\d+)", target)
    return (int(match[2]), match[1] == BACK_LINK) if match else None


@dataclass(frozen=True)
class Note:
    """A footnote to show, or a piece of a long one; `place` is where in the text it stands."""

    block: Block
    place: int
    number: int
    has_way_back: bool

    @property
    def shown(self) -> Block:
        """Its block as an item of the list at the end."""
        text, definitions = footnote_text(self.block.source), self.block.definitions
        if self.block.continues:
            return Block(Kind.PARAGRAPH, text, indent=3, continues=True, definitions=definitions)
        mark = f"{self.number}. "
        lines = text.split("\n")
        source = mark + "\n".join([lines[0], *(" " * len(mark) + line if line else "" for line in lines[1:])])
        return Block(Kind.ITEM, source, number=self.number, definitions=definitions)


class FootnoteRow(MarkdownRow):
    """One footnote, or a piece of a long one."""

    def __init__(self, style: Style, note: Note, key: tuple[int, int]) -> None:
        super().__init__(style, style.thinking, note.shown, style.px(24) if note.block.continues else 0)
        self.key = key
        self._note = note

    @property
    def source(self) -> str:
        """Nothing: it is copied where it stands in the text."""
        return ""

    def _make(self, width: int) -> QTextDocument:
        document = super()._make(width)
        if self._note.has_way_back:
            cursor = QTextCursor(document)
            cursor.movePosition(QTextCursor.MoveOperation.End)
            look = link_format(self.style)
            look.setAnchor(True)
            look.setAnchorHref(f"{BACK_LINK}{self._note.number}")
            cursor.insertText(WAY_BACK[:1], QTextCharFormat())
            cursor.insertText(WAY_BACK[1:], look)
        return document

    def _paint_under(self, painter: QPainter, document: QTextDocument) -> None:
        if self._note.number == 1 and not self.block.continues:
            painter.fillRect(0, -self.style.px(12), self.style.px(96), 1, self.style.color("line"))
        super()._paint_under(painter, document)
