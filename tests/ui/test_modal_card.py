"""Cards over the window, and over each other."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import shiboken6
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPlainTextEdit, QPushButton, QWidget

from desktop.ui.modal_card import ModalCard
from desktop.ui.theme import Appearance, Theme
from tests.ui.acting import show


@pytest.fixture
def window(theme: Theme) -> Iterator[QWidget]:
    theme.choose(Appearance.DARK, 1.0)
    window = QWidget()
    window.resize(800, 600)
    show(window)
    yield window
    window.close()
    window.deleteLater()
    theme.choose(Appearance.LIGHT, 1.0)


def color_at(window: QWidget, x: int, y: int) -> QColor:
    QApplication.processEvents()
    return window.grab().toImage().pixelColor(x, y)


def test_a_card_over_a_card_dims_the_window_no_further(theme: Theme, window: QWidget) -> None:
    first, second = ModalCard(theme, window, 600, 400), ModalCard(theme, window, 300, 200)
    bare = color_at(window, 2, 2)
    first.open()
    dimmed, first_card = color_at(window, 2, 2), color_at(window, 120, 120)
    assert dimmed.lightness() < bare.lightness()
    second.open()
    assert color_at(window, 2, 2) == dimmed
    assert color_at(window, 120, 120).lightness() < first_card.lightness()
    second.close()
    assert color_at(window, 2, 2) == dimmed
    assert color_at(window, 120, 120) == first_card


def test_a_card_has_a_hairline_that_parts_it_from_a_dark_window(theme: Theme, window: QWidget) -> None:
    card = ModalCard(theme, window, 600, 400)
    card.open()
    assert color_at(window, 400, card.card.geometry().top()) == theme.color("line")


def test_what_is_under_a_card_outlives_going_round_in_it(theme: Theme, window: QWidget) -> None:
    editor = QPlainTextEdit(window)
    viewport = editor.viewport()
    card = ModalCard(theme, window, 600, 400)
    first, second = QPushButton("One", card.card), QPushButton("Two", card.card)
    card.open()
    first.setFocus()
    for expected in (second, first, second):
        QTest.keyClick(QApplication.focusWidget() or card, Qt.Key.Key_Tab)
        assert QApplication.focusWidget() is expected
    QTest.keyClick(second, Qt.Key.Key_Backtab)
    assert QApplication.focusWidget() is first
    card.close()
    card.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert shiboken6.isValid(viewport)
    assert viewport.rect().isValid()
