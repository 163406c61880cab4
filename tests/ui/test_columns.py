"""The outer columns fold."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from desktop.ui.columns import LEFT_WIDTH, RIGHT_WIDTH, Columns
from desktop.ui.theme import Theme


@pytest.fixture
def columns(qtbot: QtBot, theme: Theme) -> Columns:
    columns = Columns(theme, QWidget(), QWidget(), QWidget())
    qtbot.addWidget(columns)
    columns.resize(1360, 860)
    columns.show()
    return columns


def widths(columns: Columns) -> list[int]:
    return [child.width() if child.isVisible() else 0 for child in (columns.left, columns.middle, columns.right)]


def test_columns_stand_side_by_side_in_a_wide_window(columns: Columns) -> None:
    columns.show_right(True)
    assert widths(columns) == [LEFT_WIDTH, 1360 - LEFT_WIDTH - RIGHT_WIDTH, RIGHT_WIDTH]


def test_folding_a_column_gives_its_room_to_the_conversation(columns: Columns) -> None:
    columns.show_left(False)
    assert widths(columns) == [0, 1360, 0]


def test_a_narrow_window_folds_both_and_a_wide_one_brings_them_back(columns: Columns) -> None:
    columns.show_right(True)
    columns.resize(800, 860)
    assert widths(columns) == [0, 800, 0]
    columns.resize(1360, 860)
    assert widths(columns) == [LEFT_WIDTH, 1360 - LEFT_WIDTH - RIGHT_WIDTH, RIGHT_WIDTH]


def test_in_a_narrow_window_a_column_lies_over_the_conversation_until_that_is_clicked(
    columns: Columns,
) -> None:
    columns.resize(600, 860)
    columns.show_left(True)
    assert widths(columns) == [LEFT_WIDTH, 600, 0]
    QTest.mouseClick(columns.middle, Qt.MouseButton.LeftButton)
    assert widths(columns) == [0, 600, 0]


def test_a_column_over_the_conversation_goes_when_the_keyboard_turns_to_that(columns: Columns) -> None:
    question = QLineEdit(columns.middle)
    other = QLineEdit(columns.left)
    question.show()
    other.show()
    columns.resize(600, 860)
    columns.show_left(True)
    other.setFocus()
    QApplication.processEvents()
    assert widths(columns) == [LEFT_WIDTH, 600, 0]
    QTest.mouseClick(question, Qt.MouseButton.LeftButton)
    QApplication.processEvents()
    assert widths(columns) == [0, 600, 0]
