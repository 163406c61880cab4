"""Formulas are drawn, stand on the text's baseline, and stay text to everyone who selects, copies or reads aloud."""

from __future__ import annotations

import sys

import psutil
import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QColor, QGuiApplication, QImage, QPainter, QPolygon
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit

from desktop.core.conversation import Status
from desktop.services.formula_drawer import FormulaDrawer
from desktop.ui.icons import Icons
from desktop.ui.message_view import MessageView
from desktop.ui.message_view.formula_document import OBJECT
from desktop.ui.message_view.markdown_row import MarkdownRow
from desktop.ui.message_view.table_row import TableRow
from desktop.ui.theme import Appearance, Theme
from tests.ui.acting import find
from tests.ui.message_views import (
    DRAWER,
    all_rows,
    answer,
    close,
    drag,
    draw_formulas,
    long_chat,
    make_view,
    painted,
    show_current,
    streaming,
    texts,
    top_of,
    wait_for,
)

FRACTION = r"$$\frac{a}{\frac{b}{\frac{c}{d}}}$$"


def show(view: MessageView, markdown: str) -> None:
    """Shows an answer, with its formulas."""
    view.set_items([answer(1, markdown)], follow_end=False)
    draw_formulas(view)


def drawn(view: MessageView) -> int:
    """How many formulas are drawings now."""
    documents = (row.document() for row in all_rows(view) if isinstance(row, MarkdownRow))
    return sum(document.toPlainText().count(OBJECT) for document in documents if document is not None)


def row_with(view: MessageView, text: str) -> MarkdownRow:
    return next(row for row in all_rows(view) if isinstance(row, MarkdownRow) and text in row.text)


