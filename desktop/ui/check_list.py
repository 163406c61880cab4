"""The steps of a connection test, as they come in."""

from __future__ import annotations

from html import escape
from typing import Protocol

from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from desktop.core.errors import UserError
from desktop.ui.controls import name
from desktop.ui.icons import Icons
from desktop.ui.labels import IconLabel, Paragraph
from desktop.ui.theme import Theme


class CheckStep(Protocol):
    """One line of the test: what was tried, whether it held, what is known of it, and what to do if it did not."""

    @property
    def name(self) -> str: ...
    @property
    def ok(self) -> bool: ...
    @property
    def text(self) -> str: ...
    @property
    def hint(self) -> str: ...


class CheckList(QFrame):
    """Hidden until a test starts."""

    def __init__(self, theme: Theme, icons: Icons) -> None:
        super().__init__()
        self._theme = theme
        self._icons = icons
        name(self, "checkList", self.tr("Result of the test"))
        self.setProperty("look", "card")
        self._column = QVBoxLayout(self)
        self._waiting: QWidget | None = None
        theme.changed.connect(self._restyle)
        self._restyle()
        self.hide()

    def start(self) -> None:
        """Empties the list and says that the test runs."""
        self.clear()
        self._waiting = self._add("hourglass", "dim", "", self.tr("Testing…"), "")
        self.show()

    def add(self, step: CheckStep) -> None:
        """Shows one more step."""
        waiting, self._waiting = self._waiting, None
        icon, token = ("check", "good") if step.ok else ("triangle-alert", "warn")
        self._add(icon, token, step.name, step.text, step.hint)
        if waiting is not None:
            self._column.removeWidget(waiting)
            self._column.addWidget(waiting)
            self._waiting = waiting
        self._announce(step.name, step.text, step.hint)

    def add_error(self, error: UserError) -> None:
        """Shows what went wrong around the test."""
        self._add("triangle-alert", "warn", error.text, "", error.hint)
        self._announce(error.text, error.hint)
        self.show()

    def finish(self) -> None:
        """Says that no more steps come; hides a list without any."""
        if self._waiting is not None:
            self._waiting.hide()
            self._waiting.deleteLater()
            self._column.removeWidget(self._waiting)
            self._waiting = None
        self.setVisible(self._column.count() > 0)

    def clear(self) -> None:
        """Takes everything away."""
        self._waiting = None
        while (item := self._column.takeAt(0)) is not None:
            row = item.widget()
            if row is not None:
                row.hide()
                row.deleteLater()
        self.hide()

    def _announce(self, *parts: str) -> None:
        spoken = " ".join(part for part in parts if part)
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, spoken))

    def _add(self, icon: str, token: str, title: str, text: str, hint: str) -> QWidget:
        row = QWidget()
        layout = QHBoxLayout(row)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(self._theme.px(8))
        layout.addWidget(IconLabel(self._icons, icon, token), 0, Qt.AlignmentFlag.AlignTop)
        texts = QVBoxLayout()
        texts.setSpacing(self._theme.px(2))
        texts.addWidget(self._title(title, text))
        if hint:
            texts.addWidget(Paragraph(hint, "warn"))
        layout.addLayout(texts, 1)
        self._column.addWidget(row)
        return row

    def _title(self, title: str, text: str) -> QLabel:
        label = QLabel()
        name(label, "checkStep", f"{title} {text}".strip())
        label.setProperty("look", "dim")
        label.setTextFormat(Qt.TextFormat.RichText)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        label.setWordWrap(True)
        color = self._theme.colors.text
        label.setText(f'<span style="color: {color}; font-weight: 500">{escape(title)}</span> {escape(text)}'.strip())
        return label

    def _restyle(self) -> None:
        px = self._theme.px
        self._column.setContentsMargins(px(13), px(14), px(13), px(14))
        self._column.setSpacing(px(12))
