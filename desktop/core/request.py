"""From a chat, its parameters and its endpoint to the body of one request; and what that will weigh.

Only what is set is sent. Thinking is sent back only where the endpoint's data demands it: others ignore or refuse it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from desktop.core.conversation import Message, PicturePart, Role, Status, TextPart, ToolCallPart, pictures
from desktop.core.endpoints import Endpoint, ThinkingBack
from desktop.core.features import Chosen, Feature, model_name
from desktop.core.features import body_fields as feature_fields
from desktop.core.parameters import body_fields as parameter_fields
from desktop.core.parameters import checked
from desktop.core.tool_calls import paired
from desktop.core.tools import tool_fields

PictureUrl = Callable[[PicturePart], str]

THINKING_FIELD = "reasoning_content"
MESSAGE_OVERHEAD_TOKENS = 4  # role and separators, as OpenAI's cookbook counts them
PICTURE_TOKENS = 765  # a 1024 × 1024 picture, for bodies that no longer tell a picture's size
_CHARACTERS_PER_TOKEN = 4.0
_WIDE = re.compile(
    "[\u1100-\u11ff\u2e80-\ua4cf\uac00-\ud7af\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef\U00020000-\U0003ffff]"
)


def build(
    endpoint: Endpoint,
    model: str,
    messages: Sequence[Message],
    parameters: Mapping[str, Any],
    picture_url: PictureUrl,
    *,
    stream: bool | None = None,
    features: Sequence[Feature] = (),
    chosen: Chosen | None = None,
    thinking_back: str | None = None,
) -> dict[str, Any]:
    """The request body. `stream` overrides the parameter, which is on unless set otherwise.

    `features` are what the endpoint does beside answering, and `chosen` has their options. `thinking_back` is the
    model's where it differs from the endpoint's. A last message of the
    assistant is kept last: the endpoint goes on from it.
    """
    values = checked(parameters)
    streams = values.get("stream", True) if stream is None else stream
    name = model_name(model, features)
    back = endpoint.thinking_back if thinking_back is None else thinking_back
    sent = [*_system(values), *_wire_messages(messages, picture_url, back)]
    body: dict[str, Any] = {"model": name, "messages": sent}
    if streams:
        body["stream"] = True
        if endpoint.usage_option:
            body["stream_options"] = {"include_usage": True}
    elif "stream" in values or stream is not None:
        body["stream"] = False
    body.update(parameter_fields(values))
    body.update(feature_fields(features, chosen or {}))
    body.update(tool_fields(chosen or {}))
    body.update(endpoint.body)
    body.update(values.get("extra", {}))
    if not body.get("stream"):
        body.pop("stream_options", None)  # refused where nothing is streamed
    body["messages"] = body.pop("messages")  # last, so that whoever reads a request sees what is asked for first
    return body


def estimate_tokens(text: str) -> int:
    """Roughly how many tokens a text is: four characters each, and one for each Chinese, Japanese or Korean one.

    OpenAI's help pages give four characters for English; current tokenizers take about one token for a CJK character.
    """
    return round(token_weight(text) + 0.49)


def token_weight(text: str) -> float:
    """The same for a piece of a text: such weights can be summed."""
    wide = len(_WIDE.findall(text)) if not text.isascii() else 0
    return wide + (len(text) - wide) / _CHARACTERS_PER_TOKEN


def estimate_picture_tokens(width: int, height: int) -> int:
    """Roughly what a picture weighs, by OpenAI's rule: 85, and 170 for each 512 × 512 tile.

    The picture is thought shrunk to fit 2048 × 2048, then to 768 on its shorter side.
    """
    scale = min(1.0, 2048 / max(width, height, 1))
    scale = min(scale, 768 / max(1.0, min(width, height) * scale) * scale)
    tiles = -(-round(width * scale) // 512) * -(-round(height * scale) // 512)
    return 85 + 170 * max(1, tiles)


def estimate_body_tokens(body: Mapping[str, Any]) -> int:
    """Roughly what the messages of a body weigh."""
    return sum(
        MESSAGE_OVERHEAD_TOKENS + _content_tokens(message.get("content")) + _call_tokens(message)
        for message in body.get("messages", ())
    )


def estimate_message_tokens(message: Message) -> int:
    """Roughly what a message weighs; nothing if it is not sent."""
    seen = pictures(message.parts) if message.role is Role.USER else []
    if not message.in_context or message.status is Status.QUEUED or not (message.text or seen or message.tool_calls):
        return 0
    weight = sum(estimate_picture_tokens(picture.width, picture.height) for picture in seen)
    weight += sum(estimate_tokens(call.name + call.arguments) for call in message.tool_calls)
    return MESSAGE_OVERHEAD_TOKENS + estimate_tokens(message.text) + weight


def message_tokens_by_length(characters: int, attachments: int) -> int:
    """The same where only the lengths are known."""
    return MESSAGE_OVERHEAD_TOKENS + round(characters / _CHARACTERS_PER_TOKEN) + attachments * PICTURE_TOKENS


def estimate_prompt_tokens(messages: Iterable[Message], parameters: Mapping[str, Any]) -> int:
    """Roughly what these messages weigh when they are asked with these parameters."""
    return estimate_body_tokens({"messages": [*_system(parameters), *_wire_messages(messages, lambda _picture: "")]})


def _system(values: Mapping[str, Any]) -> list[dict[str, Any]]:
    prompt = values.get("system_prompt", "").strip()
    return [{"role": "system", "content": prompt}] if prompt else []


def _wire_messages(
    messages: Iterable[Message], picture_url: PictureUrl, thinking_back: str = ThinkingBack.NONE
) -> Iterable[dict[str, Any]]:
    line = [message for message in messages if message.in_context and message.status is not Status.QUEUED]
    calls = paired(line)
    awaited: set[str] = set()  # calls whose results may follow
    for message in line:
        content = _content(message, picture_url)
        if message.role is Role.TOOL:
            if message.answers_call in awaited:
                awaited.discard(message.answers_call)
                yield {"role": "tool", "tool_call_id": message.answers_call, "content": message.text}
            continue
        sent = calls.get(message.id, [])
        awaited = {call.id for call in sent}
        thinking = _thinking(message, thinking_back, has_calls=bool(sent))
        if sent:
            calls_sent = [_wire_call(call) for call in sent]
            yield {"role": "assistant", "content": content or None, **thinking, "tool_calls": calls_sent}
        elif content:
            yield {"role": message.role.value, "content": content, **thinking}


def _thinking(message: Message, thinking_back: str, *, has_calls: bool) -> dict[str, str]:
    """What a model thought itself before an answer, where it is to be sent back."""
    wanted = thinking_back == ThinkingBack.ALWAYS or (thinking_back == ThinkingBack.TOOL_TURNS and has_calls)
    if not wanted or message.role is not Role.ASSISTANT or not message.thinking:
        return {}
    return {THINKING_FIELD: message.own_thinking}


def _wire_call(call: ToolCallPart) -> dict[str, Any]:
    function = {"name": call.name, "arguments": call.arguments or "{}"}
    return {"id": call.id, "type": "function", "function": function}


def _content(message: Message, picture_url: PictureUrl) -> str | list[dict[str, Any]]:
    """A text, or a list of parts where there are pictures; pictures of an answer are not sent back."""
    attached = pictures(message.parts) if message.role is Role.USER else []
    if not attached:
        return message.text
    texts = [{"type": "text", "text": part.text} for part in message.parts if isinstance(part, TextPart)]
    return [*texts, *({"type": "image_url", "image_url": _image_url(part, picture_url)} for part in attached)]


def _image_url(picture: PicturePart, picture_url: PictureUrl) -> dict[str, str]:
    return {"url": picture_url(picture), "detail": picture.detail}


def _call_tokens(message: Mapping[str, Any]) -> int:
    calls = (call["function"] for call in message.get("tool_calls", ()))
    return sum(estimate_tokens(call["name"] + call["arguments"]) for call in calls)


def _content_tokens(content: Any) -> int:
    if isinstance(content, str):
        return estimate_tokens(content)
    return sum(
        estimate_tokens(part["text"]) if part.get("type") == "text" else PICTURE_TOKENS for part in content or ()
    )
