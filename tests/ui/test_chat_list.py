"""The chat list, used with keyboard and mouse."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from PySide6.QtCore import QEvent, Qt, SignalInstance
from PySide6.QtGui import QAccessible, QAction, QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QMenu, QToolButton

from desktop.core.conversation import Chat
from desktop.ui.chat_list import ChatList
from desktop.ui.elided_label import ElidedLabel
from desktop.ui.icons import Icons
from desktop.ui.row_view import RowView
from desktop.ui.theme import Theme
from tests.ui.acting import collected, find, press, row_of, rows, show

TODAY = date(2026, 7, 15)


def chat(chat_id: int, title: str, days_ago: int, *, pinned: bool = False) -> Chat:
    noon = datetime.combine(TODAY - timedelta(days=days_ago), datetime.min.time()) + timedelta(hours=12)
    return Chat(chat_id, title, updated_at=noon.timestamp() - chat_id, pinned=pinned)


CHATS = [
    chat(1, "Bridge", 0),
    chat(2, "Thesis", 40, pinned=True),
    chat(3, "Mail", 1),
    chat(4, "Kernel", 5),
    chat(5, "Photo", 0),
    chat(6, "Spring", 20),
    chat(7, "May", 60),
    chat(8, "Old", 400),
]


class Calendar:
    def __init__(self) -> None:
        self.today = TODAY

    def __call__(self) -> date:
        return self.today


@pytest.fixture
def calendar() -> Calendar:
    return Calendar()


@pytest.fixture
def chats(theme: Theme, icons: Icons, calendar: Calendar) -> Iterator[ChatList]:
    widget = ChatList(theme, icons, calendar)
    widget.set_chats(CHATS)
    widget.resize(252, 800)
    show(widget)
    yield widget
    widget.close()
    widget.deleteLater()


def view(chats: ChatList) -> RowView:
    return find(chats, RowView, "chatList")


def results(chats: ChatList) -> RowView:
    return find(chats, RowView, "searchResults")


def search(chats: ChatList) -> QLineEdit:
    return find(chats, QLineEdit, "chatSearch")


def menu_of(chats: ChatList, text: str) -> QMenu:
    place = view(chats).visualRect(row_of(view(chats), text)).center()
    viewport = view(chats).viewport()
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, viewport.mapToGlobal(place))
    QApplication.sendEvent(viewport, event)
    return find(chats, QMenu, "chatMenu")


def trigger(menu: QMenu, object_name: str) -> None:
    place = menu.actionGeometry(find(menu, QAction, object_name)).center()
    QTest.mouseClick(menu, Qt.MouseButton.LeftButton, pos=place)
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def test_chats_stand_under_their_periods_newest_first(chats: ChatList) -> None:
    assert rows(view(chats)) == [
        "Pinned", "Thesis", "Today", "Bridge", "Photo", "Yesterday", "Mail", "Previous 7 days", "Kernel",
        "Previous 30 days", "Spring", "May", "May", "June 2025", "Old",
    ]  # fmt: skip


def test_a_press_of_the_mouse_chooses_a_chat_and_headings_do_nothing(chats: ChatList) -> None:
    chosen = collected(chats.chosen)
    press(view(chats), "Mail")
    press(view(chats), "Yesterday")
    press(view(chats), "Kernel", Qt.MouseButton.RightButton)
    assert chosen == [3]
    assert chats.current() == 3


def test_arrows_step_over_headings_and_enter_chooses_again(chats: ChatList) -> None:
    chats.set_current(5)
    chosen = collected(chats.chosen)
    view(chats).setFocus()
    QTest.keyClick(view(chats), Qt.Key.Key_Down)
    QTest.keyClick(view(chats), Qt.Key.Key_Return)
    QTest.keyClick(view(chats), Qt.Key.Key_Up)
    assert chosen == [3, 3, 5]


def test_marking_the_current_chat_is_no_choice(chats: ChatList) -> None:
    chosen = collected(chats.chosen)
    chats.set_current(4)
    assert view(chats).currentIndex().data() == "Kernel"
    chats.set_current(None)
    assert not view(chats).selectedIndexes()
    assert chosen == []


def test_a_chat_that_goes_on_moves_to_the_top_and_stays_marked(chats: ChatList) -> None:
    chats.set_current(7)
    chats.update_chat(replace(CHATS[6], updated_at=CHATS[0].updated_at + 60))
    assert rows(view(chats))[2:6] == ["Today", "May", "Bridge", "Photo"]
    assert rows(view(chats))[-2:] == ["June 2025", "Old"]
    assert view(chats).currentIndex().data() == "May"
    assert [index.data() for index in view(chats).selectedIndexes()] == ["May"]


def test_a_new_title_is_shown_without_moving_anything(chats: ChatList) -> None:
    resets = collected(view(chats).model().modelReset)
    chats.update_chat(replace(CHATS[4], title="Circuit board"))
    assert rows(view(chats))[4] == "Circuit board"
    assert not resets


def test_a_screen_reader_hears_what_the_marks_show(chats: ChatList) -> None:
    chats.update_chat(replace(CHATS[0], unread=True))
    chats.update_chat(replace(CHATS[2], failed=True))
    chats.set_streaming(5, True)
    interface = QAccessible.queryAccessibleInterface(view(chats))
    spoken = [interface.child(row).text(QAccessible.Text.Name) for row in range(interface.childCount())]
    assert spoken[1] == "Thesis, pinned"
    assert spoken[3:5] == ["Bridge, unread", "Photo, answering"]
    assert spoken[6] == "Mail, failed"
    chats.set_streaming(5, False)
    assert interface.child(4).text(QAccessible.Text.Name) == "Photo"


def test_f2_renames_in_the_row(chats: ChatList) -> None:
    renamed = collected(chats.renamed)
    press(view(chats), "Mail")
    QTest.keyClick(view(chats), Qt.Key.Key_F2)
    editor = find(view(chats), QLineEdit, "chatTitleEdit")
    editor.selectAll()
    width = editor.width()
    QTest.keyClicks(editor, "  Onboarding  mail ")
    QTest.keyClicks(editor, "x" * 80)
    assert editor.width() == width
    for _ in range(80):
        QTest.keyClick(editor, Qt.Key.Key_Backspace)
    QTest.keyClick(editor, Qt.Key.Key_Return)
    QApplication.processEvents()
    assert renamed == [(3, "Onboarding mail")]
    assert "Onboarding mail" in rows(view(chats))


@pytest.mark.parametrize(("typed", "key"), [("", Qt.Key.Key_Return), ("Other", Qt.Key.Key_Escape)])
def test_an_empty_title_or_escape_leaves_the_old_one(chats: ChatList, typed: str, key: Qt.Key) -> None:
    renamed = collected(chats.renamed)
    chats.rename_chat(3)
    editor = find(view(chats), QLineEdit, "chatTitleEdit")
    editor.clear()
    QTest.keyClicks(editor, typed)
    QTest.keyClick(editor, key)
    QApplication.processEvents()
    assert renamed == []
    assert "Mail" in rows(view(chats))


def test_delete_takes_the_row_away_at_once_and_chooses_the_next(chats: ChatList) -> None:
    deleted, chosen = collected(chats.deleted), collected(chats.chosen)
    press(view(chats), "Mail")
    QTest.keyClick(view(chats), Qt.Key.Key_Delete)
    assert deleted == [(3, "Mail")]
    assert chosen == [3, 4]
    assert "Mail" not in rows(view(chats))
    assert "Yesterday" not in rows(view(chats))
    chats.update_chat(CHATS[2])
    assert "Mail" in rows(view(chats))


def test_deleting_another_chat_leaves_the_current_one(chats: ChatList) -> None:
    chats.set_current(1)
    chosen = collected(chats.chosen)
    trigger(menu_of(chats, "Photo"), "deleteChat")
    assert chats.current() == 1
    assert view(chats).currentIndex().data() == "Bridge"
    assert chosen == []


def test_the_menu_pins_and_unpins(chats: ChatList) -> None:
    pinned = collected(chats.pinned)
    trigger(menu_of(chats, "Photo"), "pinChat")
    assert rows(view(chats))[:4] == ["Pinned", "Photo", "Thesis", "Today"]
    trigger(menu_of(chats, "Photo"), "pinChat")
    assert rows(view(chats))[:2] == ["Pinned", "Thesis"]
    assert pinned == [(5, True), (5, False)]


def test_search_shows_what_was_found_and_escape_brings_the_chats_back(chats: ChatList) -> None:
    searched = collected(chats.search_changed)
    QTest.keyClicks(search(chats), "sag")
    chats.show_results([(1, None, "Why does it sag?", ""), (3, 12, "Mail", "…the deck sags in the middle…")])
    assert results(chats).isVisible()
    assert rows(results(chats)) == ["Why does it sag?", "Mail"]
    QTest.keyClick(search(chats), Qt.Key.Key_Escape)
    assert view(chats).isVisible()
    assert searched == ["s", "sa", "sag", ""]


def test_arrows_and_enter_in_the_search_field_choose_a_result(chats: ChatList) -> None:
    found = collected(chats.result_chosen)
    QTest.keyClicks(search(chats), "sag")
    chats.show_results([(1, None, "Why does it sag?", ""), (3, 12, "Mail", "…the deck sags…")])
    QTest.keyClick(search(chats), Qt.Key.Key_Return)
    QTest.keyClick(search(chats), Qt.Key.Key_Down)
    QTest.keyClick(search(chats), Qt.Key.Key_Return)
    press(results(chats), "Why does it sag?")
    assert found == [(1, None), (3, 12), (1, None)]
    assert chats.current() == 1


def test_results_that_come_after_the_search_is_over_are_not_shown(chats: ChatList) -> None:
    chats.show_results([(1, None, "Late", "")])
    assert view(chats).isVisible()


def test_nothing_found_is_said(chats: ChatList) -> None:
    QTest.keyClicks(search(chats), "zzz")
    chats.show_results([])
    assert find(chats, QLabel, "nothingFound").isVisible()


def test_without_chats_the_list_says_so(chats: ChatList) -> None:
    chats.set_chats([])
    assert find(chats, QLabel, "noChats").isVisible()
    chats.update_chat(CHATS[0])
    assert view(chats).isVisible()


def test_a_new_day_moves_the_headings(chats: ChatList, calendar: Calendar) -> None:
    calendar.today += timedelta(days=1)
    other = QLineEdit()
    show(other)
    show(chats)
    assert rows(view(chats))[2:4] == ["Yesterday", "Bridge"]
    other.deleteLater()


@pytest.mark.parametrize(
    ("button", "signal"),
    [
        ("newChat", lambda chats: chats.new_requested),
        ("sidebarToggle", lambda chats: chats.fold_requested),
        ("settingsButton", lambda chats: chats.settings_requested),
    ],
)
def test_each_button_asks_for_its_thing(
    chats: ChatList, button: str, signal: Callable[[ChatList], SignalInstance]
) -> None:
    seen = collected(signal(chats))
    widget = find(chats, QToolButton, button)
    assert widget.accessibleName()
    assert widget.accessibleIdentifier() == button
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton)
    assert len(seen) == 1


def test_stepping_to_the_neighbours_skips_headings_and_stops_at_the_ends(chats: ChatList) -> None:
    chosen = collected(chats.chosen)
    chats.set_current(5)
    chats.choose_neighbour(1)
    chats.choose_neighbour(-1)
    chats.set_current(8)
    chats.choose_neighbour(1)
    assert chosen == [3, 5]


def test_the_foot_ends_a_long_text_in_an_ellipsis_and_tells_all_in_its_tooltip(chats: ChatList) -> None:
    label = find(chats, ElidedLabel, "endpointLabel")
    chats.set_footer("302.AI", "good")
    QApplication.processEvents()
    assert label.shown_text() == "302.AI"
    assert not label.toolTip()
    long = "The endpoint “my_loop” is not there any more."
    chats.set_footer(long, "idle")
    label.grab()
    assert label.shown_text().endswith("…")
    assert label.toolTip() == long
