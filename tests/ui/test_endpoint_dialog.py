"""Adding and changing an endpoint, with keyboard and mouse."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QListWidget, QPushButton, QToolButton, QVBoxLayout, QWidget

from desktop.core.endpoints import Endpoint
from desktop.core.errors import UserError
from desktop.services.api_check import CheckStep
from desktop.ui.check_list import CheckList
from desktop.ui.endpoint_dialog import EndpointDialog
from desktop.ui.icons import Icons
from desktop.ui.switch import Switch
from desktop.ui.theme import Appearance, Theme
from tests.ui.acting import collected, find, show
from tests.ui.forms import click, discard, fill, focused, press, seen

PRESETS = [
    Endpoint("ai302", "302.AI", "https://api.302.ai/v1", key_url="https://dash.302.ai/"),
    Endpoint("openai", "OpenAI", "https://api.openai.com/v1"),
    Endpoint("own", "Own server", "", needs_key=False),
]
KEY = "abcdefghijklmnop9Kx"


@pytest.fixture
def window(theme: Theme) -> Iterator[QWidget]:
    window = QWidget()
    layout = QVBoxLayout(window)
    underneath = QLineEdit()
    underneath.setObjectName("underneath")
    layout.addWidget(underneath)
    window.resize(1000, 700)
    show(window)
    yield window
    discard(window)


@pytest.fixture
def dialog(theme: Theme, icons: Icons, window: QWidget) -> EndpointDialog:
    find(window, QLineEdit, "underneath").setFocus()
    dialog = EndpointDialog(theme, icons, PRESETS, window, taken=["openai"])
    dialog.open()
    return dialog


def title(dialog: EndpointDialog) -> str:
    return seen(dialog).splitlines()[1]


def is_on(dialog: EndpointDialog, button: str) -> bool:
    return find(dialog, QPushButton, button).isEnabled()


def test_the_card_covers_the_window_and_takes_the_keyboard(dialog: EndpointDialog, window: QWidget) -> None:
    assert dialog.geometry() == window.rect()
    assert abs(dialog.card.geometry().center().x() - window.rect().center().x()) <= 1
    assert focused().objectName() == "endpointKey"
    window.resize(600, 560)
    QApplication.processEvents()
    assert dialog.geometry() == window.rect()
    assert window.rect().contains(dialog.card.geometry())


def test_escape_closes_it_and_gives_the_keyboard_back(dialog: EndpointDialog) -> None:
    press(Qt.Key.Key_Escape)
    assert not dialog.isVisible()
    assert focused().objectName() == "underneath"


def test_tab_goes_round_inside_the_card(dialog: EndpointDialog) -> None:
    reached: set[str] = set()
    for _ in range(30):
        press(Qt.Key.Key_Tab)
        assert dialog.isAncestorOf(focused())
        reached.add(focused().objectName())
    expected = {"serviceList", "endpointKey", "endpointKeyEye", "keyPlace", "endpointAddress", "endpointMore"}
    assert expected | {"endpointTest", "endpointAccept", "endpointClose"} <= reached


def test_the_windows_shortcuts_wait_until_it_is_closed(dialog: EndpointDialog, window: QWidget) -> None:
    action = QAction(window)
    action.setShortcut("Ctrl+N")
    window.addAction(action)
    done = collected(action.triggered)
    press(Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    assert not done
    press(Qt.Key.Key_Escape)
    press(Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    assert done


def test_what_is_dimmed_cannot_take_the_keyboard(dialog: EndpointDialog, window: QWidget) -> None:
    find(window, QLineEdit, "underneath").setFocus()
    assert focused().objectName() == "endpointKey"
    QTest.mouseClick(dialog, Qt.MouseButton.LeftButton, pos=dialog.rect().topLeft())
    assert dialog.isVisible()


def test_a_key_typed_and_enter_asks_to_save(dialog: EndpointDialog) -> None:
    accepted = collected(dialog.accepted_endpoint)
    fill(dialog, "endpointKey", f" {KEY} ")
    press(Qt.Key.Key_Return)
    assert accepted == [(PRESETS[0], KEY)]
    assert dialog.isVisible()
    dialog.show_error(UserError("The disk is full.", "Make room."))
    assert "Make room." in seen(dialog)
    assert is_on(dialog, "endpointAccept")
    dialog.accept()
    assert not dialog.isVisible()


def test_services_are_chosen_with_the_arrow_keys(dialog: EndpointDialog) -> None:
    services = find(dialog, QListWidget, "serviceList")
    services.setFocus()
    press(Qt.Key.Key_Down)
    assert title(dialog) == "Add OpenAI"
    assert find(dialog, QLineEdit, "endpointAddress").text() == "https://api.openai.com/v1"
    press(Qt.Key.Key_Up)
    assert title(dialog) == "Add 302.AI"


def test_a_service_that_is_there_already_gets_an_id_of_its_own(dialog: EndpointDialog) -> None:
    accepted = collected(dialog.accepted_endpoint)
    dialog.choose("openai")
    assert find(dialog, QLineEdit, "endpointId").text() == "openai_2"
    fill(dialog, "endpointId", "openai")
    assert "There is an endpoint with this id already." in seen(dialog)
    assert not is_on(dialog, "endpointAccept")
    fill(dialog, "endpointId", "work")
    click(dialog, "endpointAccept")
    assert accepted[0][0].id == "work"


def test_an_own_server_gets_its_id_from_its_name(dialog: EndpointDialog) -> None:
    accepted = collected(dialog.accepted_endpoint)
    dialog.choose("own")
    assert not is_on(dialog, "endpointTest")
    fill(dialog, "endpointName", "Lab 2 (GPU)")
    fill(dialog, "endpointAddress", "10.0.0.2:8000/v1/chat/completions")
    click(dialog, "endpointAccept")
    endpoint, key = accepted[0]
    assert (endpoint.id, endpoint.name, endpoint.base_url) == ("lab_2_gpu", "Lab 2 (GPU)", "http://10.0.0.2:8000/v1")
    assert key is None


def test_simplified_requests_are_off_until_they_are_switched_on(dialog: EndpointDialog) -> None:
    click(dialog, "endpointMore")
    fill(dialog, "endpointKey", "some-key")
    before = dialog.form.endpoint()
    find(dialog, Switch, "endpointSimple").click()
    after = dialog.form.endpoint()
    assert before is not None
    assert after is not None
    assert (before.dialect, after.dialect) == ("openai", "simple")


@pytest.mark.parametrize(
    ("field", "text", "message"),
    [
        ("endpointAddress", "ftp://example.com", "must begin with https://"),
        ("endpointAddress", "", "The address is missing."),
        ("endpointKey", "two words", "no spaces"),
        ("endpointBody", "{oops", "not valid JSON"),
        ("endpointBody", '{"a": null}', "null"),
        ("endpointProxy", "nowhere", "The proxy is not an address."),
        ("endpointCertificate", "/there/is/none.pem", "There is no such file."),
    ],
)
def test_what_cannot_be_is_told_under_its_field_as_it_is_typed(
    dialog: EndpointDialog, field: str, text: str, message: str
) -> None:
    click(dialog, "endpointMore")
    fill(dialog, field, text)
    assert message in seen(dialog)
    assert not is_on(dialog, "endpointAccept")
    assert not is_on(dialog, "endpointTest")


def test_nothing_is_called_wrong_before_anything_is_typed(dialog: EndpointDialog) -> None:
    dialog.choose("own")
    assert "missing" not in seen(dialog)


def test_headers_body_and_certificate_are_part_of_the_endpoint(dialog: EndpointDialog, tmp_path: Path) -> None:
    accepted = collected(dialog.accepted_endpoint)
    authority = tmp_path / "ca.pem"
    authority.write_text("x")
    click(dialog, "endpointMore")
    click(dialog, "endpointHeadersAdd")
    assert focused().objectName() == "endpointHeadersFirst"
    QTest.keyClicks(focused(), "X-Title")
    press(Qt.Key.Key_Tab)
    QTest.keyClicks(focused(), "Ligature")
    fill(dialog, "endpointBody", '{"top_k": 3}')
    fill(dialog, "endpointProxy", "http://proxy:8080")
    fill(dialog, "endpointCertificate", str(authority))
    click(dialog, "endpointAccept")
    endpoint = accepted[0][0]
    assert (endpoint.headers, endpoint.body) == ({"X-Title": "Ligature"}, {"top_k": 3})
    assert (endpoint.proxy, endpoint.ca_file) == ("http://proxy:8080", str(authority))


def test_a_key_written_into_a_header_is_refused_until_the_header_is_gone(dialog: EndpointDialog) -> None:
    click(dialog, "endpointMore")
    click(dialog, "endpointHeadersAdd")
    QTest.keyClicks(focused(), "Authorization")
    press(Qt.Key.Key_Tab)
    QTest.keyClicks(focused(), "Bearer abcdefghijklmnop")
    assert "Write {key} in its place" in seen(dialog)
    find(dialog, QToolButton, "endpointHeadersRemove").setFocus()
    press(Qt.Key.Key_Space)
    assert "Write {key} in its place" not in seen(dialog)
    assert is_on(dialog, "endpointAccept")
    assert focused().objectName() == "endpointHeadersAdd"


def test_the_key_is_masked_but_for_its_end_and_shown_by_the_eye(dialog: EndpointDialog) -> None:
    field = find(dialog, QLineEdit, "endpointKey")
    fill(dialog, "endpointKey", KEY)
    assert KEY[:3] not in field.displayText()
    find(dialog, QLineEdit, "endpointAddress").setFocus()
    with_one_end = field.grab(QRect(0, 0, 300, field.height())).toImage()
    field.setText(KEY[:-1] + "Q")
    assert field.grab(QRect(0, 0, 300, field.height())).toImage() != with_one_end, "the end is not to be seen"
    field.setText("Z" + KEY[1:])
    assert field.grab(QRect(0, 0, 300, field.height())).toImage() == with_one_end, "more than the end is to be seen"
    click(dialog, "endpointKeyEye")
    assert field.displayText() == "Z" + KEY[1:]


def test_a_test_shows_its_steps_and_what_to_do(dialog: EndpointDialog) -> None:
    requested = collected(dialog.test_requested)
    fill(dialog, "endpointKey", KEY)
    click(dialog, "endpointTest")
    assert requested == [(PRESETS[0], KEY)]
    dialog.start_test()
    assert "Testing…" in seen(dialog)
    dialog.add_step(CheckStep("Reachable", ok=True, text="api.302.ai, 41 ms"))
    dialog.add_step(CheckStep("Key not accepted", ok=False, text="It is refused.", hint="Copy it again."))
    dialog.finish_test()
    shown = seen(dialog)
    assert shown.index("Reachable api.302.ai, 41 ms") < shown.index("Key not accepted It is refused.")
    assert "Copy it again." in shown
    assert "Testing…" not in shown
    assert find(dialog, QPushButton, "endpointTest").text() == "Test again"


def test_a_test_can_be_stopped_and_ends_with_a_change_or_the_dialog(dialog: EndpointDialog) -> None:
    cancelled = collected(dialog.test_cancelled)
    dialog.start_test()
    click(dialog, "endpointTest")
    assert len(cancelled) == 1
    dialog.start_test()
    dialog.add_step(CheckStep("Reachable", ok=True, text="41 ms"))
    fill(dialog, "endpointKey", KEY)
    assert len(cancelled) == 2
    dialog.add_step(CheckStep("Late", ok=True))
    dialog.finish_test()
    assert "Reachable" not in seen(dialog)
    assert "Late" not in seen(dialog)
    dialog.start_test()
    press(Qt.Key.Key_Escape)
    assert len(cancelled) == 3


def test_it_says_where_the_key_goes(dialog: EndpointDialog) -> None:
    dialog.set_key_place("Secret Service", False)
    assert "Kept in the system keyring (Secret Service), never in a file. Get a key" in seen(dialog)
    dialog.set_key_place("The keyring is locked.", True)
    assert "The keyring is locked. The key is kept until Ligature is closed." in seen(dialog)


@pytest.mark.parametrize(
    ("button", "typed", "key"),
    [("keyReplace", "", None), ("keyReplace", KEY, KEY), ("keyRemove", "", ""), ("", "", None)],
)
def test_a_stored_key_is_kept_replaced_or_removed(
    theme: Theme, icons: Icons, window: QWidget, button: str, typed: str, key: str | None
) -> None:
    dialog = EndpointDialog(theme, icons, PRESETS, window, taken=["ai302"])
    dialog.edit(PRESETS[0], "Key in the keyring")
    dialog.open()
    accepted = collected(dialog.accepted_endpoint)
    assert "Key in the keyring" in seen(dialog)
    assert not find(dialog, QListWidget, "serviceList").isVisible()
    if button:
        click(dialog, button)
        assert focused().objectName() == "endpointKey"
        QTest.keyClicks(focused(), typed)
    click(dialog, "endpointAccept")
    assert accepted == [(PRESETS[0], key)]


def test_removing_an_endpoint_is_asked_twice(theme: Theme, icons: Icons, window: QWidget) -> None:
    dialog = EndpointDialog(theme, icons, PRESETS, window)
    dialog.edit(PRESETS[0], "")
    dialog.open()
    removed = collected(dialog.removed)
    click(dialog, "endpointRemove")
    assert not removed
    click(dialog, "endpointRemove")
    assert removed == ["ai302"]
    assert not dialog.isVisible()


def test_a_dialog_over_a_dialog_gives_the_keyboard_back_to_it(
    dialog: EndpointDialog, theme: Theme, icons: Icons, window: QWidget
) -> None:
    other = EndpointDialog(theme, icons, PRESETS, dialog)
    other.open()
    assert other.geometry() == window.rect()
    assert other.isAncestorOf(focused())
    press(Qt.Key.Key_Escape)
    assert not other.isVisible()
    assert dialog.isVisible()
    assert dialog.isAncestorOf(focused())


def test_large_text_in_a_small_window_leaves_the_form_the_larger_part(
    theme: Theme, window: QWidget, dialog: EndpointDialog
) -> None:
    theme.choose(Appearance.LIGHT, 1.6)
    window.resize(480, 560)
    QApplication.processEvents()
    services, key = find(dialog, QListWidget, "serviceList"), find(dialog, QLineEdit, "endpointKey")
    assert services.width() < key.width()
    assert key.mapTo(dialog.card, key.rect().topRight()).x() < dialog.card.width()


def test_a_link_for_a_key_is_only_offered_to_a_safe_address(dialog: EndpointDialog) -> None:
    assert "Get a key" in seen(dialog)
    dialog.edit(Endpoint("mine", "Mine", "https://example.com/v1", key_url="file:///etc/passwd"), "")
    assert "Get a key" not in seen(dialog)


def test_tab_goes_from_the_services_to_the_fields_and_stops_only_where_something_can_be_done(
    dialog: EndpointDialog,
) -> None:
    dialog.set_key_place("There is no keyring.", True)
    dialog.choose("own")
    find(dialog, QListWidget, "serviceList").setFocus()
    stops: list[str] = []
    while "endpointAddress" not in stops:
        press(Qt.Key.Key_Tab)
        stops.append(focused().objectName())
    assert stops == ["endpointName", "endpointId", "endpointKey", "endpointKeyEye", "endpointAddress"]


def test_the_end_of_a_test_is_in_view(dialog: EndpointDialog) -> None:
    dialog.choose("own")
    dialog.set_key_place("There is no keyring.", True)
    dialog.start_test()
    dialog.add_step(CheckStep("Reachable", ok=True, text="127.0.0.1"))
    dialog.add_step(CheckStep("Key not accepted", ok=False, text="A long reason. " * 12, hint="Enter the key again."))
    dialog.finish_test()
    QApplication.processEvents()
    checks = find(dialog, CheckList, "checkList")
    assert checks.visibleRegion().boundingRect() == checks.rect()
