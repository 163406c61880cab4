"""The button that says which model answers."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from desktop.ui.icons import Icons
from desktop.ui.model_button import ModelButton
from desktop.ui.theme import Theme
from tests.ui.acting import collected, show


def test_it_shows_and_speaks_the_model(theme: Theme, icons: Icons) -> None:
    button = ModelButton(theme, icons)
    assert button.text() == "Choose a model"
    button.set_model("gpt-4o")
    assert button.text() == "gpt-4o"
    assert button.accessibleName() == "Model: gpt-4o"


def test_a_long_name_does_not_make_it_endless(theme: Theme, icons: Icons) -> None:
    button = ModelButton(theme, icons)
    button.set_model("a-very-long-name-" * 20)
    assert button.sizeHint().width() < 400


def test_it_is_pressed_by_mouse_and_by_keyboard(theme: Theme, icons: Icons) -> None:
    button = ModelButton(theme, icons)
    show(button)
    clicks = collected(button.clicked)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    QTest.keyClick(button, Qt.Key.Key_Space)
    assert len(clicks) == 2
