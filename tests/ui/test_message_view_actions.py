"""What the reader does: buttons, menus, keys, links, selecting and copying."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject, QPoint, Qt, QUrl, Slot
from PySide6.QtGui import QAction, QContextMenuEvent, QDesktopServices, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu

from desktop.core.conversation import Role, Status
from desktop.ui.icons import Icons
from desktop.ui.message_view import Item, MessageView
from desktop.ui.theme import Theme
from tests.ui.acting import collected
from tests.ui.message_views import (
    answer,
    ask,
    click,
    close,
    drag,
    long_chat,
    make_view,
    painted,
    place_of,
    point_in,
    streaming,
    texts,
    top_of,
)

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def view(theme: Theme, icons: Icons) -> Iterator[MessageView]:
    view = make_view(theme, icons)
    view.setFocus()
    yield view
    close(view)


def clipboard() -> str:
    return QGuiApplication.clipboard().text()


def menu_entries(view: MessageView) -> dict[str, QAction]:
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    return {action.objectName(): action for action in menu.actions() if action.objectName()}


ANSWER = answer(
    2, "Some **bold** words.\n\n```py\nx = 1\n```\n", choice=(2, 3), notice="Stopped.", notice_action="continue",
    status=Status.STOPPED,
)  # fmt: skip


@pytest.mark.parametrize("action", ["retry", "edit", "previous", "next", "continue"])
def test_buttons_ask_the_program_to_act(view: MessageView, action: str) -> None:
    view.set_items([ask(1, "Well?"), ANSWER], follow_end=True)
    requested = collected(view.action_requested)
    click(view, action, 2)
    assert requested == [(action, 2)]


def test_the_first_and_the_last_choice_have_only_one_way(view: MessageView) -> None:
    view.set_items([answer(1, "A.", choice=(1, 2)), answer(2, "B.", choice=(2, 2)), answer(3, "C.")], follow_end=True)
    requested = collected(view.action_requested)
    click(view, "next", 1)
    click(view, "previous", 2)
    for action, message_id in (("previous", 1), ("next", 2), ("next", 3)):
        with pytest.raises(AssertionError):
            click(view, action, message_id)
    assert requested == [("next", 1), ("previous", 2)]


def test_an_arriving_answer_offers_no_retry(view: MessageView) -> None:
    view.set_items([streaming(1, "Text")], follow_end=True)
    with pytest.raises(AssertionError):
        click(view, "retry")


def test_copying_a_message_gives_its_source(view: MessageView) -> None:
    view.set_items([ask(1, "Well?"), ANSWER], follow_end=True)
    before = painted(view)
    click(view, "copy", 2)
    assert clipboard() == ANSWER.text
    assert painted(view) != before
    click(view, "copy", 1)
    assert clipboard() == "Well?"


def test_the_button_of_a_card_copies_all_its_code(view: MessageView) -> None:
    code = "\n".join(f"line {number}" for number in range(400))
    view.set_items([answer(1, f"```\n{code}\n```\n\nText.")], follow_end=False)
    click(view, "copy-code")
    assert clipboard() == code


def test_dragging_selects_over_blocks_and_messages(view: MessageView) -> None:
    view.set_items([answer(1, "First paragraph.\n\n- an item\n- two"), answer(2, "Last words.")], follow_end=False)
    drag(view, point_in(view, "First paragraph.", 6), point_in(view, "Last words.", 4))
    QTest.keyClick(view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert clipboard() == "paragraph.\n\n- an item\n- two\n\nLast"
    drag(view, point_in(view, "Last words.", 4), point_in(view, "First paragraph.", 6))
    QTest.keyClick(view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert clipboard() == "paragraph.\n\n- an item\n- two\n\nLast"


def test_whole_blocks_are_copied_as_their_source(view: MessageView) -> None:
    view.set_items([answer(1, "Some **bold** words.\n\nMore `code`.")], follow_end=False)
    drag(view, point_in(view, "Some bold", 0), point_in(view, "More code", 4))
    view.copy_selection()
    assert clipboard() == "Some **bold** words.\n\nMore"


def test_a_selection_with_emoji_is_cut_at_the_right_place(view: MessageView) -> None:
    view.set_items([answer(1, "🚚🌉 is the deck.")], follow_end=False)
    drag(view, point_in(view, "is the deck", 5), point_in(view, "is the deck", 11))
    view.copy_selection()
    assert clipboard() == "is the"


def test_a_table_is_selected_by_its_cells(view: MessageView) -> None:
    view.set_items([answer(1, "| Cause | Sag |\n|--|--|\n| Own weight | 31 mm |")], follow_end=False)
    drag(view, point_in(view, "Cause", 0), point_in(view, "Cause", 4))
    view.copy_selection()
    assert clipboard() == "Caus"


def test_a_double_click_takes_a_word_and_a_third_one_the_paragraph(view: MessageView) -> None:
    view.set_items([answer(1, "First **bold** words.\n\nSecond.")], follow_end=False)
    point = point_in(view, "First bold", 8)
    QTest.mouseClick(view.viewport(), LEFT, pos=point)
    QTest.mouseDClick(view.viewport(), LEFT, pos=point)
    view.copy_selection()
    assert clipboard() == "bold"
    QTest.mouseClick(view.viewport(), LEFT, pos=point)
    view.copy_selection()
    assert clipboard() == "First **bold** words."


def test_everything_is_copied_once_it_is_read(view: MessageView) -> None:
    items = [
        Item(number, Role.ASSISTANT, author="a", text=None, thinking=None, text_length=500) for number in range(300)
    ]
    wanted = collected(view.texts_wanted)
    view.set_items(items, follow_end=True)
    QGuiApplication.clipboard().setText("before")
    QTest.keyClick(view, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert clipboard() == "before"
    ids = [message_id for some in wanted for message_id in some]
    assert sorted(ids) == list(range(300))
    view.fill({message_id: (f"Text {message_id}.", "") for message_id in ids})
    assert clipboard() == "\n\n".join(f"Text {number}." for number in range(300))


class Opened(QObject):
    """Stands in for the system's browser."""

    def __init__(self) -> None:
        super().__init__()
        self.urls: list[str] = []

    @Slot(QUrl)
    def open(self, url: QUrl) -> None:
        self.urls.append(url.toString())


