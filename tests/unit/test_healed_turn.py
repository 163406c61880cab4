"""Requests that an endpoint refuses for one field, and that go through without it."""

from __future__ import annotations

from desktop.core.conversation import Status
from desktop.core.healing import Cure
from desktop.services.cures import Cures
from tests.gateway import Gateway, answer, error, events
from tests.unit.turn_kit import Desk

NO_LIMIT = error(400, "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead.")
NO_TEMPERATURE = error(400, "Unsupported value: 'temperature' does not support 0.3 with this model.")
NO_USAGE = error(422, "Extra inputs are not permitted: stream_options", envelope="detail")


async def test_a_refused_field_is_changed_once_and_remembered_for_the_model(gateway: Gateway, desk: Desk) -> None:
    gateway.then(NO_LIMIT, NO_TEMPERATURE, answer("One."), answer("Two."))
    _, question = await desk.chat()
    first = desk.turn(question, max_tokens=50, temperature=0.3)
    await first.run()
    assert (first.status, first.messages[0].text) == (Status.DONE, "One.")
    assert "“max_completion_tokens” in place of “max_tokens” and no “temperature”" in first.runs[0].error_text
    sent = [request.json for request in gateway.chats]
    assert [("max_tokens" in body, "max_completion_tokens" in body, "temperature" in body) for body in sent] == [
        (True, False, True),
        (False, True, True),
        (False, True, False),
    ]
    second = desk.turn(question, max_tokens=50, temperature=0.3)
    await second.run()
    assert gateway.chats[3].json["max_completion_tokens"] == 50
    assert "temperature" not in gateway.chats[3].json
    assert second.runs[0].error_text == ""


async def test_what_was_learned_outlives_the_program_and_can_be_undone(gateway: Gateway, desk: Desk) -> None:
    gateway.then(NO_TEMPERATURE, answer("One."), answer("Two."))
    _, question = await desk.chat()
    turn = desk.turn(question, temperature=0.3)
    await turn.run()
    reopened = Cures(desk.store)
    assert reopened.of(turn.question.call.ref) == (Cure("temperature"),)
    await desk.cures.undo(turn.question.call.ref, Cure("temperature"))
    await desk.turn(question, temperature=0.3).run()
    assert gateway.chats[2].json["temperature"] == 0.3


async def test_usage_is_no_longer_asked_for_where_that_is_refused(gateway: Gateway, desk: Desk) -> None:
    gateway.then(NO_USAGE, answer("One."), answer("Two."))
    _, question = await desk.chat()
    await desk.turn(question).run()
    await desk.turn(question).run()
    assert ["stream_options" in request.json for request in gateway.chats] == [True, False, False]


async def test_the_same_refusal_again_is_an_error_and_nothing_is_learned(gateway: Gateway, desk: Desk) -> None:
    gateway.then(NO_TEMPERATURE, NO_TEMPERATURE)
    _, question = await desk.chat()
    turn = desk.turn(question, temperature=0.3)
    await turn.run()
    assert (turn.status, len(gateway.chats)) == (Status.FAILED, 2)
    assert desk.cures.of(turn.question.call.ref) == ()


async def test_nothing_is_sent_again_once_a_word_has_come(gateway: Gateway, desk: Desk) -> None:
    refused = {"error": {"message": "Unsupported value: 'temperature'", "param": "temperature", "code": 400}}
    gateway.then(events({"choices": [{"index": 0, "delta": {"content": "Wo"}}]}, refused))
    _, question = await desk.chat()
    turn = desk.turn(question, temperature=0.3)
    await turn.run()
    assert (turn.status, turn.messages[0].text, len(gateway.chats)) == (Status.FAILED, "Wo", 1)


async def test_a_value_out_of_range_is_told_and_not_dropped(gateway: Gateway, desk: Desk) -> None:
    gateway.then(error(400, "max_tokens is too large: 999999. This model takes at most 4096."))
    _, question = await desk.chat()
    turn = desk.turn(question, max_tokens=999999)
    await turn.run()
    assert (turn.status, len(gateway.chats)) == (Status.FAILED, 1)
