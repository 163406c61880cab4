"""The page that says what Ligature is: licences are read inside the program, by keyboard too."""

from __future__ import annotations

import getpass
import platform
import socket
from collections.abc import Iterator
from pathlib import Path

import PySide6
import pytest
from PySide6.QtCore import QPoint, Qt, QUrl, qVersion
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QMainWindow, QPlainTextEdit, QPushButton

from desktop.services.licences import Notice, read_notices
from desktop.ui.icons import Icons
from desktop.ui.licences_card import LicencesCard
from desktop.ui.nav_list import NavList
from desktop.ui.settings_about import AboutPage, source_link
from desktop.ui.theme import Theme
from tests.ui.acting import find, show
from tests.ui.forms import discard

QT = Notice(
    "pyside6-essentials",
    "LGPL-3.0-only",
    sources=(
        "https://example.org/qt-everywhere-src-6.11.3.tar.xz",
        "https://example.org/pyside-setup-everywhere-src-6.11.3.tar.xz",
        "https://example.org/qt-everywhere-src-6.12.0.tar.xz",
        "https://example.org/pyside-setup-everywhere-src-6.12.0.tar.xz",
    ),
)


class Window(QMainWindow):
    """Shows the page, as the settings do."""

    def __init__(self, icons: Icons) -> None:
        super().__init__()
        self.resize(1000, 640)
        self.page = AboutPage(icons)
        self.setCentralWidget(self.page)


@pytest.fixture
def window(icons: Icons) -> Iterator[Window]:
    window = Window(icons)
    show(window)
    yield window
    discard(window)


@pytest.fixture
def links(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the browser is asked to open."""
    opened: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(QUrl(url).toString()))
    return opened


def press(window: Window, name: str) -> None:
    button = find(window, QPushButton, name)
    button.setFocus()
    QTest.keyClick(button, Qt.Key.Key_Space)


def opened(window: Window) -> LicencesCard:
    card = find(window, LicencesCard, "licencesCard")
    assert card.isVisible()
    return card


def text_of(card: LicencesCard) -> str:
    return find(card, QPlainTextEdit, "licenceText").toPlainText()


def test_no_licence_is_read_before_somebody_asks(window: Window) -> None:
    assert window.findChild(LicencesCard) is None


def test_each_package_and_what_is_inside_it_is_listed_with_its_full_text(window: Window) -> None:
    press(window, "showLicences")
    card = opened(window)
    listed = find(card, NavList, "licencesList")
    assert listed.hasFocus()
    assert listed.count() == len(read_notices())
    shown = set()
    for _ in range(listed.count()):
        shown.add((find(card, QLabel, "licenceTitle").text(), find(card, QLabel, "licenceAbout").accessibleName()))
        assert len(text_of(card)) > 200
        QTest.keyClick(listed, Qt.Key.Key_Down)
    assert len(shown) == len(read_notices())


def test_a_package_is_found_by_typing_its_name_and_its_text_is_reached_by_tab(window: Window) -> None:
    press(window, "showLicences")
    card = opened(window)
    listed = find(card, NavList, "licencesList")
    QTest.keyClicks(listed, "pillow")
    assert find(card, QLabel, "licenceTitle").text().startswith("pillow ")
    assert "MIT-CMU" in find(card, QLabel, "licenceAbout").accessibleName()
    text = find(card, QPlainTextEdit, "licenceText")
    QTest.keyClick(listed, Qt.Key.Key_Tab)
    assert text.hasFocus()
    QTest.keyClick(text, Qt.Key.Key_PageDown)
    assert text.verticalScrollBar().value() > 0
    QTest.keyClick(text, Qt.Key.Key_Tab)
    assert find(card, QPushButton, "licenceHomepage").hasFocus()


def test_escape_closes_the_licences_wherever_the_keyboard_is(window: Window) -> None:
    for place, kind in (("licencesList", NavList), ("licenceText", QPlainTextEdit)):
        press(window, "showLicences")
        card = opened(window)
        widget = find(card, kind, place)
        widget.setFocus()
        QTest.keyClick(widget, Qt.Key.Key_Escape)
        assert not card.isVisible()
    assert find(window, QPushButton, "showLicences").hasFocus()


def test_the_licence_of_qt_is_one_press_away(window: Window) -> None:
    press(window, "licenceOfQt")
    text = text_of(opened(window))
    assert "GNU LESSER GENERAL PUBLIC LICENSE" in text
    assert "GNU GENERAL PUBLIC LICENSE" in text


def test_the_sources_of_the_running_qt_are_opened(window: Window, links: list[str]) -> None:
    press(window, "sourceOfQt")
    press(window, "sourceOfPySide")
    version = PySide6.__version__
    assert [link.rpartition("/")[2] for link in links] == [
        f"qt-everywhere-src-{version}.tar.xz",
        f"pyside-setup-everywhere-src-{version}.tar.xz",
    ]


@pytest.mark.parametrize(("running", "linked"), [("6.11.3", "6.11.3"), ("6.12.0", "6.12.0"), ("6.13.1", "6.12.0")])
def test_sources_are_of_the_exact_version_as_far_as_it_is_known(running: str, linked: str) -> None:
    assert source_link((QT,), "qt-everywhere", running) == f"https://example.org/qt-everywhere-src-{linked}.tar.xz"


def test_a_homepage_opens_in_the_browser(window: Window, links: list[str]) -> None:
    press(window, "showLicences")
    card = opened(window)
    QTest.mouseClick(find(card, QPushButton, "licenceHomepage"), Qt.MouseButton.LeftButton, pos=QPoint(5, 5))
    assert links == [read_notices()[0].homepage]


def test_what_a_bug_report_should_say_is_copied_and_names_nobody(window: Window) -> None:
    press(window, "copySystem")
    copied = QGuiApplication.clipboard().text()
    assert platform.python_version() in copied
    assert f"Qt {qVersion()}" in copied
    for private in (str(Path.home()), str(Path.cwd()), f" {getpass.getuser()}", socket.gethostname()):
        assert private not in copied


def test_the_licences_fit_into_a_small_window(window: Window, theme: Theme) -> None:
    press(window, "showLicences")
    card = opened(window)
    window.resize(480, 560)
    QApplication.processEvents()
    listed, text = find(card, NavList, "licencesList"), find(card, QPlainTextEdit, "licenceText")
    assert listed.height() > theme.px(60)
    assert text.height() > theme.px(120)
    assert text.mapTo(window, QPoint(text.width(), 0)).x() <= window.width()
