"""The loopback gateway does what its scripts say, byte for byte: every other network test stands on it."""

from __future__ import annotations

import json
import re
import socket
import time

import pytest

from tests.gateway import ENVELOPES, Framing, Gateway, HangUp, Hold, Pause, Reply, answer, chunk, error, events, raw

CHAT = {"model": "echo", "messages": [{"role": "user", "content": "Hi"}]}


def connect(gateway: Gateway) -> socket.socket:
    return socket.create_connection(("127.0.0.1", gateway.port), timeout=5)


def send(line: socket.socket, body: object, method: str = "POST", path: str = "/v1/chat/completions") -> None:
    data = json.dumps(body).encode()
    head = f"{method} {path} HTTP/1.1\r\nHost: here\r\nContent-Length: {len(data)}\r\n\r\n"
    line.sendall(head.encode() + data)


def receive(line: socket.socket) -> bytes:
    """One whole answer: up to its last chunk, as many bytes as its length says, or until the line is closed."""
    received = b""
    while data := line.recv(65536):
        received += data
        head, _, body = received.partition(b"\r\n\r\n")
        length = re.search(rb"Content-Length: (\d+)", head)
        if body.endswith(b"0\r\n\r\n") or (length and len(body) == int(length[1])):
            break
    return received


def ask(gateway: Gateway, reply: Reply, **body: object) -> bytes:
    gateway.then(reply)
    with connect(gateway) as line:
        send(line, {**CHAT, **body})
        return receive(line)


def test_a_streamed_answer_has_one_chunk_for_each_event(gateway: Gateway) -> None:
    received = ask(gateway, answer("One two."), stream=True)
    assert b"text/event-stream" in received
    assert received.count(b"data: {") == 5  # role, two words, finish, usage
    assert b"data: [DONE]\n\n\r\n0\r\n\r\n" in received


def test_the_same_answer_comes_whole_when_not_streamed(gateway: Gateway) -> None:
    head, _, body = ask(gateway, answer("One two.", thinking="Hm.", leading_blank_lines=2)).partition(b"\r\n\r\n")
    assert b"Content-Length" in head
    message = json.loads(body)["choices"][0]["message"]
    assert message == {"role": "assistant", "content": "One two.", "reasoning_content": "Hm."}


def test_several_choices_interleave(gateway: Gateway) -> None:
    received = ask(gateway, answer("One.", done=False, usage=None), stream=True, n=2)
    assert received.count(b'"index": 1') == received.count(b'"index": 0') == 3


@pytest.mark.parametrize(
    ("how", "expected"),
    [
        ({"crlf": True}, b"[DONE]\r\n\r\n"),
        ({"space": False}, b"data:[DONE]"),
        ({"bom": True}, b"\xef\xbb\xbf"),
        ({"last_blank_line": False}, b"[DONE]\r\n0\r\n"),
        ({"comments": 1}, b": keep-alive\n\n"),
        ({"thinking": "Hm.", "thinking_as": "◁think▷"}, "◁/think▷".encode()),
        ({"thinking": "Hm.", "thinking_as": "reasoning"}, b'"reasoning": "Hm."'),
        ({"thinking": "Hm.", "thinking_as": "content_list"}, b'[{"type": "thinking"'),
    ],
)
def test_the_forms_of_a_stream(gateway: Gateway, how: dict[str, object], expected: bytes) -> None:
    assert expected in ask(gateway, answer("One.", **how), stream=True)


@pytest.mark.parametrize("envelope", [*ENVELOPES, "plain", "html"])
def test_errors_carry_their_message_in_every_envelope(gateway: Gateway, envelope: str) -> None:
    gateway.then(error(429, "Too fast.", envelope=envelope, headers={"Retry-After": "7"}))
    with connect(gateway) as line:
        send(line, CHAT)
        received = receive(line)
    assert received.startswith(b"HTTP/1.1 429 Too Many Requests\r\n")
    assert b"Retry-After: 7" in received
    assert b"Too fast." in received


def test_pieces_cut_characters_in_two(gateway: Gateway) -> None:
    received = ask(gateway, events(chunk("é")).in_pieces(1), stream=True)
    assert b"1\r\n\xc3\r\n1\r\n\xa9\r\n" in received


def test_raw_bytes_stand_alone(gateway: Gateway) -> None:
    gateway.then(raw(b"nonsense", HangUp(), framing=Framing.RAW))
    with connect(gateway) as line:
        send(line, CHAT)
        assert receive(line) == b"nonsense"


def test_a_reset_breaks_the_line(gateway: Gateway) -> None:
    gateway.then(answer("One two three").streamed().cut(2, Pause(0.05), HangUp(reset=True)))
    with connect(gateway) as line:
        send(line, CHAT)
        with pytest.raises(ConnectionResetError):
            receive(line)


def test_it_notes_when_the_client_hangs_up(gateway: Gateway) -> None:
    gateway.then(answer("One").streamed().cut(1, Hold()))
    with connect(gateway) as line:
        send(line, CHAT)
        line.recv(65536)
        time.sleep(0.05)
    hung_up_at = time.monotonic()
    gateway.wait(lambda: gateway.requests[0].hung_up_at)
    assert abs((gateway.requests[0].hung_up_at or 0) - hung_up_at) < 0.1
    assert gateway.requests[0].answered_at is None


def test_one_connection_serves_several_requests(gateway: Gateway) -> None:
    with connect(gateway) as line:
        for path in ("/v1/models", "/v1/nothing"):
            send(line, {}, "GET", path)
            receive(line)
    assert [(request.path, request.connection) for request in gateway.requests] == [
        ("/v1/models", 1),
        ("/v1/nothing", 1),
    ]


def test_tokens_come_at_their_pace(gateway: Gateway) -> None:
    ask(gateway, answer("word " * 20, tokens_per_s=200, usage=None), stream=True)
    sent = gateway.chats[0].sent_at
    assert 0.1 <= sent[-1] - sent[0] < 0.3


def test_a_key_can_be_demanded(gateway: Gateway) -> None:
    gateway.key = "right"
    with connect(gateway) as line:
        send(line, CHAT)
        assert receive(line).startswith(b"HTTP/1.1 401")
