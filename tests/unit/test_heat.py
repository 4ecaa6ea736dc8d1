"""The heatmap's rules: five steps from the target on, totals, numbers that never flatter, hours that were worked."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.pages.heat_tables import number
from domain.heat import Grid, Metric, hours_shown, step
from domain.measures import Tally

TEN_PERCENT = Decimal("0.10")
TALLIES = st.integers(0, 500).flatmap(lambda of: st.builds(Tally, st.integers(0, of), st.just(of)))


@pytest.mark.parametrize(
    ("hits", "of", "colour"),
    [(0, 7, 1), (9, 100, 1), (10, 100, 2), (19, 100, 2), (20, 100, 3), (30, 100, 4), (40, 100, 5), (7, 7, 5)],
)
def test_a_colour_tells_how_many_times_the_target_is_missed(hits: int, of: int, colour: int) -> None:
    assert step(Tally(hits, of), TEN_PERCENT) == colour


def test_nothing_decided_has_no_colour() -> None:
    assert step(Tally(0, 0), TEN_PERCENT) is None


@given(st.dictionaries(st.tuples(st.sampled_from("abc"), st.integers(0, 3)), TALLIES))
def test_totals_of_rows_and_of_columns_add_up_to_the_same(cells: dict[tuple[str, int], Tally]) -> None:
    grid = Grid("abc", range(4), cells)
    assert sum(grid.by_row.values(), Tally()) == sum(grid.by_column.values(), Tally()) == grid.total
    assert grid.total == sum(cells.values(), Tally())


@given(TALLIES.filter(lambda tally: tally.of > 0))
def test_a_hundred_percent_is_all_and_none_is_nothing(tally: Tally) -> None:
    assert (number(tally, Metric.KEPT) == "100") == (tally.hits == 0)
    assert (number(tally, Metric.BROKEN) == "0") == (tally.hits == 0)
    assert (number(tally, Metric.BROKEN) == "100") == (tally.hits == tally.of)
    assert number(tally, Metric.COUNT) == str(tally.hits)


def test_hours_are_shown_without_a_gap_from_the_first_to_the_last() -> None:
    assert list(hours_shown([14, 9, 11, 9])) == [9, 10, 11, 12, 13, 14]
    assert list(hours_shown([])) == []
