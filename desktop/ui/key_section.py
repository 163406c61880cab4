"""A key in a form: entered, or kept already and then replaced or removed; and where it is kept."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from desktop.core.errors import UserError
from desktop.ui.controls import name
from desktop.ui.fields import Message
from desktop.ui.icons import Icons
from desktop.ui.key_field import KeyField
from desktop.ui.labels import IconLabel, text_label
from desktop.ui.theme import Theme


class KeySection(QWidget):
    """Knows no keys but the one that is being entered."""

    changed = Signal()

    def __init__(self, theme: Theme, icons: Icons) -> None:
        super().__init__()
        self._theme = theme
        self._removed = False
        self._place = ("", False)
        self._key_url = ""
        self.field = KeyField(theme, icons)
        self.field.textChanged.connect(self.changed)
        self._label = text_label(self.tr("API key"), "field")
        self._stored_text = text_label("", "label", "keyStored")
        self._stored = self._stored_row(icons)
        self._message = Message("endpointKeyMessage")
        self._place_label = QLabel()
        name(self._place_label, "keyPlace")
        self._place_label.setProperty("look", "faint")
        self._place_label.setTextFormat(Qt.TextFormat.RichText)
        self._place_label.setWordWrap(True)
        self._place_label.setTextInteractionFlags(
            Qt.TextInteractionFlag.LinksAccessibleByMouse | Qt.TextInteractionFlag.LinksAccessibleByKeyboard
        )
        self._place_label.linkActivated.connect(lambda url: QDesktopServices.openUrl(QUrl(url)))
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        for widget in (self._label, self.field, self._stored, self._message, self._place_label):
            self._column.addWidget(widget)
        theme.changed.connect(self._restyle)
        self._restyle()

    def load(self, *, stored: str, key_url: str, needs_key: bool) -> None:
        """Begins anew; `stored` says where a key is kept already, "" if there is none."""
        self._removed = False
        self._key_url = key_url if QUrl(key_url).scheme() == "https" else ""  # presets may be anybody's
        self.field.clear()
        self.field.hide_key()
        self.field.setPlaceholderText("" if needs_key else self.tr("only if the server asks for one"))
        self._stored_text.setText(stored)
        self._show_field(not stored)
        self._show_place()

    def set_place(self, place: str, warn: bool) -> None:
        """Says where the key will be kept: the keyring's name, or with `warn` why there is none."""
        if warn:
            text = self.tr("{reason} The key is kept until Ligature is closed.").format(reason=place)
        else:
            text = self.tr("Kept in the system keyring ({name}), never in a file.").format(name=place)
        self._place = (text, warn)
        self._show_place()

    def entered(self) -> str | None:
        """The key that was entered, "" if the kept one is to be removed, None if nothing is to change."""
        key = self.field.key()
        return key or ("" if self._removed else None)

    def check(self) -> bool:
        """Shows what is wrong with the key; true if nothing is."""
        try:
            self.field.key()
        except UserError as error:
            self._message.tell(str(error), self.field)
            return False
        self._message.tell("", self.field)
        return True

    def _stored_row(self, icons: Icons) -> QFrame:
        row = QFrame()
        row.setProperty("look", "card")
        replace, remove = QPushButton(self.tr("Replace")), QPushButton(self.tr("Remove"))
        name(replace, "keyReplace", self.tr("Replace the key"))
        name(remove, "keyRemove", self.tr("Remove the key"))
        replace.clicked.connect(lambda: self._replace(removed=False))
        remove.clicked.connect(lambda: self._replace(removed=True))
        layout = QHBoxLayout(row)
        layout.setContentsMargins(self._theme.px(10), self._theme.px(2), self._theme.px(3), self._theme.px(2))
        layout.addWidget(IconLabel(icons, "key-round", "dim", 14))
        layout.addWidget(self._stored_text, 1)
        for button in (replace, remove):
            button.setAutoDefault(False)
            layout.addWidget(button)
        return row

    def _replace(self, *, removed: bool) -> None:
        self._removed = removed
        self.field.setPlaceholderText(self.tr("The stored key is removed when you save.") if removed else "")
        self._show_field(True)
        self.field.setFocus()
        self.changed.emit()

    def _show_field(self, shown: bool) -> None:
        self.field.setVisible(shown)
        self._stored.setVisible(not shown)
        self._label.setBuddy(self.field)
        self._message.tell("", self.field)

    def _show_place(self) -> None:
        text, warn = self._place
        colors = self._theme.colors
        shown = f'<span style="color: {colors.warn if warn else colors.dim}">{escape(text)}</span>' if text else ""
        link = ""
        if self._key_url:
            style = f"color: {colors.dim}; text-decoration: underline"
            link = f'<a href="{escape(self._key_url)}" style="{style}">{escape(self.tr("Get a key"))}</a>'
        self._place_label.setText(f"{shown} {link}".strip())
        self._place_label.setAccessibleName(f"{text} {self.tr('Get a key') if link else ''}".strip())
        self._place_label.setFocusPolicy(Qt.FocusPolicy.StrongFocus if link else Qt.FocusPolicy.NoFocus)
        self._place_label.setVisible(bool(shown or link))

    def _restyle(self) -> None:
        self._column.setSpacing(self._theme.px(6))
        self._show_place()
