"""Lines of a period: whole steps back from its end, and what stood at each by when it began and was over."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from api.pages.charts import LEAST_SHARE, segments
from domain.measures import Period
from domain.trends import steps, stood

NOON = datetime(2026, 11, 18, 9, tzinfo=UTC)


def test_a_week_has_days_that_end_now_and_a_day_has_hours() -> None:
    week = steps(Period(since=NOON - timedelta(days=7), until=NOON))
    assert week == [NOON - timedelta(days=back) for back in (7, 6, 5, 4, 3, 2, 1, 0)]
    day = steps(Period(since=NOON - timedelta(days=1), until=NOON))
    assert (len(day), day[0], day[1], day[-1]) == (25, NOON - timedelta(days=1), NOON - timedelta(hours=23), NOON)


@given(
    st.lists(
        st.tuples(st.integers(0, 6), st.integers(0, 6), st.integers(1, 9)).map(lambda s: (min(s[:2]), max(s[:2]), s[2]))
    )
)
def test_what_stands_at_a_step_is_what_began_and_is_not_over(stays: list[tuple[int, int, int]]) -> None:
    assert stood(stays, 6) == [sum(count for first, over, count in stays if first <= step < over) for step in range(6)]


@given(st.lists(st.integers(0, 1000), min_size=4, max_size=4))
def test_a_bar_is_full_and_no_part_of_it_is_too_narrow_for_its_number(counts: list[int]) -> None:
    parts = segments(counts)
    assert [part is not None for part in parts] == [count > 0 for count in counts]
    shown = [part for part in parts if part is not None]
    assert all(part.width >= 100 * LEAST_SHARE - 0.01 for part in shown)
    if shown:
        assert abs(shown[-1].start + shown[-1].width - 100) < 0.1
        assert shown[0].start == 0
