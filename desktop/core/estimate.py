"""What an answer would cost, before anything is sent: the prompt by its weight, the answer by those before it.

An estimate it stays: nobody knows how much a model will say. Where one price is not known, there is none.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from desktop.core.conversation import Run, Status, Usage
from desktop.core.endpoints import Model
from desktop.core.money import cost
from desktop.core.pass_on import PassOn

USUAL_ANSWER_TOKENS = 400  # until a chat has answers of its own
USUAL_THINKING_TOKENS = 800
RECENT_RUNS = 5


@dataclass(frozen=True, slots=True)
class Lengths:
    """How much is written, in tokens: of answer, and of thinking before it."""

    answer: int = USUAL_ANSWER_TOKENS
    thinking: int = USUAL_THINKING_TOKENS


@dataclass(frozen=True, slots=True)
class Thinking:
    """Who thinks before the answer: in the same request if it is `by_gateway`, else in one of its own."""

    model: Model
    pass_on: PassOn = PassOn.THINKING
    by_gateway: bool = False


def usual_lengths(runs: Iterable[Run]) -> Lengths:
    """What the newest runs of a chat have written; what a model is used to is the best guess for its next answer."""
    done = sorted((run for run in runs if run.status is Status.DONE and run.usage), key=lambda run: -run.id)
    usages = [(run.stage == "think", run.usage) for run in done if run.usage]
    answers = [usage.completion_tokens - usage.reasoning_tokens for thinks, usage in usages if not thinks]
    thinking = [usage.completion_tokens if thinks else usage.reasoning_tokens for thinks, usage in usages]
    return Lengths(_mean(answers) or USUAL_ANSWER_TOKENS, _mean(thinking) or USUAL_THINKING_TOKENS)


def limited(lengths: Lengths, *, answer: int | None = None, thinking: int | None = None) -> Lengths:
    """The same where the user has set limits, in tokens."""
    return Lengths(min(lengths.answer, answer or lengths.answer), min(lengths.thinking, thinking or lengths.thinking))


def answer_cost(
    model: Model, prompt_tokens: int, lengths: Lengths, thinking: Thinking | None = None, choices: int = 1
) -> float | None:
    """US dollars for one question to one model, with the thinking before it; None where a price is not known."""
    if thinking is None:
        own = lengths.thinking if model.thinks else 0
        return cost(Usage(prompt_tokens, choices * (lengths.answer + own)), model.price)
    if thinking.by_gateway:
        if thinking.model.price is None:
            return None
        usage = Usage(prompt_tokens, lengths.thinking + choices * lengths.answer, lengths.thinking)
        return cost(usage, model.price, thinking.model.price)
    return total(_stages(model, prompt_tokens, lengths, thinking, choices))


def total(costs: Iterable[float | None]) -> float | None:
    """The sum, or None where a part of it is not known."""
    known = list(costs)
    return None if not known or None in known else sum(each for each in known if each is not None)


def _stages(
    model: Model, prompt_tokens: int, lengths: Lengths, thinking: Thinking, choices: int
) -> Iterable[float | None]:
    """The runs of a fused answer, in order."""
    said = lengths.answer if thinking.pass_on is not PassOn.THINKING else 0  # "its thinking" is cut before its answer
    passed_on = {
        PassOn.THINKING: lengths.thinking,
        PassOn.ANSWER: lengths.answer,
        PassOn.BOTH: lengths.thinking + lengths.answer,
        PassOn.CRITIQUE: 2 * lengths.answer,  # the draft, and what is said of it
    }[thinking.pass_on]
    read = prompt_tokens
    if thinking.pass_on is PassOn.CRITIQUE:
        yield cost(Usage(prompt_tokens, lengths.answer), model.price)
        read += lengths.answer
    yield cost(Usage(read, lengths.thinking + said), thinking.model.price)
    yield cost(Usage(prompt_tokens + passed_on, choices * lengths.answer), model.price)


def _mean(values: list[int]) -> int:
    recent = [value for value in values if value > 0][:RECENT_RUNS]
    return round(sum(recent) / len(recent)) if recent else 0
