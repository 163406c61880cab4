"""Pictures and files of a message: rounded thumbnails, and chips with names."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPainterPath

from desktop.core.conversation import Attachment, PicturePart
from desktop.ui.message_view.row import PaintState, Row, Target, paint_box
from desktop.ui.message_view.style import Style
from desktop.ui.message_view.thumbnails import Thumbnails

OPEN_PICTURE = "open-picture"


class AttachmentsRow(Row):
    """Thumbnails and chips, at the right above a question, at the left under an answer."""

    def __init__(
        self, style: Style, thumbnails: Thumbnails, attachments: Sequence[Attachment], *, at_right: bool
    ) -> None:
        super().__init__(style)
        self._thumbnails = thumbnails
        self.attachments = attachments
        self._at_right = at_right
        self._places: list[QRect] = []

    @property
    def pictures(self) -> list[PicturePart]:
        """Those of the attachments that are pictures; they come first."""
        return [attachment for attachment in self.attachments if isinstance(attachment, PicturePart)]

    def _targets(self) -> list[Target]:
        words = self.style.words
        return [
            Target(place, f"{OPEN_PICTURE} {number}", picture.name or words.picture())
            for number, (place, picture) in enumerate(zip(self._places, self.pictures, strict=False))
        ]

    def estimate(self, width: int) -> int:
        self._place_all(width)
        return self.margin + self._bottom()

    def _size_of(self, attachment: Attachment, width: int) -> tuple[int, int]:
        style = self.style
        if not isinstance(attachment, PicturePart):
            name_width = QFontMetrics(style.label).horizontalAdvance(attachment.name)
            return min(width, name_width + style.px(44)), style.px(36)
        tallest = style.px(90 if self._at_right else 320)
        shape = attachment.width / max(1, attachment.height)
        widest = min(width, style.px(240) if self._at_right else width)
        height = min(tallest, max(1, attachment.height))
        return max(style.px(40), min(widest, round(height * shape))), max(style.px(40), height)

    def _place_all(self, width: int) -> None:
        gap = self.style.px(8)
        lines: list[list[tuple[int, int]]] = [[]]
        for attachment in self.attachments:
            size = self._size_of(attachment, width)
            if lines[-1] and sum(w + gap for w, _ in lines[-1]) + size[0] > width:
                lines.append([])
            lines[-1].append(size)
        self._places = []
        top = 0
        for line in lines:
            left = width - sum(w for w, _ in line) - gap * (len(line) - 1) if self._at_right else 0
            for w, h in line:
                self._places.append(QRect(left, top, w, h))
                left += w + gap
            top += max((h for _, h in line), default=0) + gap

    def _bottom(self) -> int:
        return max((place.bottom() + 1 for place in self._places), default=0)

    def _lay_out(self, width: int) -> int:
        self._place_all(width)
        return self._bottom()

    def _paint(self, painter: QPainter, _state: PaintState) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        for place, attachment in zip(self._places, self.attachments, strict=True):
            if isinstance(attachment, PicturePart):
                self._paint_picture(painter, place, attachment)
            else:
                self._paint_file(painter, place, attachment.name)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    def _paint_picture(self, painter: QPainter, place: QRect, picture: PicturePart) -> None:
        style = self.style
        radius = style.px(10)
        path = QPainterPath()
        path.addRoundedRect(QRectF(place).adjusted(1, 1, -1, -1), radius - 1, radius - 1)
        pixmap = self._thumbnails.get(picture.sha256, place.size(), painter.device().devicePixelRatioF())
        paint_box(painter, QRectF(place), radius, style.color("line"), style.color("bubble"))
        if pixmap is not None:
            painter.save()
            painter.setClipPath(path, Qt.ClipOperation.IntersectClip)
            size = pixmap.deviceIndependentSize()
            scale = max(place.width() / size.width(), place.height() / size.height())
            shown = QRectF(0, 0, size.width() * scale, size.height() * scale)
            shown.moveCenter(QRectF(place).center())
            painter.drawPixmap(shown, pixmap, QRectF(pixmap.rect()))
            painter.restore()

    def _paint_file(self, painter: QPainter, place: QRect, name: str) -> None:
        style = self.style
        paint_box(painter, QRectF(place), style.px(8), style.color("line"), style.color("panel"))
        side = style.px(16)
        icon = style.icons.pixmap("file-text", "dim", side, painter.device().devicePixelRatioF())
        painter.drawPixmap(place.left() + style.px(10), place.top() + (place.height() - side) // 2, icon)
        painter.setFont(style.label)
        painter.setPen(style.color("text"))
        room = place.adjusted(style.px(33), 0, -style.px(8), 0)
        text = painter.fontMetrics().elidedText(name, Qt.TextElideMode.ElideMiddle, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)
