"""What a run may spend: each limit ends it, the day's account counts with it."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.policy import DayLimits, RunLimits
from guardrails.budget import Budget, Exhausted
from store.agents.usage import Spent
from tests.unit.builders import POLICY

RUN: RunLimits = POLICY.agents.run
DAY: DayLimits = POLICY.agents.day
NOTHING_SPENT = Spent(calls=0, tokens=0, cost_eur=Decimal(0))


class Stopwatch:
    """Seconds in the test's hand."""

    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


def budget(spent: Spent = NOTHING_SPENT, clock: Stopwatch | None = None) -> Budget:
    return Budget(run=RUN, day=DAY, spent=spent, clock=clock or Stopwatch())


def test_a_fresh_run_may_go_on() -> None:
    fresh = budget()
    assert fresh.exhausted() is None
    assert (fresh.tools_left, fresh.seconds_left) == (RUN.tool_calls, RUN.seconds)


def test_model_calls_end_it() -> None:
    spending = budget()
    for _ in range(RUN.model_calls):
        assert spending.exhausted() is None
        spending.count_model(tokens=0, cost_eur=None)
    assert spending.exhausted() is Exhausted.MODEL_CALLS


@pytest.mark.parametrize(
    ("tokens", "cost", "limit"),
    [(RUN.tokens, Decimal(0), Exhausted.TOKENS), (0, RUN.eur, Exhausted.MONEY), (RUN.tokens - 1, Decimal(0), None)],
)
def test_tokens_and_money_end_it(tokens: int, cost: Decimal, limit: Exhausted | None) -> None:
    spending = budget()
    spending.count_model(tokens=tokens, cost_eur=cost)
    assert spending.exhausted() is limit


def test_time_ends_it_and_never_runs_below_zero() -> None:
    clock = Stopwatch()
    spending = budget(clock=clock)
    clock.seconds += RUN.seconds - 1
    assert (spending.exhausted(), spending.seconds_left) == (None, 1)
    clock.seconds += 5
    assert (spending.exhausted(), spending.seconds_left) == (Exhausted.TIME, 0)


@pytest.mark.parametrize(
    ("spent", "limit"),
    [
        (Spent(calls=0, tokens=DAY.tokens, cost_eur=Decimal(0)), Exhausted.DAY_TOKENS),
        (Spent(calls=0, tokens=0, cost_eur=DAY.eur), Exhausted.DAY_MONEY),
        (Spent(calls=0, tokens=DAY.tokens - 1, cost_eur=Decimal(0)), None),
    ],
)
def test_what_the_role_spent_today_counts(spent: Spent, limit: Exhausted | None) -> None:
    assert budget(spent).exhausted() is limit


def test_what_the_run_spends_counts_for_the_day_too() -> None:
    spending = budget(Spent(calls=0, tokens=DAY.tokens - 1, cost_eur=Decimal(0)))
    spending.count_model(tokens=1, cost_eur=None)
    assert spending.exhausted() is Exhausted.DAY_TOKENS


@given(st.integers(0, 1000))
def test_tool_calls_are_never_left_below_zero(calls: int) -> None:
    spending = budget()
    for _ in range(calls):
        spending.count_tool()
    assert spending.tools_left == max(0, RUN.tool_calls - calls)
