"""Thinking is sent back only where an endpoint demands it, and no longer where it is refused."""

from __future__ import annotations

from dataclasses import replace

import pytest

from desktop.core.conversation import Status, TextPart, ToolResultPart
from desktop.core.endpoints import ThinkingBack
from desktop.core.healing import THINKING_SENT_BACK, Cure
from desktop.services.presets import presets
from desktop.services.turn import Turn
from tests.gateway import Gateway, answer, chunk, error, events
from tests.unit.turn_kit import Desk

CALL = {"index": 0, "id": "a", "type": "function", "function": {"name": "weather", "arguments": "{}"}}
THOUGHT = "The weather decides."


async def after_a_tool(gateway: Gateway, desk: Desk) -> tuple[Turn, Turn]:
    """The turn in which a model thought and called a tool, and the one that goes on with the result, not yet run."""
    gateway.then(
        events(chunk(reasoning_content=THOUGHT), chunk(tool_calls=[CALL]), chunk(finish="tool_calls"), "[DONE]")
    )
    chat, question = await desk.chat()
    first = desk.turn(question)
    await first.run()
    called = first.messages[0]
    assert (called.thinking, called.tool_calls[0].name) == (THOUGHT, "weather")
    result = await desk.store.add_result(chat.id, called.id, (ToolResultPart("a", "weather"), TextPart("Rain.")))
    return first, desk.turn(question, line=(question.id, called.id, result.id))


def thoughts_sent(gateway: Gateway) -> list[str | None]:
    """What the newest request says each answer was thought before."""
    messages = gateway.chats[-1].json["messages"]
    return [message.get("reasoning_content") for message in messages if message["role"] == "assistant"]


def lets_back(turn: Turn, thinking_back: str) -> None:
    call = turn.question.call
    turn.question = replace(
        turn.question, call=replace(call, endpoint=replace(call.endpoint, thinking_back=thinking_back))
    )


@pytest.mark.parametrize(
    ("thinking_back", "sent"),
    [(ThinkingBack.NONE, None), (ThinkingBack.TOOL_TURNS, THOUGHT), (ThinkingBack.ALWAYS, THOUGHT)],
)
async def test_an_answer_that_called_tools_comes_back_with_its_thinking_where_that_is_demanded(
    gateway: Gateway, desk: Desk, thinking_back: str, sent: str | None
) -> None:
    _, turn = await after_a_tool(gateway, desk)
    lets_back(turn, thinking_back)
    await turn.run()
    assert thoughts_sent(gateway) == [sent]


@pytest.mark.parametrize(("thinking_back", "sent"), [(ThinkingBack.TOOL_TURNS, None), (ThinkingBack.ALWAYS, "Hm.")])
async def test_other_answers_come_back_with_it_only_where_all_of_it_is_wanted(
    gateway: Gateway, desk: Desk, thinking_back: str, sent: str | None
) -> None:
    gateway.then(answer("Blue.", thinking="Hm."))
    chat, question = await desk.chat()
    first = desk.turn(question)
    await first.run()
    next_question = await desk.store.add_question(chat.id, first.messages[0].id, (TextPart("And at night?"),))
    turn = desk.turn(next_question, line=(question.id, first.messages[0].id, next_question.id))
    lets_back(turn, thinking_back)
    await turn.run()
    assert thoughts_sent(gateway) == [sent]


async def test_a_models_own_need_comes_before_its_endpoints(gateway: Gateway, desk: Desk) -> None:
    _, turn = await after_a_tool(gateway, desk)
    lets_back(turn, ThinkingBack.ALWAYS)
    turn.question = replace(turn.question, call=replace(turn.question.call, thinking_back=ThinkingBack.NONE.value))
    await turn.run()
    assert thoughts_sent(gateway) == [None]


async def test_thinking_that_is_refused_in_history_is_left_out_from_then_on(gateway: Gateway, desk: Desk) -> None:
    _, turn = await after_a_tool(gateway, desk)
    lets_back(turn, ThinkingBack.TOOL_TURNS)
    gateway.then(error(400, "'messages.1' : property 'reasoning_content' is unsupported"), answer("Take a coat."))
    await turn.run()
    assert (turn.status, turn.messages[0].text) == (Status.DONE, "Take a coat.")
    assert thoughts_sent(gateway) == [None]
    assert desk.cures.of(turn.question.call.ref) == (Cure("reasoning_content"),)
    assert "no “reasoning_content”" in turn.runs[0].error_text


async def test_thinking_that_is_missed_in_history_is_sent_from_then_on(gateway: Gateway, desk: Desk) -> None:
    _, turn = await after_a_tool(gateway, desk)
    gateway.then(error(400, "The `reasoning_content` in the thinking mode must be passed back."), answer("A coat."))
    await turn.run()
    assert turn.messages[0].text == "A coat."
    assert thoughts_sent(gateway) == [THOUGHT]
    assert desk.cures.of(turn.question.call.ref) == (THINKING_SENT_BACK,)
    await desk.cures.learn(turn.question.call.ref, Cure("temperature"))
    assert desk.cures.of(turn.question.call.ref) == (THINKING_SENT_BACK, Cure("temperature"))


async def test_an_endpoint_that_refuses_thinking_with_and_without_is_asked_twice_only(
    gateway: Gateway, desk: Desk
) -> None:
    _, turn = await after_a_tool(gateway, desk)
    gateway.then(*[error(400, "reasoning_content: bad")] * 2)
    await turn.run()
    assert turn.status is Status.FAILED
    assert desk.cures.of(turn.question.call.ref) == ()


def test_deepseek_wants_the_thinking_of_tool_turns_back_and_nobody_else() -> None:
    wants = {preset.id: preset.thinking_back for preset in presets() if preset.thinking_back}
    assert wants == {"deepseek": "tool_turns"}
