"""Links and footnotes that are defined in another place of the message than where they are used."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QHelpEvent, QTextDocument
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolTip

from desktop.ui.message_view import MessageView
from desktop.ui.message_view.row import Row
from tests.ui.message_views import all_rows, answer, painted, screen, show_current, streaming, texts


def shown(view: MessageView, markdown: str) -> list[str]:
    """What can be read of an answer."""
    view.set_items([answer(1, markdown)], follow_end=False)
    return texts(view)


def link_at(view: MessageView, part: str) -> tuple[str, QPoint]:
    """The link at a text's beginning, and where on the screen that is."""
    for placed in view.stage.scroller.placed:
        text, row = placed.row.text, placed.row
        if part in text:
            for y in range(2, row.height, 4):
                for x in range(0, 720, 2):
                    point = QPointF(x, y)
                    if row.position_at(point) == text.index(part) and (link := row.link_at(point)):
                        return link, QPoint(view.stage.left + x + 1, placed.y + y)
    return "", QPoint()


@pytest.mark.parametrize(
    "user",
    [
        "See [the plan].",
        "# See [the plan]",
        "- See [the plan].",
        "> See [the plan].",
        "1. a\n   - See [The  Plan][].",
        "| See |\n|--|\n| [it][the plan] |",
    ],
)
@pytest.mark.parametrize(
    "definition", ["[the plan]: https://example.org/plan", '> [the plan]:\n> <https://example.org/plan>\n> "x"']
)
def test_a_link_may_be_defined_before_and_after_its_users(view: MessageView, user: str, definition: str) -> None:
    for text in (f"{definition}\n\n{user}\n\nMore.", f"{user}\n\nMore.\n\n{definition}\n"):
        shown(view, text)
        words = "it" if "[it]" in user else "The" if "The" in user else "the plan"
        assert link_at(view, words)[0] == "https://example.org/plan"


def test_definitions_are_not_shown_and_take_no_space(view: MessageView) -> None:
    shown(view, "Before.\n\nAfter [a] and [b].")
    height = view.stage.conversation.heights[0]
    assert shown(view, "[a]: /a\n\nBefore.\n\n[b]: /b 'B'\n[c]: /c\n\nAfter [a] and [b].\n\n[d]: /d\n") == [
        "Before.",
        "After a and b.",
    ]
    painted(view)
    assert sum(row.height for row in all_rows(view)) == height


def test_the_first_definition_counts(view: MessageView) -> None:
    shown(view, "[a]: /first\n\nUse [a].\n\n[a]: /second\n\nAgain [a].")
    assert link_at(view, "a.")[0] == "/first"


def test_a_late_definition_draws_only_its_users_again(view: MessageView) -> None:
    paragraphs = [f"Paragraph {number}." for number in range(6)]
    paragraphs[1] = "See [it], please."
    view.set_items([streaming(1, "\n\n".join(paragraphs) + "\n\n")], follow_end=True)
    painted(view)
    rows = {row.text: (row, row.version) for row in all_rows(view) if row.text}
    view.feed(1, "text", "[it]: https://example.org/\n\n")
    show_current(view)
    assert screen(view) == screen(view)
    changed = [text for text, (row, version) in rows.items() if row.version != version or row not in all_rows(view)]
    assert changed == ["See [it], please."]
    assert link_at(view, "it,")[0] == "https://example.org/"


def test_what_looked_like_a_definition_and_is_none_is_taken_back(view: MessageView) -> None:
    view.set_items([streaming(1, "See [it].\n\n[it]: /path")], follow_end=True)
    view.feed(1, "text", " and more")
    show_current(view)
    assert texts(view) == ["See [it].", "[it]: /path and more"]


def footnotes_of(view: MessageView) -> list[str]:
    return [text for text in texts(view) if text.endswith("\ufe0e")]


def test_a_footnote_is_a_raised_number_and_stands_at_the_end(view: MessageView) -> None:
    text = (
        "First[^b], second[^1][^b].\n\n[^1]: One, *said*.\n[^b]: The other\n    goes on.\n\n    And on.\n\nThe end[^1]."
    )
    assert shown(view, text) == [
        "First¹, second²¹.",
        "The end².",
        "The other goes on.\nAnd on. ↩\ufe0e",
        "One, said. ↩\ufe0e",
    ]


@pytest.mark.parametrize(
    "user", ["# Head[^1]", "- item[^1]", "> quote[^1]", "| a[^1] |\n|--|\n| b[^1] |", "**bold[^1]**"]
)
def test_footnotes_are_asked_for_anywhere(view: MessageView, user: str) -> None:
    assert "¹" in shown(view, f"{user}\n\n[^1]: Note.")[0]


def test_what_is_code_or_not_defined_is_no_footnote(view: MessageView) -> None:
    text = "Not `a[^1]` nor [^2] nor \\[^1].\n\n```\nb[^1]\n```\n\n[^1]: Note."
    assert shown(view, text)[:2] == ["Not a[^1] nor [^2] nor [^1].", "b[^1]"]


def test_a_footnote_arrives_after_its_reference(view: MessageView) -> None:
    view.set_items([streaming(1, "See[^1] and[^2].\n\nMore.\n\n")], follow_end=True)
    assert texts(view) == ["See[^1] and[^2].", "More."]
    view.feed(1, "text", "[^2]: Two.\n")
    show_current(view)
    assert texts(view) == ["See[^1] and¹.", "More.", "Two. ↩\ufe0e"]
    view.feed(1, "text", "[^1]: One.")
    show_current(view)
    assert texts(view) == ["See¹ and².", "More.", "One. ↩\ufe0e", "Two. ↩\ufe0e"]


def test_pointing_at_a_footnote_tells_what_it_says(view: MessageView) -> None:
    shown(view, "See[^1].\n\n[^1]: What it *says*.")
    link, point = link_at(view, "¹")
    assert link == "footnote:1"
    assert view.stage.tooltip_of_link(QPointF(point)) == "What it says."


def test_a_tooltip_draws_nothing_of_what_it_tells(view: MessageView) -> None:
    shown(view, 'See[^1].\n\n[^1]: Not <img src="/etc/hosts"> that.')
    point = link_at(view, "¹")[1]
    event = QHelpEvent(QEvent.Type.ToolTip, point, view.viewport().mapToGlobal(point))
    QApplication.sendEvent(view.viewport(), event)
    document = QTextDocument()
    document.setHtml(QToolTip.text())
    assert document.toPlainText() == 'Not <img src="/etc/hosts"> that.'


def place_of(view: MessageView, part: str) -> Row | None:
    return next((placed.row for placed in view.stage.scroller.placed if part in placed.row.text), None)


def test_a_click_goes_to_the_footnote_and_back(view: MessageView) -> None:
    filler = "\n\n".join(["A paragraph to read. " * 20] * 20)
    shown(view, f"Beginning[^1].\n\n{filler}\n\n[^1]: The note.")
    assert place_of(view, "The note.") is None
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=link_at(view, "¹")[1])
    assert place_of(view, "The note.") is not None
    assert place_of(view, "Beginning") is None
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=link_at(view, "↩")[1])
    assert place_of(view, "Beginning") is not None


def test_a_copied_message_has_its_footnotes_where_they_stood(view: MessageView) -> None:
    shown(view, "See[^1].\n\n[^1]: Note.\n\nEnd.")
    sources = [row.source for row in all_rows(view) if row.source]
    assert sources == ["See[^1].\n\n", "[^1]: Note.\n\n", "End."]
