"""What is left out of a conversation that is longer than the model can read."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.core.conversation import Message, Role, Status, TextPart, head_of
from desktop.core.errors import ContextFull
from desktop.core.trimming import Limits, Weighed, fit, left_out, limits_of, weigh, weigh_head

TOKEN = "word"  # four characters


def message(number: int, tokens: int = 100, *, asks: bool | None = None, **how: object) -> Message:
    asks = number % 2 == 1 if asks is None else asks
    role = Role.USER if asks else Role.ASSISTANT
    return Message(number, 1, number - 1 or None, role, (TextPart(TOKEN * (tokens - 4)),), **how)  # type: ignore[arg-type]


def chat(count: int, tokens: int = 100) -> list[Message]:
    """Questions and answers in turn; an odd count ends with a question."""
    return [message(number, tokens) for number in range(1, count + 1)]


def ids(messages: tuple[Message, ...]) -> list[int]:
    return [each.id for each in messages]


def test_what_fits_is_sent_whole() -> None:
    fitted = fit(chat(5), Limits("m", 1000))
    assert (ids(fitted.kept), fitted.left_out, fitted.reason) == ([1, 2, 3, 4, 5], (), "")


def test_a_model_of_which_nothing_is_known_is_sent_everything() -> None:
    assert limits_of("m", None, None, {}) is None
    assert len(fit(chat(101, 10_000), None).kept) == 101


def test_the_oldest_turns_are_left_out_whole_and_that_is_said() -> None:
    fitted = fit(chat(9), Limits("m", 800))  # 200 of it for the answer
    assert ids(fitted.kept) == [5, 6, 7, 8, 9]
    assert ids(fitted.left_out) == [1, 2, 3, 4]
    assert fitted.reason == "4 messages were left out: the conversation no longer fits the 800 tokens that m reads."


def test_a_turn_with_a_pinned_message_stays() -> None:
    messages = chat(9)
    messages[1] = message(2, pinned=True)
    assert ids(fit(messages, Limits("m", 800)).kept) == [1, 2, 7, 8, 9]


def test_the_question_goes_on_being_whole_when_an_answer_is_continued() -> None:
    line = [*chat(6), message(0, asks=True)]  # the program's own request to go on
    assert ids(fit(line, Limits("m", 500)).kept) == [5, 6, 0]


def test_messages_outside_of_the_context_weigh_nothing_and_are_not_called_left_out() -> None:
    messages = [message(1, in_context=False), message(2, in_context=False), *chat(7)[2:]]
    fitted = fit(messages, Limits("m", 500))
    assert ids(fitted.left_out) == [3, 4]
    queued = message(1, status=Status.QUEUED)
    assert (weigh(queued).tokens, weigh_head(head_of(queued)).tokens) == (0, 0)


def test_system_prompt_and_max_tokens_take_their_room() -> None:
    limits = limits_of("m", 1000, None, {"system_prompt": TOKEN * 200, "max_tokens": 500})
    assert limits == Limits("m", 1000, 200, 500)
    assert ids(fit(chat(5), limits).kept) == [3, 4, 5]
    extra = limits_of("m", 1000, None, {"extra": {"max_completion_tokens": 500}})
    assert extra is not None
    assert extra.answer_tokens == 500


def test_a_question_that_alone_is_too_long_is_an_error_with_a_way_out() -> None:
    with pytest.raises(ContextFull, match=r"The question weighs ≈ 1\.2k tokens") as caught:
        fit([*chat(4), message(5, 1200)], Limits("m", 1000))
    assert caught.value.hint == "Shorten the question, or choose a model that reads more."
    with pytest.raises(ContextFull) as caught:
        fit([message(1, 500, pinned=True), *chat(5)[1:]], Limits("m", 1000, 400, 300))
    for way_out in ("unpin messages", "shorten the system prompt", "lower “Max tokens”"):
        assert way_out in caught.value.hint


def test_a_long_question_may_take_room_that_was_kept_for_the_answer() -> None:
    assert ids(fit([*chat(4), message(5, 900)], Limits("m", 1000)).kept) == [5]


@given(
    st.lists(st.builds(Weighed, st.integers(0, 50), st.booleans(), st.booleans()), min_size=1, max_size=30),
    st.integers(-20, 400),
)
def test_no_more_is_left_out_than_has_to_be(weighed: list[Weighed], room: int) -> None:
    out = left_out(weighed, room)
    kept = [index for index in range(len(weighed)) if index not in out]
    starts = sorted({0, *(index for index, each in enumerate(weighed) if each.begins_turn)})
    turns = [range(start, end) for start, end in pairwise([*starts, len(weighed)])]
    assert all(index in kept for index in turns[-1])
    assert all(index in kept for index, each in enumerate(weighed) if each.pinned)
    assert all(set(turn) <= out or not set(turn) & out for turn in turns)
    free = [
        turn for turn in turns[:-1] if any(weighed[i].tokens for i in turn) and not any(weighed[i].pinned for i in turn)
    ]
    gone = [turn for turn in free if turn[0] in out]
    assert gone == free[: len(gone)]  # the oldest
    weight = sum(weighed[index].tokens for index in kept)
    assert weight <= room or gone == free
    if gone:
        assert weight + sum(weighed[index].tokens for index in gone[-1]) > room
