"""Endpoints and models: where requests go, and what is known of who answers.

All of it is data: presets in resources/endpoints/*.toml, models in resources/models.toml, the user's own in
config.toml. Abilities are `None` where nobody knows; the program then lets the user try.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from desktop.core.features import Feature

LOCAL_ENDPOINT_ID = "local"


class ThinkingBack(StrEnum):
    """Which answers are sent back with what was thought before them: most vendors refuse or ignore that."""

    NONE = ""
    TOOL_TURNS = "tool_turns"  # those that called tools
    ALWAYS = "always"


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds. First byte is long because a deep search takes minutes."""

    connect_s: float = 10.0
    first_byte_s: float = 300.0
    gap_s: float = 120.0


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One OpenAI-compatible server.

    `base_url` ends before `/chat/completions`. `headers` and `body` are sent with every request; `{key}` in a
    header stands for the key. `dialect` names how it differs from OpenAI's own: "openai" for not at all, "simple" for
    one text in and one out (simple_dialect.py).
    """

    id: str
    name: str
    base_url: str
    dialect: str = "openai"
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Mapping[str, Any] = field(default_factory=dict)
    enabled: bool = True
    needs_key: bool = True
    key_url: str = ""  # where a user gets a key
    models_query: str = ""  # what follows /models? when they are listed
    test_model: str = ""  # a cheap model for the connection test
    usage_option: bool = True  # understands stream_options.include_usage
    prefill: bool = False  # goes on from a last assistant message
    thinking_back: str = ThinkingBack.NONE.value
    balance_path: str = ""  # on the same host
    record_path: str = ""  # on the same host, with {request_id}: what one call has cost
    features: tuple[Feature, ...] = ()  # in the order in which they are put on
    proxy: str = ""
    ca_file: str = ""
    timeouts: Timeouts = Timeouts()


@dataclass(frozen=True, slots=True)
class Price:
    """US dollars for a million tokens."""

    input_per_million: float
    output_per_million: float


@dataclass(frozen=True, slots=True)
class Model:
    """One model at one endpoint. `None` means: not known."""

    endpoint_id: str
    id: str
    name: str = ""
    context_tokens: int | None = None
    max_output_tokens: int | None = None
    sees: bool | None = None
    thinks: bool | None = None
    tools: bool | None = None
    thinking_back: str | None = None  # where it differs from the endpoint's
    price: Price | None = None

    @property
    def label(self) -> str:
        """What the user reads."""
        return self.name or self.id


@dataclass(frozen=True, slots=True, order=True)
class ModelRef:
    """Which model at which endpoint: what chats, favourites and recents keep."""

    endpoint_id: str
    model: str
