from __future__ import annotations

from typing import Any

import pytest

from desktop.core.errors import RequestRefused
from desktop.core.healing import Cure, cure_for, cured

BODY: dict[str, Any] = {
    "model": "m",
    "messages": [{"role": "assistant", "content": "x", "reasoning_content": "hm"}, {"role": "user", "content": "y"}],
    "stream": True,
    "stream_options": {"include_usage": True},
    "temperature": 0.3,
    "top_p": 0.5,
    "max_tokens": 50,
    "n": 2,
    "top_k": 4,
}


@pytest.mark.parametrize(
    ("words", "parameter", "cure"),
    [
        (
            "Unsupported parameter: 'max_tokens' is not supported here. Use 'max_completion_tokens' instead.",
            "max_tokens",
            Cure("max_tokens", "max_completion_tokens"),
        ),
        ("Unsupported value: 'temperature' does not support 0.3.", "temperature", Cure("temperature")),
        ("`temperature` and `top_p` cannot both be specified for this model.", "temperature", Cure("top_p")),
        ("Extra inputs are not permitted: stream_options", "stream_options", Cure("stream_options")),
        ("'n' : number must be at most 1", "n", Cure("n")),
        ("property 'top_k' is unsupported", "", Cure("top_k")),
        ("'messages.0' : property 'reasoning_content' is unsupported", "messages", Cure("reasoning_content")),
        ("max_tokens is too large: 50. This model takes at most 20.", "max_tokens", None),
        ("temperature must be between 0 and 2", "temperature", None),
        ("The user may n stop here.", "", None),
        ("The model does not exist.", "model", None),
        ("messages must not be empty", "messages", None),
        ("This is not possible.", "", None),
    ],
)
def test_the_field_that_is_refused_is_the_one_that_is_changed(words: str, parameter: str, cure: Cure | None) -> None:
    assert cure_for(RequestRefused(words, parameter=parameter), BODY) == cure


def test_a_field_that_is_not_sent_cannot_be_the_reason() -> None:
    assert cure_for(RequestRefused("bad seed", parameter="seed"), BODY) is None


def test_a_cure_changes_its_field_and_nothing_else() -> None:
    renamed = cured(BODY, [Cure("max_tokens", "max_completion_tokens"), Cure("seed")])
    assert renamed == {**{name: BODY[name] for name in BODY if name != "max_tokens"}, "max_completion_tokens": 50}
    assert cured(BODY, [Cure("reasoning_content")])["messages"][0] == {"role": "assistant", "content": "x"}
    assert BODY["max_tokens"] == 50
    assert "reasoning_content" in BODY["messages"][0]
