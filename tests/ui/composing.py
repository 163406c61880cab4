"""A composer in a shown window, and what its signals said."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QColor, QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QToolButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from desktop.core.conversation import PicturePart
from desktop.ui.composer import Composer
from desktop.ui.icons import Icons


@contextmanager
def shown_composer(icons: Icons, folder: Path, qtbot: QtBot) -> Iterator[Composer]:
    """A composer at the foot of a window, with the caret in it; every picture's small copy is red."""
    thumbnail = folder / "thumbnail.png"
    image = QImage(320, 200, QImage.Format.Format_RGB32)
    image.fill(QColor("red"))
    assert image.save(str(thumbnail))
    window = QWidget()
    qtbot.addWidget(window)
    layout = QVBoxLayout(window)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.addWidget(QLabel("conversation"), 1)
    composer = Composer(icons.theme, icons)
    composer.set_thumbnails(lambda _sha256: thumbnail)
    layout.addWidget(composer)
    window.resize(800, 700)
    window.show()
    qtbot.waitExposed(window)
    window.activateWindow()
    composer.focus()
    qtbot.waitUntil(composer.editor.hasFocus)
    yield composer
    QGuiApplication.clipboard().clear()


class Paints(QObject):
    """Counts how often a widget is painted from now on."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self.count = 0
        widget.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        self.count += event.type() is QEvent.Type.Paint
        return False


class Heard:
    """What the composer's signals said, in order."""

    def __init__(self, composer: Composer) -> None:
        self.calls: list[tuple[str, Any]] = []
        for signal_name in (
            "submitted",
            "stop_requested",
            "draft_changed",
            "attach_requested",
            "edit_last_requested",
            "sources_dropped",
            "many_sources_dropped",
            "link_dropped",
            "pending_removed",
        ):
            getattr(composer, signal_name).connect(self._hearing(signal_name))

    def count(self, signal_name: str) -> int:
        return sum(name == signal_name for name, _ in self.calls)

    def last(self, signal_name: str) -> Any:
        return [value for name, value in self.calls if name == signal_name][-1]

    def _hearing(self, signal_name: str) -> Callable[..., None]:
        return lambda *values: self.calls.append((signal_name, values[0] if values else None))


def picture(number: int = 1) -> PicturePart:
    return PicturePart(f"{number:064x}", "image/png", 640, 480, 250_000, f"picture-{number}.png")


def button(composer: Composer, object_name: str) -> QToolButton:
    found = composer.findChild(QToolButton, object_name)
    assert isinstance(found, QToolButton)
    return found


def press(composer: Composer, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(composer.editor, key, modifier)
