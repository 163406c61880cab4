"""A still picture of one screen, out of which the user cuts a part."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QCloseEvent,
    QColor,
    QCursor,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QScreen,
)
from PySide6.QtWidgets import QWidget

from desktop.ui.controls import name
from desktop.ui.theme import Theme

SMALLEST_PX = 6  # a click is no part of the screen
SHADE = QColor(0, 0, 0, 110)
HINT_TOP_PX = 28
STEP_PX = 10  # an arrow key; with Ctrl one pixel


class ScreenCutter(QWidget):
    """Covers the screen. The part is dragged out with the mouse, or with arrow keys, and Enter takes it."""

    cut = Signal(QImage)
    cancelled = Signal()

    def __init__(self, theme: Theme, screen: QScreen) -> None:
        super().__init__(None, Qt.WindowType.FramelessWindowHint | Qt.WindowType.WindowStaysOnTopHint)
        name(self, "screenCutter", self.tr("Choose a part of the screen"))
        self.setWindowTitle(self.accessibleName())
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self._theme = theme
        self._picture: QPixmap = screen.grabWindow(0)
        self._part = QRect()
        self._grip = QPoint()
        self.setGeometry(screen.geometry())

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.drawPixmap(self.rect(), self._picture)
        painter.fillRect(self.rect(), SHADE)
        if self._part.isEmpty():
            self._paint_hint(painter)
        else:
            painter.drawPixmap(QRectF(self._part), self._picture, self._in_picture(self._part))
            painter.setPen(QPen(self._theme.color("accent"), 2))
            painter.drawRect(self._part)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            self._grip = event.position().toPoint()
            self._show_part(QRect())
        else:
            self.cancelled.emit()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._show_part(QRect(self._grip, event.position().toPoint()).normalized())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() is not Qt.MouseButton.LeftButton:
            return
        if min(self._part.width(), self._part.height()) < SMALLEST_PX:
            self._show_part(QRect())
        else:
            self._take()

    def closeEvent(self, event: QCloseEvent) -> None:
        super().closeEvent(event)
        self.cancelled.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        arrows = {
            Qt.Key.Key_Left: QPoint(-1, 0),
            Qt.Key.Key_Right: QPoint(1, 0),
            Qt.Key.Key_Up: QPoint(0, -1),
            Qt.Key.Key_Down: QPoint(0, 1),
        }
        key = Qt.Key(event.key())
        if key in arrows:
            self._press_arrow(arrows[key], event.modifiers())
        elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self._take()
        elif key == Qt.Key.Key_Escape:
            self.cancelled.emit()
        else:
            super().keyPressEvent(event)

    def _press_arrow(self, direction: QPoint, modifiers: Qt.KeyboardModifier) -> None:
        """Moves the part, or with Shift its far corner; the first key puts one into the middle."""
        if self._part.isEmpty():
            half = QSize(self.width() // 2, self.height() // 2)
            self._show_part(QRect(QPoint(self.width() // 4, self.height() // 4), half))
            return
        step = direction * (1 if modifiers & Qt.KeyboardModifier.ControlModifier else STEP_PX)
        part = QRect(self._part)
        if modifiers & Qt.KeyboardModifier.ShiftModifier:
            part.setBottomRight(part.bottomRight() + step)
        else:
            part.translate(step)
        if part.isValid():
            self._show_part(part & self.rect())

    def _show_part(self, part: QRect) -> None:
        self._part = part & self.rect()
        self.update()

    def _take(self) -> None:
        """All of the screen where no part is chosen."""
        part = self.rect() if self._part.isEmpty() else self._part
        self.cut.emit(self._picture.copy(self._in_picture(part).toAlignedRect()).toImage())

    def _in_picture(self, part: QRect) -> QRectF:
        """A part of the window, in the pixels of the picture."""
        ratio = self._picture.devicePixelRatio()
        return QRectF(part.x() * ratio, part.y() * ratio, part.width() * ratio, part.height() * ratio)

    def _paint_hint(self, painter: QPainter) -> None:
        if not self.geometry().contains(QCursor.pos()):
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self._theme.font())
        text = self.tr("Drag over what you want to send. Enter takes all of the screen, Esc leaves.")
        size = painter.fontMetrics().size(0, text) + QSize(self._theme.px(32), self._theme.px(20))
        card = QRectF((self.width() - size.width()) / 2, self._theme.px(HINT_TOP_PX), size.width(), size.height())
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.color("bg"))
        painter.drawRoundedRect(card, self._theme.px(10), self._theme.px(10))
        painter.setPen(self._theme.color("text"))
        painter.drawText(card, Qt.AlignmentFlag.AlignCenter, text)
