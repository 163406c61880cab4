"""The program without its screen: all that is on it has a name, can be found, pressed, filled in and read aloud."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from desktop.core.conversation import Message
from desktop.core.parameters import PARAMETERS
from desktop.services.store import Store
from tests.desktop.screen import wait_until
from tests.desktop.screen_reader import Node
from tests.desktop.started import NO_KEYRING, Ligature, Start
from tests.gateway import Gateway, Hold, answer
from tests.ui.programs import ENVIRONMENT, write_config
from tests.unit import store_kit

pytestmark = pytest.mark.desktop

IN_THE_WINDOW = """
    mainWindow newChat chatList chatSearch modelButton parameterPanel parameterToggle composer attachButton sendButton
    stopButton messageView attachmentList usageLabel noticeBar settingsButton
""".split()
PARAMETER_NAMES = ["systemPrompt", *(f"param_{each.name}" for each in PARAMETERS if each.name != "system_prompt")]
CONTROLS = """
    push button|toggle button|check box|radio button|text|password text|combo box|spin button|slider|list
""".strip().split("|")


@pytest.fixture
def ligature(start: Start, gateway: Gateway, tmp_path: Path) -> Ligature:
    """The program, with the gateway as its endpoint."""
    write_config(tmp_path, gateway)
    return start(tmp_path, ENVIRONMENT)


def nameless(nodes: list[Node], identifiers: list[str]) -> list[str]:
    """Which of the ids are missing, stand there twice, or have no name for the reader."""
    names: dict[str, list[str]] = {}
    for node in nodes:
        names.setdefault(node.id, []).append(node.name)
    return [f"{each}: {names.get(each)}" for each in identifiers if len(names.get(each, [])) != 1 or not names[each][0]]


def test_every_fixed_name_is_there_once_and_is_said(ligature: Ligature) -> None:
    reader = ligature.reader
    reader.shown("sendButton")
    assert nameless(reader.tree(), IN_THE_WINDOW) == []
    reader.press("parameterToggle")
    reader.press("moreParameters")
    reader.shown("systemPrompt")
    assert nameless(reader.tree(), PARAMETER_NAMES) == []
    reader.press("modelButton")
    reader.shown("modelList")
    assert nameless(reader.tree(), ["modelPicker", "modelSearch", "modelList"]) == []
    ligature.presses("Escape")
    wait_until(lambda: not reader.is_shown("modelPicker"), what="a closed picker")
    reader.press("settingsButton")
    reader.shown("settingsDialog")
    assert nameless(reader.tree(), ["settingsDialog"]) == []


def test_everything_that_can_be_pressed_or_filled_in_has_a_name_and_an_id(ligature: Ligature) -> None:
    reader = ligature.reader
    ways: dict[str, Callable[[], None]] = {
        "moreParameters": lambda: reader.press("parameterToggle"),
        "param_extra": lambda: reader.press("moreParameters"),
        "settingsGeneral": lambda: reader.press("settingsButton"),
        "settingsEndpoints": lambda: reader.click("settingsPages", "Endpoints"),
        "endpointDialog": lambda: reader.press("addEndpoint"),
        "endpointBody": lambda: reader.press("endpointMore"),
    }
    for arrival, go in ways.items():
        go()
        reader.shown(arrival)
        controls = [node for node in reader.tree() if node.role in CONTROLS and node.showing]
        nameless_here = [node for node in controls if not node.name or "." in node.id]
        assert nameless_here == [], arrival


def test_a_question_is_written_sent_and_its_answer_read(ligature: Ligature, gateway: Gateway) -> None:
    text = "Hangers are shortest\nat mid-span."
    gateway.then(answer(text))
    reader = ligature.reader
    reader.write("composer", "Which are the shortest?")
    reader.press("sendButton")
    assert ligature.answer().description == text
    question, said = ligature.messages()
    assert (question.role, question.name, question.description) == (
        "list item", "You: Which are the shortest?", "Which are the shortest?"
    )  # fmt: skip
    assert (said.role, said.name) == ("list item", "echo: Hangers are shortest")
    assert reader.node("messageView").role == "list"
    assert "15 tokens" in reader.shown("usageLabel").description


def test_an_answer_is_busy_while_it_streams_and_stop_keeps_what_came(ligature: Ligature, gateway: Gateway) -> None:
    whole = answer("One two three four").streamed()
    gateway.then(whole.cut(3, Hold()))
    reader = ligature.reader
    reader.write("composer", "Count?")
    reader.press("sendButton")
    wait_until(lambda: [node for node in ligature.messages() if node.busy and node.description == "One two"])
    reader.press("stopButton")
    assert ligature.answer().description == "One two\n\nStopped."
    gateway.wait(lambda: gateway.chats[0].hung_up_at)
    assert not reader.is_shown("stopButton")


def test_what_comes_is_told_to_a_reader_that_remembers(ligature: Ligature, gateway: Gateway) -> None:
    gateway.then(answer("One sentence. And another."))
    reader = ligature.reader
    reader.listen()
    reader.write("composer", "Why?")
    reader.press("sendButton")
    ligature.answer()
    wait_until(lambda: "object:property-change:accessible-name message_2" in reader.heard(), what="a new name")
    told = reader.heard()
    assert told.count("object:children-changed:add messageView") == 2
    spoken = [each.partition(" messageView ")[2] for each in told if each.startswith("object:announcement")]
    assert " ".join(spoken) == "One sentence. And another."  # by sentences, as they came
    assert "object:property-change:accessible-description message_2" in told


def test_the_keyboard_moves_a_reader_from_message_to_message(ligature: Ligature) -> None:
    reader = ligature.reader
    reader.write("composer", "Why?")
    reader.press("sendButton")
    ligature.answer()
    reader.listen()
    reader.click("messageView")
    ligature.presses("Up")
    wait_until(lambda: "object:state-changed:focused message_1 1" in reader.heard(), what="the question")
    ligature.presses("Down")
    wait_until(lambda: "object:state-changed:focused message_2 1" in reader.heard(), what="the answer")


def test_what_is_in_an_answer_is_found_and_pressed(ligature: Ligature, gateway: Gateway) -> None:
    gateway.then(
        answer("Run [this](https://example.org):\n\n```sh\nls -l\n```", thinking="A command."), answer("Again.")
    )
    reader = ligature.reader
    reader.write("composer", "How?")
    reader.press("sendButton")
    ligature.answer()
    parts = reader.children("message_2")
    assert [(part.role, part.name.partition(" for ")[0]) for part in parts] == [
        ("push button", "Thought"), ("link", "this"), ("push button", "Copy code"),
        ("push button", "Copy message"), ("push button", "Ask again"), ("push button", "Edit")
    ]  # fmt: skip
    assert parts[2].description == "sh: ls -l"
    reader.press(parts[0].id)
    wait_until(lambda: len(reader.children("message_2")) == len(parts))
    reader.press(parts[2].id)
    wait_until(lambda: ligature.screen.clipboard_text() == "ls -l", what="the code in the clipboard")
    reader.press(next(part.id for part in parts if part.name == "Ask again"))
    wait_until(lambda: ligature.messages()[-1].description == "Again.", what="another answer")
    assert "Previous answer" in [part.name for part in reader.children("message_3")]


async def _fill(data_dir: Path, count: int) -> None:
    """A chat of so many messages, which is the last one used."""
    store = Store(data_dir / "ligature.db")
    chat = await store.create_chat(endpoint_id="loop", model="echo", title="Long")
    question: Message | None = None
    for number in range(count // 2):
        question = await store_kit.ask(store, chat, f"Question {number}?", question)
        question = await store_kit.answer(
            store, question, f"Answer **{number}**, see [here](https://example.org/{number})."
        )
    await store.remember("last_chat", chat.id)
    store.close()


def test_a_long_chat_is_walked_from_end_to_end_while_an_answer_streams(
    start: Start, gateway: Gateway, tmp_path: Path
) -> None:
    write_config(tmp_path, gateway)
    asyncio.run(_fill(tmp_path, 2000))
    gateway.then(answer("Slowly. " * 400, tokens_per_s=100).streamed().cut(350, Hold()))
    ligature = start(tmp_path, ENVIRONMENT)
    reader = ligature.reader
    reader.click("chatList", "Long")
    reader.node("message_2000")
    reader.write("composer", "More?")
    reader.press("sendButton")
    reader.node("message_2002")  # the answer has begun
    walked = reader.walk("messageView")
    assert walked["list item"] == 2002
    assert walked["push button"] > 0
    assert reader.node("message_2").description == "Answer 0, see here."
    assert "here" in [part.name for part in reader.children("message_2")]
    reader.press("stopButton")
    wait_until(lambda: not reader.node("message_2002").busy, what="a stopped answer")


def test_a_model_is_picked_and_a_parameter_set_through_the_tree(ligature: Ligature, gateway: Gateway) -> None:
    reader = ligature.reader
    reader.press("modelButton")
    reader.write("modelSearch", "thinker")
    wait_until(lambda: [node for node in reader.children("modelList") if "thinker" in node.name], what="thinker")
    ligature.presses("Return")
    reader.wait("modelButton", lambda node: "thinker" in node.name, "names the model")
    reader.press("parameterToggle")
    reader.write("systemPrompt", "Be brief.")
    reader.write("composer", "Why?")
    reader.press("sendButton")
    assert ligature.answer().name.startswith("thinker: ")
    body = gateway.chats[0].json
    assert body["model"] == "thinker"
    assert body["messages"][0] == {"role": "system", "content": "Be brief."}


def test_without_a_keyring_or_an_endpoint_the_ways_to_begin_are_said(start: Start, tmp_path: Path) -> None:
    reader = start(tmp_path, NO_KEYRING).reader
    reader.shown("firstRun")
    assert nameless(reader.tree(), ["firstRun", "addKey", "lookForServers"]) == []
