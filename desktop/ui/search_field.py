"""A search field over a list: an icon, a key hint while it is empty, and arrows that move in the list.

The keyboard stays in the field all the time, so that one types, moves and chooses without leaving it.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRect, Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractItemView, QApplication, QLineEdit, QStyle

from desktop.ui.icons import Icons
from desktop.ui.theme import Theme

MOVING_KEYS = {Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown}


class SearchField(QLineEdit):
    """Escape clears it, if it may; when it is empty, Escape is left to the parent."""

    cleared = Signal()  # by Escape or the button

    def __init__(
        self, theme: Theme, icons: Icons, *, hint: str = "", icon_size: int = 14, escape_clears: bool = True
    ) -> None:
        super().__init__()
        self._escape_clears = escape_clears
        self._theme = theme
        self._icons = icons
        self._hint = hint
        self._icon_size = icon_size
        self._list: QAbstractItemView | None = None
        self._clear = QAction(icons.icon("x", "faint"), self.tr("Clear"), self)
        self._clear.triggered.connect(self._clear_all)
        self.textChanged.connect(self._show_clear_button)
        theme.changed.connect(self._restyle)
        self._restyle()

    def drive(self, view: QAbstractItemView) -> None:
        """Sends the arrow keys to `view`."""
        self._list = view

    def event(self, event: QEvent) -> bool:
        """Keeps Escape from the window's shortcuts while there is something to clear."""
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and event.key() == Qt.Key.Key_Escape
            and self._escape_clears
            and self.text()
        ):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            if self._escape_clears and self.text():
                self._clear_all()
            else:
                event.ignore()
        elif event.key() in MOVING_KEYS and self._list is not None:
            QApplication.sendEvent(self._list, event)
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        size = self._theme.px(self._icon_size)
        left = 0 if self.property("look") == "bare" else self._theme.px(10)
        icon = self._icons.pixmap("search", "dim", size, self.devicePixelRatioF())
        painter.drawPixmap(self._mirrored(QRect(left, (self.height() - size) // 2, size, size)).topLeft(), icon)
        if self._hint and not self.text():
            self._paint_hint(painter)

    def _paint_hint(self, painter: QPainter) -> None:
        """The key that leads here, as a small key cap at the end of the field."""
        px = self._theme.px
        painter.setFont(self._theme.font(11))
        width = painter.fontMetrics().horizontalAdvance(self._hint) + px(11)
        height = px(16)
        cap = self._mirrored(QRect(self.width() - px(10) - width, (self.height() - height) // 2, width, height))
        painter.setPen(QPen(self._theme.color("line"), 1))
        painter.drawRoundedRect(cap.toRectF().adjusted(0.5, 0.5, -0.5, -0.5), px(4), px(4))
        painter.setPen(self._theme.color("faint"))
        painter.drawText(cap, Qt.AlignmentFlag.AlignCenter, self._hint)

    def _mirrored(self, rect: QRect) -> QRect:
        return QStyle.visualRect(self.layoutDirection(), self.rect(), rect)

    def _clear_all(self) -> None:
        self.clear()
        self.cleared.emit()

    def _show_clear_button(self, text: str) -> None:
        if text and self._clear not in self.actions():
            self.addAction(self._clear, QLineEdit.ActionPosition.TrailingPosition)
        elif not text:
            self.removeAction(self._clear)

    def _restyle(self) -> None:
        room = self._theme.px(self._icon_size + 8)
        mirrored = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
        self.setTextMargins(0 if mirrored else room, 0, room if mirrored else 0, 0)
        self.update()
