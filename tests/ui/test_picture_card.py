"""A click on a picture shows it large: zoomed, moved, saved, copied, and the next one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QContextMenuEvent, QGuiApplication, QImage, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel, QMenu, QPushButton, QToolButton

from desktop.core.conversation import PicturePart
from desktop.ui.icons import Icons
from desktop.ui.message_view import MessageView
from desktop.ui.message_view.attachments_row import OPEN_PICTURE
from desktop.ui.picture_canvas import PictureCanvas
from desktop.ui.picture_card import PictureCard
from desktop.ui.theme import Theme
from tests.ui.acting import find
from tests.ui.message_views import ask, click, close, make_view, place_of, wait_for

RED, BLUE = "#ff0000", "#0000ff"
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def view(theme: Theme, icons: Icons, tmp_path: Path) -> Iterator[MessageView]:
    """A question with two pictures and one whose file is gone."""
    for name, color, width in (("red", RED, 2000), ("blue", BLUE, 100)):
        image = QImage(width, 1000 if width == 2000 else 80, QImage.Format.Format_RGB32)
        image.fill(QColor(color))
        image.save(str(tmp_path / name), "PNG")  # type: ignore[call-overload]  # the stubs want bytes where str works
    view = make_view(theme, icons)
    view.picture_path = lambda sha256: tmp_path / sha256
    pictures = (
        PicturePart("red", "image/png", 2000, 1000, 100, "red plan.webp"),
        PicturePart("blue", "image/png", 100, 80, 100, "blue.png"),
        PicturePart("gone", "image/png", 300, 200, 100, "gone.png"),
    )
    view.set_items([ask(1, "Look.", attachments=pictures)], follow_end=False)
    yield view
    close(view)


def card(view: MessageView) -> PictureCard:
    return find(view.window(), PictureCard, "pictureCard")


def canvas(view: MessageView) -> PictureCanvas:
    return find(card(view), PictureCanvas, "pictureCanvas")


def press(view: MessageView, object_name: str) -> None:
    QTest.mouseClick(find(card(view), QToolButton, object_name), LEFT)


def middle(view: MessageView) -> str:
    """The colour in the middle of the canvas."""
    image = canvas(view).grab().toImage()
    return image.pixelColor(image.rect().center()).name()


def opened(view: MessageView, number: int = 0) -> PictureCanvas:
    """Opens a picture by a click and waits until it is seen."""
    click(view, f"{OPEN_PICTURE} {number}")
    wait_for(lambda: middle(view) in {RED, BLUE})
    return canvas(view)


def test_a_click_shows_all_of_a_picture_and_escape_closes_it(view: MessageView) -> None:
    shown = opened(view)
    assert card(view).isVisible()
    assert find(card(view), QLabel, "pictureName").text() == "red plan.webp"
    assert shown.zoom == pytest.approx(min(shown.width() / 2000, shown.height() / 1000))
    assert QApplication.focusWidget() is shown
    QTest.keyClick(shown, Qt.Key.Key_Escape)
    wait_for(lambda: view.window().findChild(PictureCard) is None)


def test_wheel_keys_buttons_and_double_click_zoom(view: MessageView) -> None:
    shown = opened(view)
    fitting = shown.zoom
    at = QPointF(shown.rect().center())
    event = QWheelEvent(
        at, at, QPoint(), QPoint(0, 120), Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(shown, event)
    assert shown.zoom > fitting
    by_wheel = shown.zoom
    QTest.keyClick(shown, Qt.Key.Key_Plus)
    assert shown.zoom > by_wheel
    QTest.keyClick(shown, Qt.Key.Key_Minus)
    assert shown.zoom == pytest.approx(by_wheel)
    press(view, "fitPicture")
    assert shown.zoom == pytest.approx(fitting)
    QTest.mouseDClick(shown, LEFT, pos=shown.rect().center())
    assert shown.zoom == 1.0
    QTest.mouseDClick(shown, LEFT, pos=shown.rect().center())
    assert shown.zoom == pytest.approx(fitting)
    press(view, "zoomIn")
    QTest.mouseClick(find(card(view), QPushButton, "actualSize"), LEFT)
    assert shown.zoom == 1.0
    assert find(card(view), QPushButton, "actualSize").text() == "100 %"


def test_a_large_picture_is_dragged_but_never_off_its_edges(view: MessageView) -> None:
    shown = opened(view)
    QTest.keyClick(shown, Qt.Key.Key_1)
    before = QPointF(shown.centre)
    start = shown.rect().center()
    QTest.mousePress(shown, LEFT, pos=start)
    QTest.mouseMove(shown, start + QPoint(60, 20))
    QTest.mouseRelease(shown, LEFT, pos=start + QPoint(60, 20))
    assert shown.centre == before - QPointF(60, 20)
    QTest.mousePress(shown, LEFT, pos=start)
    QTest.mouseMove(shown, start + QPoint(5000, 5000))
    assert shown.centre == QPointF(shown.width() / 2, shown.height() / 2)
    QTest.keyClick(shown, Qt.Key.Key_Right)
    assert shown.centre.x() > shown.width() / 2


def test_a_small_picture_is_not_blown_up(view: MessageView) -> None:
    assert opened(view, 1).zoom == 1.0


def test_arrows_and_buttons_go_through_the_pictures(view: MessageView) -> None:
    shown = opened(view)
    assert find(card(view), QLabel, "pictureCount").text() == "1 / 3"
    assert not find(card(view), QToolButton, "previousPicture").isEnabled()
    QTest.keyClick(shown, Qt.Key.Key_Right)
    wait_for(lambda: middle(view) == BLUE)
    press(view, "previousPicture")
    wait_for(lambda: middle(view) == RED)
    QTest.keyClick(shown, Qt.Key.Key_PageDown)
    wait_for(lambda: middle(view) == BLUE)
    assert find(card(view), QLabel, "pictureCount").text() == "2 / 3"


def test_a_missing_file_says_so_and_can_neither_be_saved_nor_copied(view: MessageView) -> None:
    click(view, f"{OPEN_PICTURE} 2")
    wait_for(lambda: "missing" in canvas(view).words)
    assert not find(card(view), QToolButton, "savePicture").isEnabled()
    assert not find(card(view), QToolButton, "copyPicture").isEnabled()
    press(view, "previousPicture")
    wait_for(lambda: middle(view) == BLUE)
    assert canvas(view).words == ""
    assert find(card(view), QToolButton, "copyPicture").isEnabled()


def test_a_picture_is_copied(view: MessageView) -> None:
    opened(view, 1)
    QGuiApplication.clipboard().clear()
    press(view, "copyPicture")
    wait_for(lambda: QGuiApplication.clipboard().image().width() == 100)


def test_a_picture_is_saved_under_its_name_as_it_is_kept(view: MessageView, tmp_path: Path) -> None:
    opened(view)
    press(view, "savePicture")
    dialog = find(view.window(), QFileDialog, "savePictureDialog")
    assert dialog.selectedFiles()[0].endswith("red plan.png")
    dialog.fileSelected.emit(str(tmp_path / "saved.png"))
    dialog.reject()
    message = find(card(view), QLabel, "pictureMessage")
    wait_for(lambda: bool(message.text()))
    assert (tmp_path / "saved.png").read_bytes() == (tmp_path / "red").read_bytes()
    press(view, "savePicture")
    dialog = next(one for one in view.window().findChildren(QFileDialog) if one.isVisible())
    dialog.fileSelected.emit(str(tmp_path / "no such folder" / "saved.png"))
    dialog.reject()
    wait_for(lambda: "not" in message.text())


def test_the_menu_of_a_picture_is_about_that_picture(view: MessageView) -> None:
    place = place_of(view, f"{OPEN_PICTURE} 1")
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, view.viewport().mapToGlobal(place))
    QApplication.sendEvent(view.viewport(), event)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    entries = {action.objectName(): action for action in menu.actions()}
    QGuiApplication.clipboard().clear()
    entries["copyPicture"].trigger()
    wait_for(lambda: QGuiApplication.clipboard().image().width() == 100)
    entries["openPicture"].trigger()
    menu.close()
    wait_for(lambda: middle(view) == BLUE)


def test_the_keyboards_menu_opens_a_message_picture(view: MessageView) -> None:
    view.setFocus()
    QTest.keyClick(view, Qt.Key.Key_Home)
    view.open_current_menu()
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    next(action for action in menu.actions() if action.objectName() == "openPicture").trigger()
    menu.close()
    wait_for(lambda: middle(view) == RED)
