"""Turns of chats that have grown longer than their model can read."""

from __future__ import annotations

from dataclasses import replace

from desktop.core.conversation import Finish, Message, Status, TextPart
from desktop.services.question import Question
from desktop.services.turn import Turn
from tests.gateway import Gateway, answer, error
from tests.unit.turn_kit import Desk

LONG = "word " * 160  # 200 tokens


async def long_chat(desk: Desk, gateway: Gateway, questions: int) -> list[Message]:
    """A line of questions and answers, ending with a question."""
    chat = await desk.store.create_chat()
    line: list[Message] = []
    for number in range(questions):
        parent = line[-1].id if line else None
        question = await desk.store.add_question(chat.id, parent, (TextPart(f"{number} {LONG}"),))
        line.append(question)
        if number < questions - 1:
            gateway.then(answer(f"answer {number}"))
            turn = desk.turn(question)
            await turn.run()
            line += turn.messages
    return line


def asked(desk: Desk, line: list[Message], *, context_tokens: int, leaves_out: bool = True) -> Turn:
    turn = desk.turn(line[-1])
    call = replace(turn.question.call, context_tokens=context_tokens, leaves_out=leaves_out)
    turn.question = Question(line[-1].chat_id, tuple(message.id for message in line), call)
    return turn


async def test_the_oldest_turns_are_left_out_and_the_answer_says_so(gateway: Gateway, desk: Desk) -> None:
    line = await long_chat(desk, gateway, 4)
    turn = asked(desk, line, context_tokens=700)
    await turn.run()
    assert turn.status is Status.DONE
    contents = [message["content"] for message in gateway.chats[-1].json["messages"]]
    assert [content[:8] for content in contents] == ["2 word w", "answer 2", "3 word w"]
    told = "4 messages were left out: the conversation no longer fits the 700 tokens that answerer reads."
    assert [run.error_text for run in await desk.store.runs(line[0].chat_id)][-1] == told


async def test_what_is_pinned_is_sent_however_old_it_is(gateway: Gateway, desk: Desk) -> None:
    line = await long_chat(desk, gateway, 4)
    await desk.store.set_message(line[1].id, pinned=True)
    await asked(desk, line, context_tokens=700).run()
    contents = [message["content"] for message in gateway.chats[-1].json["messages"]]
    assert [content[:8] for content in contents] == ["0 word w", "answer 0", "3 word w"]


async def test_whoever_wants_to_be_asked_is_asked_before_anything_is_sent(gateway: Gateway, desk: Desk) -> None:
    line = await long_chat(desk, gateway, 4)
    sent = len(gateway.chats)
    turn = asked(desk, line, context_tokens=700, leaves_out=False)
    await turn.run()
    assert (turn.status, turn.messages[0].finish) == (Status.FAILED, Finish.NO_ROOM)
    assert "4 messages would be left out" in turn.runs[0].error_text
    assert len(gateway.chats) == sent
    fits = asked(desk, line, context_tokens=70_000, leaves_out=False)
    await fits.run()
    assert fits.status is Status.DONE


async def test_a_question_that_is_too_long_is_refused_here(gateway: Gateway, desk: Desk) -> None:
    line = await long_chat(desk, gateway, 1)
    turn = asked(desk, line, context_tokens=150)
    await turn.run()
    assert (turn.status, turn.messages[0].finish) == (Status.FAILED, Finish.NONE)
    assert "Nothing was sent." in turn.runs[0].error_text
    assert turn.runs[0].error_hint == "Shorten the question, or choose a model that reads more."
    assert not gateway.chats


async def test_a_refusal_as_too_long_leaves_turns_out_and_asks_once_more(gateway: Gateway, desk: Desk) -> None:
    line = await long_chat(desk, gateway, 4)
    gateway.then(error(400, "This model's maximum context length is 512 tokens."), answer("Well."))
    turn = desk.turn(line[-1])
    turn.question = replace(turn.question, line=tuple(message.id for message in line))
    await turn.run()
    assert turn.messages[0].text == "Well."
    contents = [message["content"] for message in gateway.chats[-1].json["messages"]]
    assert [content[:8] for content in contents] == ["2 word w", "answer 2", "3 word w"]
    assert turn.runs[0].error_text == "4 messages were left out: answerer refused the conversation as too long."


async def test_a_question_that_is_refused_as_too_long_stays_refused(gateway: Gateway, desk: Desk) -> None:
    line = await long_chat(desk, gateway, 1)
    gateway.then(error(400, "This model's maximum context length is 100 tokens."))
    turn = desk.turn(line[-1])
    await turn.run()
    assert turn.status is Status.FAILED
    assert "maximum context length is 100 tokens" in turn.runs[0].error_text
    assert len(gateway.chats) == 1
