"""An OpenAI-compatible server on the loopback device: real sockets, every byte scripted.

    def test_it(gateway):
        gateway.then(answer("Hello", thinking="Hm.", tokens_per_s=50), error(429, headers={"Retry-After": "1"}))
        …                       # talk to gateway.base_url
        assert gateway.chats[0].json["model"] == "echo"

`python -m tests.gateway` runs it alone, for trying things by hand.
"""

from tests.gateway.answers import Answer, answer, chunk, events, json_body, raw
from tests.gateway.errors import ENVELOPES, error, error_json
from tests.gateway.server import Gateway, echo
from tests.gateway.wire import Framing, HangUp, Hold, Pause, Reply, Request, Response, Step

__all__ = [
    "ENVELOPES",
    "Answer",
    "Framing",
    "Gateway",
    "HangUp",
    "Hold",
    "Pause",
    "Reply",
    "Request",
    "Response",
    "Step",
    "answer",
    "chunk",
    "echo",
    "error",
    "error_json",
    "events",
    "json_body",
    "raw",
]
