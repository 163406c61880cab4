"""The model picker, used with keyboard and mouse."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible, QKeySequence, QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QMainWindow, QMenu, QPlainTextEdit, QPushButton

from desktop.core.endpoints import LOCAL_ENDPOINT_ID, Endpoint, Model, ModelRef, Price
from desktop.core.pass_on import PassOn
from desktop.services.models import Listing, ListState
from desktop.ui.icons import Icons
from desktop.ui.model_list_model import PRICE_ROLE
from desktop.ui.model_picker import ModelPicker
from desktop.ui.model_rows import Offer
from desktop.ui.row_view import RowView
from desktop.ui.theme import Theme
from desktop.ui.thinker_footer import ThinkerOffer
from tests.ui.acting import collected, find, press, row_of, rows, show

GATEWAY = Endpoint("ai302", "302.AI", "https://api.302.ai/v1")
LOCAL = Endpoint(LOCAL_ENDPOINT_ID, "On this computer", "")
GPT = ModelRef("ai302", "gpt-4o")
OFFER = Offer(
    (GATEWAY, LOCAL),
    (
        Model("ai302", "gpt-4o", context_tokens=128_000, sees=True, tools=True, price=Price(2.5, 10)),
        Model("ai302", "gpt-4o-mini", context_tokens=128_000, sees=True),
        Model("ai302", "deepseek-r1", thinks=True),
        Model(LOCAL_ENDPOINT_ID, "smollm2", "SmolLM2 135M", context_tokens=8192),
    ),
)


class Window(QMainWindow):
    """A button, an editor beside it, and the picker."""

    def __init__(self, theme: Theme, icons: Icons) -> None:
        super().__init__()
        self.resize(1000, 700)
        self.button = QPushButton("gpt-4o", self)
        self.button.setGeometry(20, 10, 100, 32)
        self.editor = QPlainTextEdit(self)
        self.editor.setGeometry(600, 10, 300, 100)
        self.picker = ModelPicker(theme, icons)
        self.button.clicked.connect(self.open)
        self.offer = OFFER
        self.favourites = [GPT]

    def open(self) -> None:
        self.picker.open_at(self.button, self.offer, self.favourites, [], GPT)


@pytest.fixture
def window(theme: Theme, icons: Icons) -> Iterator[Window]:
    window = Window(theme, icons)
    show(window)
    window.editor.setFocus()
    window.open()
    yield window
    window.picker.dismiss()
    window.close()
    window.deleteLater()


@pytest.fixture
def picker(window: Window) -> ModelPicker:
    return window.picker


def models(picker: ModelPicker) -> RowView:
    return find(picker, RowView, "modelList")


def search(picker: ModelPicker) -> QLineEdit:
    return find(picker, QLineEdit, "modelSearch")


def star_of(picker: ModelPicker, text: str) -> QPoint:
    row = models(picker).visualRect(row_of(models(picker), text))
    return QPoint(row.right() - 14, row.center().y())


def test_it_opens_with_the_keyboard_in_the_search_and_the_current_model_selected(picker: ModelPicker) -> None:
    assert QApplication.focusWidget() is search(picker)
    assert rows(models(picker)) == [
        "Favourites", "gpt-4o", "302.AI", "gpt-4o-mini", "deepseek-r1", "On this computer", "SmolLM2 135M",
    ]  # fmt: skip
    assert models(picker).currentIndex().data() == "gpt-4o"


def test_arrows_move_past_headings_and_enter_picks(window: Window, picker: ModelPicker) -> None:
    picked = collected(picker.picked)
    QTest.keyClick(search(picker), Qt.Key.Key_Down)
    QTest.keyClick(search(picker), Qt.Key.Key_Down)
    QTest.keyClick(search(picker), Qt.Key.Key_Return)
    assert picked == [ModelRef("ai302", "deepseek-r1")]
    assert not picker.isVisible()
    assert QApplication.focusWidget() is window.editor


def test_typing_filters_and_selects_the_best(picker: ModelPicker) -> None:
    picked = collected(picker.picked)
    QTest.keyClicks(search(picker), "mini")
    assert rows(models(picker)) == ["302.AI", "gpt-4o-mini", "Use “mini” at 302.AI"]
    QTest.keyClick(search(picker), Qt.Key.Key_Return)
    assert picked == [ModelRef("ai302", "gpt-4o-mini")]


def test_an_id_that_no_list_has_can_be_picked(picker: ModelPicker) -> None:
    picked = collected(picker.picked)
    QTest.keyClicks(search(picker), "my-own")
    press(models(picker), "Use “my-own” at 302.AI")
    assert picked == [ModelRef("ai302", "my-own")]


def test_a_chip_filters_by_ability(picker: ModelPicker) -> None:
    chip = find(picker, QPushButton, "modelFilterThinks")
    QTest.mouseClick(chip, Qt.MouseButton.LeftButton)
    assert rows(models(picker)) == ["302.AI", "deepseek-r1"]
    QTest.mouseClick(chip, Qt.MouseButton.LeftButton)
    assert "gpt-4o" in rows(models(picker))


def test_a_click_on_the_star_is_not_a_choice_of_the_row(picker: ModelPicker) -> None:
    picked, changed = collected(picker.picked), collected(picker.favourite_changed)
    for text in ("deepseek-r1", "gpt-4o"):
        QTest.mouseClick(models(picker).viewport(), Qt.MouseButton.LeftButton, pos=star_of(picker, text))
    assert changed == [(ModelRef("ai302", "deepseek-r1"), True), (GPT, False)]
    assert picked == []
    assert picker.isVisible()


def test_ctrl_d_in_the_search_and_f_in_the_list_toggle_the_star(picker: ModelPicker) -> None:
    changed = collected(picker.favourite_changed)
    QTest.keyClick(search(picker), Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    models(picker).setFocus()
    QTest.keyClick(models(picker), Qt.Key.Key_F)
    assert changed == [(GPT, False), (GPT, True)]


def test_letters_typed_in_the_list_go_on_in_the_search(picker: ModelPicker) -> None:
    models(picker).setFocus()
    QTest.keyClick(models(picker), Qt.Key.Key_M)
    assert search(picker).text() == "m"
    assert QApplication.focusWidget() is search(picker)


def test_tab_goes_round_inside_the_picker(picker: ModelPicker) -> None:
    visited = []
    for _ in range(8):
        focused = QApplication.focusWidget()
        assert focused is not None
        visited.append(focused.objectName())
        QTest.keyClick(focused, Qt.Key.Key_Tab)
    filters = ["modelFilterSees", "modelFilterThinks", "modelFilterTools"]
    assert visited == ["modelSearch", *filters, "modelCompare", "modelList", "thinkerModel", "modelAddEndpoint"]
    assert QApplication.focusWidget() is search(picker)


def test_a_menu_opened_at_the_foot_by_keyboard_leaves_the_picker_open(picker: ModelPicker) -> None:
    """The menu takes the focus, as every menu opened by a key does, and gives it back."""
    thinker = find(picker, QPushButton, "thinkerModel")
    thinker.setFocus()
    QTest.keyClick(thinker, Qt.Key.Key_Space)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    menu.setFocus(Qt.FocusReason.PopupFocusReason)
    QTest.keyClick(menu, Qt.Key.Key_Up)
    assert picker.isVisible()
    QTest.keyClick(menu, Qt.Key.Key_Return)  # any other model
    assert picker.isVisible()
    assert search(picker).placeholderText() == "Who thinks first?"
    assert QApplication.focusWidget() is search(picker)


def test_what_a_menu_at_the_foot_opens_instead_of_the_picker_gives_the_keyboard_back_to_the_window(
    window: Window, picker: ModelPicker
) -> None:
    footer = picker.thinker_footer
    footer.show_offer(ThinkerOffer("deepseek-r1", PassOn.ANSWER))
    footer.limits_wanted.connect(picker.dismiss)
    pass_on = find(picker, QPushButton, "passOn")
    pass_on.setFocus()
    QTest.keyClick(pass_on, Qt.Key.Key_Space)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    menu.setFocus(Qt.FocusReason.PopupFocusReason)
    assert [action.text() for action in menu.actions() if action.isChecked()] == ["its answer as a draft"]
    QTest.keyClick(menu, Qt.Key.Key_Up)  # the limits
    QTest.keyClick(menu, Qt.Key.Key_Return)
    assert not picker.isVisible()
    assert QApplication.focusWidget() is window.editor


def test_opened_once_more_it_still_gives_the_keyboard_back_to_the_window(window: Window, picker: ModelPicker) -> None:
    find(picker, QPushButton, "thinkerModel").setFocus()
    window.open()
    assert QApplication.focusWidget() is search(picker)
    QTest.keyClick(search(picker), Qt.Key.Key_Escape)
    assert not picker.isVisible()
    assert QApplication.focusWidget() is window.editor


def test_enter_presses_the_button_that_has_the_keyboard(picker: ModelPicker) -> None:
    compare = find(picker, QPushButton, "modelCompare")
    compare.setFocus()
    QTest.keyClick(compare, Qt.Key.Key_Return)
    assert search(picker).placeholderText() == "Which models answer side by side?"


def test_words_at_the_foot_lose_their_middle_where_there_is_no_room_for_all(picker: ModelPicker) -> None:
    picker.thinker_footer.show_offer(ThinkerOffer("a-model-of-a-very-very-long-name (302.AI)", PassOn.CRITIQUE))
    QApplication.processEvents()
    for object_name in ("thinkerModel", "passOn"):
        word = find(picker, QPushButton, object_name)
        assert word.fontMetrics().horizontalAdvance(word.text()) + word.iconSize().width() <= word.width()
    assert "…" in find(picker, QPushButton, "thinkerModel").text()


def test_the_usual_words_at_the_foot_are_read_whole(picker: ModelPicker) -> None:
    picker.thinker_footer.show_offer(ThinkerOffer("deepseek-r1 (302.AI)", PassOn.CRITIQUE))
    QApplication.processEvents()
    words = [find(picker, QPushButton, object_name).text() for object_name in ("thinkerModel", "passOn")]
    assert words == ["deepseek-r1 (302.AI)", "its critique of a first draft"]


def test_escape_closes_even_with_text_and_the_window_never_sees_it(window: Window, picker: ModelPicker) -> None:
    shortcut = QShortcut(QKeySequence(Qt.Key.Key_Escape), window)
    stopped = collected(shortcut.activated)
    QTest.keyClicks(search(picker), "4o")
    QTest.keyClick(search(picker), Qt.Key.Key_Escape)
    assert not picker.isVisible()
    assert stopped == []
    assert QApplication.focusWidget() is window.editor


def test_a_press_outside_closes(window: Window, picker: ModelPicker) -> None:
    QTest.mouseClick(window, Qt.MouseButton.LeftButton, pos=QPoint(950, 650))
    assert not picker.isVisible()


def test_a_press_on_the_button_closes_and_does_not_open_again(window: Window, picker: ModelPicker) -> None:
    QTest.mouseClick(window.button, Qt.MouseButton.LeftButton)
    assert not picker.isVisible()
    QTest.mouseClick(window.button, Qt.MouseButton.LeftButton)
    assert picker.isVisible()


def test_a_failed_list_says_why_and_can_be_tried_again(window: Window, picker: ModelPicker) -> None:
    retried = collected(picker.retry_requested)
    failed = Listing(ListState.FAILED, text="302.AI was not reached.", hint="Check the connection.")
    picker.set_offer(Offer((GATEWAY, LOCAL), OFFER.models, {"ai302": failed}))
    interface = QAccessible.queryAccessibleInterface(models(picker))
    row = rows(models(picker)).index("302.AI was not reached.")
    assert interface.child(row).text(QAccessible.Text.Name) == "302.AI was not reached. Check the connection. Try again"
    press(models(picker), "302.AI was not reached.")
    assert retried == ["ai302"]
    assert picker.isVisible()


def test_models_that_arrive_while_it_is_open_keep_the_text_and_the_selection(picker: ModelPicker) -> None:
    QTest.keyClicks(search(picker), "4o")
    QTest.keyClick(search(picker), Qt.Key.Key_Down)
    assert models(picker).currentIndex().data() == "gpt-4o-mini"
    picker.set_offer(Offer(OFFER.endpoints, (Model("ai302", "gpt-4o-audio"), *OFFER.models)))
    assert search(picker).text() == "4o"
    assert "gpt-4o-audio" in rows(models(picker))
    assert models(picker).currentIndex().data() == "gpt-4o-mini"


def test_the_current_model_is_selected_when_its_list_comes_in(window: Window, picker: ModelPicker) -> None:
    picker.dismiss()
    window.favourites = []
    window.offer = Offer(OFFER.endpoints, OFFER.models[-1:])
    window.open()
    assert models(picker).currentIndex().data() == "SmolLM2 135M"
    picker.set_offer(OFFER)
    assert models(picker).currentIndex().data() == "gpt-4o"


def test_a_screen_reader_hears_all_that_a_row_shows(picker: ModelPicker) -> None:
    interface = QAccessible.queryAccessibleInterface(models(picker))
    spoken = [interface.child(row).text(QAccessible.Text.Name) for row in range(interface.childCount())]
    assert spoken[1] == (
        "gpt-4o, 302.AI, sees pictures, uses tools, context 128k, "
        "$2.50 / $10.00 for a million tokens in / out, favourite"
    )
    assert spoken[-1] == "SmolLM2 135M, smollm2, On this computer, context 8k, free"


def test_a_server_of_ones_own_has_no_price(picker: ModelPicker) -> None:
    own = Endpoint("ollama", "Ollama", "http://127.0.0.1:11434/v1")
    picker.set_offer(Offer((own, GATEWAY), (Model("ollama", "qwen3", price=Price(0, 0)), *OFFER.models)))
    index = row_of(models(picker), "qwen3")
    assert index.data(PRICE_ROLE) == ""
    assert index.data(Qt.ItemDataRole.AccessibleTextRole) == "qwen3, Ollama, on this computer"


def test_it_stays_inside_a_small_window(window: Window, picker: ModelPicker) -> None:
    picker.dismiss()
    window.resize(480, 560)
    QApplication.processEvents()
    window.open()
    QApplication.processEvents()
    assert picker.isVisible()
    visible = (
        models(picker).mapTo(window, QPoint(0, 0)),
        models(picker).mapTo(window, models(picker).rect().bottomRight()),
    )
    assert all(window.rect().contains(corner) for corner in visible)


def test_the_open_picker_grows_with_a_list_that_comes_in(picker: ModelPicker) -> None:
    before = picker.height()
    picker.set_offer(Offer(OFFER.endpoints, (*OFFER.models, Model("ai302", "gpt-5"), Model("ai302", "gpt-6"))))
    assert picker.height() > before
    grown = picker.height()
    picker.set_offer(OFFER)
    assert picker.height() == grown


def ask_several(picker: ModelPicker) -> QPushButton:
    return find(picker, QPushButton, "modelAskSeveral")


def test_several_models_are_ticked_and_asked_at_once(picker: ModelPicker) -> None:
    several = collected(picker.several_picked)
    QTest.mouseClick(find(picker, QPushButton, "modelCompare"), Qt.MouseButton.LeftButton)
    press(models(picker), "deepseek-r1")
    press(models(picker), "SmolLM2 135M")
    assert ask_several(picker).text() == "Ask 3 models"
    press(models(picker), "deepseek-r1")
    assert ask_several(picker).text() == "Ask 2 models"
    QTest.mouseClick(ask_several(picker), Qt.MouseButton.LeftButton)
    assert several == [[GPT, ModelRef(LOCAL_ENDPOINT_ID, "smollm2")]]
    assert not picker.isVisible()


def test_ctrl_and_a_click_adds_a_model_to_the_current_one(picker: ModelPicker) -> None:
    several, single = collected(picker.several_picked), collected(picker.picked)
    index = row_of(models(picker), "deepseek-r1")
    models(picker).scrollTo(index)
    place = models(picker).visualRect(index).center()
    viewport = models(picker).viewport()
    QTest.mouseClick(viewport, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ControlModifier, place)
    assert ask_several(picker).isVisible()
    QTest.keyClick(search(picker), Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert several == [[GPT, ModelRef("ai302", "deepseek-r1")]]
    assert single == []


def test_ticks_by_keyboard_while_one_types(picker: ModelPicker) -> None:
    several = collected(picker.several_picked)
    QTest.keyClicks(search(picker), "mini")
    QTest.keyClick(search(picker), Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    search(picker).clear()
    QTest.keyClicks(search(picker), "r1")
    QTest.keyClick(search(picker), Qt.Key.Key_Return)
    QTest.keyClick(search(picker), Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert several == [[GPT, ModelRef("ai302", "gpt-4o-mini"), ModelRef("ai302", "deepseek-r1")]]


def test_no_more_models_are_ticked_than_stand_side_by_side(picker: ModelPicker) -> None:
    find(picker, QPushButton, "modelCompare").click()
    for number in range(5):
        search(picker).setText(f"any-model-{number}")
        QTest.keyClick(search(picker), Qt.Key.Key_Return)
    assert ask_several(picker).text() == "Ask 4 models"


def test_the_next_time_one_model_is_chosen_again(window: Window, picker: ModelPicker) -> None:
    find(picker, QPushButton, "modelCompare").click()
    picker.dismiss()
    window.open()
    single = collected(picker.picked)
    press(models(picker), "deepseek-r1")
    assert single == [ModelRef("ai302", "deepseek-r1")]
