"""A list whose rows are chosen by the mouse or by Enter, and where the right button never changes what is chosen."""

from __future__ import annotations

from PySide6.QtCore import QAbstractItemModel, QEvent, QModelIndex, QSortFilterProxyModel, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView

ENTER_KEYS = {Qt.Key.Key_Return, Qt.Key.Key_Enter}


class RowView(QListView):
    """All rows have one height.

    With `follow_arrows` an arrow key chooses at once, and the mouse as soon as it is pressed.
    """

    chosen = Signal(QModelIndex)
    done = Signal()  # after `chosen`: it was a click or Enter, no mere passing by
    menu_wanted = Signal(QModelIndex)

    def __init__(self, model: QAbstractItemModel, *, follow_arrows: bool) -> None:
        super().__init__()
        self._follow_arrows = follow_arrows
        # A proxy counts its rows without asking Python, of which the view does a lot: for 10,000 rows the layout
        # takes 1.5 ms instead of 22 ms.
        proxy = QSortFilterProxyModel(self)
        proxy.setSourceModel(model)
        self.setModel(proxy)
        self._proxy = proxy
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setProperty("look", "rows")
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        (self.pressed if follow_arrows else self.clicked).connect(self.chosen)
        self.clicked.connect(lambda _index: self.done.emit())

    def current_row(self) -> int:
        """The current row, or -1."""
        return self.currentIndex().row()

    def select_row(self, row: int) -> None:
        """Makes a row the current one and shows it, without choosing it; -1 for none."""
        index = self._proxy.index(row, 0)
        self.setCurrentIndex(index)
        if not index.isValid():
            self.clearSelection()

    def event(self, event: QEvent) -> bool:
        """Leaves Escape to an editor that is open in a row, before the window's shortcuts take it."""
        editing = self.state() is QAbstractItemView.State.EditingState
        if editing and event.type() is QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            event.setAccepted(event.key() == Qt.Key.Key_Escape)
            return event.isAccepted()
        return super().event(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            super().mousePressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        by_mouse = event.reason() is QContextMenuEvent.Reason.Mouse
        index = self.indexAt(event.pos()) if by_mouse else self.currentIndex()
        if index.isValid():
            self.menu_wanted.emit(index)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Dragging over the rows would change the current one without choosing it."""
        if event.buttons() is Qt.MouseButton.NoButton:
            super().mouseMoveEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in ENTER_KEYS:
            if self.currentIndex().isValid():
                self.chosen.emit(self.currentIndex())
                self.done.emit()
            return
        before = self.current_row()
        super().keyPressEvent(event)
        if self._follow_arrows and self.current_row() not in (before, -1):
            self.chosen.emit(self.currentIndex())
