"""The simplified way to ask that some gateways offer: `{model, message}`, answered by `{output}`.

It knows one text and nothing else. So a whole conversation becomes one text, each message with the wire's own word for
who says it; pictures and parameters stay behind.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

OPENAI, SIMPLE = "openai", "simple"  # dialects of endpoints
PICTURE = "[picture]"


def simple_body(body: Mapping[str, Any]) -> dict[str, Any]:
    """What is sent instead of a chat request."""
    return {"model": body["model"], "message": conversation_text(body.get("messages", ()))}


def conversation_text(messages: Any) -> str:
    """A conversation as one text; a single question is its text alone."""
    texts = [(str(message["role"]), _text(message)) for message in messages]
    texts = [(role, text) for role, text in texts if text]
    if len(texts) == 1 and texts[0][0] == "user":
        return texts[0][1]
    return "\n\n".join(f"{role.capitalize()}: {text}" for role, text in texts)


def _text(message: Mapping[str, Any]) -> str:
    content = message.get("content")
    parts = content if isinstance(content, list) else [{"type": "text", "text": content or ""}]
    calls = [f"{call['function']['name']}({call['function']['arguments']})" for call in message.get("tool_calls", ())]
    texts = [str(part.get("text", "")) if part.get("type") == "text" else PICTURE for part in parts]
    return "\n".join(text for text in (*texts, *calls) if text.strip())
