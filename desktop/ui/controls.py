"""Small helpers that every widget uses."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QToolButton, QWidget

from desktop.ui.icons import Icons


def name(widget: QWidget, object_name: str, accessible_name: str = "") -> None:
    """Names a control for style sheets, tests and assistive technology.

    Qt alone would expose the whole path of object names as the accessible identifier.
    """
    widget.setObjectName(object_name)
    widget.setAccessibleIdentifier(object_name)
    if accessible_name:
        widget.setAccessibleName(accessible_name)


def icon_button(icons: Icons, icon: str, object_name: str, text: str, *, token: str = "dim") -> QToolButton:
    """A button that shows only an icon; `text` is its tooltip and accessible name."""
    button = QToolButton()
    name(button, object_name, text)
    button.setToolTip(text)
    button.setIcon(icons.icon(icon, token))
    side = icons.theme.px(16)
    button.setIconSize(QSize(side, side))
    return button


def look(widget: QWidget, value: str) -> None:
    """Chooses one of the looks of stylesheet.py, also for a widget that is already shown."""
    widget.setProperty("look", value)
    widget.style().unpolish(widget)
    widget.style().polish(widget)
