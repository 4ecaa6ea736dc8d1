"""KPI formulas: what they count, when there is nothing to count, and what counts as better."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.assessment import Demand, Target, Trend, assess, compare, relative, targets_of, trend_of
from domain.errors import InvalidInputError
from domain.kpi import KPIS, Better, Group, Unit
from domain.measures import STAGE_LIMITS, WATCHES, Flow, Measures, Period, Spread, Standing, Tally, read_span
from domain.orders import Status
from domain.policy import ClockKind
from tests.unit.builders import NOON, POLICY

NOTHING = Measures(standing=Standing(), flow=Flow())

BUSY = Measures(
    standing=Standing(
        by_status={Status.PENDING_MANAGER: 6, Status.UNDER_INSPECTION: 2, Status.IN_TRANSIT: 2},
        watched=8,
        stuck=2,
        without_owner=1,
        without_next_step=2,
        incomplete=3,
    ),
    flow=Flow(
        any_status=Spread(4, 7200.0),
        next_status={Status.PENDING_MANAGER: Spread(3, 3600.0), Status.UNDER_INSPECTION: Spread(1, 90000.0)},
        clocks={
            ("pending_manager", "accept"): Tally(1, 4),
            ("pending_manager", "stage"): Tally(0, 4),
            ("ready_for_shipment", "stage"): Tally(2, 2),
            ("pending_manager", "task"): Tally(3, 3),
            (None, "approval"): Tally(1, 1),
        },
        cycle=Spread(2, 36000.0, 72000.0),
        delivered=3,
        inspection_to_payment=Tally(3, 4),
        payment_to_shipment=Tally(1, 2),
        reaction=Spread(5, 600.0),
        repeated=Tally(1, 3),
        escalations_complete=Tally(4, 5),
    ),
    critical_stages=POLICY.targets.critical_stages,
)

VALUES = {
    "pending_manager_orders": 6,
    "time_to_next_status": 2.0,
    "share_over_72h": 0.25,
    "sla_breach_rate": 0.3,
    "cycle_time": 10.0,
    "cycle_time_p90": 20.0,
    "share_without_owner": 0.1,
    "share_without_next_step": 0.2,
    "inspection_to_payment": 0.75,
    "payment_to_shipment": 0.5,
    "reaction_time": 10.0,
    "repeated_escalations": 1 / 3,
    "sla_breach_rate_critical": 0.125,
    "with_owner_and_next_step": 0.7,
    "escalations_complete": 0.8,
    "delivered": 3,
}
COUNTS = {"pending_manager_orders", "delivered"}


@pytest.mark.parametrize(("key", "value"), VALUES.items())
def test_each_formula_gives_its_value(key: str, value: float) -> None:
    assert KPIS[key].formula(BUSY).value == pytest.approx(value)


def test_every_formula_is_tested() -> None:
    assert set(VALUES) == set(KPIS)


@pytest.mark.parametrize("key", [key for key in VALUES if key not in COUNTS])
def test_where_there_is_nothing_to_measure_there_is_no_value(key: str) -> None:
    assert KPIS[key].formula(NOTHING).value is None


@pytest.mark.parametrize("key", sorted(COUNTS))
def test_a_count_of_nothing_is_zero(key: str) -> None:
    assert KPIS[key].formula(NOTHING).value == 0


def test_every_kpi_of_ai_rop_has_a_formula() -> None:
    assert set(POLICY.roles.roles["ai-rop"].kpis) <= set(KPIS)


@pytest.mark.parametrize("definition", KPIS.values(), ids=lambda definition: definition.key)
def test_every_kpi_says_what_it_means(definition: "object") -> None:
    meaning = getattr(definition, "meaning", "")
    assert len(meaning) > 40
    assert "eed" in meaning or "ocs/DOMAIN.md" in meaning


def test_a_stage_is_judged_by_its_own_limits_and_not_by_tasks_or_approvals() -> None:
    found = KPIS["sla_breach_rate"].formula(BUSY)
    assert (found.numerator, found.denominator) == (3, 10)
    assert found.parts["pending_manager"].value == 0.125
    assert found.parts["in_transit"].value is None
    assert found.parts["clock:task"].value == 1
    assert found.parts["clock:approval"].value == 1


def test_clocks_that_only_watch_are_no_stage_limits() -> None:
    assert STAGE_LIMITS.isdisjoint(WATCHES)
    assert ClockKind.MOVEMENT in WATCHES


def test_time_to_next_status_is_told_by_the_status_that_was_left() -> None:
    parts = KPIS["time_to_next_status"].formula(BUSY).parts
    assert {status: part.value for status, part in parts.items()} == {"pending_manager": 1.0, "under_inspection": 25.0}


# ── comparison ───────────────────────────────────────────────────────────────────────────────────────────────────────
def test_an_assessment_sets_the_previous_period_beside_each_kpi() -> None:
    worse = replace(BUSY, standing=replace(BUSY.standing, stuck=4))
    found = {kpi.key: kpi for kpi in assess(worse, BUSY)}
    stuck = found["share_over_72h"]
    assert (stuck.value, stuck.previous, stuck.delta) == (0.5, 0.25, 0.25)
    assert (stuck.numerator, stuck.denominator, stuck.previous_numerator, stuck.previous_denominator) == (4, 8, 2, 8)
    assert (stuck.unit, stuck.better, stuck.trend) == (Unit.SHARE, Better.LOWER, Trend.BAD)
    assert found["delivered"].trend is Trend.SAME


def test_a_part_that_only_the_previous_period_had_is_shown_too() -> None:
    quiet = replace(BUSY, flow=replace(BUSY.flow, next_status={}))
    part = {kpi.key: kpi for kpi in assess(quiet, BUSY)}["time_to_next_status"].parts["pending_manager"]
    assert (part.value, part.previous) == (None, 1.0)


@given(delta=st.floats(allow_nan=False, allow_infinity=False).filter(bool))
def test_a_change_is_good_one_way_and_bad_the_other(delta: float) -> None:
    assert {trend_of(delta, Better.LOWER), trend_of(delta, Better.HIGHER)} == {Trend.GOOD, Trend.BAD}
    assert trend_of(delta, Better.LOWER) is trend_of(-delta, Better.HIGHER)


def test_nothing_to_compare_has_no_trend() -> None:
    assert trend_of(None, Better.LOWER) is None


@pytest.mark.parametrize(
    ("before", "after", "change"), [(10.0, 7.0, -0.3), (10.0, 12.0, 0.2), (0.0, 3.0, None), (None, 3.0, None)]
)
def test_the_change_is_relative_to_what_was_before(before: float | None, after: float, change: float | None) -> None:
    assert relative(before, after) == (None if change is None else pytest.approx(change))


@pytest.mark.parametrize(
    ("target", "before", "after", "met"),
    [
        (Target(demand=Demand.FALL, bound=0.3), 10.0, 7.0, True),
        (Target(demand=Demand.FALL, bound=0.3), 10.0, 7.1, False),
        (Target(demand=Demand.FALL, bound=0.3), 0.0, 7.0, None),
        (Target(demand=Demand.BELOW, bound=0.1), None, 0.09, True),
        (Target(demand=Demand.BELOW, bound=0.1), 0.5, 0.1, False),
        (Target(demand=Demand.AT_LEAST, bound=1.0), None, 1.0, True),
        (Target(demand=Demand.AT_LEAST, bound=1.0), 1.0, 0.99, False),
        (Target(demand=Demand.AT_LEAST, bound=1.0), 1.0, None, None),
    ],
)
def test_a_target_is_met_missed_or_cannot_be_told(
    target: Target, before: float | None, after: float | None, met: bool | None
) -> None:
    assert target.met_by(before, after) is met


def test_the_targets_of_the_policy_stand_at_their_kpis() -> None:
    better = replace(BUSY, standing=replace(BUSY.standing, by_status={Status.PENDING_MANAGER: 4}, incomplete=0))
    changes = {change.key: change for change in compare(BUSY, better, targets_of(POLICY.targets))}
    pending = changes["pending_manager_orders"]
    assert pending.change == pytest.approx(-1 / 3)
    assert pending.met is True
    assert changes["with_owner_and_next_step"].met is True
    assert changes["sla_breach_rate_critical"].met is False
    assert changes["cycle_time"].target is None
    assert changes["cycle_time"].met is None


def test_several_moments_are_averaged_by_the_orders_that_were_open() -> None:
    standing = BUSY.standing + Standing(by_status={Status.PENDING_MANAGER: 2}, watched=2, stuck=2)
    found = replace(BUSY, standing=standing)
    assert KPIS["pending_manager_orders"].formula(found).value == 4
    assert KPIS["share_over_72h"].formula(found).value == pytest.approx(4 / 10)


def test_each_kpi_belongs_to_one_of_the_groups_of_the_seed() -> None:
    by_group = {group: sum(definition.group is group for definition in KPIS.values()) for group in Group}
    assert by_group == {Group.MAIN: 8, Group.SECONDARY: 4, Group.TARGET: 4}


# ── periods ──────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_period_ends_now_unless_told_otherwise_and_follows_one_of_its_length() -> None:
    period = Period.ending(timedelta(days=7), now=NOON)
    assert (period.before, period.since, period.until) == (NOON - timedelta(days=14), NOON - timedelta(days=7), NOON)
    past = Period.ending(timedelta(hours=1), now=NOON, until=NOON - timedelta(days=1))
    assert past.until == NOON - timedelta(days=1)


@pytest.mark.parametrize("length", [timedelta(0), timedelta(seconds=59), timedelta(days=401)])
def test_a_period_too_short_or_too_long_is_refused(length: timedelta) -> None:
    with pytest.raises(InvalidInputError, match="period"):
        Period.ending(length, now=NOON)


def test_a_period_that_ends_in_the_future_is_refused() -> None:
    with pytest.raises(InvalidInputError, match="until"):
        Period.ending(timedelta(days=1), now=NOON, until=NOON + timedelta(seconds=1))


@pytest.mark.parametrize(("text", "length"), [("24h", timedelta(days=1)), ("1d12h", timedelta(hours=36))])
def test_a_span_is_read_as_people_write_it(text: str, length: timedelta) -> None:
    assert read_span(text, field="period") == length


@pytest.mark.parametrize("text", ["", "week", "7", "-7d", "0h", "9999999999999d"])
def test_what_is_no_span_is_refused_with_examples(text: str) -> None:
    with pytest.raises(InvalidInputError, match="7d"):
        read_span(text, field="period")
