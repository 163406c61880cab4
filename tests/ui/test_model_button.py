"""The button that says which model answers."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from desktop.ui.icons import Icons
from desktop.ui.model_button import ModelButton
from desktop.ui.theme import Appearance, Theme
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


@pytest.mark.parametrize("label", ["echo", "gpt-4o", "o3", "claude-sonnet-4-5", "deepseek-r1"])
def test_a_short_name_is_whole_at_every_size(theme: Theme, icons: Icons, label: str) -> None:
    button = ModelButton(theme, icons)
    button.set_model(label)
    show(button)
    for percent in range(80, 201, 10):
        theme.choose(Appearance.LIGHT, percent / 100)
        button.resize(button.sizeHint())
        assert button.shown_text() == label


def test_it_is_pressed_by_mouse_and_by_keyboard(theme: Theme, icons: Icons) -> None:
    button = ModelButton(theme, icons)
    show(button)
    clicks = collected(button.clicked)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    QTest.keyClick(button, Qt.Key.Key_Space)
    assert len(clicks) == 2
