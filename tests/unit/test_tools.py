"""Tools of a chat: schemas that are typed, calls that come in fragments, and what goes out of both."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.core.conversation import Message, Part, Role, Status, TextPart, ToolCallPart, ToolResultPart
from desktop.core.deltas import ToolCallDelta
from desktop.core.endpoints import Endpoint
from desktop.core.errors import UserError
from desktop.core.request import build, estimate_body_tokens
from desktop.core.tool_calls import fenced, gathered, open_calls, pretty_arguments
from desktop.core.tools import Tool, Tools, always_allowed, check_name, read_schema, tool_fields, tools_of, with_tools

ENDPOINT = Endpoint("ai302", "302.AI", "https://api.302.ai/v1")
WEATHER = Tool("get_weather", "Weather of a city.", {"type": "object", "properties": {"city": {"type": "string"}}})
CALL = ToolCallPart("c1", "get_weather", '{"city": "Bern"}')


def message(number: int, role: Role, *parts: Part, **fields: Any) -> Message:
    return Message(number, 1, number - 1 or None, role, parts, **fields)


def result(number: int, call_id: str, text: str) -> Message:
    return message(number, Role.TOOL, ToolResultPart(call_id, "get_weather"), TextPart(text))


def sent(*line: Message) -> list[dict[str, Any]]:
    body = build(ENDPOINT, "gpt-4o", line, {}, lambda _: "")
    messages: list[dict[str, Any]] = body["messages"]
    return messages


QUESTION = message(1, Role.USER, TextPart("Weather?"))
CALLS = message(2, Role.ASSISTANT, CALL)


def test_enabled_tools_are_sent_and_the_choice_where_it_is_not_the_usual_one() -> None:
    tools = Tools((WEATHER, Tool("off", enabled=False)))
    function = {"name": "get_weather", "description": "Weather of a city.", "parameters": WEATHER.schema}
    assert tool_fields(with_tools({}, tools)) == {"tools": [{"type": "function", "function": function}]}
    assert tool_fields(with_tools({}, Tools((WEATHER,), "required")))["tool_choice"] == "required"
    assert tool_fields({}) == {}
    assert tool_fields(with_tools({}, Tools((Tool("off", enabled=False),), "required"))) == {}


def test_tools_come_back_as_they_were_kept_and_nonsense_is_left_out() -> None:
    tools = Tools((WEATHER, Tool("b", enabled=False)), "none", ("b",))
    kept = json.loads(json.dumps(with_tools({"other": {"on": True}}, tools)))
    assert tools_of(kept) == tools
    assert kept["other"] == {"on": True}
    kept["tools"]["list"] += [{"name": 3}, {"name": "x", "new": 1}, "text"]
    kept["tools"]["choice"] = "sometimes"
    assert tools_of(kept) == Tools(tools.tools, "auto", ("b",))
    assert tools_of(always_allowed(kept, "get_weather")).always == ("b", "get_weather")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('{\n  "type": "object"\n  "properties": {}\n}', "Line 3, column 3"),
        ("[]", "is an object"),
        ('{"type": "string"}', '"type": "object"'),
        ('{"properties": {"city": {"type": "text"}}}', "“text” in “city”"),
        ('{"properties": []}', '"properties"'),
        ('{"properties": {"city": "string"}}', "“city” in the schema must be a schema"),
        ('{"properties": {"a": {}}, "required": ["b"]}', "“b” is required"),
        ('{"required": "a"}', '"required"'),
        ('{"properties": {"a": {"type": "array", "items": {"type": "int"}}}}', "“int” in “items”"),
    ],
)
def test_a_schema_that_would_be_refused_is_told_with_its_place(text: str, told: str) -> None:
    with pytest.raises(UserError) as raised:
        read_schema(text)
    assert told in raised.value.text


def test_a_schema_may_be_missing_and_need_not_say_that_it_is_an_object() -> None:
    assert read_schema("  ") == {"type": "object", "properties": {}}
    assert read_schema('{"properties": {"a": {"type": ["string", "null"]}}, "required": ["a"]}')["type"] == "object"


@given(st.text())
def test_whatever_is_typed_as_a_schema_is_a_schema_or_is_told(text: str) -> None:
    with suppress(UserError):
        assert read_schema(text)["type"] == "object"


@pytest.mark.parametrize("name", ["", "two words", "ä", "x" * 65, "taken"])
def test_a_name_that_cannot_be_sent_is_told(name: str) -> None:
    with pytest.raises(UserError):
        check_name(name, ["taken"])


FRAGMENTS = st.lists(st.tuples(st.integers(0, 2), st.text(max_size=5)), max_size=30)


@given(FRAGMENTS)
def test_fragments_of_several_calls_are_put_together_in_any_order(fragments: list[tuple[int, str]]) -> None:
    deltas: list[ToolCallDelta] = []
    for index, text in fragments:
        is_first = all(delta.index != index for delta in deltas)
        deltas.append(ToolCallDelta(0, index, f"id{index}" * is_first, f"f{index}" * is_first, text))
    calls = {call.id: call for call in gathered(deltas, complete=True)}
    for index in {index for index, _ in fragments}:
        text = "".join(text for other, text in fragments if other == index)
        assert calls[f"id{index}"] == ToolCallPart(f"id{index}", f"f{index}", text)
    assert len(calls) == len({index for index, _ in fragments})


def test_calls_that_all_say_they_are_the_first_are_still_several() -> None:
    whole = [
        ToolCallDelta(0, 0, "a", "f", "{}"),
        ToolCallDelta(0, 0, "b", "g", "{}"),
        ToolCallDelta(0, 0, "b", "", " "),
    ]
    assert [(call.id, call.arguments) for call in gathered(whole, complete=True)] == [("a", "{}"), ("b", "{} ")]


def test_a_call_without_an_id_gets_one() -> None:
    assert gathered([ToolCallDelta(0, 0, "", "f", "{}")], complete=True)[0].id == "call_0"


def test_calls_go_out_with_their_results() -> None:
    assert sent(QUESTION, CALLS, result(3, "c1", "Sunny"))[1:] == [
        {
            "role": "assistant",
            "content": None,
            "tool_calls": [
                {"id": "c1", "type": "function", "function": {"name": "get_weather", "arguments": '{"city": "Bern"}'}}
            ],
        },
        {"role": "tool", "tool_call_id": "c1", "content": "Sunny"},
    ]


def test_an_empty_result_goes_out_too() -> None:
    empty = message(3, Role.TOOL, ToolResultPart("c1", "get_weather"))
    assert sent(QUESTION, CALLS, empty)[-1] == {"role": "tool", "tool_call_id": "c1", "content": ""}


@pytest.mark.parametrize(
    "line",
    [
        [CALLS, message(3, Role.USER, TextPart("Never mind."))],
        [message(2, Role.ASSISTANT, ToolCallPart("c1", "f", '{"ci', complete=False)), result(3, "c1", "late")],
        [CALLS, message(3, Role.USER, TextPart("Hm.")), result(4, "c1", "late")],
        [message(2, Role.ASSISTANT, CALL, in_context=False), result(3, "c1", "alone")],
        [CALLS, message(3, Role.TOOL, ToolResultPart("c1", "f"), TextPart("out"), in_context=False)],
    ],
)
def test_what_has_no_partner_is_not_sent(line: list[Message]) -> None:
    assert all(wire["role"] == "user" for wire in sent(QUESTION, *line))


def test_of_two_calls_only_the_answered_one_is_sent() -> None:
    both = message(2, Role.ASSISTANT, TextPart("Let me see."), CALL, ToolCallPart("c2", "other", "{}"))
    answer = sent(QUESTION, both, result(3, "c1", "Sunny"), message(4, Role.USER, TextPart("And?")))[1]
    assert answer["content"] == "Let me see."
    assert [call["id"] for call in answer["tool_calls"]] == ["c1"]


def test_calls_count_among_the_tokens() -> None:
    alone = {"messages": sent(QUESTION, CALLS, result(3, "c1", "Sunny"))}
    longer = message(2, Role.ASSISTANT, ToolCallPart("c1", "get_weather", '{"city": "Bern, at the river Aare"}'))
    assert estimate_body_tokens({"messages": sent(QUESTION, longer, result(3, "c1", "Sunny"))}) > estimate_body_tokens(
        alone
    )


def test_the_calls_at_the_end_of_a_line_wait_until_they_are_answered() -> None:
    both = message(2, Role.ASSISTANT, CALL, ToolCallPart("c2", "other", "{}"))
    assert [call.id for call in open_calls([QUESTION, both])] == ["c1", "c2"]
    assert [call.id for call in open_calls([QUESTION, both, result(3, "c1", "x")])] == ["c2"]
    assert open_calls([QUESTION, both, result(3, "c1", "x"), result(4, "c2", "y")]) == []
    assert open_calls([QUESTION, both, message(3, Role.USER, TextPart("No."))]) == []
    assert open_calls([QUESTION, message(2, Role.ASSISTANT, CALL, status=Status.STOPPED)]) == []
    assert open_calls([]) == []


def test_arguments_are_read_line_by_line_and_what_is_no_json_as_it_came() -> None:
    assert pretty_arguments('{"a":1,"b":"ü"}') == '{\n  "a": 1,\n  "b": "ü"\n}'
    assert pretty_arguments('{"a":') == '{"a":'


@given(st.text(alphabet="`ab\n{", max_size=40))
def test_a_fence_is_longer_than_any_run_of_backticks_inside(text: str) -> None:
    block = fenced(text)
    fence = block[: len(block) - len(block.lstrip("`"))]
    assert fence not in text
    assert block.endswith(f"\n{fence}")
