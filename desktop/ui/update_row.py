"""The part of the About page that tells of newer versions, takes them, and lets the program look once a week."""

from __future__ import annotations

from collections.abc import Collection

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QApplication, QPushButton, QVBoxLayout, QWidget

from desktop.ui.controls import name
from desktop.ui.settings_page import SettingsRow, outline_button
from desktop.ui.switch import Switch
from desktop.ui.theme import Theme
from desktop.ui.update_offers import Offer


class UpdateRow(QWidget):
    """Knows no versions: it shows a text and those of its buttons that it is told to."""

    pressed = Signal(object)  # Offer
    weekly_changed = Signal(bool)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        name(self, "updates", self.tr("Updates"))
        self._theme = theme
        self._buttons: dict[Offer, QPushButton] = {}
        for offer, text in (
            (Offer.LOOK, self.tr("Look for updates")),
            (Offer.NOTES, self.tr("What is new")),
            (Offer.COPY, self.tr("Copy command")),
            (Offer.TAKE, self.tr("Download")),
            (Offer.CANCEL, self.tr("Cancel")),
            (Offer.RESTART, self.tr("Restart now")),
        ):
            self._buttons[offer] = self._button(offer, text)
        self._weekly = Switch(theme, "updatesWeekly", self.tr("Look for updates once a week"))
        self._weekly.toggled.connect(self.weekly_changed)
        self._state = SettingsRow(theme, self.tr("Updates"), "", *self._buttons.values())
        name(self._state, "updateState")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(self._state)
        self._column.addWidget(
            SettingsRow(
                theme,
                self.tr("Look once a week"),
                self.tr("After a start. The list of versions is fetched, and nothing is told about you."),
                self._weekly,
            )
        )
        self.show_state("", (Offer.LOOK,))
        theme.changed.connect(self._restyle)
        self._restyle()

    def show_state(self, text: str, offers: Collection[Offer]) -> None:
        """Shows where things stand, and the buttons of what can be done now; the keyboard stays among these."""
        had_focus = QApplication.focusWidget() in self._buttons.values()
        self._state.set_text(text)
        self._state.setAccessibleName(text)
        offered = [button for offer, button in self._buttons.items() if offer in offers]
        for button in offered:  # before the others are hidden, so that the keyboard need not leave
            button.setVisible(True)
        if had_focus and offered and QApplication.focusWidget() not in offered:
            offered[-1].setFocus()
        for offer, button in self._buttons.items():
            button.setVisible(offer in offers)

    def show_weekly(self, *, on: bool) -> None:
        """Shows what is set, without a signal."""
        with QSignalBlocker(self._weekly):
            self._weekly.setChecked(on)

    def _button(self, offer: Offer, text: str) -> QPushButton:
        button = outline_button(text, offer)
        button.clicked.connect(lambda: self.pressed.emit(offer))
        return button

    def _restyle(self) -> None:
        self._column.setSpacing(self._theme.px(14))
