"""Notices, as a user meets them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFrame, QLabel, QPushButton, QToolButton, QVBoxLayout, QWidget

from desktop.core.errors import ConnectFailed
from desktop.ui.icons import Icons
from desktop.ui.notices import NoticeBar
from desktop.ui.theme import Theme
from tests.ui.acting import collected, find, show


@pytest.fixture
def window(theme: Theme) -> Iterator[QWidget]:
    window = QWidget()
    QVBoxLayout(window)
    window.resize(800, 500)
    show(window)
    yield window
    window.close()
    window.deleteLater()


@pytest.fixture
def bar(theme: Theme, icons: Icons, window: QWidget) -> NoticeBar:
    bar = NoticeBar(theme, icons)
    layout = window.layout()
    assert isinstance(layout, QVBoxLayout)
    layout.addWidget(bar)
    layout.addStretch(1)
    return bar


def texts(bar: NoticeBar) -> list[str]:
    """What is seen, from above."""
    QApplication.processEvents()
    labels = [label for label in bar.findChildren(QLabel, "noticeText") if label.isVisible()]
    return [label.text() for label in sorted(labels, key=lambda label: label.mapTo(bar, label.pos()).y())]


def test_without_notices_the_bar_takes_no_room(bar: NoticeBar) -> None:
    assert not bar.isVisible()
    notice = bar.show_notice("Something")
    assert bar.isVisible()
    bar.dismiss(notice)
    assert not bar.isVisible()


def test_it_lies_over_a_widget_without_moving_it(theme: Theme, icons: Icons, window: QWidget) -> None:
    text = QLabel("A conversation")
    layout = window.layout()
    assert layout is not None
    layout.addWidget(text)
    QApplication.processEvents()
    before = text.geometry()
    bar = NoticeBar(theme, icons)
    bar.lie_over(text)
    bar.show_notice("What happened. " * 20)
    QApplication.processEvents()
    assert text.geometry() == before
    assert before.contains(bar.geometry())
    below = before.center()
    below.setY(bar.geometry().bottom() + 5)
    assert window.childAt(below) is text
    window.resize(500, 400)
    QApplication.processEvents()
    assert text.geometry().contains(bar.geometry())
    said = find(bar, QLabel, "noticeText")
    assert said.height() >= said.heightForWidth(said.width())


def test_the_newest_is_on_top_and_older_ones_wait_for_room(bar: NoticeBar) -> None:
    for text in ("one", "two", "three", "four"):
        bar.show_notice(text)
    assert texts(bar) == ["four", "three", "two"]
    first_close = [button for button in bar.findChildren(QToolButton, "noticeClose") if button.isVisible()]
    QTest.mouseClick(
        max(first_close, key=lambda button: -button.mapTo(bar, button.pos()).y()), Qt.MouseButton.LeftButton
    )
    assert texts(bar) == ["three", "two", "one"]


def test_an_action_closes_the_notice_and_then_does_its_work(bar: NoticeBar) -> None:
    order: list[str] = []
    bar.closed.connect(lambda _id: order.append("closed"))
    bar.show_notice("Chat deleted", actions=(("Undo", lambda: order.append("undone")),))
    QTest.mouseClick(find(bar, QPushButton, "noticeAction"), Qt.MouseButton.LeftButton)
    assert order == ["closed", "undone"]
    assert texts(bar) == []


def test_the_same_key_replaces_where_it_stands(bar: NoticeBar) -> None:
    first = bar.show_notice("Trying again in 3 s", key="retry")
    bar.show_notice("other")
    assert bar.show_notice("Trying again in 2 s", key="retry") == first
    assert texts(bar) == ["other", "Trying again in 2 s"]
    bar.dismiss_key("retry")
    assert texts(bar) == ["other"]


def test_an_error_shows_what_happened_and_what_to_do_once(bar: NoticeBar) -> None:
    for _ in range(2):
        bar.show_error(ConnectFailed("302.AI was not reached.", "Check the connection."))
    assert texts(bar) == ["302.AI was not reached."]
    assert find(bar, QLabel, "noticeHint").text() == "Check the connection."
    assert find(bar, QFrame, "notice").accessibleName() == "302.AI was not reached. Check the connection."


def test_a_notice_goes_away_after_its_time_and_leaves_no_timer(bar: NoticeBar) -> None:
    closed = collected(bar.closed)
    notice = bar.show_notice("Chat deleted", timeout_s=0.01)
    QTest.qWait(50)
    assert closed == [notice]
    assert texts(bar) == []
    assert not bar.findChildren(QTimer)


def test_one_without_a_time_has_no_timer(bar: NoticeBar) -> None:
    bar.show_notice("Stays")
    assert not bar.findChildren(QTimer)


def test_escape_closes_the_notice_that_has_the_keyboard(bar: NoticeBar) -> None:
    bar.show_notice("stays")
    bar.show_notice("goes", actions=(("Try again", lambda: None),))
    button = find(bar, QPushButton, "noticeAction")
    button.setFocus()
    QTest.keyClick(button, Qt.Key.Key_Escape)
    assert texts(bar) == ["stays"]


def test_a_notice_takes_no_focus(bar: NoticeBar, window: QWidget) -> None:
    button = QPushButton(window)
    button.show()
    button.setFocus()
    bar.show_notice("Something", actions=(("Undo", lambda: None),))
    assert QApplication.focusWidget() is button


def test_a_long_text_is_shown_whole_in_a_narrow_window(bar: NoticeBar, window: QWidget) -> None:
    window.resize(480, 500)
    bar.show_notice("word " * 60, kind="warn")
    QApplication.processEvents()
    label = find(bar, QLabel, "noticeText")
    assert label.height() >= label.heightForWidth(label.width()) > 3 * label.fontMetrics().height()


def test_markup_in_an_error_is_shown_as_it_is(bar: NoticeBar) -> None:
    bar.show_notice("<b>bold</b>")
    assert find(bar, QLabel, "noticeText").textFormat() is Qt.TextFormat.PlainText


def test_a_shadow_fades_before_the_bar_ends(bar: NoticeBar) -> None:
    bar.show_notice("Something")
    QApplication.processEvents()
    image = QImage(bar.size(), QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    bar.render(image, QPoint(), renderFlags=QWidget.RenderFlag.DrawChildren)
    card = find(bar, QFrame, "notice").geometry()
    below = [image.pixelColor(card.center().x(), y).alpha() for y in range(card.bottom() + 1, image.height())]
    beside = [image.pixelColor(x, card.center().y()).alpha() for x in range(card.left())]
    assert below[0] > 5
    assert beside[-1] > 2
    assert below[-1] <= 1
    assert beside[0] <= 1
