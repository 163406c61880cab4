"""Find in chat: typed into the bar, counted over the whole chat, marked where it is seen."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFrame, QLabel, QLineEdit, QToolButton

from desktop.core.conversation import Role, Status
from desktop.core.find import find_texts
from desktop.ui.message_view import Item, MessageView
from desktop.ui.theme import Appearance, Theme
from tests.ui.acting import find
from tests.ui.message_views import answer, ask, long_chat, painted, show_current, streaming, texts


def look_for(view: MessageView, words: str) -> None:
    """Opens the bar and types, letter by letter."""
    view.open_find()
    field = find(view, QLineEdit, "findText")
    for letter in words:
        if letter.isascii():
            QTest.keyClicks(field, letter)
        else:
            field.insert(letter)
            field.textEdited.emit(field.text())
    settle(view)


def settle(view: MessageView) -> None:
    """Lets texts be made ready."""
    while not view.finder.complete:
        QApplication.processEvents()
    QApplication.processEvents()


def count(view: MessageView) -> str:
    """What the bar says."""
    return find(view, QLabel, "findCount").text()


def current(view: MessageView) -> str:
    """The text that is marked as the current match."""
    conversation = view.stage.conversation
    for placed in view.stage.scroller.placed:
        span = view.finder.current_in(placed.message, placed.row)
        if span is not None:
            return f"{conversation.items[placed.message].id}: {placed.row.text[span[0] : span[1]]}"
    return ""


def press(view: MessageView, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(find(view, QLineEdit, "findText"), key, modifier)


def has_color(view: MessageView, color: str) -> bool:
    image = painted(view)
    wanted = QColor(color).rgb()
    return any(image.pixel(x, y) == wanted for y in range(image.height()) for x in range(0, image.width(), 2))


SHIFT = Qt.KeyboardModifier.ShiftModifier


def test_matches_of_the_whole_chat_are_counted_and_walked_round_its_ends(view: MessageView) -> None:
    view.set_items([*long_chat(40), ask(98, "A rare bird?"), answer(99, "No RARE birds.")], follow_end=False)
    look_for(view, "rare")
    assert count(view) == "1 of 2"
    assert current(view) == "98: rare"
    press(view, Qt.Key.Key_Return)
    assert (count(view), current(view)) == ("2 of 2", "99: RARE")
    press(view, Qt.Key.Key_F3)
    assert (count(view), current(view)) == ("1 of 2", "98: rare")
    press(view, Qt.Key.Key_Return, SHIFT)
    assert (count(view), current(view)) == ("2 of 2", "99: RARE")
    QTest.mouseClick(find(view, QToolButton, "findPrevious"), Qt.MouseButton.LeftButton)
    assert current(view) == "98: rare"
    QTest.mouseClick(find(view, QToolButton, "findNext"), Qt.MouseButton.LeftButton)
    assert current(view) == "99: RARE"


def test_the_search_starts_at_what_is_on_the_screen(view: MessageView) -> None:
    view.set_items(long_chat(100), follow_end=False)
    view.scroll_to_message(60)
    look_for(view, "question")
    assert current(view) == "60: Question"
    assert count(view) == "31 of 50"


def test_a_match_is_marked_strongly_and_the_others_quietly(view: MessageView, theme: Theme) -> None:
    for appearance in (Appearance.LIGHT, Appearance.DARK):
        theme.choose(appearance, 1.0)
        view.set_items([ask(1, "deck deck"), answer(2, "The deck.\n\n| a | deck |\n|-|-|\n| 1 | 2 |")], follow_end=True)
        assert not has_color(view, theme.colors.found)
        look_for(view, "deck")
        assert count(view) == "1 of 4"
        assert has_color(view, theme.colors.found)
        assert has_color(view, theme.colors.found_current)
        press(view, Qt.Key.Key_Escape)
        assert not has_color(view, theme.colors.found)
        assert not has_color(view, theme.colors.found_current)


@pytest.mark.parametrize(
    ("source", "words", "marked"),
    [
        ("some **bold** text here", "bold text", "bold text"),
        ("in a [link](https://example.org/deck) here", "link here", "link here"),
        ("# The `code` of it", "code of", "code of"),
        ("- one\n- two *three*", "two three", "two three"),
        ("```python\ndeck = **span\n```", "deck = **", "deck = **"),
        ("| a | b |\n|---|---|\n| north **deck** | 2 |", "north deck", "north deck"),
        ("> quoted _words_", "quoted words", "quoted words"),
        ("load $\\delta = 5w$ here", "\\delta", "\\delta"),
        ("emoji 🌉🚚 then Straße", "STRASSE", "Straße"),
    ],
)
def test_what_is_read_is_found_across_its_markup(view: MessageView, source: str, words: str, marked: str) -> None:
    view.set_items([ask(1, "Well?"), answer(2, source)], follow_end=True)
    look_for(view, words)
    assert count(view) == "1 of 1"
    row = next(row for row in view.stage.conversation.rows(1) if marked.casefold() in row.text.casefold())
    [(start, end)] = view.finder.spans_of(row)
    assert row.text.encode("utf-16-le")[2 * start : 2 * end].decode("utf-16-le") == marked


def test_footnotes_are_found_where_they_are_shown(view: MessageView) -> None:
    view.set_items([answer(1, "See below.[^1] And on.\n\n[^1]: The *heron* note.\n")], follow_end=True)
    look_for(view, "heron note")
    assert count(view) == "1 of 1"
    assert current(view) == "1: heron note"


def test_a_links_target_is_not_text(view: MessageView) -> None:
    view.set_items([answer(1, "See [this](https://example.org/hidden).")], follow_end=True)
    look_for(view, "hidden")
    assert count(view) == "No matches"


def test_case_is_matched_when_asked_for(view: MessageView) -> None:
    view.set_items([answer(1, "Deck deck DECK")], follow_end=True)
    look_for(view, "deck")
    assert count(view) == "1 of 3"
    QTest.mouseClick(find(view, QToolButton, "findMatchCase"), Qt.MouseButton.LeftButton)
    assert count(view) == "1 of 1"


def test_typing_on_keeps_to_the_match(view: MessageView) -> None:
    view.set_items([answer(1, "de deck\n\ndeck"), answer(2, "x")], follow_end=True)
    look_for(view, "de")
    assert count(view) == "1 of 3"
    press(view, Qt.Key.Key_Return)
    assert count(view) == "2 of 3"
    press(view, Qt.Key.Key_C)
    assert count(view) == "1 of 2"


def test_folded_thinking_unfolds_for_its_match_and_folds_when_it_is_left(view: MessageView) -> None:
    view.set_items(
        [ask(1, "Why?"), answer(2, "An answer.", thinking="The owl thinks."), ask(3, "owl")], follow_end=True
    )
    assert "The owl thinks." not in texts(view)
    look_for(view, "owl")
    assert count(view) == "1 of 2"
    assert current(view) == "2: owl"
    assert "The owl thinks." in texts(view)
    press(view, Qt.Key.Key_Return)
    assert current(view) == "3: owl"
    assert "The owl thinks." not in texts(view)


def test_texts_that_nobody_read_yet_are_found_and_fetched(view: MessageView) -> None:
    stored = {number: "The needle." if number == 3 else f"Text {number}." for number in range(300)}
    items = [Item(number, Role.ASSISTANT, text=None, thinking=None, text_length=20) for number in stored]
    view.texts_wanted.connect(lambda ids: view.fill({id_: (stored[id_], "") for id_ in ids}))
    view.finder.texts_wanted.connect(
        lambda ids: view.finder.put({id_: find_texts(stored[id_], "", is_plain=False) for id_ in ids})
    )
    view.set_items(items, follow_end=True)
    assert view.items()[3].unread
    look_for(view, "needle")
    assert count(view) == "1 of 1"
    assert current(view) == "3: needle"


def test_what_arrives_is_counted_while_it_comes(view: MessageView) -> None:
    view.set_items([ask(1, "deck?"), streaming(2)], follow_end=True)
    look_for(view, "deck")
    assert count(view) == "1 of 1"
    for part in ("The de", "ck and the **de", "ck** and", " more\n\ndeck"):
        view.feed(2, "text", part)
        show_current(view)
    assert count(view) == "1 of 4"
    press(view, Qt.Key.Key_Return)
    assert (count(view), current(view)) == ("2 of 4", "2: deck")
    view.replace_item(answer(2, "The deck and the **deck** and more\n\ndeck", status=Status.DONE))
    settle(view)
    assert count(view) == "2 of 4"


def test_escape_closes_the_bar_and_gives_the_keyboard_back(view: MessageView) -> None:
    view.set_items(long_chat(4), follow_end=True)
    view.setFocus()
    look_for(view, "question")
    bar = find(view, QFrame, "findBar")
    assert bar.isVisible()
    press(view, Qt.Key.Key_Escape)
    assert not bar.isVisible()
    assert view.hasFocus()
    view.open_find()
    assert find(view, QLineEdit, "findText").selectedText() == "question"
    QTest.mouseClick(find(view, QToolButton, "findClose"), Qt.MouseButton.LeftButton)
    assert not bar.isVisible()


def test_what_is_selected_is_looked_for(view: MessageView) -> None:
    view.set_items([answer(1, "heron"), answer(2, "A heron.")], follow_end=True)
    placed = next(placed for placed in view.stage.scroller.placed if placed.row.text == "heron")
    place = view.stage.rect_of(placed.row).topLeft()
    place += type(place)(view.stage.left + 8, placed.row.height - 8)
    QTest.mouseDClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    view.open_find()
    settle(view)
    assert find(view, QLineEdit, "findText").text() == "heron"
    assert count(view) == "1 of 2"


def test_another_chat_closes_the_bar(view: MessageView) -> None:
    view.set_items(long_chat(4), follow_end=True)
    look_for(view, "question")
    view.set_items([ask(70, "Other?")], follow_end=True)
    assert not find(view, QFrame, "findBar").isVisible()


def test_every_control_of_the_bar_is_named(view: MessageView) -> None:
    for kind, name in (
        (QFrame, "findBar"),
        (QLineEdit, "findText"),
        (QToolButton, "findPrevious"),
        (QToolButton, "findNext"),
        (QToolButton, "findMatchCase"),
        (QToolButton, "findClose"),
        (QLabel, "findCount"),
    ):
        widget = find(view, kind, name)
        assert widget.accessibleName()
        assert widget.accessibleIdentifier() == name


def test_the_bar_leaves_the_first_line_of_the_chat_to_its_match(view: MessageView) -> None:
    view.set_items([ask(1, "A heron?"), *long_chat(8)[2:]], follow_end=False)
    look_for(view, "heron")
    bar = find(view, QFrame, "findBar")
    assert bar.y() > view.height() // 2
    press(view, Qt.Key.Key_Escape)
    look_for(view, "answer 7")
    assert bar.y() < view.height() // 2
