"""Plain words go behind what is shown; everything that Markdown could mean something by is parsed."""

from __future__ import annotations

import pytest

from desktop.core.markdown_block import Block, Kind
from desktop.core.plain_growth import plain_growth


def growth(before: str, more: str, kind: Kind = Kind.PARAGRAPH) -> str | None:
    return plain_growth(Block(kind, before), Block(kind, before + more))


@pytest.mark.parametrize(
    ("before", "more", "put_behind"),
    [
        ("The dec", "k follows the", "k follows the"),
        ("The deck ", "follows", " follows"),
        ("The deck", " ", ""),
        ("**So** it goes", ", on and on.", ", on and on."),
        ("- An item", " of two", " of two"),
        ("The", " deck", " deck"),
        ("Lines of\ntext", " go on", " go on"),
        ("第二句，", "还有话。", "还有话。"),
    ],
)
def test_plain_words_are_put_behind(before: str, more: str, put_behind: str) -> None:
    assert growth(before, more) == put_behind


@pytest.mark.parametrize(
    ("before", "more"),
    [
        ("The deck **", "too"),
        ("It is _so", "_"),
        ("It is so_so", " far"),
        ("The deck\n1", ". and"),
        ("See www", ".example.org"),
        ("See http:", "//example.org"),
        ("It is _so_", "called"),
        ("It is **so** ", "called"),  # what is shown ends in bold letters
        ("It is *so", "*"),
        ("It is so", "\nand"),
        ("It is so", "  far"),
        ("It is &lt", ";"),
        ("It is `so", "`"),
        ("| a | b c", " d"),
        ("It costs $5 or so", " and $6"),
    ],
)
def test_what_could_mean_something_is_parsed(before: str, more: str) -> None:
    assert growth(before, more) is None


def test_another_kind_of_block_or_other_definitions_are_parsed() -> None:
    before = Block(Kind.PARAGRAPH, "See the deck")
    assert plain_growth(before, Block(Kind.HEADING, "See the deck again")) is None
    assert plain_growth(before, Block(Kind.PARAGRAPH, "See the deck again", definitions=(("a", "[a]: /a"),))) is None
    assert plain_growth(before, Block(Kind.PARAGRAPH, "All is new")) is None
