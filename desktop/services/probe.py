"""Finds out by a few short requests what a model can do and what it takes, since few lists tell.

In this order: the name of the length limit, which all others need; usage while streaming; temperature; thinking and
where it stands; a picture; a tool. What is refused by name is remembered as a cure, what was seen is an ability. What
came of nothing is left open: that a model did not think about a simple question does not say that it cannot.
"""

from __future__ import annotations

import base64
import re
import struct
import zlib
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Any

from desktop.core.conversation import Usage
from desktop.core.deltas import TextDelta, ThinkingDelta, ToolCallDelta, UsageDelta
from desktop.core.endpoints import Endpoint, Price
from desktop.core.errors import EndpointError, KeyRefused, NotFound, OutOfCredit, RateLimited, RequestRefused, UserError
from desktop.core.healing import Cure, cure_for, cured
from desktop.core.money import cost
from desktop.services.api import Api
from desktop.services.api_check import CheckStep
from desktop.services.retry import NO_RETRIES

REQUESTS = 6
SHORT_TOKENS = 16  # the least that every service accepts
LONG_TOKENS = 400  # room for a thought before the answer
EXPECTED = Usage(prompt_tokens=600, completion_tokens=1000)  # of all requests, if the model talks much

_PICTURE_WORDS = re.compile(r"image|picture|vision|multi.?modal|mmproj|content.{0,12}(type|string)", re.IGNORECASE)
_TOOL_WORDS = re.compile(r"\btools?\b|function", re.IGNORECASE)
_TOOL = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "description": "The weather of a city, now.",
        "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
    },
}


@dataclass(frozen=True, slots=True)
class ProbeStep(CheckStep):
    """One line of the probe, with what it proves.

    `found` are abilities, `cures` what requests need from now on, and `accepted` the fields that the model does take.
    """

    found: Mapping[str, Any] = field(default_factory=dict)
    cures: tuple[Cure, ...] = ()
    accepted: tuple[str, ...] = ()


@dataclass(slots=True)
class _Heard:
    """What came of one request."""

    text: str = ""
    thinking_field: str = ""
    usage: Usage | None = None
    tools: list[str] = field(default_factory=list)


def expected_cost(price: Price | None) -> float | None:
    """Dollars that a probe may cost, rather too many than too few; None where no price is known."""
    return cost(EXPECTED, price)


async def probe(api: Api, endpoint: Endpoint, key: str | None, model: str) -> AsyncGenerator[ProbeStep, None]:
    """Each step as soon as it is known; ends after one that fails. Leaving it closes the line."""
    run = _Probe(api, endpoint, key, model)
    steps = (run.limit, run.usage, run.temperature, run.thinking, run.picture, run.tool)
    for name, step in zip(
        ("Length limit", "Usage", "Temperature", "Thinking", "Pictures", "Tools"), steps, strict=True
    ):
        try:
            yield await step()
        except UserError as error:
            yield ProbeStep(name, ok=False, text=error.text, hint=error.hint)
            return


