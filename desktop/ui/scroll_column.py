"""A page that scrolls up and down when it is taller than its place.

Qt's own resizable scroll area gives a page with breaking texts the height of its narrowest form; this one gives it the
height that it needs at the width that it has.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QScrollArea, QWidget


class ScrollColumn(QScrollArea):
    """Holds one page. `sizeHint` is the page's, so that a layout around it can give it all the room it wants."""

    def __init__(self, page: QWidget) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._page = page
        self.setWidget(page)
        self.viewport().setAutoFillBackground(False)
        page.setAutoFillBackground(False)

    def sizeHint(self) -> QSize:
        return QSize(self._page.sizeHint().width(), self.height_for(self.width()))

    def minimumSizeHint(self) -> QSize:
        return QSize(0, 0)

    def height_for(self, width: int) -> int:
        """The height that the page needs at this width."""
        layout = self._page.layout()
        if layout is not None and layout.hasHeightForWidth():
            return layout.totalHeightForWidth(width)
        return self._page.sizeHint().height()

    def scroll_to(self, widget: QWidget) -> None:
        """Brings a widget of the page into view, once what has just changed in it is laid out."""
        QTimer.singleShot(0, self, lambda: self.ensureWidgetVisible(widget, 0, 0))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.LayoutRequest and watched is self._page:
            self._fit()
            self.updateGeometry()
        return super().eventFilter(watched, event)

    def _fit(self) -> None:
        """Twice, since a scroll bar that comes or goes changes the width."""
        for _ in range(2):
            room = self.viewport().size()
            self._page.resize(room.width(), max(room.height(), self.height_for(room.width())))
