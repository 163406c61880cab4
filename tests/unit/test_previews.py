"""The request view shows what is sent: every body that it showed arrives at the gateway, value for value."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import pytest

from desktop.core.conversation import Chat, Message, Part, Role, Status, TextPart
from desktop.core.endpoints import Endpoint, Model, ModelRef, Price
from desktop.core.features import Feature, Option
from desktop.core.fusion import Reasoning, with_reasoning
from desktop.core.healing import Cure
from desktop.core.pass_on import PassOn
from desktop.services.asking import Asking
from desktop.services.previews import Preview, Previews
from desktop.services.questions import Questions
from desktop.services.turn import Turn
from tests.gateway import Gateway, answer
from tests.unit.pictures import encoded, photo
from tests.unit.turn_kit import Desk

FEATURES = (
    Feature("reasoning", "Reasoning", suffix="-r1-fusion", thinker="deepseek-r1"),
    Feature(
        "web_search", "Web", suffix="-web-search", options=(Option("search-service", "Service", "choice", ("tavily",)),)
    ),
)
FUSED = Reasoning(on=True, endpoint_id="gateway_1", model="thinker", parameters={"temperature": 0.6})


@dataclass
class Table:
    """A desk with questions made as the program makes them."""

    desk: Desk
    models: dict[str, Model]
    endpoint: Endpoint
    has_key: bool = True

    @property
    def questions(self) -> Questions:
        return Questions(
            endpoint=lambda _id: self.endpoint,
            model=lambda ref: self.models.get(ref.model, Model(ref.endpoint_id, ref.model)),
            splices=self.desk.splices,
            answers_anyway=lambda: True,
            leaves_out=lambda: True,
        )

    @property
    def previews(self) -> Previews:
        desk = self.desk
        asking = Asking(desk.api, desk.attachments, desk.connect, desk.cures, print)
        return Previews(self.questions, asking, lambda _endpoint_id: self.has_key)

    async def chat(self, *texts: str | Part, **changes: Any) -> tuple[Chat, list[Message]]:
        """A chat in which these questions were asked, each answered with "Yes."; the last one is still to be sent."""
        store = self.desk.store
        chat = await store.create_chat(endpoint_id="gateway_1", model="answerer", **changes)
        parent: int | None = None
        for text in texts:
            part = TextPart(text) if isinstance(text, str) else text
            question = await store.add_question(chat.id, parent, [part])
            parent = question.id
            if text != texts[-1]:
                run, [reply] = await store.begin_run(
                    chat.id, parent, endpoint_id="gateway_1", model="answerer", parameters={}, stage="answer", choices=1
                )
                store.journal(run.id, 0, "text", "Yes.")
                await store.end_run(run.id, status=Status.DONE, finishes={})
                parent = reply.id
        assert parent is not None
        return await store.chat(chat.id), await store.messages(await store.line(parent))

    async def sends(self, chat: Chat, messages: list[Message]) -> Turn:
        """Asks, as a turn does."""
        desk = self.desk
        turn = desk.turn_of(self.questions.of(chat, tuple(message.id for message in messages)))
        await turn.run()
        assert turn.status is Status.DONE, turn.error
        return turn


@pytest.fixture
def table(desk: Desk, endpoint: Endpoint) -> Table:
    features = replace(
        endpoint, features=FEATURES, headers={"X-Title": "Ligature", "X-Auth": "{key}"}, body={"seed": 7}
    )
    return Table(desk, {"answerer": Model("gateway_1", "answerer", price=Price(2.5, 10.0))}, features)


def exact(value: Any) -> str:
    return json.dumps(value, sort_keys=True)


async def shown_and_sent(table: Table, gateway: Gateway, chat: Chat, messages: list[Message]) -> list[Preview]:
    """What is shown before, after the same was sent: held to be the same."""
    previews = await table.previews.of_question(chat, messages)
    await table.sends(chat, messages)
    sent = gateway.chats[-len(previews) :]
    for preview, request in zip(previews, sent, strict=True):
        assert preview.wire.url == f"http://{request.headers['host']}{request.path}"
        for name, value in preview.wire.headers.items():
            assert request.headers[name.lower()] == value.replace("{key}", "key")
    return previews


@pytest.mark.parametrize(
    "parameters",
    [
        {},
        {"system_prompt": "Be brief.", "temperature": 0.3, "stop": ["END"], "max_tokens": 50, "n": 2},
        {"stream": False, "logit_bias": {"50256": -100}, "user": "o'brien", "extra": {"top_k": 5, "deep": {"a": [1]}}},
    ],
    ids=["nothing set", "usual", "unusual"],
)
async def test_what_is_shown_is_what_arrives(table: Table, gateway: Gateway, parameters: Mapping[str, Any]) -> None:
    chat, messages = await table.chat("First?", "Why?", parameters=parameters)
    [preview] = await shown_and_sent(table, gateway, chat, messages)
    assert exact(preview.wire.body) == exact(gateway.chats[-1].json)
    assert preview.tokens == sum(row.tokens for row in preview.rows)


async def test_features_are_shown_as_they_arrive(table: Table, gateway: Gateway) -> None:
    features = {"reasoning": {"on": True}, "web_search": {"on": True, "search-service": "tavily"}}
    chat, messages = await table.chat("Why?", features=features)
    [preview] = await shown_and_sent(table, gateway, chat, messages)
    assert preview.wire.body["model"] == "answerer-r1-fusion-web-search"
    assert exact(preview.wire.body) == exact(gateway.chats[-1].json)


async def test_pictures_are_shown_as_they_arrive(table: Table, gateway: Gateway) -> None:
    picture = await table.desk.attachments.add_bytes(encoded(photo(1600, 1067), "JPEG"), "bridge.jpg")
    chat, messages = await table.chat("Look.", picture)
    [preview] = await shown_and_sent(table, gateway, chat, messages)
    assert exact(preview.wire.body) == exact(gateway.chats[-1].json)
    assert list(preview.pictures.values()) == [picture]
    assert [(row.role, row.tokens) for row in preview.rows if row.picture] == [("picture", 1105)]


async def test_cures_are_in_what_is_shown(table: Table, gateway: Gateway) -> None:
    await table.desk.cures.learn(ModelRef("gateway_1", "answerer"), Cure("max_tokens", "max_completion_tokens"))
    chat, messages = await table.chat("Why?", parameters={"max_tokens": 9})
    [preview] = await shown_and_sent(table, gateway, chat, messages)
    assert preview.wire.body["max_completion_tokens"] == 9
    assert exact(preview.wire.body) == exact(gateway.chats[-1].json)


@pytest.mark.parametrize("pass_on", list(PassOn))
async def test_every_stage_of_a_fused_answer_is_shown_as_it_arrives(
    table: Table, gateway: Gateway, pass_on: PassOn
) -> None:
    features = with_reasoning({}, replace(FUSED, pass_on=pass_on))
    parameters = {"system_prompt": "Be brief.", "temperature": 0.3}
    chat, messages = await table.chat("First?", "Why?", features=features, parameters=parameters)
    thinks, answers, draft = "⟨what thinker thinks⟩", "⟨what thinker answers⟩", "⟨its own draft⟩"
    if pass_on is PassOn.CRITIQUE:
        gateway.then(answer(draft), answer(answers), answer("Done."))
    else:
        gateway.then(answer(answers, thinking="" if pass_on is PassOn.ANSWER else thinks), answer("Done."))
    previews = await shown_and_sent(table, gateway, chat, messages)
    sent = [request.json for request in gateway.chats]
    assert [exact(preview.wire.body) for preview in previews] == [exact(body) for body in sent]
    assert [preview.stage for preview in previews][-2:] == ["think", "answer"]


async def test_what_an_answer_was_asked_with_is_shown_again(table: Table, gateway: Gateway) -> None:
    features = {**with_reasoning({}, FUSED), "web_search": {"on": True, "search-service": "tavily"}}
    chat, messages = await table.chat("Why?", features=features, parameters={"temperature": 0.3})
    gateway.then(answer("x", thinking="Deep."), answer("Done."))
    turn = await table.sends(chat, messages)
    chat = replace(chat, parameters={"temperature": 1.0}, features={})
    [reply] = await table.desk.store.messages([turn.messages[0].id])
    shown = await table.previews.of_answer(chat, messages, reply, turn.runs[::-1])
    assert [exact(preview.wire.body) for preview in shown] == [exact(request.json) for request in gateway.chats]


async def test_what_is_left_out_is_told_with_its_reason(table: Table, gateway: Gateway) -> None:
    table.models["answerer"] = Model("gateway_1", "answerer", context_tokens=80)
    chat, messages = await table.chat("One " * 60, "Two?", "Three?", "Why?")
    messages[2] = await table.desk.store.set_message(messages[2].id, in_context=False)
    [preview] = await shown_and_sent(table, gateway, chat, messages)
    assert exact(preview.wire.body) == exact(gateway.chats[-1].json)
    told = [(row.text.strip()[:6], row.reason.split(":")[0]) for row in preview.rows]
    assert told == [
        ("One On", "2 messages were left out"),
        ("Yes.", "2 messages were left out"),
        ("Two?", "You have left this message out."),
        ("Yes.", ""),
        ("Three?", ""),
        ("Yes.", ""),
        ("Why?", ""),
    ]
    assert preview.tokens == sum(row.tokens for row in preview.rows if not row.reason)


async def test_a_question_that_is_too_long_is_shown_with_why_it_would_not_be_sent(table: Table) -> None:
    table.models["answerer"] = Model("gateway_1", "answerer", context_tokens=50)
    chat, messages = await table.chat("Why? " * 100)
    [preview] = await table.previews.of_question(chat, messages)
    assert preview.error is not None
    assert "more than the 50 tokens" in preview.error.text
    assert preview.wire.body["messages"][-1] == {"role": Role.USER.value, "content": "Why? " * 100}


@pytest.mark.parametrize(
    ("needs_key", "has_key", "sent"), [(True, False, True), (False, True, True), (False, False, False)]
)
async def test_the_key_is_only_where_it_would_be_sent(table: Table, needs_key: bool, has_key: bool, sent: bool) -> None:
    table.endpoint, table.has_key = replace(table.endpoint, headers={}, needs_key=needs_key), has_key
    chat, messages = await table.chat("Why?")
    [preview] = await table.previews.of_question(chat, messages)
    assert preview.wire.headers.get("Authorization") == ("Bearer {key}" if sent else None)
    assert preview.wire.needs_key is sent
    assert preview.wire.key_variable == "LIGATURE_KEY_GATEWAY_1"
