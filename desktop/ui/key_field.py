"""Where a key is entered: masked, readable by the eye button, its last characters shown to recognise it by."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QLineEdit, QStyle, QStyleOptionFrame

from desktop.core.errors import UserError
from desktop.ui.controls import icon_button, name
from desktop.ui.icons import Icons
from desktop.ui.theme import Theme

TAIL = 3  # characters that stay readable
SHORTEST_WITH_TAIL = 12  # a shorter text would give away too much of itself
BULLET = "•"


class KeyField(QLineEdit):
    """`key()` is what was entered, without what copying adds around it."""

    def __init__(self, theme: Theme, icons: Icons) -> None:
        super().__init__()
        self._theme = theme
        self._icons = icons
        name(self, "endpointKey", self.tr("API key"))
        self.setEchoMode(QLineEdit.EchoMode.Password)
        self._eye = icon_button(icons, "eye", "endpointKeyEye", self.tr("Show the key"), token="text")
        self._eye.setParent(self)
        self._eye.setCheckable(True)
        self._eye.setCursor(Qt.CursorShape.ArrowCursor)
        self._eye.toggled.connect(self._show_key)
        theme.changed.connect(self._place_eye)

    def key(self) -> str:
        """The key, checked; raises UserError for what cannot be one."""
        key = self.text().strip()
        if any(character.isspace() for character in key):
            raise UserError(self.tr("A key has no spaces in it."))
        if not key.isascii() or not key.isprintable():
            raise UserError(self.tr("A key has plain letters, digits and signs only."))
        return key

    def hide_key(self) -> None:
        """Masks the key again."""
        self._eye.setChecked(False)

    def paintEvent(self, event: QPaintEvent) -> None:
        masked = self.echoMode() is QLineEdit.EchoMode.Password
        if not masked or self.hasFocus() or len(self.text()) < SHORTEST_WITH_TAIL:
            super().paintEvent(event)
            return
        option = QStyleOptionFrame()
        self.initStyleOption(option)
        painter = QPainter(self)
        style = self.style()
        style.drawPrimitive(QStyle.PrimitiveElement.PE_PanelLineEdit, option, painter, self)
        room = style.subElementRect(QStyle.SubElement.SE_LineEditContents, option, self)
        room.adjust(2, 0, -self._eye.width(), 0)  # 2: what a line edit keeps free itself
        tail = self.text()[-TAIL:]
        width = self.fontMetrics().horizontalAdvance(tail)
        bullets = min(len(self.text()) - TAIL, (room.width() - width) // self.fontMetrics().horizontalAdvance(BULLET))
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, BULLET * bullets + tail)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_eye()

    def _place_eye(self) -> None:
        side = max(0, self.height() - 6)
        mirrored = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
        self._eye.setGeometry(3 if mirrored else self.width() - side - 3, 3, side, side)
        room = side - self._theme.px(4)
        self.setTextMargins(room if mirrored else 0, 0, 0 if mirrored else room, 0)

    def _show_key(self, shown: bool) -> None:
        self.setEchoMode(QLineEdit.EchoMode.Normal if shown else QLineEdit.EchoMode.Password)
        self._eye.setIcon(self._icons.icon("eye-off" if shown else "eye", "text", checked_token="text"))
        text = self.tr("Hide the key") if shown else self.tr("Show the key")
        self._eye.setToolTip(text)
        self._eye.setAccessibleName(text)
