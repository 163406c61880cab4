"""What the tests of the parameter panel do over and over."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from PySide6.QtCore import QCoreApplication, QEvent, QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QLineEdit, QMenu, QSlider, QWidget

from desktop.ui.icons import Icons
from desktop.ui.parameter_panel import ParameterPanel
from desktop.ui.theme import Theme
from tests.ui.acting import find, show

EVERYTHING: dict[str, Any] = {
    "system_prompt": "Answer in SI units.",
    "top_p": 0.5,
    "max_tokens": 4096,
    "stop": ["END", "\n\n"],
    "presence_penalty": -1.5,
    "frequency_penalty": 0.1,
    "n": 3,
    "reasoning_effort": "medium",
    "stream": False,
    "seed": 2**63 - 1,
    "response_format": {"type": "json_object"},
    "logit_bias": {"50256": -100, "12": 2.5},
    "user": "someone",
    "extra": {"web-search": True},
}


def shown_panel(theme: Theme, icons: Icons) -> Iterator[ParameterPanel]:
    """A panel on the screen, which is gone at once afterwards: widgets that stay slow every later change of theme."""
    panel = ParameterPanel(theme, icons)
    panel.setFixedHeight(860)
    show(panel)
    yield panel
    panel.close()
    panel.deleteLater()
    QCoreApplication.sendPostedEvents(panel, QEvent.Type.DeferredDelete)


def value_edit(panel: ParameterPanel, name: str) -> QLineEdit:
    return find(panel, QLineEdit, f"param_{name}")


def slider(panel: ParameterPanel, name: str) -> QSlider:
    return find(panel, QSlider, f"param_{name}_slider")


def label(panel: ParameterPanel, name: str) -> QLabel:
    return find(panel, QLabel, name)


def shown_text(panel: ParameterPanel, name: str) -> str:
    """What a label says, or nothing while it is hidden."""
    found = label(panel, name)
    return found.text() if found.isVisible() else ""


def type_into(edit: QWidget, text: str) -> None:
    """Replaces what stands in a field, key by key."""
    edit.setFocus()
    QTest.keyClick(edit, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(edit, Qt.Key.Key_Delete)
    QTest.keyClicks(edit, text)


def unfold(panel: ParameterPanel) -> None:
    fold = find(panel, QAbstractButton, "moreParameters")
    if not fold.isChecked():
        fold.click()
    QApplication.processEvents()


def open_menu(widget: QWidget) -> QMenu:
    """The menu that the context menu key opens."""
    event = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(3, 3), widget.mapToGlobal(QPoint(3, 3)))
    QApplication.sendEvent(widget, event)
    return open_popup()


def open_popup() -> QMenu:
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    return menu


def choose(menu: QMenu, text: str) -> None:
    """Chooses an entry by keyboard. The offscreen platform gives no window the focus back when a menu closes."""
    owner = menu.parent()
    assert isinstance(owner, QWidget)
    entry = next(action for action in menu.actions() if action.text() == text)
    menu.setActiveAction(entry)
    QTest.keyClick(menu, Qt.Key.Key_Return)
    owner.activateWindow()
    QApplication.processEvents()


def open_presets(panel: ParameterPanel) -> QMenu:
    button = find(panel, QAbstractButton, "presetButton")
    button.setFocus()
    QTest.keyClick(button, Qt.Key.Key_Space)
    return open_popup()


def preset_text(panel: ParameterPanel) -> str:
    return find(panel, QAbstractButton, "presetButton").text()
