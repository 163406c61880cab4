"""The switches in the composer and the chip beside the model: how they are reached, and what they show where."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QToolButton, QWidget

from desktop.ui.feature_bar import FeatureBar, Switch
from desktop.ui.icons import Icons
from desktop.ui.theme import Theme
from desktop.ui.thinker_chip import ThinkerChip
from tests.ui.acting import collected, find, show

WEB = Switch("web_search", "featureWeb", "globe", "Web", "Web, done by Loop.", has_options=True)
LINKS = Switch("read_links", "featureLinks", "link", "Read links", "Read links, done by Loop.")


@pytest.fixture
def bar(theme: Theme, icons: Icons) -> Iterator[FeatureBar]:
    bar = FeatureBar(theme, icons)
    bar.resize(400, 40)
    bar.show_switches([WEB, LINKS])
    show(bar)
    yield bar
    bar.close()
    bar.deleteLater()


def words(bar: FeatureBar) -> list[str]:
    return [bar.button(name).text().strip() for name in ("web_search", "read_links")]  # type: ignore[attr-defined]  # they are buttons


def test_only_a_switch_that_is_on_has_an_arrow_to_its_options(bar: FeatureBar) -> None:
    wanted, toggled = collected(bar.options_requested), collected(bar.toggled)
    arrow = find(bar, QToolButton, "featureWebOptions")
    assert not arrow.isVisible()
    bar.show_switches([replace(WEB, on=True), replace(LINKS, on=True)])
    assert arrow.isVisible()
    assert not find(bar, QToolButton, "featureLinksOptions").isVisible()
    QTest.mouseClick(arrow, Qt.MouseButton.LeftButton)
    assert wanted == [("web_search", bar.button("web_search"))]
    assert toggled == []
    assert find(bar, QPushButton, "featureWeb").isChecked()


def test_the_keyboard_reaches_every_switch_and_its_options(bar: FeatureBar) -> None:
    bar.show_switches([replace(WEB, on=True), LINKS])
    wanted, toggled = collected(bar.options_requested), collected(bar.toggled)
    web = find(bar, QPushButton, "featureWeb")
    web.setFocus()
    QTest.keyClick(web, Qt.Key.Key_Down)
    QTest.keyClick(web, Qt.Key.Key_Tab)
    arrow = find(bar, QToolButton, "featureWebOptions")
    assert QApplication.focusWidget() is arrow
    assert arrow.accessibleName() == "Options of Web"
    QTest.keyClick(arrow, Qt.Key.Key_Space)
    assert wanted == [("web_search", web), ("web_search", web)]
    QTest.keyClick(arrow, Qt.Key.Key_Tab)
    links = find(bar, QPushButton, "featureLinks")
    assert QApplication.focusWidget() is links
    QTest.keyClick(links, Qt.Key.Key_Space)
    assert toggled == [("read_links", True)]


def test_where_there_is_little_room_icons_stand_alone(bar: FeatureBar) -> None:
    bar.show_switches([replace(WEB, on=True), LINKS])
    arrow = find(bar, QToolButton, "featureWebOptions")
    assert words(bar) == ["Web", "Read links"]
    bar.resize(110, 40)
    QApplication.processEvents()
    assert words(bar) == ["", ""]
    assert arrow.isVisible()
    bar.resize(80, 40)
    QApplication.processEvents()
    assert not arrow.isVisible()
    assert bar.button("read_links").accessibleName() == "Read links"
    assert bar.button("read_links").toolTip() == "Read links, done by Loop."


def test_the_arrow_stands_at_the_other_side_from_right_to_left(bar: FeatureBar) -> None:
    bar.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    bar.show_switches([replace(WEB, on=True), LINKS])
    QApplication.processEvents()
    web, arrow = find(bar, QPushButton, "featureWeb"), find(bar, QToolButton, "featureWebOptions")
    assert arrow.geometry().center().x() < web.width() / 2


def test_the_chip_says_as_much_as_there_is_room_for(theme: Theme, icons: Icons) -> None:
    place = QWidget()
    chip = ThinkerChip(theme, icons, place)
    place.resize(400, 60)
    show(place)
    chip.show_thinker("deepseek-r1")
    button = find(chip, QPushButton, "thinkerButton")
    shown = []
    for width in (chip.sizeHint().width(), 160, 110, chip.minimumSizeHint().width()):
        chip.resize(width, chip.height())
        QApplication.processEvents()
        shown.append(button.text().strip())
    assert shown[:2] == ["thinks with deepseek-r1", "deepseek-r1"]
    assert "…" in shown[2]
    assert shown[3] == ""
    assert button.accessibleName() == "thinks with deepseek-r1"
    place.close()
    place.deleteLater()
