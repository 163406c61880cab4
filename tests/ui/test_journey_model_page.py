"""A model's page: what is known of it, what the user says instead, what its refusals have changed, and the probe."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping
from pathlib import Path
from typing import Any

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QLineEdit, QListView, QPushButton, QWidget

from desktop.core.endpoints import ModelRef, Price
from desktop.core.healing import Cure
from tests.gateway import Gateway, Hold, answer, chunk, error, events, raw
from tests.ui.acting import choose_in_menu, find, press, row_of, rows
from tests.ui.programs import User, running, write_config

Run = Callable[[Coroutine[Any, Any, Any]], Any]

MINI = ModelRef("loop", "gpt-4o-mini")
MODELS: list[Mapping[str, Any]] = [{"id": "gpt-4o-mini", "context_length": 64_000}, {"id": "echo"}]
HELLO = answer("Hello.")
NO_MAX_TOKENS = error(400, "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead.")
NO_TEMPERATURE = error(400, "Unsupported value: 'temperature' does not support 0.5 with this model.")
CALL = {"index": 0, "id": "a", "type": "function", "function": {"name": "get_weather", "arguments": "{}"}}
CALLS = events(chunk(tool_calls=[CALL]), chunk(finish="tool_calls"), "[DONE]")


async def opens_page(user: User, model: str = "gpt-4o-mini") -> QWidget:
    """Opens the picker by its button, looks for the model, and asks by the keyboard what is known of it."""
    user.clicks("modelButton")
    search = find(user.window, QLineEdit, "modelSearch")
    models = find(user.window, QListView, "modelList")
    await user.sees(lambda: model in [models.model().index(row, 0).data() for row in range(models.model().rowCount())])
    QTest.keyClicks(search, model)
    QTest.keyClick(search, Qt.Key.Key_I, Qt.KeyboardModifier.ControlModifier)
    await user.sees(lambda: page_of(user) is not None, "the page")
    page = page_of(user)
    assert page is not None
    return page


def page_of(user: User) -> QWidget | None:
    pages = [page for page in user.window.findChildren(QWidget, "modelPage") if page.isVisible()]
    return pages[0] if pages else None


def texts(page: QWidget) -> str:
    """All that is to be read on it."""
    labels = [label for label in page.findChildren(QLabel) if label.isVisible()]
    return "\n".join(label.accessibleName() or label.text() for label in labels)


def clicks(page: QWidget, button: str) -> None:
    QTest.mouseClick(find(page, QPushButton, button), Qt.MouseButton.LeftButton)


def test_what_becomes_known_while_the_page_is_open_is_shown(run: Run, gateway: Gateway, tmp_path: Path) -> None:
    gateway.models = MODELS

    async def scenario() -> None:
        async with running(tmp_path, gateway) as user:
            page = await opens_page(user)
            await user.sees(lambda: "Sees pictures\nYes · models.toml" in texts(page), "the abilities")
            own = '[[model]]\nmatch = "gpt-4o-mini"\nsees = false\n'
            (tmp_path / "models.toml").write_text(own, encoding="utf-8")
            await user.program.services.catalogue.load()
            await user.sees(
                lambda: "Sees pictures\nNo · models.toml, by its name" in texts(page), "what the file says now"
            )

    run(scenario())


def test_the_page_says_what_is_known_from_where_and_takes_the_users_word(
    run: Run, gateway: Gateway, tmp_path: Path
) -> None:
    gateway.models = MODELS

    async def scenario() -> None:
        async with running(tmp_path, gateway) as user:
            page = await opens_page(user)
            await user.sees(lambda: "64k tokens · the endpoint's list of" in texts(page), "the context")
            await user.sees(lambda: "Yes · models.toml, by its name" in texts(page), "the abilities")
            clicks(page, "model_sees_no")
            context = find(page, QLineEdit, "model_context_tokens")
            context.setFocus()
            QTest.keyClicks(context, "8k")
            QTest.keyClick(context, Qt.Key.Key_Tab)
            for field, figure in (("model_price_input", "1.5"), ("model_price_output", "3")):
                find(page, QLineEdit, field).setFocus()
                QTest.keyClicks(find(page, QLineEdit, field), figure)
            QTest.keyClick(page, Qt.Key.Key_Escape)  # what was typed last counts, too
            await user.sees(lambda: user.program.models.find(MINI).price == Price(1.5, 3.0), "the price")
            model = user.program.models.find(MINI)
            assert (model.sees, model.context_tokens) == (False, 8000)
        async with running(tmp_path, gateway) as user:
            page = await opens_page(user)
            assert "No · as you say" in texts(page)
            assert "$1.50 / $3.00 for a million tokens in / out · as you say" in texts(page)
            clicks(page, "model_sees_found")
            await user.sees(lambda: user.program.models.find(MINI).sees is True, "what was found")

    run(scenario())


def test_a_field_with_nonsense_is_marked_and_changes_nothing(run: Run, gateway: Gateway, tmp_path: Path) -> None:
    gateway.models = MODELS

    async def scenario() -> None:
        async with running(tmp_path, gateway) as user:
            page = await opens_page(user)
            field = find(page, QLineEdit, "model_context_tokens")
            field.setFocus()
            QTest.keyClicks(field, "many")
            QTest.keyClick(field, Qt.Key.Key_Tab)
            assert field.property("wrong") is True
            assert user.program.models.find(MINI).context_tokens == 64_000

    run(scenario())


def test_a_cure_is_shown_dated_and_undone(run: Run, gateway: Gateway, tmp_path: Path) -> None:
    gateway.models = MODELS
    gateway.then(error(400, "Unsupported parameter: 'stream_options'"), HELLO, HELLO)

    async def scenario() -> None:
        write_config(tmp_path, gateway)
        config = tmp_path / "config.toml"
        config.write_text(config.read_text().replace('"echo"', '"gpt-4o-mini"'), encoding="utf-8")
        async with running(tmp_path, gateway) as user:
            await user.asks_and_reads("Hi")
            assert "no “stream_options”" in user.answer().notice
            user.clicks_on_message("about_model")
            await user.sees(lambda: page_of(user) is not None, "the page")
            page = page_of(user)
            assert page is not None
            assert "No “stream_options”\nSince " in texts(page)
            undo = find(page, QPushButton, "cureUndo_stream_options")
            undo.setFocus()
            QTest.keyClick(undo, Qt.Key.Key_Space)
            await user.sees(lambda: "Nothing: no request" in texts(page), "nothing changed")
            focused = QApplication.focusWidget()
            assert focused is not None
            assert page.isAncestorOf(focused)
            QTest.keyClick(page, Qt.Key.Key_Escape)
            await user.asks_and_reads("Again")
            assert "stream_options" in gateway.chats[-1].json

    run(scenario())


def test_a_probe_is_announced_with_its_cost_shown_step_by_step_and_kept(
    run: Run, gateway: Gateway, tmp_path: Path
) -> None:
    gateway.models = MODELS

    async def scenario() -> None:
        async with running(tmp_path, gateway) as user:
            page = await opens_page(user, "echo")
            assert "Asks it 6 short things" in texts(page)
            gateway.then(
                NO_MAX_TOKENS, HELLO, HELLO, NO_TEMPERATURE, HELLO, answer("391", thinking="Hm."), answer("Red."), CALLS
            )
            clicks(page, "modelProbe")
            await user.sees(lambda: "Tools called" in texts(page), "the last step")
            ref = ModelRef("loop", "echo")
            await user.sees(lambda: user.program.models.find(ref).tools is True, "tools")
            model = user.program.models.find(ref)
            assert (model.sees, model.thinks) == (True, True)
            assert user.program.services.cures.of(ref) == (
                Cure("max_tokens", "max_completion_tokens"),
                Cure("temperature"),
            )
            assert "Yes · probed on" in texts(page)
            assert "Its thinking comes as “reasoning_content”." in texts(page)
            clicks(page, "modelForgetProbe")
            await user.sees(lambda: user.program.models.find(ref).sees is None, "nothing known")

    run(scenario())


def test_a_probe_is_stopped_by_its_button_and_by_closing_the_page(run: Run, gateway: Gateway, tmp_path: Path) -> None:
    gateway.models = MODELS
    gateway.then(HELLO, raw(*events(chunk("Hel")).steps, Hold()), raw(*events(chunk("Hel")).steps, Hold()))

    async def scenario() -> None:
        async with running(tmp_path, gateway) as user:
            page = await opens_page(user, "echo")
            probe = find(page, QPushButton, "modelProbe")
            clicks(page, "modelProbe")
            await user.sees(lambda: len(gateway.chats) == 2, "the second request")
            assert probe.text() == "Stop"
            clicks(page, "modelProbe")
            await user.sees(lambda: gateway.chats[1].hung_up_at, "the line closed")
            assert probe.text() == "Probe again"
            assert "Length limit by “max_tokens”" in texts(page)
            clicks(page, "modelProbe")
            await user.sees(lambda: len(gateway.chats) == 3, "another one")
            QTest.keyClick(page, Qt.Key.Key_Escape)
            await user.sees(lambda: gateway.chats[2].hung_up_at, "its line closed, too")

    run(scenario())


def test_the_page_opens_from_a_row_of_the_picker_by_its_menu_and_by_its_icon(
    run: Run, gateway: Gateway, tmp_path: Path
) -> None:
    gateway.models = MODELS

    async def scenario() -> None:
        async with running(tmp_path, gateway) as user:
            user.clicks("modelButton")
            search = find(user.window, QLineEdit, "modelSearch")
            models = find(user.window, QListView, "modelList")
            await user.sees(lambda: "gpt-4o-mini" in rows(models), "models")
            QTest.keyClicks(search, "mini")
            QTest.keyClick(search, Qt.Key.Key_Menu)
            choose_in_menu("What is known of it…")
            await user.sees(lambda: page_of(user) is not None, "the page")
            assert find(user.window, QLabel, "modelPageTitle").text() == "gpt-4o-mini"
            clicks_icon(user, "modelPageClose")
            await user.sees(lambda: page_of(user) is None, "no page")
            assert user.program.chats.model.model == "echo"  # it was not chosen

            user.clicks("modelButton")
            QTest.keyClicks(search, "mini")
            row = models.visualRect(row_of(models, "gpt-4o-mini"))
            QTest.mouseClick(
                models.viewport(), Qt.MouseButton.LeftButton, pos=row.center() + QPoint(row.width() // 2 - 42, 0)
            )
            await user.sees(lambda: page_of(user) is not None, "the page")

    run(scenario())


def test_the_settings_lead_to_the_models_of_which_something_is_known_here(
    run: Run, gateway: Gateway, tmp_path: Path
) -> None:
    gateway.models = MODELS

    async def scenario() -> None:
        async with running(tmp_path, gateway) as user:
            await user.program.services.notes.say(MINI, "tools", True)
            user.presses(Qt.Key.Key_Comma, Qt.KeyboardModifier.ControlModifier)
            press(find(user.window, QListView, "settingsPages"), "Models")
            clicks(user.window, "contextFull_ask")
            await user.sees(lambda: user.program.book.settings.context_full == "ask", "the setting")
            assert find(user.window, QPushButton, "about_loop_echo").isVisible()  # this chat's
            clicks(user.window, "about_loop_gpt-4o-mini")
            await user.sees(lambda: page_of(user) is not None, "the page")
            assert find(user.window, QLabel, "modelPageTitle").text() == "gpt-4o-mini"

    run(scenario())


def clicks_icon(user: User, button: str) -> None:
    QTest.mouseClick(find(user.window, QAbstractButton, button), Qt.MouseButton.LeftButton)
