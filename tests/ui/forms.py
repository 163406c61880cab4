"""What tests of forms do over and over: read what is shown, press buttons, type."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QLineEdit, QPlainTextEdit, QWidget

from tests.ui.acting import find


def seen(parent: QWidget) -> str:
    """All texts that are shown, as assistive technology reads them."""
    QApplication.processEvents()
    labels = [label for label in parent.findChildren(QLabel) if label.isVisible()]
    return "\n".join(label.accessibleName() or label.text() for label in labels)


def focused() -> QWidget:
    """The widget that has the keyboard."""
    QApplication.processEvents()
    widget = QApplication.focusWidget()
    assert widget is not None, "nothing has the keyboard"
    return widget


def discard(widget: QWidget) -> None:
    """Takes a widget away at once: those that are only marked to be deleted are styled anew for every later test."""
    widget.close()
    widget.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def press(key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    """Presses a key where the keyboard is."""
    QTest.keyClick(focused(), key, modifiers)


def click(parent: QWidget, button: str) -> None:
    """Presses the button with this name."""
    QTest.mouseClick(find(parent, QAbstractButton, button), Qt.MouseButton.LeftButton)
    QApplication.processEvents()


def fill(parent: QWidget, field: str, text: str) -> None:
    """Types `text` in place of what stands in a field."""
    widget = find(parent, QWidget, field)
    assert isinstance(widget, QLineEdit | QPlainTextEdit)
    widget.setFocus()
    QTest.keyClick(widget, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(widget, Qt.Key.Key_Delete)
    QTest.keyClicks(widget, text)
    QApplication.processEvents()
