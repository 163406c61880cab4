"""Icons in the theme's colours."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtGui import QColor, QImage

from desktop.ui.icons import Icons
from desktop.ui.theme import DARK, LIGHT, Appearance


def strongest_color(image: QImage) -> str:
    opaque = max(
        (image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height())), key=QColor.alpha
    )
    return opaque.name()


@pytest.mark.parametrize(("appearance", "expected"), [(Appearance.LIGHT, LIGHT.dim), (Appearance.DARK, DARK.dim)])
def test_an_icon_takes_the_colour_of_the_theme_that_is_on_when_it_is_drawn(
    icons: Icons, appearance: Appearance, expected: str
) -> None:
    icon = icons.icon("square")
    icons.theme.choose(appearance, 1.0)
    assert strongest_color(icon.pixmap(64, 64).toImage()) == expected


def test_an_icon_is_sharp_on_a_dense_screen(icons: Icons) -> None:
    pixmap = icons.pixmap("copy", size=16, ratio=2.0)
    assert pixmap.width() == 32
    assert pixmap.deviceIndependentSize().width() == 16


def test_the_program_icon_is_drawn_for_each_usual_size(icons: Icons) -> None:
    icon = icons.program_icon()
    for side in (16, 32, 48, 256):
        image = icon.pixmap(side, side).toImage()
        assert image.width() == side
        middle = image.pixelColor(side * 24 // 64, side * 44 // 64)  # the stem of the f
        ground = image.pixelColor(side * 6 // 64, side * 44 // 64)
        assert (middle.name(), ground.name()) == ("#ffffff", "#4f46e5")


def test_an_icon_without_room_draws_nothing_and_warns_of_nothing(icons: Icons, qtlog: Any) -> None:
    assert icons.pixmap("eye", size=0).isNull()
    assert icons.icon("eye").pixmap(0, 0).isNull()
    assert qtlog.records == []
