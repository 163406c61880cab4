"""One model thinks, another answers: whole turns against a loopback gateway, with a real store."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from desktop.core.conversation import SEAM, Status, TextPart
from desktop.core.pass_on import PassOn
from desktop.services.store import Store
from tests.gateway import Gateway, answer, error
from tests.gateway.wire import Hold, Request, Response
from tests.unit.pictures import encoded, photo
from tests.unit.turn_kit import QUESTION, Desk, asked
from tests.until import until


async def test_the_thinking_is_put_to_the_answerer_with_the_question(gateway: Gateway, desk: Desk) -> None:
    gateway.then(answer("Never read.", thinking="Scattering."), answer("Because of scattering."))
    _, question = await desk.chat()
    turn = desk.turn(question, desk.fusion(), system_prompt="Be brief.")
    await turn.run()
    [message] = turn.messages
    assert (message.status, message.thinking, message.text) == (Status.DONE, "Scattering.", "Because of scattering.")
    think, reply = gateway.chats
    assert (think.json["model"], reply.json["model"]) == ("thinker", "answerer")
    assert asked(think) == QUESTION
    assert QUESTION in asked(reply)
    assert "Scattering." in asked(reply)
    assert "Never read" not in asked(reply)
    assert reply.json["messages"][0] == {"role": "system", "content": "Be brief."}
    assert desk.watcher.text("thinking") == "Scattering."
    assert desk.watcher.moves == 1


async def test_the_thinker_is_cut_off_at_its_first_answer_token(gateway: Gateway, desk: Desk) -> None:
    stream = answer("First second third fourth", thinking="Hm.").streamed()
    until_first = stream.steps[: next(i for i, step in enumerate(stream.steps) if b"First" in bytes(step)) + 1]  # type: ignore[arg-type]
    gateway.then(replace(stream, steps=(*until_first, Hold())), answer("Done."))
    _, question = await desk.chat()
    turn = desk.turn(question, desk.fusion())
    await asyncio.wait_for(turn.run(), 5)
    await until(lambda: gateway.chats[0].hung_up_at is not None)
    think, reply = turn.runs
    assert think.usage is not None
    assert think.usage.estimated
    assert think.usage.reasoning_tokens > 0
    assert reply.usage is not None
    assert not reply.usage.estimated
    assert think.cost
    assert reply.cost
    assert [run.stage for run in await desk.store.runs(question.chat_id)] == ["think", "answer"]


@pytest.mark.parametrize(
    ("pass_on", "wanted", "unwanted"),
    [(PassOn.ANSWER, ["Draft."], ["Hm."]), (PassOn.BOTH, ["Draft.", "Hm."], [])],
)
async def test_the_thinkers_answer_is_passed_on_where_it_is_wanted(
    gateway: Gateway, desk: Desk, pass_on: PassOn, wanted: list[str], unwanted: list[str]
) -> None:
    gateway.then(answer("Draft.", thinking="Hm."), answer("Better."))
    _, question = await desk.chat()
    turn = desk.turn(question, desk.fusion(pass_on))
    await turn.run()
    [message] = turn.messages
    assert (message.thinking, message.text) == (f"Hm.{SEAM}Draft.", "Better.")
    assert desk.watcher.text("thinking") == message.thinking
    assert all(text in asked(gateway.chats[1]) for text in wanted)
    assert not any(text in asked(gateway.chats[1]) for text in unwanted)


async def test_a_critic_reads_the_answerers_own_draft(gateway: Gateway, desk: Desk) -> None:
    gateway.then(answer("Draft."), answer("Too short.", thinking="Hm."), answer("Longer."))
    _, question = await desk.chat()
    turn = desk.turn(question, desk.fusion(PassOn.CRITIQUE), n=1)
    await turn.run()
    assert [request.json["model"] for request in gateway.chats] == ["answerer", "thinker", "answerer"]
    assert "Draft." in asked(gateway.chats[1])
    assert QUESTION in asked(gateway.chats[1])
    assert all(text in asked(gateway.chats[2]) for text in (QUESTION, "Draft.", "Too short."))
    [message] = turn.messages
    assert (message.thinking, message.text) == (SEAM.join(["Draft.", "Hm.", "Too short."]), "Longer.")
    assert [run.stage for run in turn.runs] == ["draft", "think", "answer"]


@pytest.mark.parametrize(
    ("reply", "line"),
    [
        (answer("Only an answer."), "thinker gave nothing to pass on. The answer was given without its thinking."),
        (error(400, "No such thing."), "No such thing"),
    ],
)
async def test_without_thinking_the_answer_goes_on_and_says_so(
    gateway: Gateway, desk: Desk, reply: Callable[[Request], Response] | Response, line: str
) -> None:
    gateway.then(reply, answer("Anyway."))
    _, question = await desk.chat()
    turn = desk.turn(question, desk.fusion())
    await turn.run()
    assert (turn.status, turn.messages[0].text) == (Status.DONE, "Anyway.")
    assert asked(gateway.chats[1]) == QUESTION
    assert line in turn.runs[0].error_text
    assert turn.runs[0].error_text.endswith("The answer was given without its thinking.")


@pytest.mark.parametrize("pass_on", [PassOn.THINKING, PassOn.ANSWER, PassOn.BOTH])
async def test_a_refusal_never_reaches_the_model_that_answers(gateway: Gateway, desk: Desk, pass_on: PassOn) -> None:
    gateway.then(answer("", refusal="I must not."), answer("Anyway."))
    _, question = await desk.chat()
    turn = desk.turn(question, desk.fusion(pass_on))
    await turn.run()
    assert asked(gateway.chats[1]) == QUESTION
    assert (turn.status, turn.messages[0].text) == (Status.DONE, "Anyway.")
    assert turn.runs[0].error_text == "thinker refused to answer. The answer was given without its thinking."


async def test_without_thinking_the_turn_fails_where_the_user_wants_that(gateway: Gateway, desk: Desk) -> None:
    gateway.then(error(400, "No such thing."))
    _, question = await desk.chat()
    turn = desk.turn(question, desk.fusion(answers_anyway=False))
    await turn.run()
    assert (turn.status, len(gateway.chats)) == (Status.FAILED, 1)
    assert turn.error is not None
    assert "No such thing" in turn.error.text


async def test_answer_now_goes_on_with_what_there_is(gateway: Gateway, desk: Desk) -> None:
    gateway.then(answer("Late.", thinking="One two three four five six", tokens_per_s=5), answer("Quick."))
    _, question = await desk.chat()
    turn = desk.turn(question, desk.fusion())
    running = asyncio.create_task(turn.run())
    await until(lambda: "two" in desk.watcher.text("thinking"))
    assert turn.thinks_first
    turn.answer_now()
    await asyncio.wait_for(running, 5)
    assert "two" in asked(gateway.chats[1])
    assert "six" not in asked(gateway.chats[1])
    assert (turn.status, turn.messages[0].text, turn.runs[0].error_text) == (Status.DONE, "Quick.", "")


async def test_answer_now_before_the_first_thought_answers_without(gateway: Gateway, desk: Desk) -> None:
    gateway.then(answer("Late.", thinking="One", head_delay_s=30), answer("Quick."))
    _, question = await desk.chat()
    turn = desk.turn(question, desk.fusion(answers_anyway=False))
    running = asyncio.create_task(turn.run())
    await until(lambda: len(gateway.chats) == 1)
    turn.answer_now()
    await asyncio.wait_for(running, 5)
    assert (turn.status, turn.messages[0].text, turn.runs[0].error_text) == (Status.DONE, "Quick.", "")


async def test_answer_now_in_the_draft_asks_for_no_critique(gateway: Gateway, desk: Desk) -> None:
    gateway.then(answer("One two three four five six " * 9, tokens_per_s=20), answer("Quick."))
    _, question = await desk.chat()
    turn = desk.turn(question, desk.fusion(PassOn.CRITIQUE))
    running = asyncio.create_task(turn.run())
    await until(lambda: "two" in desk.watcher.text("thinking"))
    turn.answer_now()
    await asyncio.wait_for(running, 5)
    assert [run.stage for run in turn.runs] == ["draft", "answer"]
    assert (turn.status, turn.messages[0].text) == (Status.DONE, "Quick.")
    assert asked(gateway.chats[1]) == QUESTION


async def test_a_draft_that_failed_is_not_criticised(gateway: Gateway, desk: Desk) -> None:
    gateway.then(error(400, message="Drafts are out."), answer("Alone."))
    _, question = await desk.chat()
    turn = desk.turn(question, desk.fusion(PassOn.CRITIQUE))
    await asyncio.wait_for(turn.run(), 5)
    assert [run.stage for run in turn.runs] == ["draft", "answer"]
    assert turn.messages[0].text == "Alone."
    assert "Drafts are out." in turn.runs[0].error_text


async def test_what_the_thinking_takes_is_known_while_it_lasts(gateway: Gateway, desk: Desk) -> None:
    gateway.then(answer("Late.", thinking="one two three four five six " * 9, tokens_per_s=50), answer("Quick."))
    _, question = await desk.chat()
    turn = desk.turn(question, desk.fusion())
    running = asyncio.create_task(turn.run())
    await until(lambda: "six" in desk.watcher.text("thinking"))
    run = turn.run_before
    assert run is not None
    assert run.usage is not None
    assert run.usage.estimated
    assert run.usage.prompt_tokens > 0
    assert 6 <= run.usage.completion_tokens <= 60
    assert run.cost == pytest.approx((run.usage.prompt_tokens * 1.0 + run.usage.completion_tokens * 2.0) / 1_000_000)
    turn.answer_now()
    await asyncio.wait_for(running, 5)
    assert turn.run_before is None


@pytest.mark.parametrize(
    ("limit", "line"), [({"budget_tokens": 3}, "budget of 3 tokens"), ({"time_limit_s": 0.6}, "limit of 0.6")]
)
async def test_a_limit_ends_the_thinking_and_is_told(
    gateway: Gateway, desk: Desk, limit: dict[str, Any], line: str
) -> None:
    gateway.then(answer("Late.", thinking="one two three four five six seven " * 9, tokens_per_s=20), answer("Quick."))
    _, question = await desk.chat()
    turn = desk.turn(question, desk.fusion(**limit))
    await asyncio.wait_for(turn.run(), 5)
    assert "one two" in asked(gateway.chats[1])
    assert line in turn.runs[0].error_text
    assert turn.messages[0].text == "Quick."


@pytest.mark.parametrize("limit", [{"budget_tokens": 3}, {"time_limit_s": 0.6}, {}])
async def test_thinking_without_an_opening_tag_is_passed_on_though_it_was_cut_before_its_closing_one(
    gateway: Gateway, desk: Desk, limit: dict[str, Any]
) -> None:
    """The opening tag stands in the template of the server; the closing one comes last, or never."""
    gateway.then(answer("one two three four five six seven " * 2, finish="length", tokens_per_s=20), answer("Quick."))
    _, question = await desk.chat()
    turn = desk.turn(question, desk.fusion(**limit))
    await asyncio.wait_for(turn.run(), 5)
    assert "one two" in asked(gateway.chats[1])
    assert turn.messages[0].text == "Quick."
    assert "one two" in turn.messages[0].thinking


async def test_a_thinker_that_does_not_see_thinks_without_the_picture_and_it_is_told(
    gateway: Gateway, desk: Desk
) -> None:
    picture = await desk.attachments.add_bytes(encoded(photo()), "photo.png")
    gateway.then(answer("x", thinking="A picture, they say."), answer("A cat."))
    _, question = await desk.chat(picture, TextPart("What is it?"))
    fusion = desk.fusion()
    turn = desk.turn(question, replace(fusion, thinker=replace(fusion.thinker, sees=False)))
    await turn.run()
    think, reply = gateway.chats
    assert think.json["messages"][-1]["content"] == "What is it?"
    kinds = [part["type"] for part in reply.json["messages"][-1]["content"]]
    assert sorted(kinds) == ["image_url", "text"]
    assert "does not see pictures" in turn.runs[0].error_text


async def test_in_a_long_chat_only_the_last_question_is_spliced_and_a_picture_alone_is_one(
    gateway: Gateway, desk: Desk
) -> None:
    picture = await desk.attachments.add_bytes(encoded(photo()), "photo.png")
    gateway.then(answer("A plain answer."), answer("x", thinking="A cat, I think."), answer("A cat."))
    chat, first = await desk.chat()
    plain = desk.turn(first)
    await plain.run()
    second = await desk.store.add_question(chat.id, plain.messages[0].id, (picture,))
    turn = desk.turn(second, desk.fusion(), system_prompt="Be brief.")
    line = (first.id, plain.messages[0].id, second.id)
    turn.question = replace(turn.question, line=line)
    await turn.run()
    _, think, reply = (request.json["messages"] for request in gateway.chats)
    assert [message["role"] for message in reply] == ["system", "user", "assistant", "user"]
    assert reply[1:3] == think[:2]
    assert [part["type"] for part in think[-1]["content"]] == ["image_url"]
    text, image = reply[-1]["content"]
    assert "A cat, I think." in text["text"]
    assert not text["text"].startswith("\n")
    assert image == think[-1]["content"][0]


async def test_stop_ends_the_thinking_and_continue_begins_the_answer(gateway: Gateway, desk: Desk) -> None:
    gateway.then(answer("x", thinking="One two three four five", tokens_per_s=5), answer("Now."))
    _, question = await desk.chat()
    turn = desk.turn(question, desk.fusion())
    running = asyncio.create_task(turn.run())
    await until(lambda: "two" in desk.watcher.text("thinking"))
    turn.stop()
    await running
    [stopped] = turn.messages
    assert (stopped.status, stopped.text, len(gateway.chats)) == (Status.STOPPED, "", 1)
    again = desk.turn(question, desk.fusion(), continues=stopped.id)
    await again.run()
    [message] = again.messages
    assert (message.id, message.status, message.text) == (stopped.id, Status.DONE, "Now.")
    assert "One two" in asked(gateway.chats[1])
    assert [run.stage for run in await desk.store.runs(question.chat_id)] == ["think", "answer"]


async def test_a_kill_between_the_stages_loses_nothing(gateway: Gateway, desk: Desk, tmp_path: Path) -> None:
    chat, question = await desk.chat()
    run, [message] = await desk.store.begin_run(
        chat.id, question.id, endpoint_id="gateway_1", model="thinker", parameters={}, stage="think"
    )
    desk.store.journal(run.id, 0, "thinking", "Deep.")
    await asyncio.to_thread(desk.store.close)
    desk.store = Store(tmp_path / "test.db")
    [kept] = await desk.store.messages([message.id])
    assert (kept.status, kept.thinking) == (Status.INTERRUPTED, "Deep.")
    gateway.then(answer("Deep answer."))
    turn = desk.turn(question, desk.fusion(), continues=message.id)
    await turn.run()
    assert "Deep." in asked(gateway.chats[0])
    assert (turn.messages[0].thinking, turn.messages[0].text) == ("Deep.", "Deep answer.")


async def test_a_fused_answer_that_was_cut_goes_on_with_its_thinking(gateway: Gateway, desk: Desk) -> None:
    gateway.then(answer("x", thinking="Deep."), answer("One two three four", tokens_per_s=5), answer(" three."))
    _, question = await desk.chat()
    turn = desk.turn(question, desk.fusion())
    running = asyncio.create_task(turn.run())
    await until(lambda: "two" in desk.watcher.text("text"))
    turn.stop()
    await running
    again = desk.turn(question, desk.fusion(), continues=turn.messages[0].id)
    await again.run()
    sent = gateway.chats[2].json["messages"]
    assert [message["role"] for message in sent] == ["user", "assistant", "user"]
    assert "Deep." in sent[0]["content"]
    assert again.messages[0].text.startswith("One two")
    assert again.messages[0].text.endswith(" three.")


async def test_several_answers_share_one_thinking(gateway: Gateway, desk: Desk) -> None:
    gateway.then(answer("x", thinking="Deep."), answer("Both."))
    _, question = await desk.chat()
    turn = desk.turn(question, desk.fusion(), n=2)
    await turn.run()
    assert [(message.thinking, message.text) for message in turn.messages] == [("Deep.", "Both.")] * 2
    assert [message.parent_id for message in turn.messages] == [question.id] * 2


async def test_thinking_whose_opening_tag_is_missing_is_known_by_its_end(gateway: Gateway, desk: Desk) -> None:
    gateway.then(answer("Deep.\n</think>\nNever read."), answer("Now."))
    _, question = await desk.chat()
    turn = desk.turn(question, desk.fusion())
    await turn.run()
    assert "Deep." in asked(gateway.chats[1])
    assert "Never" not in asked(gateway.chats[1])
    assert turn.messages[0].thinking == "Deep.\n"


async def test_an_answerer_may_think_for_itself(gateway: Gateway, desk: Desk) -> None:
    gateway.then(answer("x", thinking="Deep."), answer("Now.", thinking="Mine."))
    _, question = await desk.chat()
    turn = desk.turn(question, desk.fusion())
    await turn.run()
    assert turn.messages[0].thinking == f"Deep.{SEAM}Mine."
    assert desk.watcher.text("thinking") == f"Deep.{SEAM}Mine."