@pytest.fixture
def opened() -> Iterator[Opened]:
    handler = Opened()
    for scheme in ("http", "https", "mailto", "file", "javascript"):
        QDesktopServices.setUrlHandler(scheme, handler, "open")  # type: ignore[arg-type]  # the stub asks for bytes, the binding for str
    yield handler
    for scheme in ("http", "https", "mailto", "file", "javascript"):
        QDesktopServices.unsetUrlHandler(scheme)


@pytest.mark.parametrize(
    ("target", "opens"),
    [
        ("https://example.org/a", True),
        ("http://example.org", True),
        ("mailto:a@example.org", True),
        ("file:///etc/passwd", False),
        ("javascript:alert(1)", False),
        ("/etc/passwd", False),
        ("vscode://x", False),
    ],
)
def test_only_web_and_mail_links_are_opened(view: MessageView, opened: Opened, target: str, opens: bool) -> None:
    view.set_items([answer(1, f"[the link]({target}) and words.")], follow_end=False)
    QTest.mouseClick(view.viewport(), LEFT, pos=point_in(view, "the link", 3))
    assert opened.urls == ([target] if opens else [])


def test_a_link_tells_where_it_leads(view: MessageView) -> None:
    view.set_items([answer(1, "[the link](https://example.org/a) and words.")], follow_end=False)
    hovered = collected(view.link_hovered)
    QTest.mouseMove(view.viewport(), point_in(view, "the link", 3))
    assert hovered[-1] == "https://example.org/a"
    assert view.viewport().cursor().shape() is Qt.CursorShape.PointingHandCursor
    QTest.mouseMove(view.viewport(), point_in(view, "the link", 12))
    assert hovered[-1] == ""


def right_click(view: MessageView, point: QPoint) -> None:
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, point, view.viewport().mapToGlobal(point))
    QApplication.sendEvent(view.viewport(), event)


def test_an_answer_without_text_offers_no_copy(view: MessageView) -> None:
    failed = answer(2, "", status=Status.FAILED, notice="It failed.", notice_action="retry")
    view.set_items([ask(1, "Why?"), failed], follow_end=True)
    QApplication.processEvents()
    with pytest.raises(AssertionError, match="copy is not on the screen"):
        place_of(view, "copy", 2)
    assert place_of(view, "copy", 1)
    assert place_of(view, "retry", 2)


