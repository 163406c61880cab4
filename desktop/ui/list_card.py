"""A card with a list beside what is chosen in it; in a narrow window the list stands above."""

from __future__ import annotations

from PySide6.QtWidgets import QBoxLayout, QToolButton, QWidget

from desktop.ui.modal_card import ModalCard

CORNER = (14, 12)  # from the card's upper corner to the button that closes it


class ListCard(ModalCard):
    """Subclasses make the list's side, the layout that holds it and the rest, and the button that closes."""

    _side: QWidget
    _layout: QBoxLayout
    _close: QToolButton

    def _join(self, rest: QWidget) -> None:
        """Fills the card with the list's side and the rest; the button that closes lies over them."""
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(0)
        self._layout.addWidget(self._side)
        self._layout.addWidget(rest, 1)
        self.card.setLayout(self._layout)
        self._close.setParent(self.card)
        self._close.raise_()

    def _arrange_list(self, width: int, height: int, side_width: int, narrow_below: int) -> None:
        """Puts the list beside the rest, or above it where there is no room; lengths at scale 1."""
        px = self._theme.px
        narrow = self.width() < px(narrow_below)
        self.set_card_size(width, height, 0 if narrow else side_width)
        down, beside = QBoxLayout.Direction.TopToBottom, QBoxLayout.Direction.LeftToRight
        self._layout.setDirection(down if narrow else beside)
        self._side.setMinimumWidth(0 if narrow else px(side_width))
        self._side.setMaximumWidth(self.card.width() if narrow else px(side_width))
        self._side.setMaximumHeight(self.card.height() * 2 // 5 if narrow else self.card.height())
        size, (inset, top) = self._close.sizeHint(), CORNER
        left = px(inset) if self.isRightToLeft() else self.card.width() - px(inset) - size.width()
        self._close.setGeometry(left, px(top), size.width(), size.height())
