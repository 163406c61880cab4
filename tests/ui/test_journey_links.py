"""Links and files that come from outside: what they bring, and what they leave alone."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QListView, QMenu, QPushButton

from desktop.core.conversation import NEW_CHAT_ID
from desktop.core.links import chat_link
from desktop.ui.endpoint_dialog import EndpointDialog
from tests.desktop.files import files_with
from tests.gateway import Gateway, answer
from tests.ui.acting import find
from tests.ui.programs import User, running, write_config
from tests.unit.pictures import encoded, photo

Run = Callable[[Coroutine[Any, Any, Any]], Any]
KEY = "lig-a-key-that-came-with-a-link-42"


def comes(user: User, *items: str) -> None:
    """Links and paths come from outside, as by a second start."""
    user.program._instance.receive(items)


def new(**fields: str) -> str:
    return "ligature:new?" + urlencode(fields, quote_via=quote)


def proposed(**fields: str) -> str:
    return "ligature:endpoint?" + urlencode(fields, quote_via=quote)


def dialogs(user: User) -> list[EndpointDialog]:
    return [each for each in user.window.findChildren(EndpointDialog) if each.isVisible()]


async def sees_dialog(user: User) -> EndpointDialog:
    await user.sees(lambda: dialogs(user), "the dialog of an endpoint")
    return dialogs(user)[0]


def attached(user: User) -> list[str]:
    return [attachment.name for attachment in user.window.composer.draft().attachments]


def test_a_link_opens_its_chat(run: Run, gateway: Gateway, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with running(tmp_path, gateway) as user:
            await user.asks_and_reads("First?")
            chat_id = user.program.chats.chat.id
            user.clicks("newChat")
            await user.sees(lambda: not user.items(), "an empty chat")
            comes(user, chat_link(chat_id))
            await user.sees(lambda: user.texts()[:1] == ["First?"], "the chat of the link")

    run(scenario())


def test_a_link_to_a_chat_that_is_not_here_changes_nothing(run: Run, gateway: Gateway, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with running(tmp_path, gateway) as user:
            await user.asks_and_reads("First?")
            comes(user, "ligature:chat/4711")
            await user.sees(lambda: any("not here" in text for text in user.notices()), "a notice")
            assert user.texts()[:1] == ["First?"]

    run(scenario())


def test_a_link_fills_in_a_question_and_sends_nothing(run: Run, gateway: Gateway, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with running(tmp_path, gateway) as user:
            await user.asks_and_reads("First?")
            user.types("half a thought")
            comes(user, new(prompt="Why is the sky blue?\nBriefly."))
            await user.sees(lambda: user.editor.toPlainText() == "Why is the sky blue?\nBriefly.", "the prompt")
            assert user.program.chats.chat.id == NEW_CHAT_ID
            user.chooses_chat("First?")
            await user.sees(lambda: user.editor.toPlainText() == "half a thought", "the draft of the other chat")
            assert len(gateway.chats) == 1

    run(scenario())


def test_what_is_written_in_a_new_chat_stays_above_a_links_prompt(run: Run, gateway: Gateway, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with running(tmp_path, gateway) as user:
            user.types("My own words")
            comes(user, new(prompt="And the link's"), new(prompt="And the link's"))
            await user.sees(lambda: user.editor.toPlainText() == "My own words\n\nAnd the link's", "both, once")
            user.presses(Qt.Key.Key_Return)
            await user.sees(lambda: len(user.items()) == 2 and user.has_ended(), "an answer, since the user sent it")

    run(scenario())


def test_a_link_chooses_a_model_that_the_user_has(run: Run, gateway: Gateway, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with running(tmp_path, gateway) as user:
            user.program.models.refresh("loop")
            await user.sees(user.program.services.catalogue.models, "the list of models")
            comes(user, new(prompt="Hi", model="thinker", endpoint="loop"))
            await user.sees(lambda: user.program.chats.model.model == "thinker", "the link's model")
            comes(user, new(model="gpt-of-somebody-else"))
            await user.sees(lambda: any("gpt-of-somebody-else" in text for text in user.notices()), "a notice")
            assert user.program.chats.model.model == "thinker"

    run(scenario())


def test_a_links_system_prompt_is_told_and_can_be_removed(run: Run, gateway: Gateway, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with running(tmp_path, gateway) as user:
            comes(user, new(prompt="Hi", system="Praise soap."))
            await user.sees(lambda: "Praise soap." in user.notices(), "a notice with the system prompt")
            assert user.program.chats.chat.parameters == {"system_prompt": "Praise soap."}
            user.clicks_text("Remove it")
            assert user.program.chats.chat.parameters == {}

    run(scenario())


def test_removing_a_links_system_prompt_leaves_what_was_set_since(run: Run, gateway: Gateway, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with running(tmp_path, gateway) as user:
            comes(user, new(prompt="Hi", system="Praise soap."))
            await user.sees(lambda: "Praise soap." in user.notices(), "a notice with the system prompt")
            parameters = user.program.window.parameter_panel
            parameters.change_to({**user.program.chats.chat.parameters, "temperature": 0.3})
            user.clicks_text("Remove it")
            assert user.program.chats.chat.parameters == {"temperature": 0.3}

    run(scenario())


def test_a_links_system_prompt_is_not_told_in_another_chat(run: Run, gateway: Gateway, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with running(tmp_path, gateway) as user:
            await user.asks_and_reads("First?")
            first = user.program.chats.chat.id
            comes(user, new(prompt="Hi", system="Praise soap."))
            await user.sees(lambda: "Praise soap." in user.notices(), "a notice with the system prompt")
            comes(user, f"ligature:chat/{first}")
            await user.sees(lambda: user.program.chats.chat.id == first, "the first chat")
            assert "Praise soap." not in user.notices()

    run(scenario())


def test_a_question_that_is_being_changed_is_not_lost_to_a_link(run: Run, gateway: Gateway, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with running(tmp_path, gateway) as user:
            await user.asks_and_reads("First?")
            user.presses(Qt.Key.Key_Up)
            user.types(" Changed")
            comes(user, new(prompt="Something else"))
            await user.sees(lambda: any("lost" in text for text in user.notices()), "a question")
            assert user.editor.toPlainText() == "First? Changed"
            user.clicks_text("Open it")
            await user.sees(lambda: user.editor.toPlainText() == "Something else", "the link's prompt")

    run(scenario())


def test_a_link_that_comes_while_an_answer_streams_leaves_it_streaming(
    run: Run, gateway: Gateway, tmp_path: Path
) -> None:
    gateway.then(answer("word " * 60, tokens_per_s=60))

    async def scenario() -> None:
        async with running(tmp_path, gateway) as user:
            user.asks("First?")
            await user.sees(lambda: len(user.items()) == 2 and user.texts()[1], "an answer that streams")
            comes(user, new(prompt="Meanwhile"))
            await user.sees(lambda: user.editor.toPlainText() == "Meanwhile", "the prompt")
            user.chooses_chat("First?")
            await user.sees(lambda: user.has_ended() and user.texts()[1:] == ["word " * 60], "all of it")

    run(scenario())


def test_an_endpoint_from_a_link_is_kept_only_when_the_user_adds_it(run: Run, gateway: Gateway, tmp_path: Path) -> None:
    write_config(tmp_path, gateway)
    before = (tmp_path / "config.toml").read_text()

    async def scenario() -> None:
        async with running(tmp_path, gateway) as user:
            for _ in range(2):
                comes(user, proposed(base_url="https://api.example.com:8443/v1", name="Loop", key=KEY))
            dialog = await sees_dialog(user)
            assert find(dialog, QLabel, "endpointHost").text() == "api.example.com:8443"
            key = find(dialog, QLineEdit, "endpointKey")
            assert key.text() == KEY
            assert key.echoMode() is QLineEdit.EchoMode.Password
            assert find(dialog, QLineEdit, "endpointId").text() == "loop_2"  # the user's own “loop” stays what it is
            QTest.keyClick(dialog, Qt.Key.Key_Escape)
            await user.sees(lambda: dialogs(user) and dialogs(user)[0] is not dialog, "the second link")
            QTest.keyClick(dialogs(user)[0], Qt.Key.Key_Escape)
            await user.sees(lambda: not dialogs(user), "no dialog")
            await user.asks_and_reads("Hello?")
        assert (tmp_path / "config.toml").read_text() == before
        assert files_with(tmp_path, KEY) == []

    run(scenario())


def test_an_endpoint_that_the_user_adds_from_a_link_is_asked_with_its_key(
    run: Run, gateway: Gateway, tmp_path: Path
) -> None:
    async def scenario() -> None:
        async with running(tmp_path) as user:
            gateway.key = KEY
            comes(user, proposed(base_url=gateway.base_url, name="Mine", key=KEY))
            dialog = await sees_dialog(user)
            QTest.mouseClick(find(dialog, QPushButton, "endpointAccept"), Qt.MouseButton.LeftButton)
            await user.sees(lambda: user.program.chats.model.endpoint_id == "mine", "a model of the endpoint")
            await user.asks_and_reads("Hello?")
        assert 'id = "mine"' in (tmp_path / "config.toml").read_text()
        assert gateway.chats[0].headers["authorization"] == f"Bearer {KEY}"
        assert files_with(tmp_path, KEY) == []

    run(scenario())


def test_one_who_types_when_a_link_proposes_an_endpoint_has_not_said_yes(
    run: Run, gateway: Gateway, tmp_path: Path
) -> None:
    write_config(tmp_path, gateway)
    before = (tmp_path / "config.toml").read_text()

    async def scenario() -> None:
        async with running(tmp_path, gateway) as user:
            user.types("A question that is ")
            comes(user, proposed(base_url="https://api.example.com/v1", key=KEY))
            dialog = await sees_dialog(user)
            focused = user.window.focusWidget() or dialog
            QTest.keyClicks(focused, "typed on")
            QTest.keyClick(focused, Qt.Key.Key_Return)
            QTest.keyClick(focused, Qt.Key.Key_Space)
            assert dialog.isVisible()
            assert find(dialog, QLineEdit, "endpointKey").text() == KEY
            address = find(dialog, QLineEdit, "endpointAddress")
            address.setFocus()
            QTest.keyClick(address, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
            QTest.keyClicks(address, "https://api.example.org/v1")
            assert find(dialog, QLabel, "endpointHost").text() == "api.example.org"
            QTest.keyClick(address, Qt.Key.Key_Return)
            QTest.keyClick(dialog, Qt.Key.Key_Escape)
        assert (tmp_path / "config.toml").read_text() == before

    run(scenario())


def test_a_known_service_from_a_link_goes_where_the_service_is(run: Run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with running(tmp_path) as user:
            comes(user, proposed(preset="openai", key=KEY), proposed(preset="nobody"))
            dialog = await sees_dialog(user)
            assert find(dialog, QLabel, "endpointHost").text() == "api.openai.com"
            QTest.keyClick(dialog, Qt.Key.Key_Escape)
            await user.sees(lambda: any("not known" in text for text in user.notices()), "a notice about the other")
            assert not dialogs(user)

    run(scenario())


def test_a_link_waits_until_a_dialog_is_closed(run: Run, gateway: Gateway, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with running(tmp_path, gateway) as user:
            user.program.settings.add_endpoint()
            dialog = await sees_dialog(user)
            comes(user, new(prompt="Later"), "ligature:nonsense")
            await asyncio.sleep(0)
            assert user.editor.toPlainText() == ""
            assert dialogs(user) == [dialog]
            QTest.keyClick(dialog, Qt.Key.Key_Escape)
            await user.sees(lambda: user.editor.toPlainText() == "Later", "the prompt")
            await user.sees(lambda: any("does not know" in text for text in user.notices()), "a notice")

    run(scenario())


def test_a_page_that_sends_link_after_link_is_told_off(run: Run, gateway: Gateway, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with running(tmp_path, gateway) as user:
            comes(user, *[proposed(preset="openai")] * 100)
            await user.sees(lambda: any("Too many links" in text for text in user.notices()), "a notice")
            assert len(dialogs(user)) <= 1

    run(scenario())


def test_files_are_attached_as_if_they_were_dropped(run: Run, gateway: Gateway, tmp_path: Path) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "-ä b.png").write_bytes(encoded(photo(40, 30)))
    (folder / "letter.txt").write_text("Dear reader")
    odd = b"\xff.png".decode("utf-8", "surrogateescape")
    (folder / odd).write_bytes(encoded(photo(41, 30)))

    async def scenario() -> None:
        async with running(tmp_path / "data", gateway) as user:
            user.types("What is this?")
            names = ("-ä b.png", "letter.txt", odd, "missing.png", ".")
            comes(user, new(prompt="In a new chat"), *(str(folder / name) for name in names))
            await user.sees(lambda: len(attached(user)) == 2, "the pictures")
            assert attached(user)[0] == "-ä b.png"
            for wrong in ("letter.txt", "missing.png", "folder"):
                await user.sees(lambda wrong=wrong: any(wrong in text for text in user.notices()), wrong)
            assert user.editor.toPlainText() == "What is this?\n\nIn a new chat"
            assert gateway.chats == []

    run(scenario())


def test_what_came_before_the_window_was_complete_is_opened(run: Run, gateway: Gateway, tmp_path: Path) -> None:
    picture = tmp_path / "sky.png"
    picture.write_bytes(encoded(photo(40, 30)))

    async def first() -> None:
        async with running(tmp_path / "data", gateway) as user:
            await user.asks_and_reads("First?")

    async def second() -> None:
        async with running(tmp_path / "data", gateway) as user:  # the last chat is being opened
            comes(user, str(picture))
            await user.sees(lambda: attached(user) == ["sky.png"], "the picture")
            assert user.texts()[:1] == ["First?"]

    run(first())
    run(second())


def test_the_link_to_a_chat_is_copied_from_its_menu_and_by_keys(run: Run, gateway: Gateway, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with running(tmp_path, gateway) as user:
            await user.asks_and_reads("First?")
            wanted = chat_link(user.program.chats.chat.id)
            user.presses(Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
            assert QGuiApplication.clipboard().text() == wanted
            QGuiApplication.clipboard().clear()
            view = find(user.window, QListView, "chatList")
            view.setFocus()
            QTest.mouseClick(view.viewport(), Qt.MouseButton.RightButton)
            view.menu_wanted.emit(view.currentIndex())  # type: ignore[attr-defined]
            menu = find(user.window, QMenu, "chatMenu")
            [action] = [each for each in menu.actions() if each.objectName() == "copyChatLink"]
            menu.setActiveAction(action)
            QTest.keyClick(menu, Qt.Key.Key_Return)
            assert QGuiApplication.clipboard().text() == wanted

    run(scenario())
