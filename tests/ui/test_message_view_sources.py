"""Sources of an answer: marks in the text become chips that lead to them, and they stand in a row under it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QPointF, Qt, QUrl
from PySide6.QtGui import QAccessible, QDesktopServices, QFont, QGuiApplication
from PySide6.QtTest import QTest

from desktop.core.conversation import Source
from desktop.ui.message_view import MessageView
from desktop.ui.message_view.accessibility import description_of
from desktop.ui.message_view.accessible_parts import parts_of
from desktop.ui.message_view.markdown_source import CHIP_EDGE
from desktop.ui.message_view.row import Row
from desktop.ui.message_view.scrolling import Placed
from desktop.ui.message_view.table_cell import make_cell
from tests.ui.acting import collected
from tests.ui.message_views import answer, click, show_current, streaming, texts

SOURCES = (Source("https://www.bridges.example/sag?a=1", "Why decks sag"), Source("https://loads.example/"))
MANY = tuple(Source(f"https://site{number}.example/", f"Page {number}") for number in range(1, 13))


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Addresses given to the system."""
    addresses: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: addresses.append(QUrl(url).toString()))
    return addresses


def chip(number: int) -> str:
    """What stands in a text for a mark."""
    return f"{CHIP_EDGE}{number}{CHIP_EDGE}"


def placed_row(view: MessageView, part: str) -> Placed:
    return next(placed for placed in view.stage.scroller.placed if part in placed.row.text)


def chip_point(view: MessageView, number: int) -> QPointF:
    """A point on the chip in the text with a number."""
    for placed in view.stage.scroller.placed:
        for x in range(0, 720, 2):
            for y in range(placed.row.margin, placed.row.height, 6):
                if placed.row.link_at(QPointF(x, y)) == f"source:{number}":
                    return QPointF(view.stage.left + x + 2, placed.y + y)
    raise AssertionError(f"there is no chip {number} on the screen")


def targets(row: Row) -> list[str]:
    return [target.text for target in row.targets()]


def test_a_mark_is_a_chip_that_names_its_source_and_opens_it(view: MessageView, opened: list[str]) -> None:
    view.set_items(
        [answer(1, "The deck sags in the middle[1], and **loads**[^2^] 【2†page】.", sources=SOURCES)], follow_end=True
    )
    assert chip(1) in placed_row(view, "The deck").row.text
    assert "[" not in placed_row(view, "The deck").row.text
    point = chip_point(view, 1)
    assert view.stage.tooltip_of_link(point) == "Why decks sag – bridges.example"
    hovered = collected(view.link_hovered)
    QTest.mouseMove(view.viewport(), point.toPoint())
    assert hovered[-1] == "https://www.bridges.example/sag?a=1"
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=point.toPoint())
    assert opened == ["https://www.bridges.example/sag?a=1"]
    assert view.stage.tooltip_of_link(chip_point(view, 2)) == "loads.example"


def test_what_only_looks_like_a_mark_stays_text(view: MessageView) -> None:
    text = "An array[1] here, `x[1]`, and [7].\n\n```python\nx[1]\n```\n\n| a |\n|---|\n| `y[1]` |"
    view.set_items([answer(1, text, sources=SOURCES), answer(2, "No source [1].")], follow_end=True)
    shown = "\n".join(texts(view))
    for part in ("array[1]", "x[1]", "[7]", "y[1]", "No source [1]."):
        assert part in shown
    assert "\u202f" not in shown


def test_marks_in_lists_quotes_and_tables_are_chips(view: MessageView) -> None:
    text = "- one [1]\n\n> two [2]\n\n| a | b |\n|---|---|\n| three [1] | x |"
    view.set_items([answer(1, text, sources=SOURCES)], follow_end=True)
    for part in (f"one {chip(1)}", f"two {chip(2)}", f"three {chip(1)}"):
        assert placed_row(view, part)


