"""All rows of one message, kept in step with it.

Rows have keys (section, number) that order them and that outlive folding, so that a scroll position or a selection
can name them.
"""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TypeVar

from desktop.core.conversation import PicturePart, Status
from desktop.ui.message_view.attachments_row import AttachmentsRow
from desktop.ui.message_view.bubble_row import BubbleRow, pieces
from desktop.ui.message_view.call_row import CallRow
from desktop.ui.message_view.footer_row import FooterRow
from desktop.ui.message_view.header_rows import AuthorRow, NoticeRow, ThinkingRow
from desktop.ui.message_view.item import Item
from desktop.ui.message_view.row import Row
from desktop.ui.message_view.section import Section
from desktop.ui.message_view.small_rows import SeamRow, UnreadRow, WaitingRow
from desktop.ui.message_view.sources_row import SourcesRow
from desktop.ui.message_view.style import Style
from desktop.ui.message_view.thumbnails import Thumbnails

PICTURES_ABOVE, AUTHOR, THINKING, BODY, PICTURES_BELOW, CALLS, SOURCES, NOTICE, FOOTER = range(9)
THINKING_HEAD = (THINKING, -2)  # the key of the line that folds the thinking

AnyRow = TypeVar("AnyRow", bound=Row)


class MessageRows:
    """One message as rows. `opened` says whether the reader unfolded (or folded) the thinking himself."""

    def __init__(
        self, item: Item, style: Style, thumbnails: Thumbnails, *, first: bool, opened: bool | None, unread_height: int
    ) -> None:
        self.item = item
        self._first = first
        self.opened = opened
        self.rows: list[Row] = []
        self._style = style
        self._thumbnails = thumbnails
        self._body = Section(style, style.answer, BODY, self._place_body)
        self._thoughts = Section(style, style.thinking, THINKING, self._place_thought)
        self._thinking_row = _keyed(ThinkingRow(style), *THINKING_HEAD)
        self._first_label = _keyed(SeamRow(style), THINKING, -1)
        self._thinking_since: float | None = None
        self._thinking_until: float | None = None
        self._parts: list[str] = []
        self._thinking_parts: list[str] = []
        self._waiting = _keyed(WaitingRow(style), BODY)
        self._unread = _keyed(UnreadRow(style, unread_height), BODY)
        self._footer = _keyed(FooterRow(style, item), FOOTER)
        self._bubbles: list[Row] = []
        self._caret: Row | None = None
        self._all_sources = False
        self._sources: list[Row] = []
        self._body.cite(len(item.sources))
        self._thoughts.label(item.thinking_labels)
        if not item.unread:
            self._take(item.thinking or "", item.text or "")
            self._watch_from_now()
        self._finish_if_done()
        self._make_frame()
        self.arrange()

    @property
    def text(self) -> str:
        """All text so far."""
        if len(self._parts) > 1:
            self._parts = ["".join(self._parts)]
        return self._parts[0] if self._parts else ""

    @property
    def thinking(self) -> str:
        """All thinking so far."""
        if len(self._thinking_parts) > 1:
            self._thinking_parts = ["".join(self._thinking_parts)]
        return self._thinking_parts[0] if self._thinking_parts else ""

    @property
    def searched(self) -> list[Row]:
        """Every row with text of the message, folded thinking included."""
        return self._bubbles if self.item.asks else [*self._thoughts.rows, *self._body.rows]

    @property
    def thinks(self) -> bool:
        """True between the first thought and the first word of the answer, and while another model thinks first."""
        if not self.item.streaming or self._parts:
            return False
        return self.item.thinks_first or self._thoughts.length > self.item.thought_length

    @property
    def thinking_open(self) -> bool:
        """True if the thinking is shown."""
        return self.opened if self.opened is not None else self.thinks and not self.item.on_card

    def section_of(self, row: Row) -> Section:
        """The running text that a row belongs to."""
        return self._thoughts if row.key[0] == THINKING else self._body

    def feed(self, thinking: str, text: str) -> None:
        """More of a streaming answer has come."""
        self._take(thinking, text)
        self.arrange()

    def set_item(self, item: Item) -> bool:
        """Shows what the message has become; False if its rows have to be made anew."""
        if item.asks or item.unread or self.item.unread or not self._goes_on(item):
            return False
        self.item = item
        self._body.cite(len(item.sources))
        self._thoughts.label(item.thinking_labels)
        self._finish_if_done()
        if item.thinking_duration_s:
            self._watch_from_now()
        self._footer.set_item(item)
        self._make_frame()
        self.arrange()
        return True

    def tell_thinking(self, caption: str) -> None:
        """Time has passed: shows how long it has been thinking, and what that takes so far."""
        self.item = replace(self.item, thinking_caption=caption)
        self._update_thinking_row()

    def set_first(self, *, first: bool) -> None:
        """The first message of all has more space above it."""
        if first != self._first:
            self._first = first
            self.arrange()

    def current_item(self) -> Item:
        """The item with all text that has come since."""
        return self.item if self.item.unread else replace(self.item, text=self.text, thinking=self.thinking)

    def caret_row(self) -> Row | None:
        """The row at whose end text arrives."""
        if not self.item.streaming or self.item.unread:
            return None
        if self.thinks:
            return self._thoughts.last_row if self.thinking_open else None
        return self._body.last_row or (None if self._calls else self._waiting)

    def arrange(self) -> None:
        """Puts the rows in order, with the space between them."""
        px = self._style.px
        rows = self._question() if self.item.asks else self._answer()
        top = px(22) if self.item.asks or self._first else px(14) if self.item.follows_on else 0
        if self.item.on_card:
            top = 0
        rows[0].place(top)
        self._footer.place(0 if self.item.asks else px(10))
        self.rows = [*rows, self._footer]
        self._move_caret()

    def _move_caret(self) -> None:
        """Has the rows painted again that the mark has left and come to."""
        caret = self.caret_row()
        if caret is not self._caret:
            for row in (self._caret, caret):
                if row is not None:
                    row.repaint()
        self._caret = caret

    def _goes_on(self, item: Item) -> bool:
        """True if the new item's texts are those that are shown, or older ones of the same stream."""
        if item.text == self.text and item.thinking == self.thinking:
            return True
        older = self.text.startswith(item.text or "") and self.thinking.startswith(item.thinking or "")
        return item.streaming and older

    def _take(self, thinking: str, text: str) -> None:
        if thinking:
            self._thinking_parts.append(thinking)
            self._thoughts.feed(thinking)
            self._thinking_since = self._thinking_since or time.monotonic()
        if text:
            if not self._parts:
                self._thoughts.finish()
            self._parts.append(text)
            self._thinking_until = self._thinking_until or time.monotonic()
            if not self.item.asks:
                self._body.feed(text)

    def _watch_from_now(self) -> None:
        """Until now, the item says how long it was thought about."""
        self._thinking_since = time.monotonic() if self.thinks and self._thinking_parts else None
        self._thinking_until = None

    def _finish_if_done(self) -> None:
        if not self.item.streaming:
            self._thoughts.finish()
            self._body.finish()

    def _make_frame(self) -> None:
        """Makes the rows that change with the item only."""
        item, style = self.item, self._style
        self._author = _keyed(AuthorRow(style, item.author, item.caption, shown=not item.on_card), AUTHOR)
        self._notices: list[Row] = []
        if item.notice and item.status is not Status.QUEUED:  # its last line says that it waits
            is_whole = item.status is Status.DONE and item.notice_action in {"", "about_model"}
            note = item.status is Status.STOPPED or is_whole
            notice = _keyed(NoticeRow(style, item.notice, item.notice_action, note=note), NOTICE)
            notice.place(style.px(8))
            self._notices = [notice]
        self._pictures: list[Row] = []
        if item.attachments:
            ordered = sorted(item.attachments, key=lambda part: not isinstance(part, PicturePart))
            row = AttachmentsRow(style, self._thumbnails, ordered, at_right=item.asks)
            row.place(style.px(0 if item.asks else 12))
            self._pictures = [_keyed(row, PICTURES_ABOVE if item.asks else PICTURES_BELOW)]
        self._calls = [_keyed(CallRow(style, call), CALLS, number) for number, call in enumerate(item.calls)]
        for call_row in self._calls:
            call_row.place(style.px(8))
        self._show_sources()
        if item.asks and self.text:
            self._bubbles = self._make_bubbles()

    def toggle_sources(self) -> None:
        """Shows all sources, or only the first ones."""
        self._all_sources = not self._all_sources
        self._show_sources()
        self.arrange()

    def _show_sources(self) -> None:
        if not self.item.sources:
            self._sources = []
            return
        row = _keyed(SourcesRow(self._style, self.item.sources, is_open=self._all_sources), SOURCES)
        row.place(self._style.px(14))
        self._sources = [row]

    def _make_bubbles(self) -> list[Row]:
        parts = pieces(self.text)
        faint = self.item.status is Status.QUEUED or not self.item.in_context
        bubbles: list[Row] = []
        for number, part in enumerate(parts):
            last = number == len(parts) - 1
            bubble = BubbleRow(self._style, part, first=number == 0, last=last, faint=faint)
            bubble.place(self._style.px(9) if number == 0 and self._pictures else 0)
            bubbles.append(_keyed(bubble, BODY, number))
        return bubbles

    def _question(self) -> list[Row]:
        texts = [self._unread] if self.item.unread else self._bubbles
        return [*self._pictures, *texts, *self._notices] or [self._waiting]

    def _answer(self) -> list[Row]:
        px = self._style.px
        rows: list[Row] = [self._author]
        if self.thinks or self._thinking_parts or (self.item.unread and self.item.thinking_length):
            self._update_thinking_row()
            thoughts = self._shown_thoughts() if self.thinking_open else []
            self._thinking_row.place(px(7), card="top" if thoughts else "whole")
            rows += [self._thinking_row, *thoughts]
        if self.item.unread:
            return [*rows, self._unread]
        if self._body.rows:
            self._place_body(self._body, 0)
            rows += self._body.rows
        elif self.item.streaming and not self.thinks and not self._calls:
            self._waiting.place(px(14) if len(rows) > 1 else px(6))  # where the first word will stand
            rows.append(self._waiting)
        return [*rows, *self._pictures, *self._calls, *self._sources, *self._notices]

    def _shown_thoughts(self) -> list[Row]:
        """The thinking, with what its first text is above it, where there are several."""
        rows, labels = self._thoughts.rows, self.item.thinking_labels
        if not rows or not labels:
            return rows
        self._place_thought(self._thoughts, 0)
        self._first_label.show(labels[0])
        self._first_label.place(self._style.px(10), inset=self._style.px(15), card="middle")
        return [self._first_label, *rows]

    def _update_thinking_row(self) -> None:
        words, duration_s = self._style.words, self._thinking_duration_s()
        label = words.thinking(int(duration_s)) if self.thinks else words.thought(duration_s)
        self._thinking_row.show(
            label,
            self.item.thinking_caption,
            live=self.thinks,
            is_open=self.thinking_open and bool(self._thinking_parts),
            can_end=self.thinks and self.item.thinks_first,
        )

    def _thinking_duration_s(self) -> float:
        """What the item says, and what was seen here since it came."""
        if not self.item.streaming or self._thinking_since is None:
            return self.item.thinking_duration_s
        until = self._thinking_until or time.monotonic()
        return self.item.thinking_duration_s + until - self._thinking_since

    def _place_body(self, section: Section, number: int) -> None:
        px = self._style.px
        first = px(14) if self._thinking_parts else px(6)
        section.rows[number].place(first if number == 0 else section.gap_above(number))

    def _place_thought(self, section: Section, number: int) -> None:
        px = self._style.px
        last = number == len(section.rows) - 1
        row, before = section.rows[number], section.rows[number - 1] if number else self._first_label
        gap = px(16) if isinstance(row, SeamRow) else section.gap_above(number)
        if isinstance(before, SeamRow):
            gap = px(3) if number or self.item.thinking_labels else px(10)
        below = px(12) if last else 0
        row.place(gap, inset=px(15), below=below, card="last" if last else "middle")


def _keyed(row: AnyRow, section: int, number: int = 0) -> AnyRow:
    row.key = (section, number)
    return row
