"""The bar over the conversation in which one types what to find.

Enter and F3 go on, with Shift back; Escape closes it and gives the keyboard back to where it was.
"""

from __future__ import annotations

import weakref

from PySide6.QtCore import QEvent, QLocale, QSize, Qt
from PySide6.QtGui import QFontMetrics, QKeyEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QToolButton,
    QWidget,
)

from desktop.ui.controls import icon_button, look, name
from desktop.ui.icons import Icons
from desktop.ui.message_view.find import Finder
from desktop.ui.theme import Theme

FIELD_WIDTH = 190
LONGEST_PRESET = 100  # characters of a selection that are taken as what to find
OWN_KEYS = {Qt.Key.Key_Escape, Qt.Key.Key_F3, Qt.Key.Key_Return, Qt.Key.Key_Enter}


class FindBar(QFrame):
    """Lies over the top right of the view that it belongs to."""

    def __init__(self, theme: Theme, icons: Icons, finder: Finder, view: QWidget) -> None:
        super().__init__(view)
        self._theme = theme
        self._finder = finder
        self._view = view
        self._before: weakref.ref[QWidget] | None = None  # what had the keyboard
        name(self, "findBar", self.tr("Find in this chat"))
        look(self, "card")
        self.field = QLineEdit()
        name(self.field, "findText", self.tr("Find in this chat"))
        look(self.field, "bare")
        self.field.setPlaceholderText(self.tr("Find in this chat"))
        self._count = QLabel()
        name(self._count, "findCount", self.tr("No matches yet"))
        look(self._count, "small")
        self._match_case = QToolButton()
        self._match_case.setText("Aa")
        name(self._match_case, "findMatchCase", self.tr("Match upper and lower case"))
        self._match_case.setToolTip(self.tr("Match upper and lower case"))
        self._match_case.setCheckable(True)
        look(self._match_case, "toggle")
        self._previous = icon_button(icons, "chevron-up", "findPrevious", self.tr("Previous match"))
        self._next = icon_button(icons, "chevron-down", "findNext", self.tr("Next match"))
        self._close = icon_button(icons, "x", "findClose", self.tr("Close the find bar"))
        self._layout = QHBoxLayout(self)
        for widget in (self.field, self._count, self._match_case, self._previous, self._next, self._close):
            self._layout.addWidget(widget)
        self.field.textEdited.connect(self._look)
        self._match_case.toggled.connect(self._look)
        self._previous.clicked.connect(lambda: finder.step(-1))
        self._next.clicked.connect(lambda: finder.step(1))
        self._close.clicked.connect(self.close_bar)
        finder.changed.connect(self._show_count)
        theme.changed.connect(self._restyle)
        self.hide()
        self._restyle()

    def open(self, selected: str = "") -> None:
        """Shows the bar with the keyboard in it, ready to look for what is selected."""
        focused = QApplication.focusWidget()
        if focused is not None and not self.isAncestorOf(focused):
            self._before = weakref.ref(focused)
        self._appear()
        if selected and "\n" not in selected and len(selected) <= LONGEST_PRESET:
            self.field.setText(selected)
            self._look()
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.field.selectAll()

    def show_found(self, words: str, message_id: int) -> None:
        """Shows where `words` stand in a message; the keyboard stays where it is."""
        self._appear()
        self.field.setText(words)
        self._finder.look_for(words, match_case=self._match_case.isChecked(), message_id=message_id)

    def step(self, step: int) -> None:
        """Goes to the next match (1) or the previous one (-1); opens the bar if there is nothing to look for."""
        if self.isVisible() and self.field.text():
            self._finder.step(step)
        else:
            self.open()

    def close_bar(self) -> None:
        """Hides the bar; the keyboard goes back."""
        had_focus = self.isAncestorOf(QApplication.focusWidget() or self._view)
        before = self._before() if self._before is not None else None
        if had_focus:  # first of all: Qt would look for another place itself
            target = before if before is not None and before.isVisible() else self._view
            target.setFocus(Qt.FocusReason.OtherFocusReason)
        self.hide()
        self._finder.end()

    def leave(self) -> bool:
        """Closes the bar if the keyboard is in it or in the conversation; tells whether it was."""
        focused = QApplication.focusWidget()
        if not self.isVisible() or focused is None or not (focused is self._view or self._view.isAncestorOf(focused)):
            return False
        self.close_bar()
        return True

    def place(self) -> None:
        """Keeps to the top right of the view; where the current match can be nowhere else, to the bottom."""
        if self.isVisible():
            px = self._theme.px
            self.resize(min(self.sizeHint().width(), self._view.width() - px(28)), self.sizeHint().height())
            mirrored = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
            left = px(18) if mirrored else self._view.width() - self.width() - px(18)
            top = px(10)
            if self._finder.current_top() < top + self.height():
                top = self._view.height() - self.height() - px(10)
            self.move(left, top)

    def event(self, event: QEvent) -> bool:
        """Keeps the bar's keys from the window's shortcuts."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and event.key() in OWN_KEYS:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape, Enter and F3, wherever in the bar the keyboard is."""
        focused = QApplication.focusWidget()
        if event.key() == Qt.Key.Key_Escape:
            self.close_bar()
        elif event.key() not in OWN_KEYS:
            super().keyPressEvent(event)
        elif isinstance(focused, QAbstractButton) and event.key() != Qt.Key.Key_F3:
            focused.click()
        else:
            self._finder.step(-1 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1)

    def _appear(self) -> None:
        if not self.isVisible():
            self._finder.begin()
            self.show()
            self.raise_()
            self.place()
            self._look()

    def _look(self) -> None:
        self._finder.look_for(self.field.text(), match_case=self._match_case.isChecked())

    def _show_count(self) -> None:
        total, position = self._finder.total, self._finder.position()
        number = QLocale().toString
        if not self.field.text():
            text = ""
        elif total:
            text = self.tr("{position} of {total}").format(position=number(position), total=number(total))
        else:
            text = self.tr("No matches") if self._finder.complete else self.tr("Searching…")
        self._count.setText(text)
        self._count.setAccessibleName(text or self.tr("No matches yet"))
        look(self._count, "small" if total or not self.field.text() else "wrong")
        self.place()
        for button in (self._previous, self._next):
            button.setEnabled(total > 0)

    def _restyle(self) -> None:
        px = self._theme.px
        self._layout.setContentsMargins(px(12), px(4), px(4), px(4))
        self._layout.setSpacing(px(2))
        self.field.setMinimumWidth(px(80))
        self.field.setFixedHeight(px(28))
        self.field.setFont(self._theme.font(13))
        self._count.setMinimumWidth(QFontMetrics(self._theme.font(12)).horizontalAdvance("0,000 of 0,000") + px(8))
        self._count.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._count.setContentsMargins(0, 0, px(6), 0)
        for button in (self._match_case, self._previous, self._next, self._close):
            button.setFixedSize(px(28), px(28))
            button.setIconSize(QSize(px(16), px(16)))
        self.place()

    def sizeHint(self) -> QSize:
        """As wide as the field should be."""
        hint = super().sizeHint()
        return QSize(hint.width() - self.field.sizeHint().width() + self._theme.px(FIELD_WIDTH), hint.height())
