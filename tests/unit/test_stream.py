"""Answers of every vendor, read from bytes to deltas."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.core.conversation import Finish, Source, Usage
from desktop.core.deltas import (
    CitationsDelta,
    Delta,
    FinishDelta,
    PictureDelta,
    RefusalDelta,
    TextDelta,
    TextWasThinkingDelta,
    ThinkingDelta,
    ToolCallDelta,
    UsageDelta,
)
from desktop.core.errors import EndpointError, NotFound, Overloaded
from desktop.core.stream import FINISHES, StreamDecoder, decode_body
from tests.gateway.answers import Answer
from tests.gateway.errors import ENVELOPES, error_json


def events(*objects: Any, end: str = "data: [DONE]\n\n") -> bytes:
    return "".join(f"data: {json.dumps(each, ensure_ascii=False)}\n\n" for each in objects).encode() + end.encode()


def delta(index: int = 0, finish: str | None = None, **fields: Any) -> dict[str, Any]:
    return {"choices": [{"index": index, "delta": fields, "finish_reason": finish}]}


def decoded(body: bytes) -> list[Delta]:
    decoder = StreamDecoder()
    return decoder.feed(body) + decoder.finish()


def joined(deltas: list[Delta], kind: type[TextDelta | ThinkingDelta], choice: int = 0) -> str:
    return "".join(each.text for each in deltas if isinstance(each, kind) and each.choice == choice)


@pytest.mark.parametrize(
    "thinking_as", ["reasoning_content", "reasoning", "reasoning_details", "content_list", "<think>", "<thought>"]
)
def test_thinking_is_found_wherever_it_stands(thinking_as: str) -> None:
    answer = Answer("The deck sags.", thinking="Cables first.", thinking_as=thinking_as).streamed()
    deltas = decoded(b"".join(step for step in answer.steps if isinstance(step, bytes)))
    assert joined(deltas, ThinkingDelta).strip() == "Cables first."
    assert joined(deltas, TextDelta) == "The deck sags."


def test_thinking_under_two_names_counts_once() -> None:
    both = delta(reasoning="so", reasoning_content="so")
    assert joined(decoded(events(both)), ThinkingDelta) == "so"


def test_thinking_whose_beginning_was_not_told_is_recognised_at_its_end() -> None:
    deltas = decoded(events(delta(content="Hm.\n"), delta(content="</think>\n\nYes.")))
    assert deltas == [TextDelta(0, "Hm.\n"), TextWasThinkingDelta(0), TextDelta(0, "Yes.")]


def test_choices_are_told_apart_also_where_several_come_in_one_chunk() -> None:
    two = {"choices": [{"index": 1, "delta": {"content": "b"}}, {"index": 0, "delta": {"content": "a"}}]}
    deltas = decoded(events(two, delta(1, content="B"), delta(0, "stop"), delta(1, "length")))
    assert (joined(deltas, TextDelta, 0), joined(deltas, TextDelta, 1)) == ("a", "bB")
    assert deltas[-2:] == [FinishDelta(0, Finish.STOP, "stop"), FinishDelta(1, Finish.LENGTH, "length")]


def test_usage_is_read_after_the_last_choice_or_with_it() -> None:
    usage = {
        "prompt_tokens": 5,
        "completion_tokens": 7,
        "completion_tokens_details": {"reasoning_tokens": 3},
        "prompt_tokens_details": {"cached_tokens": 2},
    }
    expected = UsageDelta(Usage(5, 7, 3, 2))
    assert expected in decoded(events({"choices": [], "usage": usage}))
    assert expected in decoded(events({**delta(finish="stop"), "usage": usage}))
    assert decoded(events({**delta(content="a"), "usage": None})) == [TextDelta(0, "a")]


def test_refusals_pictures_tools_and_sources_are_deltas_of_their_own() -> None:
    picture = {"type": "image_url", "image_url": {"url": "data:image/png;base64,AA=="}}
    calls = [{"index": 1, "id": "c", "function": {"name": "f", "arguments": "{"}}]
    deltas = decoded(
        events(
            delta(refusal="No."),
            delta(images=[picture]),
            delta(tool_calls=calls),
            delta(tool_calls=[{"index": 1, "function": {"arguments": "}"}}]),
            {"citations": ["https://a.example"], "search_results": [{"url": "https://a.example", "title": "A"}]},
            {"citations": ["https://b.example"]},
        )
    )
    assert deltas == [
        RefusalDelta(0, "No."),
        PictureDelta(0, "data:image/png;base64,AA=="),
        ToolCallDelta(0, 1, "c", "f", "{"),
        ToolCallDelta(0, 1, "", "", "}"),
        CitationsDelta((Source("https://a.example", "A"),)),
    ]


def test_annotations_are_sources_too() -> None:
    note = {"type": "url_citation", "url_citation": {"url": "https://a.example", "title": "A", "start_index": 1}}
    other = {"type": "url_citation", "url_citation": {"url": "https://b.example"}}
    assert decoded(events(delta(annotations=[note]), delta(annotations=[other]))) == [
        CitationsDelta((Source("https://a.example", "A"),), choice=0),
        CitationsDelta((Source("https://a.example", "A"), Source("https://b.example")), choice=0),
    ]


def test_a_source_noted_at_several_places_is_one_source() -> None:
    notes = [{"type": "url_citation", "url_citation": {"url": "https://a.example", "start_index": n}} for n in (1, 9)]
    flat = {"type": "url_citation", "url": "https://b.example", "title": "B"}
    [told] = decoded(events(delta(annotations=[*notes, flat])))
    assert told == CitationsDelta((Source("https://a.example"), Source("https://b.example", "B")), choice=0)


SOURCES = st.lists(st.builds(Source, st.sampled_from(["https://a.example", "https://b.example/x"]), st.just("")))
SHAPES: list[Callable[[list[Source]], dict[str, Any]]] = [
    lambda sources: {"citations": [source.url for source in sources]},
    lambda sources: {"search_results": [{"url": source.url, "date": None} for source in sources]},
    lambda sources: {"citations": [{"url": source.url} for source in sources]},
]


@given(SOURCES, st.sampled_from(SHAPES), st.booleans())
def test_every_shape_of_sources_says_the_same_streamed_or_whole(
    sources: list[Source], shape: Callable[[list[Source]], dict[str, Any]], is_whole: bool
) -> None:
    fields = shape(sources)
    if is_whole:
        deltas = decode_body(json.dumps({"choices": [{"message": {"content": "Hi"}}], **fields}).encode())
    else:
        deltas = decoded(events(delta(content="Hi") | fields, delta(content="!") | fields))
    told = [each for each in deltas if isinstance(each, CitationsDelta)]
    assert told == ([CitationsDelta(tuple(sources))] if sources else [])


def test_titles_of_sources_may_come_later_than_their_addresses() -> None:
    plain = {"citations": ["https://a.example", "https://a.example"]}
    titled = {**plain, "search_results": [{"url": "https://a.example", "title": "A"}]}
    assert decoded(events(plain, plain, titled))[-1] == CitationsDelta((Source("https://a.example", "A"),) * 2)


def test_an_answer_without_a_delta_is_read_from_its_message_or_its_text() -> None:
    assert decoded(events({"choices": [{"text": "a"}]})) == [TextDelta(0, "a")]
    assert decoded(events({"choices": [{"delta": {"content": ""}, "message": {"content": "again"}}]})) == []


@pytest.mark.parametrize("word", [*FINISHES, "SAFETY", "something new"])
def test_every_word_for_the_end_is_understood(word: str) -> None:
    stream = events(delta(content="a"), delta(finish=word))
    if FINISHES.get(word.lower()) is Finish.ERROR:
        with pytest.raises(EndpointError, match=word):
            decoded(stream)
    else:
        assert decoded(stream)[-1] == FinishDelta(0, FINISHES.get(word.lower(), Finish.STOP), word)


@pytest.mark.parametrize("envelope", ENVELOPES)
def test_an_error_in_the_middle_of_a_good_stream_is_raised_after_what_came(envelope: str) -> None:
    error = error_json(503, "The model is overloaded.", envelope=envelope)
    if isinstance(error, list):
        return
    decoder = StreamDecoder()
    assert decoder.feed(events(delta(content="Half"), end="")) == [TextDelta(0, "Half")]
    with pytest.raises(EndpointError, match="overloaded"):
        decoder.feed(events(error))


def test_an_error_may_come_as_a_bare_line_or_inside_a_choice() -> None:
    bare = b'{"error":{"err_code":-10003,"message":"Overloaded, try again later","type":"api_error"}}\n'
    with pytest.raises(Overloaded):
        decoded(events(delta(content="a"), end="") + bare)
    inside = {"choices": [{"index": 0, "delta": {}, "error": {"code": 502, "message": "Provider returned error"}}]}
    with pytest.raises(Overloaded, match="Provider"):
        decoded(events(inside))


def test_nothing_is_read_after_the_end_was_told() -> None:
    decoder = StreamDecoder()
    assert decoder.feed(events(delta(content="a")) + events(delta(content="b"))) == [TextDelta(0, "a")]
    assert decoder.done


def test_a_whole_body_and_a_stream_are_read_by_both_readers() -> None:
    body = json.dumps(
        {"choices": [{"index": 0, "message": {"content": "Yes.", "reasoning_content": "Hm."}, "finish_reason": "stop"}]}
    ).encode()
    expected = [ThinkingDelta(0, "Hm."), TextDelta(0, "Yes."), FinishDelta(0, Finish.STOP, "stop")]
    assert decode_body(b"\n\n\n" + body) == expected
    assert decoded(b"\n\n" + body) == expected
    assert decoded(json.dumps(json.loads(body), indent=2).encode()) == expected
    assert decode_body(events(delta(content="a"))) == [TextDelta(0, "a")]


def test_a_body_that_is_no_answer_is_an_error_and_a_broken_one_is_left_to_the_line() -> None:
    for body in (b"<html>\n<title>Welcome to nginx!</title>", b"data: Welcome to nginx!\n\n", b'"Welcome to nginx!"'):
        with pytest.raises(NotFound, match="Welcome to nginx!"):
            decoded(body)
        with pytest.raises(NotFound, match="Welcome to nginx!"):
            decode_body(body)
    assert decoded(b'data: {"choi') == []
    assert decoded(b": keep-alive\n\n") == []
    with pytest.raises(EndpointError):
        decode_body(b'{"choi')
    with pytest.raises(EndpointError):
        decode_body(b"")


def test_an_error_over_several_lines_is_read_as_well() -> None:
    error = json.dumps([{"error": {"code": 503, "message": "The model is overloaded."}}], indent=2).encode()
    with pytest.raises(Overloaded, match="overloaded"):
        decoded(error)


def test_half_a_character_becomes_a_mark_and_two_halves_one_character() -> None:
    stream = rb'data: {"choices": [{"delta": {"content": "\ud83d\ude42 \uD83D \u00e9"}}]}' + b"\n\n"
    assert decoded(stream) == [TextDelta(0, "🙂 \ufffd é")]


def test_words_meant_for_people_are_no_reason_to_stop() -> None:
    assert decoded(b"data: hello\n\ndata: 7\n\n" + events(delta(content="a"))) == [TextDelta(0, "a")]


FIELDS = st.sampled_from(
    [
        delta(content="<think>"),
        delta(content="a\u2028b"),
        delta(content="\n</think>\n"),
        delta(1, content="桥🙂"),
        delta(reasoning_content="so"),
        delta(content=None),
        delta(finish="stop"),
        {"choices": [], "usage": {"prompt_tokens": 1, "completion_tokens": 2}},
        {"citations": ["https://a.example"]},
    ]
)


@given(st.lists(FIELDS, max_size=10), st.lists(st.integers(0, 900), max_size=12))
@settings(max_examples=200)
def test_any_chunking_of_the_bytes_tells_the_same(objects: list[Any], cuts: list[int]) -> None:
    stream = events(*objects)
    places = sorted({cut for cut in cuts if cut < len(stream)})
    decoder = StreamDecoder()
    deltas: list[Delta] = []
    for start, end in zip([0, *places], [*places, len(stream)], strict=True):
        deltas += decoder.feed(stream[start:end])
    assert deltas + decoder.finish() == decoded(stream)


NAMES = """choices delta message content text thinking reasoning_content reasoning_details refusal images image_url url
    tool_calls function id name arguments index type finish_reason usage prompt_tokens completion_tokens_details
    citations search_results title annotations url_citation error detail code metadata raw""".split()
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.sampled_from(["text", "error"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=4),
    max_leaves=20,
)


@given(st.dictionaries(st.sampled_from(NAMES), ANYTHING, max_size=4), st.lists(ANYTHING, max_size=2))
def test_whatever_an_endpoint_sends_is_deltas_or_an_error_to_read(data: dict[str, Any], choices: list[Any]) -> None:
    for body in (data, {"choices": choices}, {"choices": [{"delta": data}]}):
        with suppress(EndpointError):
            deltas = decoded(events(body))
            assert all(isinstance(each.text, str) for each in deltas if isinstance(each, TextDelta | ThinkingDelta))
