"""Tools as a user meets them: calls under an answer, answered by hand or by a command, and the answer that follows."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Callable, Coroutine, Mapping
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QFileDialog, QLabel, QLineEdit, QPlainTextEdit

from desktop.core.conversation import Chat, Role, Status
from desktop.core.tools import Tool, Tools, with_tools
from desktop.ui.message_view.item import CallState
from desktop.ui.tool_controller import MOST_ROUNDS
from tests.gateway import Gateway, Hold, answer, chunk, events
from tests.gateway.wire import Request, Response
from tests.ui.acting import find
from tests.ui.message_views import click
from tests.ui.programs import User, running, write_config
from tests.until import until

Run = Callable[[Coroutine[Any, Any, Any]], Any]

WEATHER = Tool("get_weather", "Weather of a city.", {"type": "object", "properties": {"city": {"type": "string"}}})


def calls(*names_and_ids: tuple[str, str], text: str = "") -> Response:
    """An answer that calls tools."""
    wire = [
        {"index": place, "id": id_, "type": "function", "function": {"name": name, "arguments": '{"city": "Bern"}'}}
        for place, (name, id_) in enumerate(names_and_ids)
    ]
    words = [chunk(text)] if text else []
    return events(*words, chunk(tool_calls=wire), chunk(finish="tool_calls"), "[DONE]")


def command(tmp_path: Path, source: str, tool: str = "get_weather", **more: object) -> str:
    """A line of config.toml that lists a Python script for a tool."""
    script = tmp_path / f"{tool}.py"
    script.write_text(source, encoding="utf-8")
    fields = {"name": tool, "command": [sys.executable, str(script)], **more}
    return "\n[[tool]]\n" + "".join(f"{key} = {json.dumps(value)}\n" for key, value in fields.items())


def give_tools(user: User, *tools: Tool) -> None:
    """The chat has these from now on."""
    user.program.chats.change({"features": with_tools(user.program.chats.chat.features, Tools(tools))})


def states(user: User) -> Mapping[str, CallState]:
    """How far each call on the screen is."""
    return {call.id: call.state for item in user.items() for call in item.calls}


async def opens_call(user: User, call_id: str) -> QPlainTextEdit:
    """Presses the button of a call; the field for the result."""
    await user.sees(lambda: states(user).get(call_id) is CallState.WAITING)
    click(user.view, f"answer-call {call_id}")
    field = find(user.window, QPlainTextEdit, "toolCallResult")
    await until(field.isVisible)
    return field


async def answers_by_hand(user: User, call_id: str, text: str) -> None:
    field = await opens_call(user, call_id)
    QTest.keyClicks(field, text)
    user.clicks("toolCallSend")
    await user.sees(lambda: states(user)[call_id] is CallState.ANSWERED)


def test_a_call_is_answered_by_hand_and_the_model_goes_on(run: Run, gateway: Gateway, tmp_path: Path) -> None:
    gateway.then(calls(("get_weather", "a"), text="Let me see."), answer("It is **sunny**."))

    async def scenario() -> None:
        async with running(tmp_path, gateway) as user:
            give_tools(user, WEATHER)
            user.asks("Weather in Bern?")
            await answers_by_hand(user, "a", '{"sky": "clear"}')
            await user.sees(lambda: user.texts()[-1] == "It is **sunny**." and user.has_ended())
            asked, called, result, last = user.items()
            assert (called.text, called.notice) == ("Let me see.", "")
            assert called.calls[0].arguments == '{\n  "city": "Bern"\n}'
            assert result.author == "get_weather"
            assert result.text == '```json\n{"sky": "clear"}\n```'
            assert (asked.role, last.role) == (Role.USER, Role.ASSISTANT)
            first, second = gateway.chats
            assert first.json["tools"][0]["function"]["name"] == "get_weather"
            assert second.json["messages"][-1] == {
                "role": "tool",
                "tool_call_id": "a",
                "content": '{"sky": "clear"}',
            }
        async with running(tmp_path, gateway) as user:
            await user.sees(lambda: len(user.items()) == 4)
            assert states(user) == {"a": CallState.ANSWERED}
            assert user.items()[2].text == '```json\n{"sky": "clear"}\n```'

    run(scenario())


def test_several_calls_wait_for_each_other_over_a_restart(run: Run, gateway: Gateway, tmp_path: Path) -> None:
    gateway.then(calls(("get_weather", "a"), ("get_weather", "b")), answer("Both are fine."))

    async def scenario() -> None:
        async with running(tmp_path, gateway) as user:
            give_tools(user, WEATHER)
            user.asks("Weather?")
            await answers_by_hand(user, "b", "two")
            await user.sees(user.has_ended)
            assert states(user) == {"a": CallState.WAITING, "b": CallState.ANSWERED}
            assert len(gateway.chats) == 1
        async with running(tmp_path, gateway) as user:
            await answers_by_hand(user, "a", "one")
            await user.sees(lambda: user.texts()[-1] == "Both are fine.")
            sent = gateway.chats[1].json["messages"]
            assert [(message["tool_call_id"], message["content"]) for message in sent if message["role"] == "tool"] == [
                ("b", "two"),
                ("a", "one"),
            ]

    run(scenario())


def test_a_call_that_nobody_answers_is_left_out_of_the_next_question(
    run: Run, gateway: Gateway, tmp_path: Path
) -> None:
    gateway.then(calls(("get_weather", "a")), answer("As you wish."))

    async def scenario() -> None:
        async with running(tmp_path, gateway) as user:
            give_tools(user, WEATHER)
            user.asks("Weather?")
            await user.sees(lambda: states(user) == {"a": CallState.WAITING} and user.has_ended())
            assert await user.asks_and_reads("Never mind.") == "As you wish."
            assert [message["role"] for message in gateway.chats[1].json["messages"]] == ["user", "user"]
            assert states(user) == {"a": CallState.GONE}

    run(scenario())


def test_a_listed_command_answers_after_a_yes_and_is_asked_again_each_time(
    run: Run, gateway: Gateway, tmp_path: Path
) -> None:
    source = "import json, os, sys\nkeys = [key for key in os.environ if 'LIGATURE_KEY' in key]\n"
    source += "print('in', json.load(sys.stdin)['city'], keys)"
    write_config(tmp_path, gateway, command(tmp_path, source))
    gateway.then(calls(("get_weather", "a")), calls(("get_weather", "b")), answer("Done."))

    async def scenario() -> None:
        async with running(tmp_path, gateway) as user:
            give_tools(user, WEATHER)
            user.asks("Weather?")
            for call_id in ("a", "b"):
                await opens_call(user, call_id)
                assert find(user.window, QLabel, "toolCommand").accessibleName().endswith("get_weather.py")
                user.clicks("toolCommandRun")
                await user.sees(lambda call_id=call_id: states(user)[call_id] is CallState.ANSWERED)
            await user.sees(lambda: user.texts()[-1] == "Done.")
            assert [
                message["content"] for message in gateway.chats[2].json["messages"] if message["role"] == "tool"
            ] == [
                "in Bern []",
                "in Bern []",
            ]
            results = [item for item in user.items() if item.role is Role.TOOL]
            assert all(item.caption.startswith("result from python") for item in results)

    run(scenario())


def test_always_in_this_chat_answers_by_itself_but_not_for_ever(run: Run, gateway: Gateway, tmp_path: Path) -> None:
    write_config(tmp_path, gateway, command(tmp_path, "print('ok')"))
    count = 0

    def again(_request: Request) -> Response:
        nonlocal count
        count += 1
        return calls(("get_weather", f"c{count}"))

    gateway.default = again

    async def scenario() -> None:
        async with running(tmp_path, gateway) as user:
            give_tools(user, WEATHER)
            user.asks("Weather?")
            await opens_call(user, "c1")
            user.clicks("toolCommandAlways")
            user.clicks("toolCommandRun")
            last = f"c{MOST_ROUNDS + 2}"
            await user.sees(lambda: states(user).get(last) is CallState.WAITING and user.has_ended(), timeout_s=60)
            assert any("times in a row" in text for text in user.notices())
            user.program.new_chat()
            give_tools(user, WEATHER)
            user.asks("And here?")
            await user.sees(lambda: states(user) == {f"c{MOST_ROUNDS + 3}": CallState.WAITING} and user.has_ended())

    run(scenario())


def test_always_ends_with_its_chat(run: Run, gateway: Gateway, tmp_path: Path) -> None:
    write_config(tmp_path, gateway, command(tmp_path, "print('ok')"))
    gateway.then(calls(("get_weather", "a")), answer("Fine."), calls(("get_weather", "b")))

    async def scenario() -> None:
        async with running(tmp_path, gateway) as user:
            give_tools(user, WEATHER)
            user.asks("Weather?")
            await opens_call(user, "a")
            user.clicks("toolCommandAlways")
            user.clicks("toolCommandRun")
            await user.sees(lambda: user.texts()[-1] == "Fine." and user.has_ended())
            user.window.chat_list.delete_chat(user.program.chats.chat.id)
            await user.sees(lambda: not user.items())
            user.asks("And here?")
            await user.sees(lambda: states(user) == {"b": CallState.WAITING} and user.has_ended())
            assert len(gateway.chats) == 3

    run(scenario())


def test_a_command_that_fails_is_told_and_one_that_hangs_is_stopped(run: Run, gateway: Gateway, tmp_path: Path) -> None:
    fails = command(tmp_path, "import sys; sys.exit('No such city.')")
    hangs = command(tmp_path, "import time; time.sleep(600)", "slow")
    write_config(tmp_path, gateway, fails + hangs)
    gateway.then(calls(("get_weather", "a"), ("slow", "b")), answer("Well."))

    async def scenario() -> None:
        async with running(tmp_path, gateway) as user:
            give_tools(user, WEATHER, Tool("slow"))
            user.asks("Weather?")
            await opens_call(user, "a")
            user.clicks("toolCommandRun")
            await user.sees(lambda: any("No such city." in text for text in user.notices()))
            assert states(user)["a"] is CallState.WAITING
            await opens_call(user, "b")
            user.clicks("toolCommandRun")
            await user.sees(lambda: states(user)["b"] is CallState.RUNNING)
            click(user.view, "stop-call b")
            await user.sees(lambda: states(user)["b"] is CallState.WAITING)
            await answers_by_hand(user, "a", "x")
            await answers_by_hand(user, "b", "y")
            await user.sees(lambda: user.texts()[-1] == "Well.")

    run(scenario())


def test_quitting_ends_a_command_that_runs(run: Run, gateway: Gateway, tmp_path: Path) -> None:
    write_config(tmp_path, gateway, command(tmp_path, "import time; time.sleep(600)"))
    gateway.then(calls(("get_weather", "a")))

    async def scenario() -> None:
        async with running(tmp_path, gateway) as user:
            give_tools(user, WEATHER)
            user.asks("Weather?")
            await opens_call(user, "a")
            user.clicks("toolCommandRun")
            await user.sees(lambda: states(user)["a"] is CallState.RUNNING)
        async with running(tmp_path, gateway) as user:
            await user.sees(lambda: states(user) == {"a": CallState.WAITING})

    run(scenario())


def test_stop_in_the_middle_of_a_call_leaves_nothing_to_answer(run: Run, gateway: Gateway, tmp_path: Path) -> None:
    gateway.then(calls(("get_weather", "a")).cut(1, Hold()))

    async def scenario() -> None:
        async with running(tmp_path, gateway) as user:
            give_tools(user, WEATHER)
            user.asks("Weather?")
            await user.sees(lambda: states(user) == {"a": CallState.ARRIVING})
            user.clicks("stopButton")
            await user.sees(lambda: user.items()[-1].status is Status.STOPPED)
            assert states(user) == {"a": CallState.GONE}

    run(scenario())


def test_editing_and_retrying_an_answer_that_used_tools(run: Run, gateway: Gateway, tmp_path: Path) -> None:
    gateway.then(calls(("get_weather", "a")), answer("First."), answer("Second."))

    async def scenario() -> None:
        async with running(tmp_path, gateway) as user:
            give_tools(user, WEATHER)
            user.asks("Weather?")
            await answers_by_hand(user, "a", "Sunny")
            await user.sees(lambda: user.texts()[-1] == "First." and user.has_ended())
            user.clicks_on_message("retry", user.items()[-1].id)
            await user.sees(lambda: user.texts()[-1] == "Second." and user.has_ended())
            assert gateway.chats[2].json["messages"] == gateway.chats[1].json["messages"]
            user.clicks_on_message("edit", user.items()[-1].id)
            assert user.editor.toPlainText() == "Weather?"

    run(scenario())


def test_copies_and_exports_take_calls_and_results_along(run: Run, gateway: Gateway, tmp_path: Path) -> None:
    gateway.then(calls(("get_weather", "a"), text="Let me see."), answer("So it is."))

    async def scenario() -> None:
        async with running(tmp_path, gateway) as user:
            give_tools(user, WEATHER)
            user.asks("Weather?")
            await user.sees(lambda: states(user) == {"a": CallState.WAITING} and user.has_ended())
            user.clicks_on_message("copy", user.items()[-1].id)
            expected = 'Let me see.\n\n`get_weather`\n\n```json\n{\n  "city": "Bern"\n}\n```'
            assert QGuiApplication.clipboard().text().strip() == expected
            await answers_by_hand(user, "a", "Sunny")
            await user.sees(lambda: user.texts()[-1] == "So it is." and user.has_ended())
            target = tmp_path / "chat.md"
            user.presses(Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
            [dialog] = user.window.findChildren(QFileDialog)
            dialog.fileSelected.emit(str(target))
            dialog.reject()
            await until(target.exists)
            exported = target.read_text(encoding="utf-8")
            assert expected in exported
            assert "## get_weather · result" in exported
            assert "```text\nSunny\n```" in exported

    run(scenario())


def test_a_call_is_answered_by_keys_alone(run: Run, gateway: Gateway, tmp_path: Path) -> None:
    gateway.then(calls(("get_weather", "a")), answer("Thanks."))

    async def scenario() -> None:
        async with running(tmp_path, gateway) as user:
            give_tools(user, WEATHER)
            user.asks("Weather?")
            field = await opens_call(user, "a")
            QTest.keyClicks(field, "Sunny")
            QTest.keyClick(field, Qt.Key.Key_Tab)
            QTest.keyClick(find(user.window, QAbstractButton, "toolCallSend"), Qt.Key.Key_Space)
            await user.sees(lambda: user.texts()[-1] == "Thanks.")

    run(scenario())


def test_what_is_chosen_while_the_chat_is_being_read_stays_chosen(
    run: Run, gateway: Gateway, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gateway.then(answer("One."), calls(("get_weather", "a")), answer("Thanks."))

    async def scenario() -> None:
        async with running(tmp_path, gateway) as user:
            await user.asks_and_reads("Hello")
            store, read, is_held = user.program.services.store, asyncio.Event(), asyncio.Event()
            read_chat = store.chat

            async def held_back(chat_id: int) -> Chat:
                chat = await read_chat(chat_id)
                read.set()
                await is_held.wait()
                return chat

            monkeypatch.setattr(store, "chat", held_back)
            user.program.turns.asked.emit(user.program.chats.chat.id, user.program.chats.open_chat.messages[1])
            await read.wait()
            give_tools(user, WEATHER)
            user.program.chats.save_draft()
            await until(lambda: user.program.chats.chat.features)
            is_held.set()
            monkeypatch.undo()
            user.asks("Weather?")
            await answers_by_hand(user, "a", "Sunny")
            await user.sees(lambda: user.texts()[-1] == "Thanks.")
            assert "tools" in gateway.chats[2].json

    run(scenario())


def test_tools_are_written_in_the_card_and_belong_to_the_chat(run: Run, gateway: Gateway, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with running(tmp_path, gateway) as user:
            user.window.toggle_parameters()
            button = find(user.window, QAbstractButton, "toolsButton")
            await until(button.isVisible)
            assert button.accessibleName() == "Tools: none"
            user.clicks("toolsButton")
            user.clicks("toolAdd")
            name = find(user.window, QLineEdit, "toolName")
            schema = find(user.window, QPlainTextEdit, "toolSchema")
            QTest.keyClicks(name, "get weather")
            assert "letters without accents" in find(user.window, QLabel, "toolNameMessage").text()
            name.selectAll()
            QTest.keyClicks(name, "get_weather")
            QTest.keyClicks(schema, '{"properties": {"city": {"type": "text"}}}')
            problem = find(user.window, QLabel, "toolSchemaMessage")
            assert "“text” in “city” is no type" in problem.text()
            schema.selectAll()
            QTest.keyClicks(schema, '{"properties": {"city": {"type": "string"}}}')
            assert not problem.isVisible()
            user.clicks("toolAdd")
            find(user.window, QAbstractButton, "toolEnabled").click()
            user.clicks("toolsClose")
            assert button.accessibleName() == "Tools: 1 is sent"
            await user.asks_and_reads("Hello")
            [sent] = gateway.chats[0].json["tools"]
            assert sent["function"]["name"] == "get_weather"
            assert sent["function"]["parameters"]["properties"] == {"city": {"type": "string"}}
            user.clicks("toolsButton")
            user.clicks("toolRemove")
            assert name_shown(user) == "new_tool"
            user.clicks("toolsClose")
            assert button.accessibleName() == "Tools: none"
            await user.asks_and_reads("Again")
            assert "tools" not in gateway.chats[1].json

    run(scenario())


def name_shown(user: User) -> str:
    """The name of the tool whose fields are seen."""
    [field] = [edit for edit in user.window.findChildren(QLineEdit, "toolName") if edit.isVisible()]
    return field.text()
