"""What it costs that one model thinks and another answers, beside the time that the two streams take by themselves.

The gateway runs in this process, what asks it in another one; both read the same monotonic clock. The thinking's own
time is the gateway's, from the request to the first answer token. The answer's is that of a plain turn with the same
answer, asked right after. No two pairs have the same length: reads are paced, and would else meet the same token.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass

from tests.benchmarks.figures import Figure, median, percentile
from tests.gateway import Gateway, answer
from tests.gateway.answers import Answer
from tests.gateway.wire import Request

TURNS = 150
WARM_UP = 5
FEWEST_TOKENS = 12  # of thinking, and of the answer
TOKENS_PER_S = 800.0
AFTER_THINKING_TOKENS = 200  # which nobody is to read
OVERHEAD_LIMIT_MS = 30.0
CLOSED_LIMIT_MS = 20.0


@dataclass(frozen=True)
class Fused:
    """One fused turn: how long it took, how long the plain one took, and what the gateway saw."""

    took_s: float
    plain_s: float
    think: Request
    reply: Request
    thinking_tokens: int

    @property
    def first_answer_at(self) -> float:
        """When the thinker's first answer token was sent: after the event that names the role, and the thinking."""
        return self.think.sent_at[1 + self.thinking_tokens]

    @property
    def overhead_ms(self) -> float:
        """What the turn took beside its two streams."""
        return (self.took_s - (self.first_answer_at - self.think.received_at) - self.plain_s) * 1000

    @property
    def closed_ms(self) -> float:
        """From the first answer token to the closed wire."""
        if self.think.hung_up_at is None:
            raise RuntimeError("the thinking was read to its end")
        return (self.think.hung_up_at - self.first_answer_at) * 1000

    @property
    def moved_on_ms(self) -> float:
        """From the first answer token to the second request."""
        return (self.reply.received_at - self.first_answer_at) * 1000


def figures(factor: float) -> Iterator[Figure]:
    """All of them; `factor` is how much slower this machine is than the one that the limits were written for.

    What a turn takes is the difference of two turns, whose last reads come at any moment of their pace: only its
    median says something. What fusion itself adds lies between the first answer token and the second request.
    """
    turns = _asked()
    overhead_limit, closed_limit = OVERHEAD_LIMIT_MS * factor, CLOSED_LIMIT_MS * factor
    overhead = median([turn.overhead_ms for turn in turns])
    yield Figure("fusion: what a turn takes beside its two streams, p50", overhead, "ms", overhead_limit)
    for name, values, limit in (
        ("first answer token to the closed wire", [turn.closed_ms for turn in turns], closed_limit),
        ("first answer token to the second request", [turn.moved_on_ms for turn in turns], overhead_limit),
    ):
        yield Figure(f"fusion: {name}, p50", median(values), "ms", limit)
        yield Figure(f"fusion: {name}, p99", percentile(values, 99), "ms", limit)


def _asked() -> list[Fused]:
    """All turns but the first, which also load what the program needs."""
    lengths = [FEWEST_TOKENS + number % 17 for number in range(WARM_UP + TURNS)]
    with tempfile.TemporaryDirectory() as folder, Gateway() as gateway:
        for length in lengths:
            gateway.then(_thinking(length), _answer(length), _answer(length))
        command = [sys.executable, "-m", "tests.benchmarks.fused_turns", folder, gateway.base_url, str(len(lengths))]
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
        gateway.wait(lambda: all(request.hung_up_at or request.answered_at for request in gateway.chats))
        begins_and_ends = [map(float, line.split()) for line in done.stdout.splitlines()]
        took_s = [end - begin for begin, end in begins_and_ends]
        chats = gateway.chats
    turns = zip(took_s[::2], took_s[1::2], chats[::3], chats[1::3], lengths, strict=True)
    return [Fused(*turn) for turn in turns][WARM_UP:]


def _thinking(length: int) -> Answer:
    text = "word " * AFTER_THINKING_TOKENS
    return answer(text, thinking="hm " * length, token=r"\S+\s*", tokens_per_s=TOKENS_PER_S)


def _answer(length: int) -> Answer:
    return answer("word " * length, token=r"\S+\s*", tokens_per_s=TOKENS_PER_S)
