"""The languages that a request can be copied as: in a menu, and on a button that copies at once."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QPoint, QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QMenu, QPushButton, QStyle, QWidget

from desktop.core.snippets import LANGUAGES, Language
from desktop.ui.controls import look, name
from desktop.ui.icons import Icons

CHEVRON_PLACE = 30  # of the button's end
CHEVRON = 14
COPIED_SHOWN_MS = 1500


def add_languages(menu: QMenu, chosen: Callable[[Language], object]) -> None:
    """Puts all languages into a menu."""
    for language in LANGUAGES:
        action = QAction(language.label, menu)
        action.setObjectName(f"copyAs_{language.id}")
        action.triggered.connect(partial(_choose, chosen, language))
        menu.addAction(action)


def _choose(chosen: Callable[[Language], object], language: Language, _checked: bool = False) -> None:
    chosen(language)


class SnippetButton(QPushButton):
    """Copies as the language that was used last; its chevron, and the down arrow, open the menu of all."""

    chosen = Signal(object)  # Language

    def __init__(self, icons: Icons, object_name: str) -> None:
        super().__init__()
        self._icons = icons
        self._language = LANGUAGES[0]
        self._copied = QTimer(self, singleShot=True, interval=COPIED_SHOWN_MS)
        self._copied.timeout.connect(self._show_words)
        self._menu = QMenu(self)
        name(self, object_name)
        name(self._menu, f"{object_name}Menu", self.tr("Copy as"))
        look(self, "split")
        add_languages(self._menu, self.chosen.emit)
        self.clicked.connect(lambda: self.chosen.emit(self._language))
        icons.theme.changed.connect(self._restyle)
        self._restyle()

    def show_language(self, language: Language) -> None:
        """Copies as this one from now on."""
        self._language = language
        self._show_words()

    def show_copied(self) -> None:
        """Says for a moment that it was copied."""
        self._copied.start()
        self._show_words()

    def open_menu(self) -> None:
        """Shows the languages under the button."""
        self._menu.popup(self.mapToGlobal(QPoint(0, self.height() + 2)))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self._chevron_place().contains(event.position().toPoint()):
            self.open_menu()
        else:
            super().mousePressEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_F4):
            self.open_menu()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        side = self._icons.theme.px(CHEVRON)
        place = self._chevron_place()
        corner = QPoint(place.center().x() - side // 2, place.center().y() - side // 2)
        QPainter(self).drawPixmap(corner, self._icons.pixmap("chevron-down", "dim", side, self.devicePixelRatioF()))

    def _chevron_place(self) -> QRect:
        width = self._icons.theme.px(CHEVRON_PLACE)
        place = QRect(self.width() - width, 0, width, self.height())
        return QStyle.visualRect(self.layoutDirection(), self.rect(), place)

    def _show_words(self) -> None:
        copied = self._copied.isActive()
        words = self.tr("Copied") if copied else self.tr("Copy as {language}").format(language=self._language.name)
        self.setText(f" {words}")  # Qt alone sets the text too close to the icon
        self.setIcon(self._icons.icon("check" if copied else "code", "text"))
        self.setAccessibleName(words)
        self.setAccessibleDescription(self.tr("The down arrow shows more languages"))

    def _restyle(self) -> None:
        side = self._icons.theme.px(14)
        self.setIconSize(QSize(side, side))
        self._show_words()


def language_menu(parent: QWidget, title: str, chosen: Callable[[Language], object]) -> QMenu:
    """A menu of all languages, for another menu or a button."""
    menu = QMenu(title, parent)
    name(menu, "copyAsMenu", title)
    add_languages(menu, chosen)
    return menu
