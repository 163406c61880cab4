"""Tables: widths that can be read, wide ones moved sideways, long ones as one, any direction of writing."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest

from desktop.ui.icons import Icons
from desktop.ui.message_view import MessageView
from desktop.ui.message_view.sideways_bar import SidewaysBar
from desktop.ui.message_view.table_columns import Columns
from desktop.ui.message_view.table_row import TableRow
from desktop.ui.theme import Theme
from tests.ui.acting import find
from tests.ui.message_views import all_rows, answer, close, make_view, painted

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def view(theme: Theme, icons: Icons) -> Iterator[MessageView]:
    view = make_view(theme, icons)
    view.setFocus()
    yield view
    close(view)


def tables(view: MessageView) -> list[TableRow]:
    return [row for row in all_rows(view) if isinstance(row, TableRow)]


def wide_table(columns: int, lines: int) -> str:
    head = "|".join(f"Heading number {number}" for number in range(columns))
    body = [
        "|".join(f"Some words in cell {number} of line {line}" for number in range(columns)) for line in range(lines)
    ]
    return "\n".join([f"|{head}|", "|--" * columns + "|", *(f"|{line}|" for line in body)])


def inked(view: MessageView, row: TableRow) -> list[int]:
    """The columns of the screen in which something of a row stands, hairlines left out."""
    (top,) = [placed.y + row.margin for placed in view.stage.scroller.placed if placed.row is row]
    image, left = painted(view), view.stage.left
    ground = image.pixelColor(left - 5, top)
    return [
        x - left
        for x in range(left, left + view.stage.conversation.width)
        if any(image.pixelColor(x, top + 34 + y) != ground for y in range(6, 28))
    ]


def test_a_table_that_can_be_squeezed_is_not_moved(view: MessageView) -> None:
    text = "| A | B |\n|--|--|\n| " + "some words " * 20 + "| " + "and others " * 20 + "|"
    view.set_items([answer(1, text)], follow_end=False)
    (row,) = tables(view)
    assert row.sideways is not None
    assert row.sideways.most == 0
    assert row.height > 150


def test_a_table_of_many_columns_is_moved_by_bar_and_keys(view: MessageView) -> None:
    view.set_items([answer(1, f"Text.\n\n{wide_table(10, 3)}\n\nEnd.")], follow_end=False)
    (row,) = tables(view)
    assert row.sideways is not None
    assert row.sideways.most > 300
    QTest.mouseMove(view.viewport(), QPoint(300, 120))
    assert find(view, SidewaysBar, "sidewaysBar").isVisible()
    before = painted(view)
    QTest.keyClick(view, Qt.Key.Key_Right)
    assert row.sideways.offset == 80
    assert painted(view) != before


def test_no_word_of_usual_length_is_broken(view: MessageView) -> None:
    text = "\n".join(
        ["| A | B | C |", "|--|--|--|", "| internationalisation of it all | x " + "yes " * 90 + "| representative of |"]
    )
    view.set_items([answer(1, text)], follow_end=False)
    (row,) = tables(view)
    cells = row._cells[1]
    for cell in (cells[0], cells[2]):
        ends = [
            cell.layout.lineAt(number).textStart() + cell.layout.lineAt(number).textLength()
            for number in range(cell.layout.lineCount() - 1)
        ]
        assert all(cell.text[end - 1] == " " for end in ends)


def test_a_click_in_a_moved_table_finds_the_cell_that_is_seen(view: MessageView) -> None:
    view.set_items([answer(1, wide_table(10, 3))], follow_end=False)
    for _ in range(100):
        QTest.keyClick(view, Qt.Key.Key_Right)
    (placed,) = [placed for placed in view.stage.scroller.placed if isinstance(placed.row, TableRow)]
    point = QPoint(view.stage.left + view.stage.conversation.width - 90, placed.y + placed.row.margin + 18)
    QTest.mouseClick(view.viewport(), LEFT, pos=point)
    QTest.mouseDClick(view.viewport(), LEFT, pos=point)
    QTest.mouseClick(view.viewport(), LEFT, pos=point)
    view.copy_selection()
    assert QGuiApplication.clipboard().text() == "Heading number 9"


def test_the_pieces_of_a_long_table_share_widths_and_move_together(view: MessageView) -> None:
    view.set_items([answer(1, wide_table(9, 100))], follow_end=False)
    QTest.keyClick(view, Qt.Key.Key_Right)
    view.jump_to_end()
    QTest.keyClick(view, Qt.Key.Key_Right)
    pieces = tables(view)
    assert len(pieces) > 2
    assert {piece.sideways.offset for piece in pieces if piece.sideways is not None} == {160}
    assert len({tuple(piece.columns().naturals) for piece in pieces}) == 1


def test_cells_begin_where_their_language_does(view: MessageView) -> None:
    view.set_items(
        [answer(1, "| x |\n|--|\n| الوزن الذاتي |\n\nText.\n\n| x |\n|:--|\n| الوزن الذاتي |")], follow_end=False
    )
    by_language, by_delimiter = tables(view)
    width = view.stage.conversation.width
    assert min(inked(view, by_language)) > width / 2
    assert max(inked(view, by_delimiter)) < width / 2


@pytest.mark.parametrize("room", [60, 200, 333, 500, 720, 2000])
def test_columns_fill_the_room_or_are_wider(room: int) -> None:
    for naturals, words in (
        ([30.0, 400.0, 90.0], [30.0, 80.0, 90.0]),
        ([1.0, 1.0], [0.0, 0.0]),
        ([700.0] * 5, [60.0] * 5),
        ([5000.0], [5000.0]),
        ([100.0, 240.0, 250.0], [50.0, 120.0, 130.0]),
    ):
        widths = Columns(naturals, words).widths(room, 10, round)
        assert len(widths) == len(naturals)
        assert sum(widths) >= room
        for width, natural, word in zip(widths, naturals, words, strict=True):
            assert width >= min(natural, word, 240) + 19