def test_the_menu_of_a_message_quotes_it_and_asks_to_act(view: MessageView) -> None:
    view.set_items([ask(1, "Well?"), ANSWER], follow_end=True)
    quoted, requested = collected(view.quote_requested), collected(view.action_requested)
    right_click(view, point_in(view, "Some bold", 3))
    entries = menu_entries(view)
    assert "copyCode" not in entries
    entries["quoteMessage"].trigger()
    entries["pinMessage"].trigger()
    entries["continueMessage"].trigger()
    assert quoted == [ANSWER.text]
    assert requested == [("pin", 2), ("continue", 2)]
    right_click(view, point_in(view, "x = 1", 2))
    menu_entries(view)["copyCode"].trigger()
    assert clipboard() == "x = 1"


def test_the_menu_quotes_what_is_selected(view: MessageView) -> None:
    view.set_items([ANSWER], follow_end=True)
    quoted = collected(view.quote_requested)
    drag(view, point_in(view, "Some bold", 5), point_in(view, "Some bold", 9))
    right_click(view, point_in(view, "Some bold", 7))
    menu_entries(view)["quoteMessage"].trigger()
    menu_entries(view)["copySelection"].trigger()
    assert quoted == ["bold"]
    assert clipboard() == "bold"


def test_the_keyboard_reaches_the_actions_of_every_message(view: MessageView) -> None:
    view.set_items(long_chat(30), follow_end=True)
    requested = collected(view.action_requested)
    QTest.keyClick(view, Qt.Key.Key_Up)
    QTest.keyClick(view, Qt.Key.Key_Up)
    QTest.keyClick(view, Qt.Key.Key_Return)
    entries = menu_entries(view)
    entries["retryMessage"].trigger()
    assert requested == [("retry", 27)]
    menu = QApplication.activePopupWidget()
    assert menu is not None
    menu.close()
    for _ in range(60):
        QTest.keyClick(view, Qt.Key.Key_Up)
    assert top_of(view, "Question 0?") == 0
    QTest.keyClick(view, Qt.Key.Key_Menu)
    menu_entries(view)["editMessage"].trigger()
    assert requested[-1] == ("edit", 0)


def test_the_keyboard_unfolds_the_thinking(view: MessageView) -> None:
    view.set_items([answer(1, "Text.", thinking="A thought.")], follow_end=True)
    QTest.keyClick(view, Qt.Key.Key_Return)
    menu_entries(view)["toggleThinking"].trigger()
    assert "A thought." in texts(view)


def test_the_keyboard_ends_the_thinking_of_another_model(view: MessageView) -> None:
    thinks = answer(1, "", thinking="A thought.", status=Status.STREAMING, thinks_first=True)
    view.set_items([thinks], follow_end=True)
    requested = collected(view.action_requested)
    QTest.keyClick(view, Qt.Key.Key_Return)
    menu_entries(view)["answer-nowMessage"].trigger()
    assert requested == [("answer-now", 1)]


def test_the_current_message_is_seen(view: MessageView, theme: Theme) -> None:
    view.set_items(long_chat(4), follow_end=True)
    accent = theme.color("accent")

    def marked() -> bool:
        image = painted(view)
        return any(image.pixelColor(view.stage.left - 12, y) == accent for y in range(image.height()))

    assert not marked()
    QTest.keyClick(view, Qt.Key.Key_Up)
    assert marked()
    view.clearFocus()
    assert not marked()


def test_keys_that_are_not_ours_go_to_the_window(view: MessageView) -> None:
    heard: list[int] = []

    class Window(QMenu):
        def keyPressEvent(self, event: object) -> None:
            heard.append(1)

    window = Window()
    view.setParent(window)
    view.show()
    QTest.keyClick(view, Qt.Key.Key_Escape)
    QTest.keyClick(view, Qt.Key.Key_X)
    view.setParent(None)
    assert len(heard) == 2


def test_hovering_shows_the_actions_of_a_question(view: MessageView) -> None:
    view.set_items([ask(1, "Well?")], follow_end=False)
    resting = painted(view)
    QTest.mouseMove(view.viewport(), QPoint(400, 40))
    assert painted(view) != resting
