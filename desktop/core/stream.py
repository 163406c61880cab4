"""From the bytes of an answer to deltas, over all vendors' ways of writing them.

Bytes become events (sse.py), events become JSON, and each JSON object is read without minding which vendor sent it:
thinking stands in one of several fields, in tags (thinking.py), or in lists of content parts; usage comes with the
last choice, after it, or never; errors come in the middle of a stream with status 200. Sources: the vendors' pages
and clients; nothing here depends on who answers.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from typing import Any

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
from desktop.core.errors import Overloaded
from desktop.core.secrets import redact
from desktop.core.sse import SseDecoder
from desktop.core.thinking import Piece, ThinkingSplitter
from desktop.core.wire_errors import error_from_object, error_from_text
from desktop.core.wire_json import read_json

END = "[DONE]"
THINKING_FIELDS = ("reasoning_content", "reasoning")
FINISHES: dict[str, Finish] = {
    "stop": Finish.STOP,
    "end_turn": Finish.STOP,
    "stop_sequence": Finish.STOP,
    "eos": Finish.STOP,
    "eos_token": Finish.STOP,
    "length": Finish.LENGTH,
    "max_tokens": Finish.LENGTH,
    "model_length": Finish.LENGTH,
    "model_context_window_exceeded": Finish.LENGTH,
    "content_filter": Finish.CONTENT_FILTER,
    "safety": Finish.CONTENT_FILTER,
    "recitation": Finish.CONTENT_FILTER,
    "prohibited_content": Finish.CONTENT_FILTER,
    "blocklist": Finish.CONTENT_FILTER,
    "spii": Finish.CONTENT_FILTER,
    "image_safety": Finish.CONTENT_FILTER,
    "sensitive": Finish.CONTENT_FILTER,
    "refusal": Finish.REFUSAL,
    "tool_calls": Finish.TOOL_CALLS,
    "function_call": Finish.TOOL_CALLS,
    "tool_use": Finish.TOOL_CALLS,
    "error": Finish.ERROR,
    "network_error": Finish.ERROR,
    "insufficient_system_resource": Finish.ERROR,
    "malformed_function_call": Finish.ERROR,
    "abort": Finish.ERROR,
}

_SOURCE_FIELDS = ("citations", "search_results", "annotations")

Object = Mapping[str, Any]


class StreamDecoder:
    """Feed it the bytes of a body; it gives deltas. Reads event streams, and a plain JSON body as well."""

    def __init__(self) -> None:
        self.done = False  # the endpoint has said that nothing more comes
        self._events = SseDecoder()
        self._reader = _Reader()
        self.understood = False  # something of it was an answer
        self._words = ""  # the first event that was no JSON

    def feed(self, chunk: bytes) -> list[Delta]:
        """Deltas of what is complete; raises EndpointError where the stream says so."""
        return [delta for event in self._events.feed(chunk) for delta in self._read(event)]

    def finish(self) -> list[Delta]:
        """What is left at the end of the body; raises EndpointError if all of it was a web page or mere words."""
        deltas = [delta for event in self._events.finish() for delta in self._read(event)]
        if self._words and not self.understood:
            raise error_from_text(self._words)
        return deltas + list(self._reader.finish())

    def _read(self, event: str) -> Iterator[Delta]:
        if self.done:
            return
        if event.strip() == END:
            self.done = self.understood = True
            yield from self._reader.finish()
            return
        data = read_json(event)
        if isinstance(data, Mapping | list):
            yield from self._read_objects(data if isinstance(data, list) else [data])
        elif not event.lstrip().startswith(("{", "[")):  # else it is half an event at the end of a broken line
            self._words = self._words or event

    def _read_objects(self, items: list[Any]) -> Iterator[Delta]:
        for item in items:
            if isinstance(item, Mapping):
                self.understood = True
                yield from self._reader.read(item)


def decode_body(body: bytes) -> list[Delta]:
    """The deltas of a whole body: JSON, with blank lines before it or not, or an event stream after all."""
    decoder = StreamDecoder()
    deltas = decoder.feed(body) + decoder.finish()
    if not decoder.understood:
        raise error_from_text(body.decode("utf-8", "replace").strip())
    return deltas


class _Reader:
    """Reads one JSON object after the other, and remembers what goes on over several of them."""

    def __init__(self) -> None:
        self._splitters: dict[int, ThinkingSplitter] = {}
        self._sources: dict[int | None, list[Source]] = {}  # by choice; None for all of them

    def read(self, data: Object) -> Iterator[Delta]:
        """The deltas of one chunk, or of a whole body."""
        error = error_from_object(data)
        if error is not None:
            raise error
        choices = data.get("choices")
        for position, choice in enumerate(choices if isinstance(choices, list) else ()):
            if isinstance(choice, Mapping):
                yield from self._choice(choice, position)
        if not isinstance(choices, list) and isinstance(data.get("output"), str):
            yield from self._output(data["output"])
        yield from self._citations(data)
        if isinstance(data.get("usage"), Mapping):
            yield UsageDelta(usage_from(data["usage"]))

    def finish(self) -> Iterator[Delta]:
        """Text that was held back because it might have become a tag."""
        for index, splitter in self._splitters.items():
            yield from _tagged(index, splitter.finish())

    def _output(self, text: str) -> Iterator[Delta]:
        """The one text of a simplified answer, which is always whole."""
        yield from self._text(0, text)
        yield from self._finish_choice(0, "stop")

    def _choice(self, choice: Object, position: int) -> Iterator[Delta]:
        error = error_from_object(choice)
        if error is not None:
            raise error
        index = choice.get("index")
        index = index if isinstance(index, int) else position
        message = choice.get("message") if choice.get("delta") is None else choice["delta"]
        if isinstance(message, Mapping):
            yield from self._message(index, message)
        elif isinstance(choice.get("text"), str):
            yield TextDelta(index, choice["text"])
        word = choice.get("finish_reason")
        if isinstance(word, str) and word:
            yield from self._finish_choice(index, word)

    def _finish_choice(self, index: int, word: str) -> Iterator[Delta]:
        if index in self._splitters:
            yield from _tagged(index, self._splitters.pop(index).finish())
        finish = FINISHES.get(word.lower(), Finish.STOP)
        if finish is Finish.ERROR:
            text = f"The endpoint broke the answer off ({redact(word)})."
            raise Overloaded(text, "Try again, or choose another model.", status=200, code=redact(word))
        yield FinishDelta(index, finish, word)

    def _message(self, index: int, message: Object) -> Iterator[Delta]:
        thinking, field = _thinking_of(message)
        if thinking:
            yield ThinkingDelta(index, thinking, field)
        content = message.get("content")
        if isinstance(content, str):
            yield from self._text(index, content)
        elif isinstance(content, list):
            for part in content:
                if isinstance(part, Mapping):
                    yield from self._part(index, part)
        if isinstance(message.get("refusal"), str) and message["refusal"]:
            yield RefusalDelta(index, message["refusal"])
        yield from _pictures(index, message.get("images"))
        yield from _tool_calls(index, message.get("tool_calls"))
        yield from self._citations(message, index)

    def _text(self, index: int, text: str) -> Iterator[Delta]:
        if text:
            splitter = self._splitters.setdefault(index, ThinkingSplitter())
            yield from _tagged(index, splitter.feed(text))

    def _part(self, index: int, part: Object) -> Iterator[Delta]:
        """One part of a content list, as Mistral's thinking models send them."""
        kind = part.get("type")
        if kind == "thinking":
            text = _joined_text(part.get("thinking"))
            if text:
                yield ThinkingDelta(index, text, "content")
        elif kind == "image_url":
            yield from _pictures(index, [part])
        elif isinstance(part.get("text"), str):
            yield from self._text(index, part["text"])

    def _citations(self, data: Object, choice: int | None = None) -> Iterator[Delta]:
        """All sources so far, whenever there are more: the first plain list with titles as they come, and notes."""
        if not any(data.get(name) for name in _SOURCE_FIELDS):
            return
        plain = _plain_sources(data)
        titles = {source.url: source.title for source in plain if source.title}
        before = self._sources.get(choice, [])
        sources = [Source(source.url, source.title or titles.get(source.url, "")) for source in before or plain]
        for source in _annotated_sources(data):
            if source.url not in {known.url for known in sources}:
                sources.append(source)
        if sources != before:
            self._sources[choice] = sources
            yield CitationsDelta(tuple(sources), choice)


