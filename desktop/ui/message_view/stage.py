"""What stands where: between the viewport's points and rows, characters, buttons and links."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import QPoint, QPointF, QRect

from desktop.core.citations import host_of, source_number
from desktop.core.conversation import Source
from desktop.ui.message_view.conversation import Conversation
from desktop.ui.message_view.footnotes import footnote_of
from desktop.ui.message_view.row import Row, Target
from desktop.ui.message_view.scrolling import Placed, Scroller
from desktop.ui.message_view.selection import Place, Selection
from desktop.ui.message_view.sources_row import source_at, source_name
from desktop.ui.message_view.style import COLUMN_WIDTH, SMALLEST_SIDE


class Hit(NamedTuple):
    """A row under a point; the point in the row's own coordinates."""

    placed: Placed
    message_id: int
    point: QPointF


class Stage:
    """The rows on the screen and the column they stand in."""

    def __init__(self, conversation: Conversation, scroller: Scroller, selection: Selection) -> None:
        self.conversation = conversation
        self.scroller = scroller
        self.selection = selection
        self.left = 0
        self.width = 0
        self.height = 0
        self.column_width = COLUMN_WIDTH  # at most, at scale 1
        self.side = SMALLEST_SIDE  # what stays free beside the column

    def resize(self, width: int, height: int, outer_width: int) -> int:
        """Centres the column in the view with its scrollbar; gives the column's width."""
        px = self.conversation.style.px
        self.width, self.height = width, height
        self.scroller.viewport_height = height
        column = max(px(160), min(px(self.column_width), width - 2 * self.side))
        self.left = max(0, min((outer_width - column) // 2, width - column))
        return column

    def hit(self, point: QPointF) -> Hit | None:
        """The row at a point, or the nearest one above or below."""
        placed = self.scroller.placed
        if not placed:
            return None
        found = placed[0]
        for one in placed:
            if one.y <= point.y():
                found = one
        item = self.conversation.items[found.message]
        return Hit(found, item.id, point - QPointF(self.left, found.y))

    def place_at(self, point: QPointF) -> Place | None:
        """The character nearest to a point."""
        hit = self.hit(point)
        if hit is None:
            return None
        row = hit.placed.row
        point = hit.point
        if point.y() > row.height:
            return Place(hit.message_id, row.key, 1 << 30)
        if row.sideways is not None:  # what is hidden cannot be meant
            window = row.window()
            point.setX(min(max(point.x(), window.left()), window.right()))
        return Place(hit.message_id, row.key, row.position_at(point))

    def target_at(self, point: QPointF) -> tuple[Hit, Target] | None:
        """The button at a point."""
        hit = self.hit(point)
        if hit is None:
            return None
        inside = hit.point.toPoint()
        for target in hit.placed.row.targets():
            if target.rect.contains(inside):
                return hit, target
        return None

    def link_at(self, point: QPointF) -> str:
        """Where the link at a point leads."""
        link = self._raw_link_at(point)
        if source_number(link) is None:
            return link
        source = self._source_at(point)
        return source.url if source is not None and host_of(source.url) else ""

    def _source_at(self, point: QPointF) -> Source | None:
        """The source that a mark at a point stands for."""
        hit = self.hit(point)
        return source_at(self._raw_link_at(point), self.conversation.items[hit.placed.message].sources) if hit else None

    def _raw_link_at(self, point: QPointF) -> str:
        """What a link at a point says."""
        hit = self.hit(point)
        if hit is None or not 0 <= hit.point.y() <= hit.placed.row.height:
            return ""
        return hit.placed.row.link_at(hit.point)

    def tooltip_of_link(self, point: QPointF) -> str:
        """Where the link at a point leads; of a footnote, what it says; of a source, its name."""
        source = self._source_at(point)
        if source is not None:
            return source_name(source)
        link, hit = self.link_at(point), self.hit(point)
        found = footnote_of(link)
        if found is None or hit is None:
            return link
        number, leads_back = found
        section = self.conversation.message(hit.placed.message).section_of(hit.placed.row)
        return "" if leads_back else section.note(number)

    def footnote_place(self, hit: Hit, link: str) -> tuple[int, int] | None:
        """The key of the row that a footnote's link leads to."""
        found = footnote_of(link)
        if found is None:
            return None
        section = self.conversation.message(hit.placed.message).section_of(hit.placed.row)
        number, leads_back = found
        return section.key_of_reference(number) if leads_back else section.key_of_note(number)

    def tooltip_of_text(self, point: QPointF) -> str:
        """What there is to say about the text at a point."""
        hit = self.hit(point)
        return hit.placed.row.tooltip_at(hit.point) if hit is not None else ""

    def rect_of(self, row: Row) -> QRect:
        """The whole strip of a row on the screen."""
        for placed in self.scroller.placed:
            if placed.row is row:
                return QRect(0, placed.y, self.width, row.height)
        return QRect()

    def rect_of_message(self, number: int) -> QRect:
        """The strip of a message on the screen."""
        place = self.scroller.place_of(number)
        return QRect(0, place[0], self.width, place[1] - place[0]) if place else QRect()

    def target_rect(self, placed: Placed, target: Target) -> QRect:
        """A button's place on the screen."""
        return target.rect.translated(QPoint(self.left, placed.y))
