"""Three columns, of which the outer two fold: chats, conversation, parameters.

In a narrow window the outer ones fold by themselves; unfolded there, they lie over the conversation instead of
squeezing it.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QApplication, QFrame, QWidget

from desktop.ui.theme import Theme

LEFT_WIDTH = 252
RIGHT_WIDTH = 296
RIGHT_MARGIN = 16  # between the edge of the parameters and their fields
NARROW_WIDTH = 1000


class Columns(QWidget):
    """Places `left`, `middle` and `right` side by side with hairlines between."""

    folded = Signal()  # one of the outer columns was shown or hidden

    def __init__(self, theme: Theme, left: QWidget, middle: QWidget, right: QWidget) -> None:
        super().__init__()
        self._theme = theme
        self.left = left
        self.middle = middle
        self.right = right
        self._left_line = self._hairline()
        self._right_line = self._hairline()
        self._wants_left = True
        self._wants_right = False
        self._over_left = False
        self._over_right = False
        for column in (middle, left, right):
            column.setParent(self)
        middle.installEventFilter(self)
        theme.changed.connect(self._arrange)
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.focusChanged.connect(self._focus_changed)

    @property
    def narrow(self) -> bool:
        """True where the outer columns lie over the middle one."""
        return self.width() < self._theme.px(NARROW_WIDTH)

    @property
    def left_shown(self) -> bool:
        """True while the chats are to be seen."""
        return self._over_left if self.narrow else self._wants_left

    @property
    def right_shown(self) -> bool:
        """True while the parameters are to be seen."""
        return self._over_right if self.narrow else self._wants_right

    def wants(self) -> tuple[bool, bool]:
        """What the user chose for a wide window: (left, right)."""
        return self._wants_left, self._wants_right

    def restore(self, left: bool, right: bool) -> None:
        """Takes what `wants()` gave, whatever width the window has by now."""
        self._wants_left = left
        self._wants_right = right
        self._arrange()

    def show_left(self, shown: bool) -> None:
        """Unfolds or folds the chats."""
        if self.narrow:
            self._over_left = shown
            self._over_right = self._over_right and not shown
        else:
            self._wants_left = shown
        self._arrange()

    def show_right(self, shown: bool) -> None:
        """Unfolds or folds the parameters."""
        if self.narrow:
            self._over_right = shown
            self._over_left = self._over_left and not shown
        else:
            self._wants_right = shown
        self._arrange()

    def resizeEvent(self, event: QResizeEvent) -> None:
        if event.oldSize().width() != event.size().width():
            self._over_left = False
            self._over_right = False
        self._arrange()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.MouseButtonPress and watched is self.middle:
            self._uncover()
        return False

    def _focus_changed(self, old: QWidget | None, new: QWidget | None) -> None:
        """Whoever turns to the conversation wants to see it; not so where the keyboard only left what was hidden."""
        left_hidden = old is not None and not old.isVisible()
        if new is not None and not left_hidden and self.middle.isAncestorOf(new):
            self._uncover()

    def _uncover(self) -> None:
        """Folds what lies over the conversation."""
        if self._over_left or self._over_right:
            self._over_left = False
            self._over_right = False
            self._arrange()

    def _hairline(self) -> QFrame:
        line = QFrame(self)
        line.setProperty("look", "hairline")
        line.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        return line

    def _arrange(self) -> None:
        width, height = self.width(), self.height()
        left = min(self._theme.px(LEFT_WIDTH), width) if self.left_shown else 0
        right = min(self._theme.px(RIGHT_WIDTH), width) if self.right_shown else 0
        middle_left, middle_right = (0, width) if self.narrow else (left, width - right)
        self.left.setGeometry(0, 0, left, height)
        self.right.setGeometry(width - right, 0, right, height)
        self.middle.setGeometry(middle_left, 0, max(0, middle_right - middle_left), height)
        self._left_line.setGeometry(left - 1, 0, 1, height)
        self._right_line.setGeometry(width - right, 0, 1, height)
        for column, line, shown in (
            (self.left, self._left_line, left > 0),
            (self.right, self._right_line, right > 0),
        ):
            column.setVisible(shown)
            line.setVisible(shown)
            column.raise_()
            line.raise_()
        self.folded.emit()
