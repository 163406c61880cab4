"""Code that is wider than the column, longer than a piece, or in colours: moved, wrapped, copied."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QGuiApplication, QImage, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit

from desktop.ui.icons import Icons
from desktop.ui.main_window import MainWindow
from desktop.ui.message_view import MessageView
from desktop.ui.message_view.code_row import CodeRow
from desktop.ui.message_view.sideways_bar import SidewaysBar
from desktop.ui.theme import Appearance, Theme
from tests.ui.acting import find
from tests.ui.message_views import (
    DRAWER,
    all_rows,
    answer,
    click,
    close,
    color_codes,
    long_chat,
    make_view,
    painted,
    place_of,
    screen,
    show_current,
    streaming,
    top_of,
    wait_for,
)

WIDE = "x = " + " + ".join(f"value_{number}" for number in range(60))


@pytest.fixture
def view(theme: Theme, icons: Icons) -> Iterator[MessageView]:
    view = make_view(theme, icons)
    view.setFocus()
    yield view
    close(view)


def turn(view: MessageView, point: QPoint, angle: QPoint, modifiers: Qt.KeyboardModifier) -> None:
    """Turns the wheel over a point."""
    where = QPointF(point)
    event = QWheelEvent(
        where, QPointF(view.viewport().mapToGlobal(point)), QPoint(), angle, Qt.MouseButton.NoButton, modifiers,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(view.viewport(), event)


def inside(view: MessageView, text: str) -> QPoint:
    """A point in the first lines of the row with this text."""
    for placed in view.stage.scroller.placed:
        if text in placed.row.text:
            return QPoint(view.stage.left + 40, max(placed.y, 0) + placed.row.margin + 50)
    raise AssertionError(f"{text} is not on the screen")


def on_screen(view: MessageView) -> QImage:
    """The rows as they were painted bit by bit, without the scrollbar."""
    return screen(view).copy(view.viewport().rect())


def offsets(view: MessageView) -> list[int]:
    """How far each piece of code on the screen is moved."""
    rows = [placed.row for placed in view.stage.scroller.placed]
    return [row.sideways.offset for row in rows if row.sideways is not None]


def test_a_long_line_stays_one_line_and_shift_turns_the_wheel_sideways(view: MessageView) -> None:
    view.set_items([answer(1, f"Text.\n\n```\n{WIDE}\ny = 2\n```")], follow_end=False)
    (row,) = [row for row in all_rows(view) if isinstance(row, CodeRow)]
    assert row.height < 120
    before = painted(view)
    turn(view, inside(view, "y = 2"), QPoint(0, -240), Qt.KeyboardModifier.ShiftModifier)
    (moved,) = offsets(view)
    assert moved > 0
    assert on_screen(view) == painted(view) != before
    turn(view, inside(view, "y = 2"), QPoint(240, 0), Qt.KeyboardModifier.NoModifier)
    assert offsets(view) == [0]
    assert painted(view) == before


def test_a_line_that_fits_is_not_moved(view: MessageView) -> None:
    view.set_items([answer(1, "```\nx = 1\n```")], follow_end=False)
    turn(view, inside(view, "x = 1"), QPoint(0, -240), Qt.KeyboardModifier.ShiftModifier)
    assert offsets(view) == [0]
    assert not find(view, SidewaysBar, "sidewaysBar").isVisible()


def test_all_pieces_of_a_long_fence_move_together(view: MessageView) -> None:
    code = "\n".join([WIDE, *(f"line {number}" for number in range(200))])
    view.set_items([answer(1, f"```\n{code}\n```")], follow_end=False)
    turn(view, inside(view, "line 3"), QPoint(0, -240), Qt.KeyboardModifier.ShiftModifier)
    view.scroll_by(1100)
    assert len(offsets(view)) > 1
    assert len(set(offsets(view))) == 1
    QTest.mouseMove(view.viewport(), QPoint(5, 5))
    assert on_screen(view) == painted(view)
    assert offsets(view)[0] > 0


def test_arrow_keys_move_code_sideways(view: MessageView) -> None:
    view.set_items([answer(1, f"```\n{WIDE}\n```\n\nText.\n\n```\nx\n{WIDE}\n```")], follow_end=False)
    QTest.keyClick(view, Qt.Key.Key_Right)
    QTest.keyClick(view, Qt.Key.Key_Right)
    assert offsets(view) == [160, 0]
    QTest.keyClick(view, Qt.Key.Key_Left)
    assert offsets(view) == [80, 0]
    turn(view, inside(view, "x\n"), QPoint(0, -120), Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClick(view, Qt.Key.Key_Right)
    first, second = offsets(view)
    assert first == 80
    assert second > 80
    QTest.mouseMove(view.viewport(), inside(view, WIDE[:20]))
    QTest.keyClick(view, Qt.Key.Key_Right)
    assert offsets(view) == [160, second]


def test_the_bar_is_shown_under_the_pointer_and_can_be_dragged(view: MessageView) -> None:
    view.set_items([answer(1, f"```\n{WIDE}\n```\n\nText.")], follow_end=False)
    bar = find(view, SidewaysBar, "sidewaysBar")
    assert not bar.isVisible()
    QTest.mouseMove(view.viewport(), inside(view, WIDE))
    assert bar.isVisible()
    assert bar.geometry().bottom() < top_of(view, "Text.") + 20
    start = QPoint(40, bar.height() - 4)
    QTest.mousePress(bar, Qt.MouseButton.LeftButton, pos=start)
    QTest.mouseMove(bar, start + QPoint(2000, 0))
    QTest.mouseRelease(bar, Qt.MouseButton.LeftButton, pos=start + QPoint(2000, 0))
    (row,) = [row for row in all_rows(view) if isinstance(row, CodeRow)]
    assert row.sideways is not None
    assert row.sideways.offset == row.sideways.most > 0
    QTest.mouseMove(view.viewport(), QPoint(300, top_of(view, "Text.") + 30))
    assert not bar.isVisible()


WIDE_TABLE = "\n".join(["|" + "a wide column of words|" * 10, "|-" * 10 + "|", "|x" * 9 + "|needle|"])


@pytest.mark.parametrize("text", [f"```\n{WIDE} + needle\n```", WIDE_TABLE])
def test_finding_what_is_hidden_sideways_shows_it(view: MessageView, text: str) -> None:
    view.set_items([answer(1, text)], follow_end=False)
    assert offsets(view) == [0]
    view.open_find()
    QTest.keyClicks(find(view, QLineEdit, "findText"), "needle")
    wait_for(lambda: view.finder.complete)
    assert offsets(view)[0] > 0
    image, current = painted(view), QColor(view.stage.conversation.style.found_current_format.background().color())
    assert any(image.pixelColor(x, y) == current for x in range(0, image.width(), 2) for y in range(0, 200, 2))


def test_what_is_hidden_at_the_left_is_found_where_it_is_shown(view: MessageView) -> None:
    view.set_items([answer(1, f"```\n{WIDE}\n```")], follow_end=False)
    point = inside(view, WIDE)
    before = view.stage.place_at(QPointF(point))
    turn(view, point, QPoint(0, -120), Qt.KeyboardModifier.ShiftModifier)
    after = view.stage.place_at(QPointF(point))
    assert before is not None
    assert after is not None
    assert after.position > before.position


def test_dragging_beyond_the_card_moves_it_and_selects_on(view: MessageView) -> None:
    view.set_items([answer(1, f"```\n{WIDE}\nend\n```")], follow_end=False)
    point = inside(view, WIDE)
    QTest.mousePress(view.viewport(), Qt.MouseButton.LeftButton, pos=point)
    QTest.mouseMove(view.viewport(), QPoint(view.width() - 4, point.y()))
    wait_for(lambda: offsets(view)[0] > 100)
    QTest.mouseRelease(view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(view.width() - 4, point.y()))
    view.copy_selection()
    assert len(QGuiApplication.clipboard().text()) > 90


def test_the_button_wraps_all_code_and_the_card_stays_in_place(view: MessageView) -> None:
    text = f"```\n{WIDE}\n```\n\nText.\n\n```\nsecond\n{WIDE}\n{WIDE}\n```\n\n" + "More.\n\n" * 40
    view.set_items([*long_chat(6), answer(50, text)], follow_end=False)
    view.scroll_to_message(50)
    view.scroll_by(120)
    top = top_of(view, "second")
    click(view, "wrap-code")
    assert view.wraps_code
    assert top_of(view, "second") == top
    cards = [row for row in all_rows(view) if isinstance(row, CodeRow)]
    assert {card.sideways for card in cards} == {None}
    assert cards[1].height > 140
    click(view, "wrap-code")
    assert [card.sideways is None for card in all_rows(view) if isinstance(card, CodeRow)] == [False, False]
    assert top_of(view, "second") == top


def test_wrapping_is_remembered_with_the_window(theme: Theme, icons: Icons) -> None:
    window = MainWindow(theme, icons)
    window.furnish(DRAWER)
    window.show_page(window.message_view)
    window.message_view.set_items([answer(1, f"```\n{WIDE}\n```")], follow_end=False)
    window.resize(1300, 800)
    window.show()
    click(window.message_view, "wrap-code")
    other = MainWindow(theme, icons)
    other.restore(window.state())
    other.furnish(DRAWER)
    assert other.message_view.wraps_code


def test_a_line_longer_than_a_piece_is_copied_as_it_came(view: MessageView) -> None:
    code = "\n".join(["a", "x" * 7000, "", "", *(["y", ""] * 100), "end"])
    view.set_items([answer(1, f"```\n{code}\n```\n\nText.")], follow_end=False)
    click(view, "copy-code")
    assert QGuiApplication.clipboard().text() == code


def test_blank_lines_are_shown_also_where_a_long_fence_is_cut(view: MessageView) -> None:
    code = "\n".join(["line", ""] * 150) + "end"
    view.set_items([answer(1, f"```\n{code}\n```")], follow_end=False)
    shown = "\n".join(row.text for row in all_rows(view) if isinstance(row, CodeRow))
    assert shown == code


def colors_of(row: CodeRow, line: int) -> set[str]:
    """The colours of one line of a piece."""
    document = row.document()
    assert document is not None
    return {span.format.foreground().color().name() for span in document.findBlockByNumber(line).layout().formats()}


LONG_COMMENT = "x = 1\n'''\n" + "\n".join(f"words {number} if" for number in range(150)) + "\n'''\nif x: pass"


@pytest.mark.parametrize("streams", [False, True])
def test_a_string_goes_on_in_the_next_piece(view: MessageView, theme: Theme, streams: bool) -> None:
    color_codes(view, "python")
    text = f"```python\n{LONG_COMMENT}\n```"
    if streams:
        view.set_items([streaming(1)], follow_end=True)
        for line in text.splitlines(keepends=True):
            view.feed(1, "text", line)
            view.flush()
    else:
        view.set_items([answer(1, text)], follow_end=True)
    show_current(view)
    pieces = [row for row in all_rows(view) if isinstance(row, CodeRow)]
    assert len(pieces) > 2
    assert colors_of(pieces[-1], 0) in ({theme.colors.comment}, {theme.colors.string})
    last = pieces[-1].block.code.count("\n")
    assert theme.colors.keyword in colors_of(pieces[-1], last)


def test_each_theme_has_its_own_colours(view: MessageView, theme: Theme) -> None:
    color_codes(view, "python")
    view.set_items([answer(1, "```python\nif x: pass\n```")], follow_end=True)
    for appearance in (Appearance.DARK, Appearance.LIGHT):
        theme.choose(appearance, 1.0)
        (row,) = [row for row in all_rows(view) if isinstance(row, CodeRow)]
        assert theme.colors.keyword in colors_of(row, 0)


def test_the_wrap_button_is_named(view: MessageView) -> None:
    view.set_items([answer(1, "```\nx\n```")], follow_end=True)
    point = place_of(view, "wrap-code")
    targets = view.stage.target_at(QPointF(point))
    assert targets is not None
    assert targets[1].text == "Wrap long lines"
