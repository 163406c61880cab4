"""A card that lies over the window under a button (or over one that is low), until one is done with it.

It is a child of the window, no window of its own: so it looks the same on every system, and no window manager places
it elsewhere. It closes by Escape, by a press outside, and when the keyboard goes elsewhere.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QApplication, QVBoxLayout, QWidget

from desktop.ui.card_shadow import CardShadow
from desktop.ui.theme import Theme

SHADOW_MARGIN = 28
SHADOW_STRENGTH = {False: 0.14, True: 0.5}  # by dark: a shadow on a dark ground needs more
EDGE = 8  # what stays free to the window's edges
GAP = 6  # between button and card
RADIUS = 10
FOOT = 6  # what stays free at the bottom, so that no row paints over the round corners


class Popup(QWidget):
    """Subclasses fill `content`, and say where the keyboard goes with `first_focus`."""

    closed = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._shadow = CardShadow()
        self._anchor: QWidget | None = None
        self._focus_before: QWidget | None = None
        self.content = QVBoxLayout(self)
        self.content.setSpacing(0)
        self.hide()

    def first_focus(self) -> QWidget:
        """Which control has the keyboard first."""
        return self

    def open_under(self, anchor: QWidget, width: int, height: int) -> None:
        """Shows a card of this size, or as much of it as the window has room for, under `anchor`."""
        self.dismiss()  # opened anew, it would take itself for what had the keyboard before
        window = anchor.window()
        self._anchor = anchor
        self._focus_before = QApplication.focusWidget()
        self.setParent(window)
        margin = self._theme.px(SHADOW_MARGIN)
        self.content.setContentsMargins(margin + 1, margin + 1, margin + 1, margin + self._theme.px(FOOT))
        self.setGeometry(self._place(anchor, window, width, height).adjusted(-margin, -margin, margin, margin))
        self.show()
        self.raise_()
        self.first_focus().setFocus(Qt.FocusReason.PopupFocusReason)
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.installEventFilter(self)
            application.focusChanged.connect(self._focus_changed)

    def grow(self, height: int) -> None:
        """Makes the open card higher, as far as the window has room; never smaller, which would look like a jump."""
        window = self.parentWidget()
        if self._anchor is None or window is None:
            return
        card = self._place(self._anchor, window, self._card().width(), max(height, self._card().height()))
        margin = self._theme.px(SHADOW_MARGIN)
        self.setGeometry(card.adjusted(-margin, -margin, margin, margin))

    def dismiss(self) -> None:
        """Closes the card and gives the keyboard back."""
        if self._anchor is None:
            return
        focused = QApplication.focusWidget()
        gives_back = focused in (None, self._anchor) or self._belongs_here(focused)
        self._anchor = None
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.removeEventFilter(self)
            application.focusChanged.disconnect(self._focus_changed)
        self.hide()
        if gives_back and self._focus_before is not None:
            self._focus_before.setFocus(Qt.FocusReason.PopupFocusReason)
        self._focus_before = None
        self.closed.emit()

    def event(self, event: QEvent) -> bool:
        """Takes Escape before the window's shortcuts do."""
        if event.type() is QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            event.setAccepted(event.key() == Qt.Key.Key_Escape)
            return event.isAccepted()
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        focused = QApplication.focusWidget()
        if event.key() == Qt.Key.Key_Escape:
            self.dismiss()
        elif event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            super().keyPressEvent(event)
        elif isinstance(focused, QAbstractButton) and self.isAncestorOf(focused):
            focused.click()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind is QEvent.Type.MouseButtonPress and isinstance(watched, QWidget) and isinstance(event, QMouseEvent):
            return self._pressed(watched, event)
        if kind is QEvent.Type.Resize and watched is self.parent():
            self.dismiss()
        return False

    def focusNextPrevChild(self, next: bool) -> bool:  # noqa: A002 - Qt's own name of the argument
        """Tab goes round inside the card."""
        stops = [child for child in self.findChildren(QWidget) if child.focusPolicy() & Qt.FocusPolicy.TabFocus]
        stops = [child for child in stops if child.isVisible() and child.isEnabled()]
        focused = QApplication.focusWidget()
        if focused not in stops:
            return False
        step = 1 if next else -1
        stops[(stops.index(focused) + step) % len(stops)].setFocus(Qt.FocusReason.TabFocusReason)
        return True

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        card = QRectF(self._card()).adjusted(0.5, 0.5, -0.5, -0.5)
        radius = self._theme.px(RADIUS)
        self._shadow.paint(painter, card, SHADOW_STRENGTH[self._theme.dark], self._theme.scale)
        painter.setPen(QPen(self._theme.color("line"), 1))
        painter.setBrush(self._theme.color("bg"))
        painter.drawRoundedRect(card, radius, radius)

    def _card(self) -> QRect:
        margin = self._theme.px(SHADOW_MARGIN)
        return self.rect().adjusted(margin, margin, -margin, -margin)

    def _place(self, anchor: QWidget, window: QWidget, width: int, height: int) -> QRect:
        px = self._theme.px
        room = window.rect().adjusted(px(EDGE), px(EDGE), -px(EDGE), -px(EDGE))
        mirrored = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
        corner = anchor.mapTo(window, anchor.rect().bottomRight() if mirrored else anchor.rect().bottomLeft())
        top = corner.y() + 1 + px(GAP)
        above = anchor.mapTo(window, QPoint(0, 0)).y() - px(GAP)
        if top + height > room.bottom() and above - room.top() > room.bottom() - top:
            top = max(room.top(), above - height)
            height = min(height, above - top)
        width = min(width, room.width())
        left = corner.x() + 1 - width if mirrored else corner.x()
        left = max(room.left(), min(left, room.right() + 1 - width))
        return QRect(QPoint(left, top), QPoint(left + width - 1, min(top + height - 1, room.bottom())))

    def _pressed(self, watched: QWidget, event: QMouseEvent) -> bool:
        """Closes on a press outside; one on the button that opened the card does no more than that."""
        if watched.window() is not self.window() and self._belongs_here(watched):
            return False
        inside = watched is self or self.isAncestorOf(watched)
        if inside and self._card().contains(self.mapFromGlobal(event.globalPosition().toPoint())):
            return False
        on_anchor = self._anchor is not None and (watched is self._anchor or self._anchor.isAncestorOf(watched))
        self.dismiss()
        return on_anchor or inside

    def _belongs_here(self, widget: QWidget | None) -> bool:
        """True for a menu of a control on the card, too, which is a window of its own."""
        while widget is not None and widget is not self:
            widget = widget.parentWidget()
        return widget is self

    def _focus_changed(self, _old: QWidget | None, new: QWidget | None) -> None:
        """A press on the button gives it the focus before the press itself is seen, which then closes."""
        if new not in (None, self._anchor) and not self._belongs_here(new):
            self.dismiss()
