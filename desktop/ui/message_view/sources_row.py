"""What an answer rests on, as a quiet row of chips under it: number, title, site.

Many are folded after the first few. Where a mark in the text leads is told by `source_at`.
"""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtGui import QFontMetrics, QPainter

from desktop.core.citations import host_of, source_number
from desktop.core.conversation import Source
from desktop.ui.message_view.row import PaintState, Row, Target, paint_box
from desktop.ui.message_view.style import Style

TOGGLE_SOURCES = "toggle-sources"
OPEN_SOURCE = "open-source "  # the action of a chip, before the source's number
SHOWN_AT_FIRST = 4


def source_at(link: str, sources: tuple[Source, ...]) -> Source | None:
    """The source that a mark's link points at."""
    number = source_number(link)
    return sources[number - 1] if number is not None and number <= len(sources) else None


def source_name(source: Source) -> str:
    """Title and site; one of them where the other is missing."""
    host = host_of(source.url)
    return " – ".join(part for part in (source.title.strip(), host) if part) or source.url


class SourcesRow(Row):
    """The chips; `is_open` shows all of them."""

    def __init__(self, style: Style, sources: tuple[Source, ...], *, is_open: bool) -> None:
        super().__init__(style)
        self._sources = sources
        self._is_open = is_open or len(sources) <= SHOWN_AT_FIRST + 1
        self._chips: list[Target] = []
        self._toggle: Target | None = None

    def links(self) -> list[tuple[str, str]]:
        return [
            (self.style.words.source(number, source_name(source)), source.url)
            for number, source in enumerate(self._sources, 1)
        ]

    def url_of(self, action: str) -> str:
        """Where a chip leads."""
        return self._sources[int(action.removeprefix(OPEN_SOURCE)) - 1].url

    def estimate(self, width: int) -> int:
        return self.margin + self._lay_out(width)

    def _lay_out(self, width: int) -> int:
        """Chips from left to right, line by line."""
        px = self.style.px
        height, gap = px(26), px(6)
        left = top = 0
        self._chips = []
        shown = self._sources if self._is_open else self._sources[:SHOWN_AT_FIRST]
        for number, source in enumerate(shown, 1):
            chip_width = min(self._chip_width(number, source), (width - gap) // 2 if width > px(420) else width)
            if left and left + chip_width > width:
                left, top = 0, top + height + gap
            name = self.style.words.source(number, source_name(source))
            self._chips.append(Target(QRect(left, top, chip_width, height), f"{OPEN_SOURCE}{number}", name))
            left += chip_width + gap
        self._toggle = None
        if not self._is_open:
            text = self.style.words.all_sources(len(self._sources))
            toggle_width = QFontMetrics(self.style.small).horizontalAdvance(text) + px(16)
            if left and left + toggle_width > width:
                left, top = 0, top + height + gap
            self._toggle = Target(QRect(left, top, toggle_width, height), TOGGLE_SOURCES, text)
        return top + height

    def _chip_width(self, number: int, source: Source) -> int:
        metrics = QFontMetrics(self.style.small)
        title, host = self._texts(source)
        space = metrics.horizontalAdvance(f"{number}  {title}  {host}" if host else f"{number}  {title}")
        return space + self.style.px(22)

    def _texts(self, source: Source) -> tuple[str, str]:
        """What stands dark and what stands faint in a chip."""
        title, host = source.title.strip(), host_of(source.url)
        return (title, host) if title else (host or source.url, "")

    def _targets(self) -> list[Target]:
        chips = [chip for chip, source in zip(self._chips, self._sources, strict=False) if host_of(source.url)]
        return [*chips, self._toggle] if self._toggle is not None else chips

    def _link_at(self, point: QPointF) -> str:
        chips = self._targets()
        found = next((chip for chip in chips if chip.rect.contains(point.toPoint())), None)
        return self.url_of(found.action) if found is not None and found.action != TOGGLE_SOURCES else ""

    def _paint(self, painter: QPainter, state: PaintState) -> None:
        style = self.style
        painter.setFont(style.small)
        for number, (chip, source) in enumerate(zip(self._chips, self._sources, strict=False), 1):
            self._paint_chip(painter, chip, number, source, hovered=state.hovered == chip.action)
        if self._toggle is not None:
            hovered = state.hovered == TOGGLE_SOURCES
            painter.setPen(style.color("text" if hovered else "dim"))
            painter.drawText(self._toggle.rect, Qt.AlignmentFlag.AlignCenter, self._toggle.text)

    def _paint_chip(self, painter: QPainter, chip: Target, number: int, source: Source, *, hovered: bool) -> None:
        style = self.style
        px, metrics = style.px, QFontMetrics(style.small)
        ground = style.color("bubble" if hovered else "bg")
        paint_box(painter, chip.rect.toRectF(), px(8), style.color("line"), ground)
        title, host = self._texts(source)
        area = chip.rect.adjusted(px(9), 0, -px(9), 0)
        flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.setPen(style.color("dim"))
        painter.drawText(area, flags, str(number))
        area.setLeft(area.left() + metrics.horizontalAdvance(f"{number}  "))
        room = area.width() - (metrics.horizontalAdvance(f"  {host}") if host else 0)
        shown = metrics.elidedText(title, Qt.TextElideMode.ElideRight, max(room, area.width() // 2))
        painter.setPen(style.color("text"))
        painter.drawText(area, flags, shown)
        if host:
            area.setLeft(area.left() + metrics.horizontalAdvance(f"{shown}  "))
            painter.setPen(style.color("dim"))
            painter.drawText(area, flags, metrics.elidedText(host, Qt.TextElideMode.ElideRight, area.width()))