class _Probe:
    """One run, and the changes that its requests have turned out to need."""

    def __init__(self, api: Api, endpoint: Endpoint, key: str | None, model: str) -> None:
        self._api = api
        self._endpoint = endpoint
        self._key = key
        self._model = model
        self._cures: list[Cure] = []

    async def limit(self) -> ProbeStep:
        """By which name the length of an answer is limited."""
        cure = await self._try("Say hello.", {})
        used = cure.instead if cure else "max_tokens"
        if cure and not used:
            return ProbeStep("Length limit", ok=True, text="none is taken", cures=(cure,))
        return ProbeStep(
            "Length limit",
            ok=True,
            text=f"by “{used}”",
            cures=(cure,) if cure else (),
            accepted=() if cure else (used,),
        )

    async def usage(self) -> ProbeStep:
        """Whether the tokens of a streamed answer are told."""
        if not self._endpoint.usage_option:
            return ProbeStep("Usage", ok=True, text="not asked for at this endpoint")
        cure = await self._try("Say hello.", {"stream_options": {"include_usage": True}})
        if cure:
            return ProbeStep("Usage", ok=True, text="not told while streaming", cures=(cure,))
        text = "told while streaming" if self._heard.usage else "asked for, but not told"
        return ProbeStep("Usage", ok=True, text=text, accepted=("stream_options",))

    async def temperature(self) -> ProbeStep:
        """Whether it takes another temperature than its own."""
        cure = await self._try("Say hello.", {"temperature": 0.5})
        if cure:
            return ProbeStep("Temperature", ok=True, text="only its own", cures=(cure,))
        return ProbeStep("Temperature", ok=True, text="can be set", accepted=("temperature",))

    async def thinking(self) -> ProbeStep:
        """Whether thinking comes, and in which field."""
        heard = await self._ask("What is 17 times 23? Think before you answer.", limit=LONG_TOKENS)
        if heard.thinking_field:
            found = {"thinks": True, "thinking_field": heard.thinking_field}
            return ProbeStep("Thinking", ok=True, text=f"comes as “{heard.thinking_field}”", found=found)
        if heard.usage and heard.usage.reasoning_tokens:
            return ProbeStep("Thinking", ok=True, text="counted, but not told", found={"thinks": True})
        return ProbeStep("Thinking", ok=True, text="none came")

    async def picture(self) -> ProbeStep:
        """Whether it sees: a red square is called red."""
        url = "data:image/png;base64," + base64.b64encode(_red_square()).decode()
        parts: list[dict[str, Any]] = [
            {"type": "text", "text": "Which colour is this square? Answer with one word, in English."},
            {"type": "image_url", "image_url": {"url": url}},
        ]
        try:
            heard = await self._ask(parts, limit=LONG_TOKENS)
        except EndpointError as error:
            if not _refuses(error, _PICTURE_WORDS):
                raise
            return ProbeStep("Pictures", ok=True, text="refused", found={"sees": False})
        if re.search(r"\bred\b", heard.text, re.IGNORECASE):
            return ProbeStep("Pictures", ok=True, text="seen", found={"sees": True})
        return ProbeStep("Pictures", ok=True, text="taken, but its answer does not tell what is on one")

    async def tool(self) -> ProbeStep:
        """Whether it calls a tool that it has to."""
        try:
            heard = await self._ask("What is the weather in Bern? Use the tool.", limit=LONG_TOKENS, tools=[_TOOL])
        except EndpointError as error:
            if not _refuses(error, _TOOL_WORDS):
                raise
            return ProbeStep("Tools", ok=True, text="refused", found={"tools": False})
        if heard.tools:
            return ProbeStep("Tools", ok=True, text="called", found={"tools": True})
        return ProbeStep("Tools", ok=True, text="taken, but not called")

    async def _try(self, text: str, fields: Mapping[str, Any]) -> Cure | None:
        """Asks with some fields; the change that the request needed to go through, if it was refused."""
        try:
            self._heard = await self._ask(text, **fields)
        except RequestRefused as error:
            cure = cure_for(error, self._body(text, SHORT_TOKENS, fields))
            if cure is None:
                raise
            self._cures.append(cure)
            self._heard = await self._ask(text, **fields)
            return cure
        return None

    def _body(
        self, content: str | Sequence[Mapping[str, Any]], limit: int, fields: Mapping[str, Any]
    ) -> dict[str, Any]:
        messages = [{"role": "user", "content": content}]
        body = {"model": self._model, "messages": messages, "stream": True, "max_tokens": limit, **fields}
        return cured({**body, **self._endpoint.body}, self._cures)

    async def _ask(
        self, content: str | Sequence[Mapping[str, Any]], *, limit: int = SHORT_TOKENS, **fields: Any
    ) -> _Heard:
        heard = _Heard()
        body = self._body(content, limit, fields)
        async with aclosing(self._api.stream(self._endpoint, self._key, body, retries=NO_RETRIES)) as deltas:
            async for delta in deltas:
                match delta:
                    case TextDelta():
                        heard.text += delta.text
                    case ThinkingDelta():
                        heard.thinking_field = delta.field
                    case ToolCallDelta():
                        heard.tools.append(delta.name)
                    case UsageDelta():
                        heard.usage = delta.usage
        return heard


def _refuses(error: EndpointError, words: re.Pattern[str]) -> bool:
    """Whether an error is about what was tried: some servers answer 404 or 500 to a picture that they cannot read."""
    if isinstance(error, KeyRefused | OutOfCredit | RateLimited):
        return False
    return isinstance(error, RequestRefused | NotFound) or words.search(error.text) is not None


def _red_square(side: int = 64) -> bytes:
    """A picture that cannot be taken for anything else, as PNG."""
    lines = b"".join(b"\0" + b"\xe0\x10\x10" * side for _ in range(side))
    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(lines)), (b"IEND", b""))
    packed = (struct.pack(">I", len(data)) + kind + data + _checksum(kind + data) for kind, data in chunks)
    return b"\x89PNG\r\n\x1a\n" + b"".join(packed)


def _checksum(data: bytes) -> bytes:
    return struct.pack(">I", zlib.crc32(data))
