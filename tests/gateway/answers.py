"""Ready-made answers: what the endpoints of this world really send, quirks included.

Each function gives a `Reply` for the gateway. An `Answer` looks at the request: streamed as events where it says
`"stream": true`, one JSON body where not, and as many choices as its `n`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.gateway.wire import Framing, Pause, Request, Response, Step

JSON_HEADERS = {"Content-Type": "application/json"}
EVENT_HEADERS = {"Content-Type": "text/event-stream; charset=utf-8", "Cache-Control": "no-cache"}
FIELDS = ("reasoning_content", "reasoning")  # thinking that stands in a field of its own name


@dataclass(frozen=True)
class Answer:
    """One answer, told in the words of a test; see `answer` for what the fields mean."""

    text: str
    thinking: str = ""
    thinking_as: str = "reasoning_content"
    tokens_per_s: float = 0.0
    usage: str | None = "chunk"
    n: int | None = None
    finish: str | None = "stop"
    model: str = "echo"
    refusal: str = ""
    images: Sequence[str] = ()
    citations: Sequence[str] = ()
    tool_calls: Sequence[Mapping[str, Any]] = ()
    crlf: bool = False
    bom: bool = False
    space: bool = True
    done: bool = True
    last_blank_line: bool = True
    comments: int = 0
    comment: str = ": keep-alive"
    leading_blank_lines: int = 0
    token: str = r"\s*\S+|\s+"
    head_delay_s: float = 0.0
    body_delay_s: float = 0.0
    headers: Mapping[str, str] = field(default_factory=dict)

    def __call__(self, request: Request) -> Response:
        body = request.json
        choices = self.n or body.get("n") or 1
        if not body.get("stream"):
            return self._whole(choices)
        steps = tuple(self._paced(self._events(choices)))
        return Response(
            steps,
            headers={**EVENT_HEADERS, **self.headers},
            head_delay_s=self.head_delay_s,
            body_delay_s=self.body_delay_s,
        )

    def streamed(self) -> Response:
        """The stream itself, for tests that cut it or put it into pieces."""
        return self(Request("POST", "/v1/chat/completions", "", {}, b'{"stream": true}', 0.0, 0))

    def _whole(self, choices: int) -> Response:
        body = {**self._chunk([self._whole_choice(index) for index in range(choices)]), "object": "chat.completion"}
        if self.usage:
            body["usage"] = self._usage(choices)
        data = b"\n" * self.leading_blank_lines + json.dumps(body, ensure_ascii=False).encode()
        return Response(
            (data,),
            headers={**JSON_HEADERS, **self.headers},
            framing=Framing.LENGTH,
            head_delay_s=self.head_delay_s,
            body_delay_s=self.body_delay_s,
        )

    def _whole_choice(self, index: int) -> dict[str, Any]:
        thinking = self._thinking(self.thinking) if self.thinking else {}
        content = thinking.pop("content", "")
        content = [*content, {"type": "text", "text": self.text}] if isinstance(content, list) else content + self.text
        message: dict[str, Any] = {"role": "assistant", "content": content, **thinking}
        if self.refusal:
            message["refusal"] = self.refusal
        if self.images:
            message["images"] = [_image(url) for url in self.images]
        if self.tool_calls:
            message["tool_calls"] = list(self.tool_calls)
        return {"index": index, "message": message, "finish_reason": self.finish}

    def _events(self, choices: int) -> Iterator[str]:
        """The data of every event, in order; the choices of n > 1 interleave."""
        yield self._data([_choice(index, role="assistant", content="") for index in range(choices)])
        for delta in self._deltas():
            yield self._data([_choice(index, **delta) for index in range(choices)])
        if self.finish is not None:
            last = self._chunk([{**_choice(index), "finish_reason": self.finish} for index in range(choices)])
            yield json.dumps(last | ({"usage": self._usage(choices)} if self.usage == "finish" else {}))
        if self.usage == "chunk":
            yield json.dumps({**self._chunk([]), "usage": self._usage(choices)})
        if self.done:
            yield "[DONE]"

    def _deltas(self) -> Iterator[dict[str, Any]]:
        tagged = bool(self.thinking) and self.thinking_as not in {*FIELDS, "reasoning_details", "content_list"}
        if tagged:
            yield from ({"content": piece} for piece in self._tokens(_tagged(self.thinking, self.thinking_as)))
        else:
            yield from (self._thinking(piece) for piece in self._tokens(self.thinking))
        yield from ({"content": piece} for piece in self._tokens(self.text))
        yield from ({"refusal": piece} for piece in self._tokens(self.refusal))
        yield from ({"images": [_image(url)]} for url in self.images)
        yield from ({"tool_calls": [call]} for call in self.tool_calls)

    def _thinking(self, text: str) -> dict[str, Any]:
        """One piece of thinking, in the way of `thinking_as`."""
        if self.thinking_as in FIELDS:
            return {self.thinking_as: text}
        if self.thinking_as == "reasoning_details":
            return {"reasoning": text, "reasoning_details": [{"type": "reasoning.text", "text": text}]}
        if self.thinking_as == "content_list":
            return {"content": [{"type": "thinking", "thinking": [{"type": "text", "text": text}]}]}
        return {"content": _tagged(text, self.thinking_as)}

    def _tokens(self, text: str) -> list[str]:
        return re.findall(self.token, text, re.DOTALL)

    def _data(self, choices: list[dict[str, Any]]) -> str:
        return json.dumps(self._chunk(choices), ensure_ascii=False)

    def _chunk(self, choices: list[dict[str, Any]]) -> dict[str, Any]:
        sources = {"citations": list(self.citations)} if self.citations else {}
        kind = "chat.completion.chunk"
        return {"id": "chat-1", "object": kind, "created": 1, "model": self.model, "choices": choices, **sources}

    def _usage(self, choices: int) -> dict[str, Any]:
        thought = len(self._tokens(self.thinking))
        completion = (len(self._tokens(self.text)) + thought) * choices
        return {
            "prompt_tokens": 10,
            "completion_tokens": completion,
            "total_tokens": 10 + completion,
            "completion_tokens_details": {"reasoning_tokens": thought},
        }

    def _paced(self, events: Iterator[str]) -> Iterator[Step]:
        """The bytes of the events, with pauses, comments and line ends as they are wanted."""
        end = "\r\n" if self.crlf else "\n"
        if self.bom:
            yield "\ufeff".encode()
        pending = list(events)
        for number, data in enumerate(pending):
            if self.tokens_per_s and number:
                yield Pause(1 / self.tokens_per_s)
            if self.comments and number % self.comments == 0:
                yield f"{self.comment}{end}{end}".encode()
            last = number == len(pending) - 1 and not self.last_blank_line
            yield f"data:{' ' if self.space else ''}{data}{'' if last else end + end}".encode()


def answer(text: str = "Hello.", **how: Any) -> Answer:
    """A good answer: `answer("text", thinking="…", tokens_per_s=50, n=2, crlf=True)`.

    - `thinking` and `thinking_as`: "reasoning_content", "reasoning", "reasoning_details", "content_list" (as
      Magistral), or an opening tag such as "<think>" or "◁think▷" for thinking inside the content.
    - `usage`: "chunk" (an extra chunk without choices), "finish" (on the last choice), None (never).
    - `finish`: the finish_reason, or None for a stream without one; `done=False` leaves `[DONE]` out.
    - `refusal`, `images`, `citations`, `tool_calls`: further contents.
    - `crlf`, `bom`, `space=False`, `last_blank_line=False`, `comments` (a comment before every so many events),
      `leading_blank_lines` (before a body that is not streamed): forms of the stream.
    - `token`: what makes one delta, as a regular expression: `"."` for single characters.
    - `tokens_per_s`, `head_delay_s`, `body_delay_s`, `headers`: how fast, and with what.
    """
    return Answer(text, **how)


def events(*data: Any, pause_s: float = 0.0, end: str = "\n\n") -> Response:
    """A stream of exactly these events: strings as they stand, anything else as JSON."""
    steps: list[Step] = []
    for item in data:
        if pause_s and steps:
            steps.append(Pause(pause_s))
        text = item if isinstance(item, str) else json.dumps(item, ensure_ascii=False)
        steps.append(f"data: {text}{end}".encode())
    return Response(tuple(steps), headers=EVENT_HEADERS)


def raw(*steps: Step, status: int = 200, headers: Mapping[str, str] = EVENT_HEADERS, **how: Any) -> Response:
    """Exactly these bytes, pauses and hang-ups as the body; with `framing=Framing.RAW` not even a head."""
    return Response(steps, status=status, headers=headers, **how)


def json_body(value: Any, status: int = 200) -> Response:
    """A JSON body."""
    data = json.dumps(value, ensure_ascii=False).encode()
    return Response((data,), status=status, headers=JSON_HEADERS, framing=Framing.LENGTH)


def chunk(content: str = "", *, index: int = 0, finish: str | None = None, **delta: Any) -> dict[str, Any]:
    """One event's JSON with one choice, for use with `events`."""
    fields = {"content": content, **delta} if content else delta
    return {"choices": [{"index": index, "delta": fields, "finish_reason": finish}]}


def _choice(index: int, **delta: Any) -> dict[str, Any]:
    return {"index": index, "delta": delta, "finish_reason": None}


def _image(url: str) -> dict[str, Any]:
    return {"type": "image_url", "image_url": {"url": url}}


def _tagged(text: str, tag: str) -> str:
    """`text` between `tag` and its closing counterpart, whichever of the known forms it has."""
    closing = {"◁think▷": "◁/think▷", "<|begin_of_thought|>": "<|end_of_thought|>"}.get(tag, tag.replace("<", "</"))
    return f"{tag}{text}{closing}"
