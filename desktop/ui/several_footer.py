"""The foot of the model picker while several models are ticked, which are asked at once."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from desktop.core.comparison import MOST_COMPARED
from desktop.core.endpoints import ModelRef
from desktop.ui.controls import look, name
from desktop.ui.theme import Theme


class SeveralFooter(QWidget):
    """Keeps which models are ticked, in their order, and ends in the button that takes them."""

    asked = Signal(list)  # of ModelRef

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.refs: list[ModelRef] = []
        self._hint = QLabel(self.tr("Tick up to {count} models").format(count=MOST_COMPARED))
        look(self._hint, "small")
        self._ask = QPushButton()
        name(self._ask, "modelAskSeveral")
        self._ask.setProperty("look", "primary")
        self._ask.setToolTip(self.tr("Their answers stand side by side (Ctrl+Enter)"))
        self._ask.clicked.connect(self.ask)
        row = self._row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._hint)
        row.addStretch(1)
        row.addWidget(self._ask)
        theme.changed.connect(self._restyle)
        self._restyle()

    def start(self, refs: list[ModelRef]) -> None:
        """Begins with these ticked."""
        self.refs = refs[:MOST_COMPARED]
        self._show()

    def toggle(self, ref: ModelRef) -> None:
        """Ticks a model, or takes its tick; one more than can be compared is left out."""
        if ref in self.refs:
            self.refs.remove(ref)
        elif len(self.refs) < MOST_COMPARED:
            self.refs.append(ref)
        self._show()

    def ask(self) -> None:
        """Takes what is ticked, if anything is."""
        if self.refs:
            self.asked.emit(list(self.refs))

    def _show(self) -> None:
        count = len(self.refs)
        self._ask.setEnabled(count > 0)
        words = self.tr("Ask {count} model") if count == 1 else self.tr("Ask {count} models")
        self._ask.setText(words.format(count=count))
        self._ask.setAccessibleName(self._ask.text())

    def _restyle(self) -> None:
        self._ask.setFixedHeight(self._theme.px(28))
