"""What there is at the first paint: settings, database, and the window with the list of chats and the composer.

Everything that this imports delays the first paint.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from desktop.core.errors import ConfigError
from desktop.services.paths import Paths
from desktop.services.settings import Settings, SettingsFile
from desktop.services.store import Store
from desktop.ui.icons import Icons
from desktop.ui.instance import Instance
from desktop.ui.main_window import WINDOW_STATE, MainWindow
from desktop.ui.theme import Appearance, Theme

CHATS_AT_FIRST = 200  # more than a window shows; the others follow behind the first paint


@dataclass(frozen=True, slots=True)
class Opened:
    """What there is when the window is painted for the first time."""

    paths: Paths
    instance: Instance
    theme: Theme
    store: Store
    settings: Settings
    settings_file: SettingsFile
    problems: Sequence[ConfigError]
    window: MainWindow


def open_window(paths: Paths, instance: Instance) -> Opened:
    """Settings, database, and the window with the list of chats; raises StorageError for a database that cannot be."""
    settings_file = SettingsFile(paths)
    settings, problems = _load(settings_file)
    store = Store(paths.database_file)
    theme = Theme(Appearance(settings.appearance), settings.font_scale)
    theme.prepare()
    window = MainWindow(theme, Icons(theme))
    window.chat_list.set_chats(store.first_chats(CHATS_AT_FIRST))
    window.restore(store.remembered(WINDOW_STATE, {}))
    theme.dress()
    window.composer.focus()
    return Opened(paths, instance, theme, store, settings, settings_file, problems, window)


def _load(settings_file: SettingsFile) -> tuple[Settings, Sequence[ConfigError]]:
    """The settings, or the defaults if their file is broken; and what is to be told about it."""
    try:
        settings = settings_file.load()
    except ConfigError as error:
        return Settings(), [error]
    return settings, settings.problems
