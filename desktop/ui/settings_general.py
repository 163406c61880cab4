"""Pages of the settings: how Ligature looks, what new chats begin with, what lies on this computer."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Signal

from desktop.ui.choice_box import ChoiceBox
from desktop.ui.controls import icon_button
from desktop.ui.icons import Icons
from desktop.ui.labels import text_label
from desktop.ui.settings_page import SettingsPage, SettingsRow, outline_button
from desktop.ui.switch import Switch
from desktop.ui.theme import LARGEST_SCALE, SCALE_STEP, SMALLEST_SCALE, Appearance, Theme


class GeneralPage(SettingsPage):
    """Light or dark, the size of text, what becomes of the thinking, and notifications."""

    appearance_changed = Signal(str)
    font_scale_changed = Signal(float)
    fold_thinking_changed = Signal(bool)
    notify_changed = Signal(bool)

    def __init__(self, theme: Theme, icons: Icons) -> None:
        super().__init__(theme, "settingsGeneral")
        self._scale = 1.0
        self._appearance = ChoiceBox(
            theme,
            "appearance",
            self.tr("Appearance"),
            [
                (Appearance.SYSTEM, self.tr("System")),
                (Appearance.LIGHT, self.tr("Light")),
                (Appearance.DARK, self.tr("Dark")),
            ],
        )
        self._smaller = outline_button("−", "fontSmaller", self.tr("Smaller text"))
        self._larger = outline_button("+", "fontLarger", self.tr("Larger text"))
        self._usual = icon_button(icons, "rotate-ccw", "fontReset", self.tr("Usual size"))
        self._value = text_label("", "label", "fontScale")
        self._fold_thinking = Switch(theme, "foldThinkingSwitch", self.tr("Fold the thinking when the answer begins"))
        self._notify = Switch(theme, "notifySwitch", self.tr("Notify when an answer is finished"))
        self._build()
        self._connect()

    def show_values(self, appearance: str, font_scale: float, *, fold_thinking: bool, notify: bool) -> None:
        """Shows what is set, without signals."""
        self._appearance.choose(appearance)
        self._show_scale(font_scale)
        for switch, on in ((self._fold_thinking, fold_thinking), (self._notify, notify)):
            with QSignalBlocker(switch):
                switch.setChecked(on)

    def _build(self) -> None:
        self.set_title(self.tr("General"))
        self.add_row(SettingsRow(self.theme, self.tr("Appearance"), "", self._appearance))
        self.add_row(
            SettingsRow(self.theme, self.tr("Text size"), "", self._usual, self._smaller, self._value, self._larger)
        )
        self.add_row(
            SettingsRow(
                self.theme,
                self.tr("Fold the thinking"),
                self.tr("When the answer begins. A press on its line shows it again."),
                self._fold_thinking,
            )
        )
        self.add_row(
            SettingsRow(
                self.theme,
                self.tr("Notifications"),
                self.tr("When an answer is finished while Ligature is not in front."),
                self._notify,
            )
        )

    def _connect(self) -> None:
        self._appearance.chosen.connect(self.appearance_changed)
        self._smaller.clicked.connect(lambda: self._change_scale(self._scale - SCALE_STEP))
        self._larger.clicked.connect(lambda: self._change_scale(self._scale + SCALE_STEP))
        self._usual.clicked.connect(lambda: self._change_scale(1.0))
        self._fold_thinking.toggled.connect(self.fold_thinking_changed)
        self._notify.toggled.connect(self.notify_changed)

    def _change_scale(self, scale: float) -> None:
        scale = round(min(LARGEST_SCALE, max(SMALLEST_SCALE, scale)), 2)
        if scale != self._scale:
            self._show_scale(scale)
            self.font_scale_changed.emit(scale)

    def _show_scale(self, scale: float) -> None:
        self._scale = scale
        self._value.setText(self.tr("{percent} %").format(percent=round(scale * 100)))
        self._smaller.setEnabled(scale > SMALLEST_SCALE)
        self._larger.setEnabled(scale < LARGEST_SCALE)
        self._usual.setEnabled(scale != 1.0)


class NewChatsPage(SettingsPage):
    """What a new chat begins with."""

    choose_default_model_requested = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, "settingsNewChats")
        self.set_title(self.tr("New chats"))
        choose = outline_button(self.tr("Use this chat's model"), "chooseDefaultModel")
        choose.clicked.connect(self.choose_default_model_requested)
        self._model = SettingsRow(theme, self.tr("Model"), "", choose)
        self.add_row(self._model)

    def show_values(self, default_model: str) -> None:
        """Names the model; an empty text if none is set."""
        self._model.set_text(default_model or self.tr("The one that was used last."))


class ComputerPage(SettingsPage):
    """The model on this computer, and where everything is kept."""

    open_data_folder_requested = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, "settingsComputer")
        self.set_title(self.tr("This computer"))
        self._local = SettingsRow(theme, self.tr("Model on this computer"))
        show_folder = outline_button(self.tr("Open folder"), "openDataFolder", self.tr("Open the data folder"))
        show_folder.clicked.connect(self.open_data_folder_requested)
        self._folder = SettingsRow(theme, self.tr("Data folder"), "", show_folder)
        self.add_row(self._local)
        self.add_row(self._folder)

    def show_values(self, local_state: str, data_dir: str) -> None:
        """Says which model there is, if any, and where chats, pictures and config.toml lie."""
        self._local.set_text(local_state or self.tr("Not installed."))
        self._folder.set_text(data_dir)