def usage_from(usage: Object) -> Usage:
    """Token figures in OpenAI's words, and in the words that others use for the same."""
    details = _object(usage, "completion_tokens_details")
    prompt_details = _object(usage, "prompt_tokens_details")
    return Usage(
        prompt_tokens=_count(usage, "prompt_tokens", "input_tokens"),
        completion_tokens=_count(usage, "completion_tokens", "output_tokens"),
        reasoning_tokens=_count(details, "reasoning_tokens") or _count(usage, "reasoning_tokens"),
        cached_tokens=_count(prompt_details, "cached_tokens") or _count(usage, "prompt_cache_hit_tokens"),
    )


def _count(data: Object, *names: str) -> int:
    figures = (data.get(name) for name in names)
    return next((int(figure) for figure in figures if isinstance(figure, int | float) and math.isfinite(figure)), 0)


def _object(data: Object, name: str) -> Object:
    value = data.get(name)
    return value if isinstance(value, Mapping) else {}


def _thinking_of(message: Object) -> tuple[str, str]:
    """The thinking of a delta and its field; some servers send it under two names at once, and it counts once."""
    for name in THINKING_FIELDS:
        value = message.get(name)
        if isinstance(value, str) and value:
            return value, name
    details = message.get("reasoning_details")
    thinking = "".join(
        text
        for detail in (details if isinstance(details, list) else ())
        if isinstance(detail, Mapping) and isinstance(text := detail.get("text") or detail.get("summary"), str)
    )
    return thinking, "reasoning_details"


