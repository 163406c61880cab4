"""What an answer would cost."""

from __future__ import annotations

import pytest

from desktop.core.conversation import Run, Status, Usage
from desktop.core.endpoints import Model, Price
from desktop.core.estimate import Lengths, Thinking, answer_cost, limited, total, usual_lengths
from desktop.core.pass_on import PassOn

ANSWERER = Model("loop", "echo", price=Price(1.0, 10.0))
THINKER = Model("loop", "thinker", price=Price(2.0, 20.0))
UNPRICED = Model("loop", "unknown")
LENGTHS = Lengths(answer=100, thinking=1_000)
MILLION = 1_000_000


def run(run_id: int, written: int, thought: int = 0, status: Status = Status.DONE) -> Run:
    usage = Usage(50, written + thought, thought)
    return Run(run_id, 1, None, "answer", "loop", "echo", usage=usage, status=status)


def test_a_plain_answer_costs_its_prompt_and_its_usual_length() -> None:
    assert answer_cost(ANSWERER, 500, LENGTHS) == pytest.approx((500 + 100 * 10) / MILLION)


def test_a_model_that_thinks_for_itself_writes_its_thinking_too() -> None:
    model = Model("loop", "r1", thinks=True, price=Price(1.0, 10.0))
    assert answer_cost(model, 500, LENGTHS) == pytest.approx((500 + 1_100 * 10) / MILLION)


def test_several_choices_are_paid_for_each() -> None:
    assert answer_cost(ANSWERER, 500, LENGTHS, choices=3) == pytest.approx((500 + 300 * 10) / MILLION)


@pytest.mark.parametrize(
    ("pass_on", "thinker_wrote", "answerer_read"),
    [(PassOn.THINKING, 1_000, 1_500), (PassOn.ANSWER, 1_100, 600), (PassOn.BOTH, 1_100, 1_600)],
)
def test_a_fused_answer_costs_both_stages(pass_on: PassOn, thinker_wrote: int, answerer_read: int) -> None:
    expected = 500 * 2 + thinker_wrote * 20 + answerer_read + 100 * 10
    assert answer_cost(ANSWERER, 500, LENGTHS, Thinking(THINKER, pass_on)) == pytest.approx(expected / MILLION)


def test_a_critique_costs_a_draft_as_well() -> None:
    draft = 500 + 100 * 10
    critique = 600 * 2 + 1_100 * 20
    answer = 700 + 100 * 10
    found = answer_cost(ANSWERER, 500, LENGTHS, Thinking(THINKER, PassOn.CRITIQUE))
    assert found == pytest.approx((draft + critique + answer) / MILLION)


def test_a_gateway_that_lets_another_model_think_takes_both_prices() -> None:
    found = answer_cost(ANSWERER, 500, LENGTHS, Thinking(THINKER, by_gateway=True))
    assert found == pytest.approx((500 + 500 * 2 + 1_000 * 20 + 100 * 10) / MILLION)


@pytest.mark.parametrize("by_gateway", [True, False])
def test_nothing_is_said_where_a_price_is_not_known(by_gateway: bool) -> None:
    assert answer_cost(UNPRICED, 500, LENGTHS) is None
    assert answer_cost(ANSWERER, 500, LENGTHS, Thinking(UNPRICED, by_gateway=by_gateway)) is None
    assert answer_cost(UNPRICED, 500, LENGTHS, Thinking(THINKER, by_gateway=by_gateway)) is None


def test_several_models_cost_their_sum_if_all_prices_are_known() -> None:
    assert total([0.25, 0.5]) == 0.75
    assert total([0.25, None]) is None
    assert total([]) is None


def test_the_newest_answers_of_a_chat_say_how_long_the_next_one_is() -> None:
    runs = [run(number, 100) for number in range(1, 6)] + [run(0, 9_000), run(6, 7_000, status=Status.STOPPED)]
    assert usual_lengths([*runs, run(7, 200, thought=30)]) == Lengths(120, 30)
    assert usual_lengths([]) == Lengths()


def test_what_another_model_wrote_before_an_answer_counts_as_thinking() -> None:
    thinker = Run(2, 1, None, "think", "loop", "thinker", usage=Usage(50, 300), status=Status.DONE)
    assert usual_lengths([run(1, 100), thinker]) == Lengths(100, 300)


def test_limits_are_kept() -> None:
    assert limited(LENGTHS, answer=50, thinking=5_000) == Lengths(50, 1_000)
    assert limited(LENGTHS) == LENGTHS
