"""A line of text with a small arrow at its end, which shows and hides what stands below it."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QStyle, QWidget

from desktop.ui.icons import Icons
from desktop.ui.theme import Theme

ARROW = 14


class FoldButton(QAbstractButton):
    """On while `content` is shown. A `note` stands before the arrow."""

    def __init__(self, theme: Theme, icons: Icons, text: str, content: QWidget, token: str = "text") -> None:
        super().__init__()
        self._theme = theme
        self._icons = icons
        self._token = token
        self.setText(text)
        self.setAccessibleName(text)
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.toggled.connect(content.setVisible)
        content.setVisible(False)
        theme.changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(120), self._theme.px(30))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        px = self._theme.px
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        arrow = QRect(self.width() - px(ARROW), (self.height() - px(ARROW)) // 2, px(ARROW), px(ARROW))
        pixmap = self._icons.pixmap(self._arrow(), "dim", px(ARROW), self.devicePixelRatioF())
        painter.drawPixmap(self._mirrored(arrow).topLeft(), pixmap)
        painter.setFont(self._theme.font(13))
        text = QRect(0, 0, arrow.left() - px(6), self.height())
        alignment = Qt.AlignmentFlag.AlignVCenter
        painter.setPen(self._theme.color(self._token))
        shown = painter.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, text.width())
        painter.drawText(self._mirrored(text), alignment | Qt.AlignmentFlag.AlignLeading, shown)
        if self.hasFocus():
            painter.fillRect(0, self.height() - 1, self.width(), 1, self._theme.color("accent"))

    def _arrow(self) -> str:
        if self.isChecked():
            return "chevron-down"
        return "chevron-left" if self.layoutDirection() is Qt.LayoutDirection.RightToLeft else "chevron-right"

    def _mirrored(self, rect: QRect) -> QRect:
        return QStyle.visualRect(self.layoutDirection(), self.rect(), rect)
