"""Server-sent events, as endpoints really send them."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.core.sse import SseDecoder


def decoded(*chunks: bytes) -> list[str]:
    decoder = SseDecoder()
    return [event for chunk in chunks for event in decoder.feed(chunk)] + decoder.finish()


@pytest.mark.parametrize(
    ("stream", "events"),
    [
        (b"data: a\n\ndata: b\n\n", ["a", "b"]),
        (b"data:a\n\n", ["a"]),
        (b"data: a\r\n\r\ndata: b\r\n\r\n", ["a", "b"]),
        (b"data: a\r\rdata: b\r\r", ["a", "b"]),
        (b"\xef\xbb\xbfdata: a\n\n", ["a"]),
        (b": keep-alive\n\ndata:\n\ndata: a\n\n: bye\n\n", ["a"]),
        (b"data: a\ndata: b\n\n", ["a\nb"]),
        (b"event: message\nid: 7\ndata: a\n\n", ["a"]),
        (b"data: a\n\ndata: last", ["a", "last"]),
        (b'data: a\n\n{"error": "broken"}\n', ["a", '{"error": "broken"}']),
        (b'data: a\n{"error": "broken"}', ["a", '{"error": "broken"}']),
        ("data: a\u2028b\u2029c\x85d\n\n".encode(), ["a\u2028b\u2029c\x85d"]),
        ("data: 桥🙂\n\n".encode(), ["桥🙂"]),
        (b"data: \xff\n\n", ["\ufffd"]),
        (b'{\n  "choices": [\n    {"index": 0}\n  ]\n}\n', ['{\n  "choices": [\n    {"index": 0}\n  ]\n}']),
        (b'[{\r\n"error": {}\r\n}]', ['[{\n"error": {}\n}]']),
        (b"<html>\n<title>Bad gateway</title>", ["<html>\n<title>Bad gateway</title>"]),
        (b"hello\ndata: a\n\n", ["a"]),
        (b" \n\n{}", ["{}"]),
        (b"", []),
    ],
)
def test_every_way_of_writing_events_is_read(stream: bytes, events: list[str]) -> None:
    assert decoded(stream) == events


def test_a_line_end_between_two_chunks_is_one_line_end() -> None:
    assert decoded(b"data: a\r", b"\ndata: b\r", b"\n\r\n") == ["a\nb"]


def test_an_event_is_given_as_soon_as_it_is_complete() -> None:
    decoder = SseDecoder()
    assert decoder.feed(b"data: a\n") == []
    assert decoder.feed(b"\n") == ["a"]


def test_a_drawn_picture_in_one_long_line_costs_little() -> None:
    decoder = SseDecoder()
    began = time.process_time()
    assert not any(decoder.feed(b"data: " if not at else b"A" * 16_384) for at in range(400))
    assert time.process_time() - began < 0.5  # reading the line anew with each chunk took seconds
    assert [len(event) for event in decoder.feed(b"\n\n")] == [399 * 16_384]


LINES = st.lists(
    st.sampled_from(
        [
            "<html>",
            "{",
            "}",
            "data: a",
            "data:b",
            "data:",
            "",
            ": c",
            "event: x",
            '{"error":1}',
            "data: 桥🙂",
            "data: \u2028",
            "\ufeff",
        ]
    ),
    max_size=12,
)


@given(LINES, st.sampled_from([b"\n", b"\r\n", b"\r"]), st.lists(st.integers(0, 120), max_size=12))
def test_any_chunking_gives_the_same_events(lines: list[str], end: bytes, cuts: list[int]) -> None:
    stream = end.join(line.encode() for line in lines)
    places = sorted({cut for cut in cuts if cut < len(stream)})
    chunks = [stream[a:b] for a, b in zip([0, *places], [*places, len(stream)], strict=True)]
    assert decoded(*chunks) == decoded(stream)