def test_sources_that_come_after_the_text_make_its_marks_chips(view: MessageView) -> None:
    view.set_items([streaming(1)], follow_end=True)
    view.feed(1, "text", "First [1].\n\nSecond [2] and")
    show_current(view)
    assert "First [1]." in texts(view)
    view.replace_item(replace(streaming(1, "First [1].\n\nSecond [2] and"), sources=SOURCES))
    view.feed(1, "text", " third [1]")
    show_current(view)
    assert texts(view)[:2] == [f"First {chip(1)}.", f"Second {chip(2)} and third {chip(1)}"]


def test_the_sources_stand_under_the_answer_and_open(view: MessageView, opened: list[str]) -> None:
    view.set_items([answer(1, "Text.", sources=SOURCES)], follow_end=True)
    click(view, "open-source 2")
    assert opened == ["https://loads.example/"]


def test_many_sources_are_folded_after_the_first(view: MessageView) -> None:
    view.set_items([answer(1, "Text.", sources=MANY)], follow_end=True)
    row = next(row for row in view.stage.conversation.rows(0) if "Show all 12" in targets(row))
    assert len(row.targets()) == 5
    height = view.stage.conversation.heights.total
    click(view, "toggle-sources")
    names = [name for row in view.stage.conversation.rows(0) for name in targets(row)]
    assert "12 Page 12 – site12.example" in names
    assert "Show all 12" not in names
    assert view.stage.conversation.heights.total > height


def test_an_address_that_is_no_page_is_never_opened(view: MessageView, opened: list[str]) -> None:
    bad = (Source("javascript:alert(1)", "Bad"), Source("file:///etc/passwd"))
    view.set_items([answer(1, "This is not a safe claim [1].", sources=bad)], follow_end=True)
    point = chip_point(view, 1)
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=point.toPoint())
    assert not any(
        target.action.startswith("open-source") for row in view.stage.conversation.rows(0) for target in row.targets()
    )
    assert opened == []


def test_copies_have_marks_as_markdown_links(view: MessageView) -> None:
    view.set_items([answer(1, "The deck sags in the middle[1] `x[1]`.", sources=SOURCES)], follow_end=True)
    view.copy_message(1)
    link = "[1](https://www.bridges.example/sag?a=1)"
    assert QGuiApplication.clipboard().text() == f"The deck sags in the middle{link} `x[1]`."
    view.select_all()
    view.copy_selection()
    assert QGuiApplication.clipboard().text() == f"The deck sags in the middle{link} `x[1]`."


def test_a_screen_reader_hears_the_sources_by_name(view: MessageView) -> None:
    view.set_items([answer(1, "A safe claim [1].", sources=SOURCES)], follow_end=True)
    item = view.items()[0]
    assert "Sources: 1 Why decks sag – bridges.example; 2 loads.example" in description_of(item)
    parts = parts_of(item, view.stage.conversation.rows(0), view.stage.conversation.style.words)
    links = [(part.name, part.address) for part in parts if part.role is QAccessible.Role.Link]
    assert links == [
        ("1 Why decks sag – bridges.example", "https://www.bridges.example/sag?a=1"),
        ("2 loads.example", "https://loads.example/"),
    ]


def test_a_mark_leaves_the_weight_of_a_tables_text_alone(view: MessageView) -> None:
    style = view.stage.conversation.style
    cell = make_cell("own weight [1](source:1) and `code` **bold**", None, style.table, style)
    bold = [look for look in cell.layout.formats() if look.format.fontWeight() > QFont.Weight.Normal]
    assert [cell.text[look.start : look.start + look.length] for look in bold] == ["bold"]


def test_a_link_tells_its_real_target_whatever_its_text_says(view: MessageView) -> None:
    view.set_items([answer(1, "[https://bank.example](https://thief.example/)")], follow_end=True)
    placed = placed_row(view, "bank.example")
    point = QPointF(view.stage.left + 20, placed.y + placed.row.height - 8)
    hovered = collected(view.link_hovered)
    QTest.mouseMove(view.viewport(), point.toPoint())
    assert view.stage.tooltip_of_link(point) == "https://thief.example/"
    assert hovered[-1] == "https://thief.example/"
