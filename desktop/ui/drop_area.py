"""Makes a whole window take drops, and shows over the conversation what a drop would do.

The window's drag events are looked at before any widget gets them, so that no text field inside takes a file's path
as text. Drags that began inside the program are left to the widgets.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QRectF, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QPainter, QPaintEvent, QPen, QWindow
from PySide6.QtWidgets import QApplication, QWidget

from desktop.ui.controls import name
from desktop.ui.icons import Icons
from desktop.ui.sources import Kind, kind_of, take
from desktop.ui.theme import Theme

FORMATS = "PNG, JPEG, WebP, GIF, BMP, SVG"
VEIL = 0.84
CARD_WIDTH_PX = 720
CARD_HEIGHT_PX = 186
RADIUS_PX = 16


class DropArea(QWidget):
    """Lies over `covered` while something is held over `window`, which must be its window."""

    taken = Signal(object)  # a `Taken`

    def __init__(self, theme: Theme, icons: Icons, window: QWidget, covered: QWidget) -> None:
        super().__init__(covered)
        self._theme = theme
        self._icons = icons
        self._window = window
        self._covered = covered
        self._handle: QWindow | None = None
        self._kind = Kind.NOTHING
        name(self, "dropArea", self.tr("Drop to ask about it"))
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()
        window.setAcceptDrops(True)
        window.installEventFilter(self)
        self._watch_handle()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._window and event.type() in {QEvent.Type.Show, QEvent.Type.WinIdChange}:
            self._watch_handle()
        if watched is not self._handle:
            return False
        if event.type() == QEvent.Type.DragLeave:
            self.hide()
        elif isinstance(event, QDropEvent) and event.source() is None and self._is_reachable():
            return self._drag(event)
        return False

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        veil = self._theme.color("bg")
        veil.setAlphaF(VEIL)
        painter.fillRect(self.rect(), veil)
        card = self._card_rect()
        pen = QPen(self._theme.color("accent"), self._theme.px(2), Qt.PenStyle.CustomDashLine)
        pen.setDashPattern([3, 2])
        painter.setPen(pen)
        painter.setBrush(self._theme.color("accent_soft"))
        radius = self._theme.px(RADIUS_PX)
        painter.drawRoundedRect(card, radius, radius)
        self._paint_words(painter, card)

    def _watch_handle(self) -> None:
        handle = self._window.windowHandle()
        if handle is not None and handle is not self._handle:
            handle.installEventFilter(self)
            self._handle = handle

    def _is_reachable(self) -> bool:
        from desktop.ui.modal_card import open_dialog  # a window is painted before anything is dropped

        return open_dialog(self._window) is None and QApplication.activePopupWidget() is None

    def _drag(self, event: QDropEvent) -> bool:
        """Answers one drag event; always as a copy, because a move would delete the file where it came from."""
        if isinstance(event, QDragEnterEvent) or self._kind is Kind.NOTHING:
            self._kind = kind_of(event.mimeData())
        if self._kind is Kind.NOTHING:
            event.ignore()
            return True
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        if event.type() == QEvent.Type.Drop:
            self.hide()
            self.taken.emit(take(event.mimeData()))
        elif self.isHidden():
            self._show_over()
        return True

    def _show_over(self) -> None:
        self.setGeometry(self._covered.rect())
        self.raise_()
        self.show()

    def _card_rect(self) -> QRectF:
        px = self._theme.px
        card = QRectF(
            0, 0, min(px(CARD_WIDTH_PX), self.width() - px(32)), min(px(CARD_HEIGHT_PX), self.height() - px(32))
        )
        card.moveCenter(QRectF(self.rect()).center())
        return card

    def _paint_words(self, painter: QPainter, card: QRectF) -> None:
        px = self._theme.px
        pictures = self._kind is Kind.PICTURES
        icon = self._icons.pixmap("image-plus" if pictures else "text-wrap", "accent", px(36), self.devicePixelRatioF())
        middle = card.center()
        painter.drawPixmap(round(middle.x() - px(18)), round(middle.y() - px(47)), icon)
        painter.setPen(self._theme.color("text"))
        painter.setFont(self._theme.font(17, weight=600))
        title = self.tr("Drop to ask about it") if pictures else self.tr("Drop to add it to the question")
        line = QRectF(card.left() + px(16), middle.y() - px(1), card.width() - px(32), px(28))
        painter.drawText(line, Qt.AlignmentFlag.AlignCenter, title)
        if pictures:
            painter.setPen(self._theme.color("dim"))
            painter.setFont(self._theme.font(13))
            text = self.tr("{formats} · place and camera data are removed").format(formats=FORMATS)
            line = QRectF(card.left() + px(16), middle.y() + px(27), card.width() - px(32), px(40))
            flags = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap
            painter.drawText(line, int(flags), text)
