"""The text field of the composer: grows with its text, sends on Enter, and leaves input methods alone."""

from __future__ import annotations

import time

from PySide6.QtCore import QEvent, QMimeData, Qt, Signal
from PySide6.QtGui import QInputMethodEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QPlainTextEdit

from desktop.ui.controls import look, name

MOST_LINES = 10
# Some input methods pass the Enter that ends a composition on, right after the text that it chose.
COMPOSITION_ENTER_S = 0.03


class ComposerEditor(QPlainTextEdit):
    """A plain text field of one to ten lines."""

    send_pressed = Signal()
    stop_pressed = Signal()
    edit_last_pressed = Signal()  # Up in an empty field
    taken = Signal(object)  # a `Taken` that is not mere text, from a paste

    def __init__(self) -> None:
        super().__init__()
        self._composing = False
        self._composed_at_s = 0.0
        name(self, "composer", self.tr("Message"))
        look(self, "bare")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setTabChangesFocus(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.document().setDocumentMargin(0)
        self.document().documentLayout().documentSizeChanged.connect(self.fit)
        self.fit()

    def fit(self) -> None:
        """Takes the height of the text, up to `MOST_LINES`; only the first lines are ever measured."""
        layout = self.document().documentLayout()
        line = self.fontMetrics().lineSpacing()
        most = MOST_LINES * line
        height = 0.0
        block = self.document().firstBlock()
        while block.isValid() and height <= most:
            height += layout.blockBoundingRect(block).height()
            block = block.next()
        scrolls = height > most
        policy = Qt.ScrollBarPolicy.ScrollBarAsNeeded if scrolls else Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        if policy != self.verticalScrollBarPolicy():
            self.setVerticalScrollBarPolicy(policy)
        wanted = most if scrolls else max(line, round(height))
        if wanted != self.height() or wanted != self.minimumHeight():
            self.setFixedHeight(wanted)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in {QEvent.Type.FontChange, QEvent.Type.StyleChange}:
            self.fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, modifiers = event.key(), event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if key in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self._enter(modifiers)
        elif key == Qt.Key.Key_Escape:
            self.stop_pressed.emit()
        elif key == Qt.Key.Key_Up and not modifiers and self._is_empty():
            self.edit_last_pressed.emit()
        else:
            super().keyPressEvent(event)

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        was_composing = self._composing
        self._composing = bool(event.preeditString())
        if was_composing and not self._composing:
            self._composed_at_s = time.monotonic()
        super().inputMethodEvent(event)
        self.fit()

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        from desktop.ui.sources import Kind, kind_of

        return kind_of(source) is not Kind.NOTHING

    def insertFromMimeData(self, source: QMimeData) -> None:
        from desktop.ui.sources import take

        taken = take(source)
        if taken.sources or taken.link:
            self.taken.emit(taken)
        elif taken.text:
            self.insert(taken.text)

    def insert(self, text: str) -> None:
        """Writes text at the caret, as one step to undo."""
        self.insertPlainText(text)
        self.ensureCursorVisible()

    def _enter(self, modifiers: Qt.KeyboardModifier) -> None:
        if self._composing or time.monotonic() - self._composed_at_s < COMPOSITION_ENTER_S:
            return
        if modifiers in {Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier}:
            self.send_pressed.emit()
        else:
            self.insert("\n")

    def _is_empty(self) -> bool:
        return self.document().isEmpty() and not self._composing