def photo(view: MessageView, text: str, ratio: float) -> QImage:
    """One row as a screen with that many pixels to a point shows it."""
    (placed,) = (placed for placed in view.stage.scroller.placed if text in placed.row.text)
    image = QImage(round(820 * ratio), round((placed.y + placed.row.height) * ratio), QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(ratio)
    painter = QPainter(image)
    view._painter.paint(painter, QRect(0, 0, 820, placed.y + placed.row.height))
    painter.end()
    return image.copy(0, round(placed.y * ratio), image.width(), round(placed.row.height * ratio))


def lowest_ink(image: QImage, columns: range) -> int:
    """The lowest line in which something is at least half as dark as the text."""
    lines = range(image.height() - 1, -1, -1)
    return next(y for y in lines if any(image.pixelColor(x, y).lightness() < 140 for x in columns))


def ink_columns(image: QImage) -> list[int]:
    return [
        x for x in range(image.width()) if any(image.pixelColor(x, y).lightness() < 140 for y in range(image.height()))
    ]


@pytest.mark.parametrize("ratio", [1.0, 1.25, 1.5, 2.0])
@pytest.mark.parametrize("more", ["", r" and more text, then $\frac{a}{b}$"])
def test_a_formula_stands_on_the_baseline_of_the_text(view: MessageView, ratio: float, more: str) -> None:
    show(view, "xxxx $xxxx$" + more)
    image = photo(view, "xxxx", ratio)
    columns = ink_columns(image)
    left = columns[0]
    gap = next(x for x in columns if x + round(4 * ratio) not in columns and x > left + 20 * ratio)
    letters, formula = range(left, gap + 1), range(gap + round(4 * ratio), gap + round(34 * ratio))
    assert abs(lowest_ink(image, letters) - lowest_ink(image, formula)) <= (1 if ratio > 1 else 0)


def test_formulas_are_drawn_and_read_as_their_source(view: MessageView) -> None:
    text = "# Title $a$\n\nWith $x$, **\\(y\\)**.\n\n- item $z$\n\n> said $q$\n\n$$\nE = mc^2\n$$\n\n```math\nk\n```"
    view.set_items([answer(1, text)], follow_end=False)
    before = texts(view)
    show(view, text)
    assert drawn(view) == 7
    assert texts(view) == before
    assert texts(view) == [
        "Title $a$", "With $x$, \\(y\\).", "item $z$", "said $q$", "$$\nE = mc^2\n$$", "```math\nk\n```",
    ]  # fmt: skip


def test_formulas_appear_after_the_process_that_draws_them_was_killed(view: MessageView) -> None:
    show(view, "First $x_1$.")
    before = DRAWER.process_id()
    assert before is not None
    psutil.Process(before).kill()
    show(view, "Then $y_1$.")
    assert drawn(view) == 1
    assert DRAWER.process_id() != before


def test_a_formula_that_takes_too_long_stays_source_and_the_others_are_drawn(theme: Theme, icons: Icons) -> None:
    drawer = FormulaDrawer(time_limit_s=1.0)
    view = make_view(theme, icons, drawer=drawer)
    nested = r"\frac{a}{" * 30 + "b" + "}" * 30
    show(view, f"First $x_1$.\n\nLong ${nested}$.\n\nLast $y_1$.")
    assert drawn(view) == 2
    assert row_with(view, "Long").text == f"Long ${nested}$."
    close(view)
    drawer.close()


def test_without_formulas_no_process_is_started(theme: Theme, icons: Icons) -> None:
    drawer = FormulaDrawer()
    view = make_view(theme, icons, drawer=drawer)
    show(view, "It costs $5, or `$x$`.\n\n| a | b |\n|--|--|\n| 1 | $2 |")
    assert drawer.process_id() is None
    show(view, "| a | b |\n|--|--|\n| 1 | $x$ |")
    assert drawer.process_id() is not None
    assert "ziamath" not in sys.modules
    close(view)
    drawer.close()


def test_what_is_still_arriving_is_shown_as_it_is_written(view: MessageView) -> None:
    view.set_items([streaming(1)], follow_end=True)
    view.feed(1, "text", "First $x$ here.\n\nThen $y_a + z_a$\nthere")
    show_current(view)
    draw_formulas(view)
    assert texts(view) == ["First $x$ here.", "Then $y_a + z_a$ there"]
    assert drawn(view) == 1
    view.replace_item(answer(1, "First $x$ here.\n\nThen $y_a + z_a$\nthere"))
    draw_formulas(view)
    assert drawn(view) == 2


@pytest.mark.parametrize("end", ["So $x_1$.", "$$\nx_1\n$$", "```math\nx_1\n```", "- item\n- $x_1$", "> So $x_1$"])
def test_formulas_at_the_end_are_there_at_the_moment_the_answer_ends(view: MessageView, end: str) -> None:
    view.set_items([streaming(1)], follow_end=True)
    view.feed(1, "text", f"Begin.\n\n{end}")
    show_current(view)
    draw_formulas(view)
    assert drawn(view) == 0
    view.replace_item(answer(1, f"Begin.\n\n{end}"))
    assert drawn(view) == 1


def test_formulas_at_the_end_of_thinking_are_drawn_when_the_answer_begins(view: MessageView) -> None:
    view.set_items([streaming(1)], follow_end=True)
    view.feed(1, "thinking", "Hm, $x$.")
    show_current(view)
    draw_formulas(view)
    assert drawn(view) == 0
    view.feed(1, "text", "Yes.")
    show_current(view)
    view.toggle_thinking(1)
    assert (texts(view)[-2:], drawn(view)) == (["Hm, $x$.", "Yes."], 1)


def test_a_fence_of_math_becomes_a_formula_when_it_ends(view: MessageView) -> None:
    view.set_items([streaming(1)], follow_end=True)
    view.feed(1, "text", "```math\nx^2\n")
    show_current(view)
    assert texts(view) == ["x^2"]
    view.feed(1, "text", "```\n\nMore\n")
    show_current(view)
    draw_formulas(view)
    assert drawn(view) == 1


def test_a_stopped_answer_has_its_formulas_drawn(view: MessageView) -> None:
    view.set_items([streaming(1)], follow_end=True)
    view.feed(1, "text", "So $x$")
    show_current(view)
    view.replace_item(answer(1, "So $x$", status=Status.STOPPED))
    draw_formulas(view)
    assert drawn(view) == 1


def test_what_cannot_be_drawn_stays_as_code_and_says_why(view: MessageView) -> None:
    show(view, r"Bad $\nonsense{x}$ here.")
    row = row_with(view, "Bad")
    assert row.text == r"Bad $\nonsense{x}$ here."
    assert drawn(view) == 0
    (placed,) = (placed for placed in view.stage.scroller.placed if placed.row is row)
    point = QPoint(view.stage.left + 60, placed.y + row.margin + 10)
    assert r"\nonsense" in view._pointer.tooltip(point.toPointF())
    assert view._pointer.tooltip(QPoint(view.stage.left + 5, point.y()).toPointF()) == ""


def test_prices_and_code_are_left_alone(view: MessageView) -> None:
    show(view, "It costs $5, or US$ 7, or $5-$6; `$x$`.")
    assert drawn(view) == 0
    assert texts(view) == ["It costs $5, or US$ 7, or $5-$6; $x$."]


def test_a_formula_is_selected_as_a_whole_and_copied_as_its_source(view: MessageView) -> None:
    show(view, r"Now $\sum_{n=1}^{9} x_n$ ends.")
    y = top_of(view, "Now") + row_with(view, "Now").margin + 14
    drag(view, QPoint(view.stage.left + 1, y), QPoint(view.stage.left + 84, y))
    view.copy_selection()
    assert QGuiApplication.clipboard().text() == r"Now $\sum_{n=1}^{9} x_n$"
    QTest.mouseDClick(view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(view.stage.left + 60, y))
    view.copy_selection()
    assert QGuiApplication.clipboard().text() == r"$\sum_{n=1}^{9} x_n$"


def test_places_behind_a_formula_are_those_of_the_text(view: MessageView) -> None:
    show(view, r"🚚 $\alpha$ and $\beta$ then words.")
    row = row_with(view, "words")
    assert row._text_position(row._document_position(0)) == 0
    positions = [row._document_position(row.text.index(word) + 1) for word in ("and", "then", "words")]  # 🚚 is two
    document = row.document()
    assert document is not None
    for position, word in zip(positions, ("and", "then", "words"), strict=True):
        assert document.characterAt(position) == word[0]
        assert row._text_position(position) == row.text.index(word) + 1


def test_the_reader_stays_where_he_reads_when_formulas_come(view: MessageView) -> None:
    chat = long_chat(10)
    view.set_items([answer(90, f"Begin.\n\n{FRACTION}\n\n" * 3 + "Read this."), *chat], follow_end=False)
    view.scroll_to_message(90)
    view.scroll_by(80)
    at = next(placed for placed in view.stage.scroller.placed if placed.y >= 0)
    draw_formulas(view)
    assert drawn(view) == 3
    now = next(placed for placed in view.stage.scroller.placed if placed.row is at.row)
    assert now.y == at.y


def test_a_wide_formula_is_made_as_narrow_as_the_column(view: MessageView) -> None:
    show(view, "$$" + "+".join(f"x_{{{number}}}" for number in range(80)) + "$$")
    image = painted(view)
    assert drawn(view) == 1
    edges = (*range(view.stage.left - 2), *range(view.stage.left + 724, view.viewport().width()))
    assert all(image.pixelColor(x, y) == QColor("#ffffff") for x in edges for y in range(image.height()))


def test_formulas_take_the_colours_of_the_theme(view: MessageView, theme: Theme) -> None:
    def darkest() -> int:
        image = painted(view)
        top = top_of(view, "$$")
        every = [image.pixelColor(x, y).lightness() for x in range(300, 520) for y in range(top + 12, top + 40)]
        return max(every, key=lambda lightness: abs(lightness - theme.color("bg").lightness()))

    show(view, "$$mmmmmm$$")
    assert darkest() < 80
    theme.choose(Appearance.DARK, 1.0)
    draw_formulas(view)
    assert darkest() > 180


def test_a_larger_font_makes_formulas_larger(view: MessageView, theme: Theme) -> None:
    show(view, FRACTION)
    before = row_with(view, "frac").height
    theme.choose(Appearance.LIGHT, 1.5)
    draw_formulas(view)
    assert row_with(view, "frac").height > before * 1.3


def test_a_label_that_is_defined_later_leaves_formulas_drawn(view: MessageView) -> None:
    show(view, "See [this][a] and $x$.\n\nMore.\n\n[a]: https://example.org\n")
    assert drawn(view) == 1
    assert texts(view)[0] == "See this and $x$."


def test_formulas_in_cells_are_drawn_and_copied_as_their_source(view: MessageView) -> None:
    markdown = r"""
| Name | Value |
|--|--|
| mean $\mu_a$ | $\frac{1}{n}\sum_a x_a$ |
| bad $\nonsense$ | $5 and $6 |
"""
    view.set_items([answer(1, markdown)], follow_end=False)
    height = all_rows(view)[1].height
    before = texts(view)
    plain = painted(view)
    draw_formulas(view)
    (table,) = (row for row in all_rows(view) if isinstance(row, TableRow))
    assert texts(view) == before
    assert painted(view) != plain
    assert table.height > height
    assert table.text.split("\n")[1] == r"mean $\mu_a$" + "\t" + r"$\frac{1}{n}\sum_a x_a$"
    assert table.text.endswith("bad $\\nonsense$\t$5 and $6")
    position = table.text.index("mu")
    assert table.word_at(position) == (position - 2, position + 5)


def look_for(view: MessageView, words: str) -> None:
    view.open_find()
    QTest.keyClicks(find(view, QLineEdit, "findText"), words)
    wait_for(lambda: view.finder.complete)


def marked_parts(view: MessageView, ground: str) -> QImage:
    """What is painted around all places of a colour."""
    image = painted(view)
    wanted = QColor(ground).rgb()
    places = [
        QPoint(x, y) for y in range(60, image.height()) for x in range(image.width()) if image.pixel(x, y) == wanted
    ]
    return image.copy(QPolygon(places).boundingRect())


@pytest.mark.parametrize("markdown", [r"Now $\alpha^2 + m$ here.", "| a |\n|--|\n| " + r"now $\alpha^2 + m$ |"])
def test_the_match_that_the_reader_is_at_has_a_dark_formula_on_its_light_ground(
    view: MessageView, theme: Theme, markdown: str
) -> None:
    theme.choose(Appearance.DARK, 1.0)
    show(view, "Other alpha.\n\n" + markdown)
    look_for(view, "alpha")
    before = marked_parts(view, theme.colors.found)
    QTest.keyClick(find(view, QLineEdit, "findText"), Qt.Key.Key_Return)
    after = marked_parts(view, theme.colors.found_current)
    assert after.size() == before.size()
    ground, ink = theme.color("found_current").lightness(), theme.color("on_found").lightness()
    differing = 0
    for y in range(after.height()):
        for x in range(after.width()):
            inked = after.pixelColor(x, y).lightness() < (ground + ink) / 2
            differing += inked != (before.pixelColor(x, y).lightness() > 140)
            assert after.pixelColor(x, y).lightness() <= ground + 3
    assert differing < 12  # those at the edges


def test_lines_that_are_gathered_stand_under_each_other_in_the_middle(view: MessageView) -> None:
    show(view, r"$$\begin{gather*} m \\ m + m + m \end{gather*}$$")
    image = photo(view, "gather", 1.0)
    middle = image.height() // 2
    above, below = (ink_columns(image.copy(0, top, image.width(), middle)) for top in (0, middle))
    assert len(below) > 2 * len(above) > 0
    assert abs((above[0] + above[-1]) - (below[0] + below[-1])) <= 4
