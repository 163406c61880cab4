"""The settings: what they are about at one side, and what can be set at the other.

Everything is at work as soon as it is changed; there is nothing to confirm.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from desktop.services.settings import Settings
from desktop.ui.controls import icon_button, name
from desktop.ui.icons import Icons
from desktop.ui.labels import text_label
from desktop.ui.list_card import ListCard
from desktop.ui.nav_list import NavList
from desktop.ui.scroll_column import ScrollColumn
from desktop.ui.settings_about import AboutPage
from desktop.ui.settings_endpoints import EndpointsPage
from desktop.ui.settings_general import ComputerPage, GeneralPage, NewChatsPage
from desktop.ui.settings_memory import MemoryPage
from desktop.ui.settings_models import KnownHere, ModelsPage
from desktop.ui.settings_page import SettingsPage
from desktop.ui.settings_reasoning import ReasoningPage
from desktop.ui.theme import Theme

WIDTH = 700
HEIGHT = 486  # as the endpoint dialog, which opens over it
SIDE_WIDTH = 190
NARROW = 520  # in a narrower window the list stands above the page


class SettingsDialog(ListCard):
    """Knows no services: it shows what it is given and says what the user changed."""

    appearance_changed = Signal(str)
    font_scale_changed = Signal(float)
    fold_thinking_changed = Signal(bool)
    notify_changed = Signal(bool)
    add_endpoint_requested = Signal()
    edit_endpoint_requested = Signal(str)
    remove_endpoint_requested = Signal(str)
    endpoint_enabled_changed = Signal(str, bool)
    choose_default_model_requested = Signal()
    context_full_changed = Signal(str)
    about_model_requested = Signal(object)  # ModelRef
    open_data_folder_requested = Signal()

    def __init__(self, theme: Theme, icons: Icons, parent: QWidget) -> None:
        super().__init__(theme, parent, WIDTH, HEIGHT, SIDE_WIDTH)
        name(self, "settingsDialog", self.tr("Settings"))
        self._nav = NavList("settingsPages", self.tr("Settings"))
        self._general = GeneralPage(theme, icons)
        self._endpoints = EndpointsPage(theme, icons)
        self._new_chats = NewChatsPage(theme)
        self._models = ModelsPage(theme)
        self.reasoning = ReasoningPage(theme, icons)
        self.memory = MemoryPage(theme, icons)
        self._computer = ComputerPage(theme)
        self.about = AboutPage(icons)
        self._pages: dict[str, SettingsPage] = {
            self.tr("General"): self._general,
            self.tr("Endpoints"): self._endpoints,
            self.tr("New chats"): self._new_chats,
            self.tr("Models"): self._models,
            self.tr("Reasoning"): self.reasoning,
            self.tr("Memory"): self.memory,
            self.tr("This computer"): self._computer,
            self.tr("About"): self.about,
        }
        self._stack = QStackedWidget()
        self._layout = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._close = icon_button(icons, "x", "settingsClose", self.tr("Close"), token="text")
        self._lay_out()
        self._connect()
        self._nav.choose(self._general.objectName())
        theme.changed.connect(self._restyle)
        self._restyle()

    def first_focus(self) -> QWidget:
        return self._nav

    def show_settings(
        self,
        settings: Settings,
        key_states: Mapping[str, str],
        default_model: str,
        local_state: str,
        data_dir: str,
    ) -> None:
        """Shows what is set, without signals. An endpoint without an entry in `key_states` is not looked at yet."""
        self._general.show_values(
            settings.appearance, settings.font_scale, fold_thinking=settings.fold_thinking, notify=settings.notify
        )
        self._endpoints.show_values(settings.endpoints, key_states)
        self._new_chats.show_values(default_model)
        self._computer.show_values(local_state, data_dir)

    def show_models(self, context_full: str, models: Sequence[KnownHere]) -> None:
        """Shows what is set for models, and of which of them there is a page worth opening."""
        self._models.show_values(context_full, models)

    def show_page(self, object_name: str) -> None:
        """Goes to a page, such as settingsGeneral or settingsReasoning."""
        self._nav.choose(object_name)
        self._go(object_name)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _lay_out(self) -> None:
        self._nav.set_entries([(page.objectName(), title) for title, page in self._pages.items()])
        for page in self._pages.values():
            self._stack.addWidget(ScrollColumn(page))
        self._side = QWidget()
        self._side_column = QVBoxLayout(self._side)
        self._side_column.addWidget(text_label(self.tr("Settings"), "section"))
        self._side_column.addWidget(self._nav, 1)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(0)
        self._layout.addWidget(self._side)
        self._layout.addWidget(self._stack, 1)
        self.card.setLayout(self._layout)
        self._close.setParent(self.card)
        self._close.raise_()

    def _connect(self) -> None:
        self._nav.chosen.connect(self._go)
        self._close.clicked.connect(self.reject)
        for source, target in (
            (self._general.appearance_changed, self.appearance_changed),
            (self._general.font_scale_changed, self.font_scale_changed),
            (self._general.fold_thinking_changed, self.fold_thinking_changed),
            (self._general.notify_changed, self.notify_changed),
            (self._endpoints.add_requested, self.add_endpoint_requested),
            (self._endpoints.edit_requested, self.edit_endpoint_requested),
            (self._endpoints.remove_requested, self.remove_endpoint_requested),
            (self._endpoints.enabled_changed, self.endpoint_enabled_changed),
            (self._new_chats.choose_default_model_requested, self.choose_default_model_requested),
            (self._models.context_full_changed, self.context_full_changed),
            (self._models.about_requested, self.about_model_requested),
            (self._computer.open_data_folder_requested, self.open_data_folder_requested),
        ):
            source.connect(target)

    def _go(self, object_name: str) -> None:
        names = [page.objectName() for page in self._pages.values()]
        self._stack.setCurrentIndex(names.index(object_name))

    def _arrange(self) -> None:
        self._arrange_list(WIDTH, HEIGHT, SIDE_WIDTH, NARROW)

    def _restyle(self) -> None:
        px = self._theme.px
        self._side_column.setContentsMargins(px(8), px(20), px(8), px(12))
        self._side_column.setSpacing(px(6))
        self._arrange()
