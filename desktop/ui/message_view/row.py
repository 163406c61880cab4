"""The base of everything the view stacks: one row, laid out by itself, painted by itself.

Public coordinates are the row's own: x = 0 is the left edge of the text column, y = 0 the row's top with the space
above it. Subclasses work in content coordinates, without that space and without the card they may stand in.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter

from desktop.core.find import readable
from desktop.ui.message_view.sideways import Sideways
from desktop.ui.message_view.style import Style


@dataclass(frozen=True, slots=True)
class Target:
    """A place that does something when it is clicked; `text` tells what."""

    rect: QRect
    action: str
    text: str


@dataclass(frozen=True, slots=True)
class PaintState:
    """What of a row's look comes from outside: the part to paint, selection, pointer, and keyboard focus."""

    clip: QRect
    selection: tuple[int, int] | None = None
    hovered: str = ""  # the action under the pointer
    active: bool = False  # the message is under the pointer, or current
    copied: bool = False
    caret: bool = False
    marked: Sequence[tuple[int, int]] = ()  # what only this answer says
    marked_as: str = ""  # the colour of that, by its name
    found: Sequence[tuple[int, int]] = ()  # what is looked for
    found_current: tuple[int, int] | None = None  # the match the reader is at


class Row:
    """One row of a message."""

    def __init__(self, style: Style) -> None:
        self.style = style
        self.key = (0, 0)  # orders the rows of a message: section, place in it
        self.height = 0
        self.version = 0  # grows with every change of what is seen
        self.stable = 0  # so much of the top has stayed as it was painted
        self.margin = 0  # space above
        self.inset = 0  # space at both sides, inside a card
        self.below = 0  # space below, inside a card
        self.card = ""  # the part of a card that this row stands in: "whole", "top", "middle", "last" or ""
        self._width = -1

    def lay_out(self, width: int) -> None:
        """Makes `height` exact for a column of `width` pixels, and the row ready to paint."""
        if width == self._width and self.ready:
            return
        self.height = self.margin + self.below + self._lay_out(width - 2 * self.inset)
        self._width = width

    def changed(self, stable: int = 0) -> None:
        """The content is another one, except for the upper `stable` pixels: lay out and paint again."""
        self.repaint(stable)
        self._width = -1

    def repaint(self, stable: int = 0) -> None:
        """Something looks different below the upper `stable` pixels."""
        self.version += 1
        self.stable = min(self.stable, max(0, stable))

    def place(self, margin: int, *, inset: int = 0, below: int = 0, card: str = "") -> None:
        """Says what stands around the content."""
        if (self.margin, self.inset, self.below, self.card) != (margin, inset, below, card):
            self.margin, self.inset, self.below, self.card = margin, inset, below, card
            self.changed()

    def paint(self, painter: QPainter, state: PaintState) -> None:
        """Draws the row with its origin at the painter's."""
        if self.card:
            self._paint_card(painter)
        painter.translate(self.inset, self.margin)
        self._paint(painter, state)
        painter.translate(-self.inset, -self.margin)

    def targets(self) -> list[Target]:
        """Everything that can be clicked."""
        return [
            Target(target.rect.translated(self.inset, self.margin), target.action, target.text)
            for target in self._targets()
        ]

    def position_at(self, point: QPointF) -> int:
        """The character nearest to a point."""
        return self._position_at(point - QPointF(self.inset, self.margin))

    def link_at(self, point: QPointF) -> str:
        """Where the link under a point leads, or nothing."""
        return self._link_at(point - QPointF(self.inset, self.margin))

    def window(self) -> QRect:
        """Where the part of a wide content is seen."""
        return self._window().translated(self.inset, self.margin)

    @property
    def sideways(self) -> Sideways | None:
        """How far the content is moved to the left, for rows that can be wider than the column."""
        return None

    def tooltip_at(self, point: QPointF) -> str:
        """What there is to say about the text under a point, or nothing."""
        return self._tooltip_at(point - QPointF(self.inset, self.margin))

    @property
    def ready(self) -> bool:
        """True if the row could be painted without another layout."""
        return True

    @property
    def heavy(self) -> bool:
        """True for rows that hold a layout worth giving back."""
        return False

    @property
    def text(self) -> str:
        """What can be selected; positions count its characters."""
        return ""

    @property
    def source(self) -> str:
        """The slice of the message's text that the row shows, as it came."""
        return ""

    def links(self) -> list[tuple[str, str]]:
        """Text and address of every link, in reading order."""
        return []

    @property
    def readable(self) -> str:
        """Nearly `text`, without a layout."""
        return readable(self.source)

    def line_at(self, _position: int) -> tuple[int, int]:
        """Top and height of the line with a character."""
        return 0, self.height

    def reveal(self, position: int) -> bool:
        """Moves a wide content so that a character is seen; False if it was."""
        sideways = self.sideways
        if sideways is None or not sideways.most:
            return False
        x = self._across(position)
        edge = self.style.px(40)  # what follows should be seen, too
        if sideways.offset <= x <= sideways.offset + sideways.room - edge:
            return False
        return sideways.move_to(x - sideways.room // 3)

    def estimate(self, _width: int) -> int:
        """A height before the first layout."""
        return self.height

    def word_at(self, position: int) -> tuple[int, int]:
        """Beginning and end of the word at a position."""
        return position, position

    def paragraph_at(self, _position: int) -> tuple[int, int]:
        """Beginning and end of what a triple click selects."""
        return 0, len(self.text)

    def release(self) -> None:
        """Gives the layout back; the height stays."""

    def draw_formulas(self) -> bool:
        """Formulas may be ready: shows them, and tells whether it did."""
        return False

    def _lay_out(self, width: int) -> int:
        raise NotImplementedError

    def _paint(self, painter: QPainter, state: PaintState) -> None:
        raise NotImplementedError

    def _targets(self) -> list[Target]:
        return []

    def _window(self) -> QRect:
        return QRect(0, 0, self._width - 2 * self.inset, self.height - self.margin - self.below)

    def _across(self, _position: int) -> int:
        """How far a character is from the left edge of a wide content."""
        return 0

    def _position_at(self, _point: QPointF) -> int:
        return 0

    def _link_at(self, _point: QPointF) -> str:
        return ""

    def _tooltip_at(self, _point: QPointF) -> str:
        return ""

    def _paint_card(self, painter: QPainter) -> None:
        top = self.margin if self.card in {"whole", "top"} else 0
        rect = QRectF(0, top, self._width, self.height - top)
        paint_card(painter, rect, self.card, self.style, self.style.color("bg"))


def paint_card(painter: QPainter, rect: QRectF, part: str, style: Style, fill: QColor) -> None:
    """Draws the part of a rounded card that falls on one row: "whole", "top", "middle" or "last"."""
    radius = style.px(10)
    outline = QRectF(rect)
    if part in {"top", "middle"}:
        outline.setBottom(rect.bottom() + 2 * radius)
    if part in {"middle", "last"}:
        outline.setTop(rect.top() - 2 * radius)
    painter.save()
    painter.setClipRect(rect, Qt.ClipOperation.IntersectClip)
    paint_box(painter, outline, radius, style.color("line"), fill)
    painter.restore()


def paint_box(painter: QPainter, rect: QRectF, radius: float, line: QColor, fill: QColor) -> None:
    """Draws a rounded rectangle with a hairline around it.

    Two fills and no pen: a thin pen's curves come out a little different where the screen's edge cuts them, and then
    what was scrolled would differ from what is painted.
    """
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(line)
    painter.drawRoundedRect(rect, radius, radius)
    painter.setBrush(fill)
    painter.drawRoundedRect(rect.adjusted(1, 1, -1, -1), radius - 1, radius - 1)
