"""Answers that call tools: kept fragment by fragment, ended, cut off, and answered, with a real store and gateway."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from desktop.core.conversation import Finish, Role, Status, TextPart, ToolCallPart, ToolResultPart
from desktop.services.store import Store
from tests.gateway import Gateway, Hold, answer, chunk, events
from tests.unit.turn_kit import Desk
from tests.until import until


def fragment(index: int, arguments: str, id_: str = "", name: str = "") -> dict[str, Any]:
    head = {"id": id_, "type": "function"} if id_ else {}
    function = {"name": name, "arguments": arguments} if name else {"arguments": arguments}
    return {"index": index, **head, "function": function}


TWO_CALLS = (
    chunk("Let me see."),
    chunk(tool_calls=[fragment(0, "", "a", "get_weather"), fragment(1, '{"x"', "b", "add")]),
    chunk(tool_calls=[fragment(0, '{"city": ')]),
    chunk(tool_calls=[fragment(1, ": 1}"), fragment(0, '"Bern"}')]),
)


@pytest.mark.parametrize("word", ["tool_calls", "stop"])
async def test_calls_that_interleave_become_parts_of_the_answer(gateway: Gateway, desk: Desk, word: str) -> None:
    gateway.then(events(*TWO_CALLS, chunk(finish=word), "[DONE]"))
    _, question = await desk.chat()
    turn = desk.turn(question)
    await turn.run()
    [message] = await desk.store.messages([turn.messages[0].id])
    assert message.text == "Let me see."
    assert message.tool_calls == (
        ToolCallPart("a", "get_weather", '{"city": "Bern"}'),
        ToolCallPart("b", "add", '{"x": 1}'),
    )
    assert (message.status, message.finish) == (Status.DONE, Finish.TOOL_CALLS)


async def test_calls_of_an_answer_that_came_whole_are_read_too(gateway: Gateway, desk: Desk) -> None:
    call = {"id": "a", "type": "function", "function": {"name": "f", "arguments": "{}"}}
    gateway.then(answer("", tool_calls=[call], finish="tool_calls"))
    _, question = await desk.chat()
    turn = desk.turn(question, stream=False)
    await turn.run()
    assert turn.messages[0].tool_calls == (ToolCallPart("a", "f", "{}"),)


async def test_stop_keeps_what_came_of_a_call_and_marks_it_broken(gateway: Gateway, desk: Desk) -> None:
    gateway.then(events(*TWO_CALLS[:3]).cut(3, Hold()))
    _, question = await desk.chat()
    turn = desk.turn(question)
    running = asyncio.create_task(turn.run())
    await until(
        lambda: bool(turn.messages) and [call.arguments for call in turn.answers[0].tool_calls][:1] == ['{"city": ']
    )
    turn.stop()
    await running
    assert turn.status is Status.STOPPED
    assert turn.messages[0].tool_calls[0] == ToolCallPart("a", "get_weather", '{"city": ', complete=False)


async def test_calls_outlive_a_program_that_is_killed(gateway: Gateway, desk: Desk, tmp_path: Path) -> None:
    gateway.then(events(*TWO_CALLS).cut(4, Hold()))
    chat, question = await desk.chat()
    turn = desk.turn(question)
    running = asyncio.create_task(turn.run())
    await until(lambda: journalled(tmp_path / "test.db") >= 4)
    with closing(sqlite3.connect(tmp_path / "test.db")) as source, closing(sqlite3.connect(tmp_path / "k.db")) as copy:
        source.backup(copy)  # what a kill would have left
    turn.stop()
    await running
    with closing(Store(tmp_path / "k.db")) as later:
        [message] = await later.messages([turn.messages[0].id])
        assert message.status is Status.INTERRUPTED
        assert [call.arguments for call in message.tool_calls] == ['{"city": "Bern"}', '{"x": 1}']
        assert (await later.chat(chat.id)).leaf_id == message.id


def journalled(path: Path) -> int:
    """How many fragments of calls the journal holds."""
    with closing(sqlite3.connect(path)) as db:
        rows = db.execute("SELECT text FROM journal WHERE kind = 'tool_calls'").fetchall()
    return sum(text.count("\n") for (text,) in rows)


async def test_results_are_messages_and_go_out_after_their_calls(gateway: Gateway, desk: Desk) -> None:
    gateway.then(events(*TWO_CALLS, chunk(finish="tool_calls"), "[DONE]"), answer("It is sunny."))
    chat, question = await desk.chat()
    turn = desk.turn(question)
    await turn.run()
    parent = turn.messages[0].id
    for call, text in zip(turn.messages[0].tool_calls, ("Sunny", "2"), strict=True):
        kept = await desk.store.add_result(chat.id, parent, (ToolResultPart(call.id, call.name), TextPart(text)))
        parent = kept.id
    line = await desk.store.line(parent)
    [last] = await desk.store.messages([parent])
    assert (last.role, last.answers_call, last.text) == (Role.TOOL, "b", "2")
    assert (await desk.store.chat(chat.id)).leaf_id == parent
    again = desk.turn(question, line=tuple(line))
    await again.run()
    sent = gateway.chats[1].json["messages"]
    assert [message["role"] for message in sent] == ["user", "assistant", "tool", "tool"]
    assert [message.get("tool_call_id") for message in sent[2:]] == ["a", "b"]
    assert again.messages[0].parent_id == parent
    assert again.messages[0].text == "It is sunny."
