"""Gateways' simplified way to ask: one text in, one text out."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.core.conversation import Finish
from desktop.core.deltas import FinishDelta, TextDelta, ThinkingDelta
from desktop.core.endpoints import Endpoint
from desktop.core.errors import ConfigError, EndpointError
from desktop.core.simple_dialect import SIMPLE, conversation_text
from desktop.core.stream import decode_body
from desktop.services.api import Api
from desktop.services.paths import Paths
from desktop.services.settings import SettingsFile
from tests.gateway import Gateway, error, json_body
from tests.unit.test_api_stream import ask

BODY = {"model": "gpt-4o", "messages": [{"role": "user", "content": "Hello"}], "stream": True, "temperature": 0.3}


async def test_a_question_goes_out_as_its_text_and_the_output_is_the_answer(
    api: Api, gateway: Gateway, endpoint: Endpoint
) -> None:
    gateway.then(json_body({"output": "<think>Hm.</think>Hello yourself."}))
    deltas = [delta async for delta in api.stream(replace(endpoint, dialect=SIMPLE), "key", BODY)]
    assert gateway.chats[0].json == {"model": "gpt-4o", "message": "Hello"}
    assert gateway.chats[0].headers["accept"] == "application/json"
    assert "".join(delta.text for delta in deltas if isinstance(delta, TextDelta)) == "Hello yourself."
    assert "".join(delta.text for delta in deltas if isinstance(delta, ThinkingDelta)) == "Hm."
    assert deltas[-1] == FinishDelta(0, Finish.STOP, "stop")


@pytest.mark.parametrize(
    "reply",
    [
        error(401, "Wrong key."),
        error(200, "Wrong key.", envelope="302"),
        json_body({"output": None, "error": "Wrong key."}),
    ],
)
async def test_errors_are_told_in_their_usual_shapes(
    api: Api, gateway: Gateway, endpoint: Endpoint, reply: object
) -> None:
    gateway.then(reply)  # type: ignore[arg-type]  # replies of several kinds
    with pytest.raises(EndpointError):
        await ask(api, replace(endpoint, dialect=SIMPLE))


def test_a_conversation_becomes_one_text_with_who_says_what() -> None:
    picture = {"type": "image_url", "image_url": {"url": "data:image/png;base64,AA=="}}
    call = {"id": "c", "type": "function", "function": {"name": "weather", "arguments": "{}"}}
    messages = [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": [{"type": "text", "text": "What is it?"}, picture]},
        {"role": "assistant", "content": None, "tool_calls": [call]},
        {"role": "tool", "tool_call_id": "c", "content": "Sunny"},
        {"role": "user", "content": "And now?"},
    ]
    assert conversation_text(messages) == (
        "System: Be brief.\n\nUser: What is it?\n[picture]\n\nAssistant: weather({})\n\nTool: Sunny\n\nUser: And now?"
    )


@given(st.lists(st.text(), min_size=2, max_size=6))
def test_no_word_of_a_conversation_is_lost(texts: list[str]) -> None:
    messages = [{"role": "user" if n % 2 == 0 else "assistant", "content": text} for n, text in enumerate(texts)]
    told = conversation_text(messages)
    assert all(text in told for text in texts if text.strip())


def test_an_output_beside_choices_is_no_answer() -> None:
    body = b'{"choices": [{"message": {"content": "a"}, "finish_reason": "stop"}], "output": "b"}'
    assert [delta.text for delta in decode_body(body) if isinstance(delta, TextDelta)] == ["a"]


def test_an_unknown_dialect_is_told_with_its_line(tmp_path: Path) -> None:
    paths = Paths.under(tmp_path)
    paths.create()
    text = '[[endpoint]]\nid = "a"\nname = "A"\nbase_url = "http://a.example/v1"\ndialect = "morse"\n'
    paths.config_file.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as raised:
        SettingsFile(paths).load()
    assert raised.value.line == 5
    paths.config_file.write_text(text.replace("morse", SIMPLE), encoding="utf-8")
    assert SettingsFile(paths).load().endpoints[0].dialect == SIMPLE
