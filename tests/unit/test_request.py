"""What is sent: the contract, field by field."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.core.conversation import Message, Part, PicturePart, Role, Status, TextPart, ThinkingPart
from desktop.core.endpoints import Endpoint
from desktop.core.errors import UserError
from desktop.core.request import build, estimate_body_tokens, estimate_picture_tokens, estimate_tokens

ENDPOINT = Endpoint("ai302", "302.AI", "https://api.302.ai/v1")
PICTURE = PicturePart("a" * 64, "image/jpeg", 1600, 1067, 214_000, detail="low")


def message(role: Role, *parts: Part, **fields: Any) -> Message:
    return Message(1, 1, None, role, parts, **fields)


def body(*messages: Message, endpoint: Endpoint = ENDPOINT, **parameters: Any) -> dict[str, Any]:
    return build(endpoint, "gpt-4o", messages, parameters, lambda part: f"data:{part.mime};base64,xx")


HELLO = message(Role.USER, TextPart("Hello"))


def test_only_what_is_set_is_sent() -> None:
    assert body(HELLO) == {
        "model": "gpt-4o",
        "messages": [{"role": "user", "content": "Hello"}],
        "stream": True,
        "stream_options": {"include_usage": True},
    }


def test_every_parameter_of_the_contract_arrives_under_its_name() -> None:
    sent = body(
        HELLO,
        temperature=0.3,
        n=2,
        stream=False,
        stop=["END"],
        max_tokens=100,
        presence_penalty=-1,
        frequency_penalty=1.5,
        logit_bias={"5": -100},
        user="me",
        seed=7,
        reasoning_effort="low",
        response_format={"type": "json_object"},
    )
    assert sent.pop("messages") == [{"role": "user", "content": "Hello"}]
    assert sent == {
        "model": "gpt-4o",
        "temperature": 0.3,
        "n": 2,
        "stream": False,
        "stop": ["END"],
        "max_tokens": 100,
        "presence_penalty": -1,
        "frequency_penalty": 1.5,
        "logit_bias": {"5": -100},
        "user": "me",
        "seed": 7,
        "reasoning_effort": "low",
        "response_format": {"type": "json_object"},
    }


def test_the_system_prompt_comes_first() -> None:
    assert body(HELLO, system_prompt=" Be brief. ")["messages"][0] == {"role": "system", "content": "Be brief."}
    assert body(HELLO, system_prompt=" ")["messages"] == [{"role": "user", "content": "Hello"}]


def test_thinking_is_never_sent_back() -> None:
    answer = message(Role.ASSISTANT, ThinkingPart("secret thoughts"), TextPart("Hi."))
    assert body(HELLO, answer)["messages"][1] == {"role": "assistant", "content": "Hi."}


def test_pictures_stand_after_the_text_with_their_detail() -> None:
    asked = message(Role.USER, PICTURE, TextPart("What is this?"))
    assert body(asked)["messages"][0]["content"] == [
        {"type": "text", "text": "What is this?"},
        {"type": "image_url", "image_url": {"url": "data:image/jpeg;base64,xx", "detail": "low"}},
    ]


def test_empty_waiting_and_left_out_messages_are_not_sent() -> None:
    failed = message(Role.ASSISTANT, status=Status.FAILED)
    waiting = message(Role.USER, TextPart("Later"), status=Status.QUEUED)
    left_out = message(Role.USER, TextPart("Not this"), in_context=False)
    assert body(HELLO, failed, left_out, waiting)["messages"] == [{"role": "user", "content": "Hello"}]


def test_an_endpoint_that_refuses_the_usage_option_is_not_given_it() -> None:
    assert "stream_options" not in body(HELLO, endpoint=Endpoint("mistral", "Mistral", "u", usage_option=False))


def test_usage_is_not_asked_for_where_the_extra_fields_turn_streaming_off() -> None:
    assert "stream_options" not in body(HELLO, extra={"stream": False})


def test_extra_fields_win_over_the_endpoints_and_those_over_parameters() -> None:
    endpoint = Endpoint("e", "E", "u", body={"temperature": 1, "top_k": 1})
    sent = body(HELLO, endpoint=endpoint, temperature=0, extra={"top_k": 2})
    assert (sent["temperature"], sent["top_k"]) == (1, 2)


def test_a_wrong_parameter_is_told_before_anything_is_sent() -> None:
    with pytest.raises(UserError, match="Temperature"):
        body(HELLO, temperature=3)


def test_tokens_are_guessed_by_the_kind_of_writing() -> None:
    assert estimate_tokens("") == 0
    assert estimate_tokens("a" * 400) == pytest.approx(100, abs=1)
    assert estimate_tokens("桥为什么会下垂") == 7
    assert estimate_tokens("Hi") == 1


@given(st.text(), st.text())
def test_more_text_is_never_guessed_to_be_less(first: str, second: str) -> None:
    assert estimate_tokens(first + second) >= estimate_tokens(first)


@pytest.mark.parametrize(("size", "tokens"), [((512, 512), 255), ((1024, 1024), 765), ((2048, 4096), 1105)])
def test_a_picture_weighs_what_its_tiles_weigh(size: tuple[int, int], tokens: int) -> None:
    assert estimate_picture_tokens(*size) == tokens


def test_a_body_weighs_its_texts_and_pictures() -> None:
    asked = message(Role.USER, PICTURE, TextPart("a" * 40))
    assert estimate_body_tokens(body(asked)) == 4 + 10 + 765
