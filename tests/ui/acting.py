"""What widget tests do over and over: find a control by its name, note signals, read a list."""

from __future__ import annotations

from typing import Any, TypeVar

from PySide6.QtCore import QModelIndex, QObject, Qt, SignalInstance
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QListView, QMenu, QWidget

Found = TypeVar("Found", bound=QObject)


def find(parent: QObject, kind: type[Found], name: str) -> Found:
    """The one control with this object name; fails the test if there is none."""
    found = parent.findChild(kind, name)
    assert isinstance(found, kind), f"there is no {kind.__name__} {name}"
    return found


def collected(signal: SignalInstance) -> list[Any]:
    """A list that grows with every emission: the value, or a tuple of several."""
    seen: list[Any] = []
    signal.connect(lambda *values: seen.append(values[0] if len(values) == 1 else values))
    return seen


def show(widget: QWidget) -> None:
    """Shows a widget as the active window."""
    widget.show()
    widget.activateWindow()
    QApplication.processEvents()


def rows(view: QListView) -> list[str]:
    """What the rows of a list say."""
    model = view.model()
    return [model.index(row, 0).data() for row in range(model.rowCount())]


def row_of(view: QListView, text: str) -> QModelIndex:
    """The first row that says `text`."""
    return view.model().index(rows(view).index(text), 0)


def press(view: QListView, text: str, button: Qt.MouseButton = Qt.MouseButton.LeftButton) -> None:
    """Clicks on the row that says `text`."""
    index = row_of(view, text)
    view.scrollTo(index)
    QTest.mouseClick(view.viewport(), button, pos=view.visualRect(index).center())


def choose_in_menu(text: str) -> None:
    """Clicks on an entry of the menu that is open."""
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu), "no menu is open"
    [action] = [each for each in menu.actions() if each.text() == text]
    QTest.mouseClick(menu, Qt.MouseButton.LeftButton, pos=menu.actionGeometry(action).center())