def _joined_text(parts: Any) -> str:
    if isinstance(parts, str):
        return parts
    return "".join(
        part["text"]
        for part in (parts if isinstance(parts, list) else ())
        if isinstance(part, Mapping) and isinstance(part.get("text"), str)
    )


def _tagged(index: int, pieces: list[Piece]) -> Iterator[Delta]:
    for kind, text in pieces:
        if kind == "text":
            yield TextDelta(index, text)
        elif kind == "thinking":
            yield ThinkingDelta(index, text, "tags")
        else:
            yield TextWasThinkingDelta(index)


def _pictures(index: int, images: Any) -> Iterator[Delta]:
    for image in images if isinstance(images, list) else ():
        url = _object(image, "image_url").get("url") if isinstance(image, Mapping) else None
        if isinstance(url, str) and url:
            yield PictureDelta(index, url)


def _tool_calls(index: int, calls: Any) -> Iterator[Delta]:
    for position, call in enumerate(calls if isinstance(calls, list) else ()):
        if isinstance(call, Mapping):
            function = _object(call, "function")
            place = call.get("index")
            yield ToolCallDelta(
                index,
                place if isinstance(place, int) else position,
                _text(call.get("id")),
                _text(function.get("name")),
                _text(function.get("arguments")),
            )


def _text(value: Any) -> str:
    """A text as it is; anything else, such as arguments that are already an object, as JSON."""
    if isinstance(value, str):
        return value
    return "" if value is None else json.dumps(value, ensure_ascii=False)


def _plain_sources(data: Object) -> list[Source]:
    """`citations` as URLs, or as objects; Perplexity's `search_results` know their titles."""
    found = _sources(data.get("search_results"))
    titles = {source.url: source.title for source in found}
    cited = _sources(data.get("citations"))
    return [Source(source.url, source.title or titles.get(source.url, "")) for source in cited] or found


def _annotated_sources(data: Object) -> list[Source]:
    """OpenAI's annotations, which stand on a message."""
    annotations = data.get("annotations")
    notes = annotations if isinstance(annotations, list) else ()
    return _sources([note.get("url_citation") or note for note in notes if isinstance(note, Mapping)])


def _sources(rows: Any) -> list[Source]:
    """Each row that has a URL or is one."""
    objects = [{"url": row} if isinstance(row, str) else row for row in (rows if isinstance(rows, list) else ())]
    return [
        Source(row["url"], row["title"] if isinstance(row.get("title"), str) else "")
        for row in objects
        if isinstance(row, Mapping) and isinstance(row.get("url"), str) and row["url"]
    ]
