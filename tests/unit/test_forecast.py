"""How many orders to expect: means over the same weekdays, and how far they can be relied on."""

from collections.abc import Mapping
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.forecast import ENOUGH, Basis, DayForecast, Past, forecast

TUESDAY = date(2026, 3, 3)


def past(
    arrived: Mapping[tuple[date, int], int], *, weeks: int = 3, released: Mapping[date, float] | None = None
) -> Past:
    """Whole weeks up to Monday."""
    return Past(
        first=TUESDAY - timedelta(weeks=weeks),
        last=TUESDAY - timedelta(days=1),
        arrived=arrived,
        released=released or {},
    )


def days_ahead(
    seen: Past, *, days: int = 7, capacity: float = 60.0, load: float = 10.0, from_hour: int = 0
) -> tuple[DayForecast, ...]:
    coming = {TUESDAY + timedelta(days=number): capacity for number in range(days + 1)}
    return forecast(seen, coming, load=load, weight=1.0, from_hour=from_hour)


def wednesdays(*counts: int, hour: int = 12) -> dict[tuple[date, int], int]:
    """So many orders on the last Wednesdays, the oldest first."""
    last = TUESDAY - timedelta(days=6)
    return {(last - timedelta(weeks=back), hour): n for back, n in enumerate(reversed(counts))}


def test_a_day_is_expected_to_bring_the_mean_of_the_same_weekdays_with_the_extremes_beside_it() -> None:
    today, tomorrow, *_ = days_ahead(past(wednesdays(2, 4, 9)))
    assert (tomorrow.expected, tomorrow.lowest, tomorrow.highest) == (5.0, 2, 9)
    assert (tomorrow.basis, tomorrow.samples, tomorrow.thin) == (Basis.SAME_WEEKDAY, 3, False)
    assert tomorrow.by_hour == {12: 5.0}
    assert today.expected == 0.0


def test_days_on_which_nothing_came_count_as_days() -> None:
    _, tomorrow, *_ = days_ahead(past(wednesdays(6), weeks=3))
    assert (tomorrow.expected, tomorrow.lowest) == (2.0, 0)


def test_of_today_only_the_hours_to_come_are_expected() -> None:
    last_tuesday = TUESDAY - timedelta(weeks=1)
    seen = past({(last_tuesday, 9): 4, (last_tuesday, 15): 2}, weeks=1)
    assert days_ahead(seen, days=0)[0].expected == 6.0
    assert days_ahead(seen, days=0, from_hour=12)[0].expected == 2.0


@pytest.mark.parametrize("weeks", range(1, ENOUGH))
def test_a_mean_of_too_few_days_is_called_thin(weeks: int) -> None:
    assert all(day.thin for day in days_ahead(past(wednesdays(5), weeks=weeks)))


def test_a_weekday_never_seen_rests_on_all_days_and_is_thin() -> None:
    monday = TUESDAY - timedelta(days=1)
    seen = Past(first=monday, last=monday, arrived={(monday, 10): 3}, released={})
    _, wednesday, *_ = days_ahead(seen)
    assert (wednesday.basis, wednesday.expected, wednesday.samples) == (Basis.ALL_DAYS, 3.0, 1)
    assert wednesday.thin


def test_without_a_whole_day_behind_it_nothing_is_guessed() -> None:
    seen = Past(first=TUESDAY, last=TUESDAY - timedelta(days=1), arrived={}, released={})
    for day in days_ahead(seen):
        assert (day.basis, day.expected, day.load, day.over_capacity) == (Basis.NOTHING, None, None, None)
        assert day.thin


def test_load_grows_by_what_comes_and_falls_by_what_usually_leaves() -> None:
    wednesday = TUESDAY - timedelta(days=6)
    seen = past({(wednesday, 11): 8}, weeks=1, released={wednesday: 3.0})
    today, tomorrow, next_day = days_ahead(seen, days=2, capacity=14.0)
    assert (today.load, tomorrow.load, next_day.load) == (10.0, 15.0, 15.0)
    assert (today.over_capacity, tomorrow.over_capacity) == (False, True)


def test_load_never_falls_below_nothing_and_a_day_without_people_has_no_capacity_to_outgrow() -> None:
    wednesday = TUESDAY - timedelta(days=6)
    seen = past({}, weeks=1, released={wednesday: 50.0})
    _, tomorrow = days_ahead(seen, days=1, capacity=0.0)
    assert (tomorrow.load, tomorrow.over_capacity) == (0.0, None)


@given(st.lists(st.integers(0, 40), min_size=1, max_size=12))
def test_the_mean_lies_between_the_extremes_and_is_the_sum_of_its_hours(counts: list[int]) -> None:
    _, tomorrow, *_ = days_ahead(past(wednesdays(*counts), weeks=len(counts)))
    assert tomorrow.expected is not None
    assert tomorrow.lowest is not None
    assert tomorrow.highest is not None
    assert tomorrow.lowest <= tomorrow.expected <= tomorrow.highest
    assert sum(tomorrow.by_hour.values()) == pytest.approx(tomorrow.expected)
