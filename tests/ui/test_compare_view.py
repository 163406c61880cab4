"""Cards side by side: they grow with their answers, and what is painted bit by bit is what belongs there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from desktop.core.conversation import Role, Status
from desktop.ui.compare_items import CardItem
from desktop.ui.compare_view import CompareView
from desktop.ui.icons import Icons
from desktop.ui.message_view import Item
from desktop.ui.theme import Appearance, Theme
from tests.ui.message_views import DRAWER, chunks, painted, wait_for

TEXT = "\n\n".join(
    f"## Part {number}\n\nThe deck follows the cable's sag, and hangers near mid-span are shortest.\n\n- one\n- two"
    for number in range(12)
)


@pytest.fixture
def page(theme: Theme, icons: Icons) -> Iterator[CompareView]:
    page = CompareView(theme, icons, DRAWER, lambda _sha256: Path())
    page.resize(1100, 700)
    page.show()
    page.activateWindow()
    QApplication.processEvents()
    yield page
    page.close()
    page.deleteLater()


def streaming(message_id: int) -> CardItem:
    item = Item(message_id, Role.ASSISTANT, author="echo", status=Status.STREAMING, on_card=True)
    return CardItem(item, "echo")


def done(message_id: int, text: str) -> CardItem:
    return CardItem(Item(message_id, Role.ASSISTANT, author="echo", text=text, on_card=True), "echo")


def settle() -> None:
    """Lets cards take their height, and what follows from it be laid out and painted."""
    for _ in range(5):
        QApplication.processEvents()


QUESTION = Item(1, Role.USER, text="Why?")


def test_a_card_is_as_high_as_the_longest_answer_and_never_higher_than_the_page(page: CompareView) -> None:
    page.show_cards(QUESTION, [done(2, "One line."), done(3, "One line.\n\n" * 6)])
    settle()
    heights = {card.height() for card in page.cards}
    assert len(heights) == 1
    assert all(card.view.verticalScrollBar().maximum() == 0 for card in page.cards)
    page.show_cards(QUESTION, [done(2, "One line."), done(3, TEXT)])
    settle()
    assert page.cards[0].height() > heights.pop()
    assert all(card.mapTo(page, card.rect().bottomLeft()).y() < page.height() for card in page.cards)
    assert page.cards[1].view.verticalScrollBar().maximum() > 0


def test_what_is_painted_while_cards_grow_is_what_belongs_there(page: CompareView) -> None:
    page.show_cards(QUESTION, [streaming(2), streaming(3)])
    for number, (first, second) in enumerate(zip(chunks(TEXT, 1, 60), chunks(TEXT, 2, 60), strict=False)):
        page.feed(2, "text", first)
        page.feed(3, "text", second)
        for card in page.cards:
            card.view.flush()
        if number % 8 == 0:
            settle()
            for card in page.cards:
                place = card.view.viewport().mapTo(page, card.view.viewport().rect().topLeft())
                window = QApplication.primaryScreen().grabWindow(page.winId()).toImage()
                expected = painted(card.view)
                assert window.copy(place.x(), place.y(), expected.width(), expected.height()) == expected


def test_an_answer_that_outgrows_its_card_is_followed_until_the_reader_scrolls(page: CompareView) -> None:
    page.show_cards(QUESTION, [streaming(2), done(3, "Short.")])
    for piece in chunks(TEXT, 3, 60):
        page.feed(2, "text", piece)
        page.cards[0].view.flush()
    settle()
    view = page.cards[0].view
    assert view.follows_end
    view.scroll_by(-200)
    page.feed(2, "text", "\n\nMore and more.")
    view.flush()
    wait_for(lambda: "More and more." in (view.items()[0].text or ""))
    assert not view.follows_end


def test_cards_look_right_in_other_colours_and_sizes(page: CompareView, theme: Theme) -> None:
    page.show_cards(QUESTION, [done(2, TEXT), done(3, "Short.")])
    theme.choose(Appearance.DARK, 1.4)
    settle()
    assert page.cards[0].height() == page.cards[1].height()
    assert page.cards[0].mapTo(page, page.cards[0].rect().bottomLeft()).y() < page.height()
