"""The canvas under the reader's hands: pointer, keys, focus, tooltips, and the menu of a message."""

from __future__ import annotations

import html

from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QFocusEvent, QHelpEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QToolTip

from desktop.ui.message_view.actions import Actions
from desktop.ui.message_view.canvas import Canvas
from desktop.ui.message_view.footnotes import footnote_of
from desktop.ui.message_view.menu import DELETE, can_be_deleted
from desktop.ui.message_view.navigation import Navigation
from desktop.ui.message_view.pointer import Pointer
from desktop.ui.message_view.row import Row
from desktop.ui.message_view.stage import Hit


class HandledCanvas(Canvas):
    """Takes what the reader does to whoever knows what it means."""

    link_hovered = Signal(str)  # where the link under the pointer leads, or nothing

    def _listen(self, actions: Actions) -> None:
        """Makes what knows the pointer and the keys."""
        self._actions = actions
        self._navigation = Navigation(self.stage)
        self._pointer = Pointer(self.stage, self.viewport())
        self._pointer.activated.connect(self._activate)
        self._pointer.link_clicked.connect(self._follow_link)
        self._pointer.selection_changed.connect(self.repaint_all)
        self._pointer.autoscrolled.connect(self.scroll_by)
        self._pointer.slid.connect(self._sideways_bar.slide)

    def _activate(self, action: str, message_id: int, row: Row | None = None) -> None:
        """Does what a button of a message says."""
        raise NotImplementedError

    def _focus_moved(self) -> None:
        """Another message may be the one that the keyboard is at."""
        raise NotImplementedError

    def open_current_menu(self) -> None:
        """The menu of the message that the keyboard is at."""
        number = self._navigation.current()
        if number is not None:
            self._actions.open_menu_of(number, self.viewport())

    def delete_current(self) -> bool:
        """Asks for the deletion of the message that is marked; False if there is none that could be."""
        message_id = self._navigation.shown(self)
        number = None if message_id is None else self.stage.conversation.index_of(message_id)
        if message_id is None or number is None or not can_be_deleted(self.stage.conversation.item(number)):
            return False
        self._actions.do(DELETE, message_id)
        return True

    def copy_message(self, message_id: int) -> None:
        """Puts a message's source into the clipboard."""
        self._actions.copy_message(message_id)

    def copy_selection(self) -> None:
        """Puts what is selected into the clipboard."""
        self._actions.copy_selection()

    def select_all(self) -> None:
        """Selects every message."""
        self._actions.select_all()

    def slide(self, direction: int) -> bool:
        """Moves a wide block on the screen sideways; False if there is none."""
        return self._sideways_bar.step(direction, self._navigation.current())

    def current_message(self) -> int | None:
        """The message that the keyboard has chosen."""
        return self._navigation.shown(self)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Reading keys; everything else goes to the window."""
        if not self._navigation.press(event, self):
            event.ignore()
        self._focus_moved()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Focus by keyboard shows the current message."""
        super().focusInEvent(event)
        by_keyboard = {
            Qt.FocusReason.TabFocusReason,
            Qt.FocusReason.BacktabFocusReason,
            Qt.FocusReason.ShortcutFocusReason,
        }
        self._navigation.focus(by_keyboard=event.reason() in by_keyboard)
        self.viewport().update()
        self._focus_moved()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """The mark of the current message goes."""
        super().focusOutEvent(event)
        self.viewport().update()
        self._focus_moved()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pointer.press(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self._pointer.press(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._pointer.move(event)
        self._sideways_bar.hover(event.position())
        link = self.stage.link_at(event.position())
        self.link_hovered.emit("" if footnote_of(link) else link)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._pointer.release(event)

    def viewportEvent(self, event: QEvent) -> bool:
        """Tooltips, and the pointer leaving."""
        if event.type() is QEvent.Type.Leave:
            self._pointer.leave()
            self._sideways_bar.hover(self._pointer_position())
        elif isinstance(event, QHelpEvent) and event.type() is QEvent.Type.ToolTip:
            text = html.escape(self._pointer.tooltip(QPointF(event.pos())))  # what looks like HTML, Qt would draw
            QToolTip.showText(event.globalPos(), f"<qt>{text}</qt>" if text else "", self.viewport())
            return True
        return super().viewportEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """The menu of the message under the pointer, or of the current one."""
        if event.reason() is QContextMenuEvent.Reason.Keyboard:
            self.open_current_menu()
            return
        hit = self.stage.hit(QPointF(event.pos()))
        if hit is not None:
            link = self.stage.link_at(QPointF(event.pos()))
            link = "" if footnote_of(link) else link
            found = self.stage.target_at(QPointF(event.pos()))
            target = found[1].action if found is not None else ""
            self._actions.open_menu(hit.message_id, [hit.placed.row], event.globalPos(), link, target)

    def _hover(self, point: QPointF) -> None:
        self._pointer.hover(point)
        self._sideways_bar.hover(point)

    def _is_current(self, number: int) -> bool:
        return self._navigation.shows(number, self)

    def _follow_link(self, target: str, hit: Hit) -> None:
        """Goes to a footnote and back; other links are the system's."""
        place = self.stage.footnote_place(hit, target)
        if place is None:
            self._actions.open_link(target)
            return
        self._scroller.show_row(hit.placed.message, place)
        self.arrange()
