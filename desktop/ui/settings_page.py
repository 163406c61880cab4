"""What the pages of the settings are made of: a heading, and rows with a text and what can be done about it."""

from __future__ import annotations

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from desktop.ui.controls import name
from desktop.ui.labels import Paragraph, text_label
from desktop.ui.theme import Theme

SMALLEST_TEXT = 110  # room that a row's texts need beside its controls, at scale 1


class SettingsPage(QWidget):
    """A column of rows with hairlines between them."""

    def __init__(self, theme: Theme, object_name: str) -> None:
        super().__init__()
        self.theme = theme
        name(self, object_name)
        self._row_count = 0
        self._lines: dict[QWidget, QWidget] = {}  # by the row that each stands before
        self._title = text_label("", "title")
        self.column = QVBoxLayout(self)
        self.column.addWidget(self._title)
        self.column.addStretch(1)
        theme.changed.connect(self._restyle)
        self._restyle()

    def set_title(self, title: str) -> None:
        """What the page is about."""
        self._title.setText(title)
        self.setAccessibleName(title)

    def add(self, part: QWidget) -> None:
        """Puts a part at the end, without a line before it."""
        self.column.insertWidget(self.column.count() - 1, part)

    def add_row(self, row: QWidget) -> None:
        """Puts a row at the end."""
        if self._row_count:
            line = QFrame()
            line.setProperty("look", "hairline")
            line.setFixedHeight(1)
            self.add(line)
            self._lines[row] = line
        self._row_count += 1
        self.add(row)

    def show_row(self, row: QWidget, shown: bool) -> None:
        """Shows or hides a row together with the line before it."""
        row.setVisible(shown)
        if row in self._lines:
            self._lines[row].setVisible(shown)

    def _restyle(self) -> None:
        px = self.theme.px
        self.column.setContentsMargins(px(22), px(20), px(22), px(20))
        self.column.setSpacing(px(14))


class SettingsRow(QWidget):
    """A title, a line that explains it or tells its state, and controls at the end, or below where there is no room."""

    def __init__(self, theme: Theme, title: str, text: str = "", *controls: QWidget) -> None:
        super().__init__()
        self._theme = theme
        self._title = text_label(title, "label")
        self._title.setWordWrap(True)
        self._text = Paragraph(text, "small")
        if not text:  # setVisible(True) would open a window of its own, as long as it has no parent
            self._text.hide()
        texts = QVBoxLayout()
        texts.addWidget(self._title)
        texts.addWidget(self._text)
        self._texts = texts
        self._controls = QHBoxLayout()
        for control in controls:
            self._controls.addWidget(control)
        self._controls.addStretch(1)
        self._layout = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.addLayout(texts, 1)
        self._layout.addLayout(self._controls)
        theme.changed.connect(self._restyle)
        self._restyle()

    def set_text(self, text: str) -> None:
        """Another explanation or state."""
        self._text.say(text)
        self._text.setVisible(bool(text))

    def set_title(self, title: str) -> None:
        """Another title."""
        self._title.setText(title)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._turn()

    def _turn(self) -> None:
        """Puts the controls below the texts where these would be squeezed beside them."""
        needed = self._controls.sizeHint().width() + self._theme.px(SMALLEST_TEXT)
        below = self._controls.count() > 1 and needed > self.width()
        down, beside = QBoxLayout.Direction.TopToBottom, QBoxLayout.Direction.LeftToRight
        self._layout.setDirection(down if below else beside)
        self._layout.setSpacing(self._theme.px(8 if below else 16))

    def _restyle(self) -> None:
        px = self._theme.px
        self._texts.setSpacing(px(3))
        self._controls.setSpacing(px(6))
        self._turn()


def outline_button(text: str, object_name: str, accessible_name: str = "") -> QPushButton:
    """A button that Enter elsewhere does not press."""
    button = QPushButton(text)
    name(button, object_name, accessible_name or text)
    button.setProperty("look", "outline")
    button.setAutoDefault(False)
    return button
