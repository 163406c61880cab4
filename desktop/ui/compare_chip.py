"""In the composer: that the next question goes to several models. A press chooses them, the cross leaves one."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QToolButton

from desktop.ui.controls import name
from desktop.ui.icons import Icons
from desktop.ui.theme import Theme


class CompareChip(QFrame):
    """Hidden while one model is asked."""

    pressed = Signal()
    switched_off = Signal()

    def __init__(self, theme: Theme, icons: Icons) -> None:
        super().__init__()
        self._theme = theme
        self._texts = ("", "")  # in words, and briefly
        self._briefly = False
        name(self, "compareChip")
        self.setProperty("look", "soft")
        self._button = QPushButton(icons.icon("columns-2", "accent"), "")
        self._off = QToolButton()
        self._off.setIcon(icons.icon("x", "accent"))
        name(self._button, "compareModels")
        name(self._off, "compareOff", self.tr("Ask one model"))
        self._off.setToolTip(self._off.accessibleName())
        for button in (self._button, self._off):
            button.setProperty("look", "soft")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._button)
        row.addWidget(self._off)
        self._button.clicked.connect(self.pressed)
        self._off.clicked.connect(self.switched_off)
        theme.changed.connect(self._restyle)
        self._restyle()
        self.hide()

    def show_models(self, labels: Sequence[str]) -> None:
        """Says how many are asked, and in its tooltip which."""
        self.setVisible(len(labels) > 1)
        text = self.tr("Asks {count} models").format(count=len(labels))
        self._texts = (f" {text}", f" {len(labels)}")
        self._show_text()
        self._button.setToolTip(", ".join(labels))
        self._button.setAccessibleName(f"{text}: {', '.join(labels)}")

    def show_briefly(self, briefly: bool) -> None:
        """Says no more than the number where there is little room."""
        self._briefly = briefly
        self._show_text()

    def _show_text(self) -> None:
        self._button.setText(self._texts[self._briefly])

    def _restyle(self) -> None:
        px = self._theme.px
        self.setFixedHeight(px(30))
        self._button.setIconSize(QSize(px(16), px(16)))
        self._off.setIconSize(QSize(px(12), px(12)))
        self._off.setFixedSize(px(26), px(28))
