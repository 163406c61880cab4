"""A dialog as a card over its dimmed window.

It is a child of the window, no window of its own: so it looks the same on every system, needs no compositor for its
round corners, and no window manager places it elsewhere. Until it is closed, keyboard, mouse and shortcuts are its
own.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QRectF, Qt
from PySide6.QtGui import (
    QColor,
    QHideEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QApplication, QDialog, QStyle, QWidget

from desktop.ui.card_shadow import CardShadow
from desktop.ui.theme import Theme

DIMMING = 0.28  # how much darker the window gets
SHADOW_STRENGTH = {False: 0.14, True: 0.5}  # by dark
RADIUS = 14
EDGE = 16  # what stays free to the window's edges


class ModalCard(QDialog):
    """Subclasses fill `card`; `side_width` pixels at scale 1 of it, at its start, are coloured as a side column."""

    def __init__(self, theme: Theme, parent: QWidget, width: int, height: int, side_width: int = 0) -> None:
        window = parent.window()  # so that a card over a card covers the window, too
        super().__init__(window)
        self.setWindowFlags(Qt.WindowType.Widget)
        self._theme = theme
        self._size = (width, height)
        self._side_width = side_width
        self._shadow = CardShadow()
        self._focus_before: QWidget | None = None
        self.card = QWidget(self)
        theme.changed.connect(self._place)
        window.installEventFilter(self)
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.focusChanged.connect(self._focus_changed)
        self.hide()

    def first_focus(self) -> QWidget:
        """Which control has the keyboard first."""
        return self

    def set_card_size(self, width: int, height: int, side_width: int) -> None:
        """Sizes at scale 1; a small window makes the card smaller."""
        self._size = (width, height)
        self._side_width = side_width
        self._place()

    def open(self) -> None:
        """Covers the window and takes the keyboard."""
        if not self.isVisible():
            self._focus_before = QApplication.focusWidget()
        self._place()
        super().open()
        self._place()  # Qt has centred it as if it were a window
        self.raise_()
        self.first_focus().setFocus(Qt.FocusReason.PopupFocusReason)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._repaint_others()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._repaint_others()
        before, self._focus_before = self._focus_before, None
        if before is not None and before.isVisible():
            before.setFocus(Qt.FocusReason.PopupFocusReason)

    def event(self, event: QEvent) -> bool:
        """Keeps the keys from the window's shortcuts."""
        if event.type() is QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            event.accept()
            return True
        return super().event(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Resize and watched is self.parent():
            self._place()
        return False

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A press beside the card does nothing, so that nothing that was typed is lost."""
        event.accept()

    def focusNextPrevChild(self, next: bool) -> bool:  # noqa: A002 - Qt's own name of the argument
        """Tab goes round inside the card."""
        ring = self._ring()
        focused = QApplication.focusWidget()
        start = ring.index(focused) if focused in ring else 0
        for widget in (ring[start + 1 :] + ring[:start]) if next else (ring[:start][::-1] + ring[start + 1 :][::-1]):
            if self._stops_at(widget):
                widget.setFocus(Qt.FocusReason.TabFocusReason if next else Qt.FocusReason.BacktabFocusReason)
                break
        return True

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if not self._is_covered():
            painter.fillRect(self.rect(), QColor.fromRgbF(0, 0, 0, DIMMING))
        card = QRectF(self.card.geometry())
        self._shadow.paint(painter, card, SHADOW_STRENGTH[self._theme.dark], self._theme.scale)
        outline = QPainterPath()
        radius = self._theme.px(RADIUS)
        outline.addRoundedRect(card, radius, radius)
        painter.fillPath(outline, self._theme.color("bg"))
        if self._side_width:
            self._paint_side(painter, outline)
        painter.setClipping(False)
        painter.setPen(QPen(self._theme.color("line"), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(card.adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._place()
        super().resizeEvent(event)

    def _is_covered(self) -> bool:
        """Whether another card lies over this one, and dims both it and the window."""
        layers = self._layers()
        return any(layer.isVisible() for layer in layers[layers.index(self) + 1 :])

    def _layers(self) -> list[ModalCard]:
        window = self.parentWidget()
        return [layer for layer in window.children() if isinstance(layer, ModalCard)] if window is not None else [self]

    def _repaint_others(self) -> None:
        for layer in self._layers():
            if layer is not self:
                layer.update()

    def _paint_side(self, painter: QPainter, outline: QPainterPath) -> None:
        card = self.card.geometry()
        side = QRect(card.topLeft(), QPoint(card.left() + self._theme.px(self._side_width) - 1, card.bottom()))
        side = QStyle.visualRect(self.layoutDirection(), card, side)
        painter.setClipPath(outline)
        painter.fillRect(side, self._theme.color("side"))
        mirrored = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
        edge = side.left() if mirrored else side.right()
        painter.fillRect(QRect(edge, side.top(), 1, side.height()), self._theme.color("line"))

    def _place(self) -> None:
        window = self.parentWidget()
        if window is None:
            return
        self.setGeometry(window.rect())
        px = self._theme.px
        width = min(px(self._size[0]), window.width() - 2 * px(EDGE))
        height = min(px(self._size[1]), window.height() - 2 * px(EDGE))
        self.card.setGeometry((window.width() - width) // 2, (window.height() - height) // 2, width, height)
        self.update()

    def _ring(self) -> list[QWidget]:
        """The card's own part of the focus chain, beginning with the card itself.

        PySide takes the widget that comes next for a child of the one before it: with the one it would take down the
        wrappers of the other, in the end of all the window. Setting the parent that it has anyhow puts that right.
        """
        ring: list[QWidget] = []
        widget: QWidget | None = self
        while widget is not None and widget not in ring and (widget is self or self.isAncestorOf(widget)):
            ring.append(widget)
            widget = widget.nextInFocusChain()
            if widget is not None:
                widget.setParent(widget.parentWidget())
        return ring

    def _stops_at(self, widget: QWidget) -> bool:
        takes_tab = bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus)
        return takes_tab and self.isAncestorOf(widget) and widget.isVisible() and widget.isEnabled()

    def _focus_changed(self, old: QWidget | None, new: QWidget | None) -> None:
        """Takes the keyboard back from what is dimmed; what lies above this card may have it."""
        if not self.isVisible() or new is None or new is self or self.isAncestorOf(new) or self._lies_above(new):
            return
        inside = old is not None and self.isAncestorOf(old)
        (old if inside and old is not None else self.first_focus()).setFocus(Qt.FocusReason.OtherFocusReason)

    def _lies_above(self, widget: QWidget) -> bool:
        """Whether `widget` is in another window, or in a child of this one that was raised later."""
        window = self.parentWidget()
        if window is None or widget.window() is not window.window():
            return True
        layers = window.children()
        layer: QObject | None = widget
        while layer is not None and layer.parent() is not window:
            layer = layer.parent()
        return layer is not None and layers.index(layer) > layers.index(self)


def open_dialog(window: QWidget) -> QDialog | None:
    """The dialog that keeps the user from the window now: a card over it, or a window of the system's own kind."""
    cards = [card for card in window.findChildren(ModalCard) if card.isVisible()]
    own = QApplication.activeModalWidget()
    return cards[-1] if cards else own if isinstance(own, QDialog) else None
