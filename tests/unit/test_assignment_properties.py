"""Assignment by property: a wave equals single decisions, and nobody unfit is ever chosen."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.assignment import Candidate, Choice, Constraints, NewOrder, balance, choose, with_order
from domain.calendars import WorkCalendar
from domain.windows import Absence, Window

HOUR = timedelta(hours=1)
NOON = datetime(2026, 7, 3, 12, tzinfo=UTC)
NIGHT = datetime(2026, 7, 3, 22, tzinfo=UTC)


def shift(start: int, end: int) -> WorkCalendar:
    return WorkCalendar("UTC", dict.fromkeys(range(7), (Window.of_minutes(start * 60, end * 60),)))


DAY = shift(9, 18)
EARLY = shift(7, 15)
NEVER = WorkCalendar("UTC", {})


def one_by_one(
    candidates: Sequence[Candidate], wave: Sequence[NewOrder], now: datetime, weight: float
) -> list[Choice | None]:
    """What repeated single decisions give, each seeing the loads that the ones before have left."""
    team = {candidate.id: candidate for candidate in candidates}
    decisions: list[Choice | None] = []
    for order in wave:
        choice = choose(
            team.values(), is_ebike=order.is_ebike, price_eur=order.price_eur, excluded=order.excluded, now=now
        )
        decisions.append(choice)
        if choice is not None:
            team[choice.manager_id] = with_order(team[choice.manager_id], weight=weight, now=now)
    return decisions


INSTANTS = st.integers(-48, 48).map(lambda hours: NOON + HOUR * hours)
ABSENCES = st.builds(Absence, INSTANTS, st.none() | st.integers(49, 90).map(lambda hours: NOON + HOUR * hours))
CANDIDATES = st.builds(
    Candidate,
    id=st.integers(1, 30),
    load=st.integers(0, 12).map(lambda tenths: tenths / 10 * 7),
    capacity=st.integers(0, 10),
    calendar=st.sampled_from([DAY, EARLY, shift(13, 20), NEVER]),
    active=st.sampled_from([True, True, True, False]),
    telegram_linked=st.sampled_from([True, True, True, False]),
    away=st.lists(ABSENCES, max_size=1).map(tuple),
    last_assigned_at=st.none() | INSTANTS,
    constraints=st.builds(
        Constraints,
        max_load=st.none() | st.integers(0, 10).map(float),
        no_ebikes=st.booleans(),
        max_price=st.sampled_from([None, None, Decimal(1000)]),
        penalty=st.sampled_from([0.0, 0.0, 0.25]),
    ),
)
TEAMS = st.lists(CANDIDATES, max_size=7, unique_by=lambda candidate: candidate.id)
ORDERS = st.builds(
    NewOrder,
    key=st.just("any"),
    is_ebike=st.booleans(),
    price_eur=st.sampled_from([None, Decimal(500), Decimal(2000)]),
    excluded=st.frozensets(st.integers(1, 30), max_size=5),
)
WAVES = st.lists(ORDERS, max_size=40)
PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


@settings(PATIENT)
@given(TEAMS, WAVES, INSTANTS, st.sampled_from([1.0, 0.7, 0.1]))
def test_wave_is_decided_as_its_orders_one_by_one_would_be(
    team: list[Candidate], wave: list[NewOrder], now: datetime, weight: float
) -> None:
    assert balance(team, wave, now=now, weight=weight) == one_by_one(team, wave, now, weight)


@settings(PATIENT)
@given(TEAMS, WAVES, INSTANTS)
def test_nobody_absent_full_or_excluded_is_ever_chosen_and_nobody_eligible_is_forgotten(
    team: list[Candidate], wave: list[NewOrder], now: datetime
) -> None:
    members = {candidate.id: candidate for candidate in team}
    taken = Counter[int]()
    for order, choice in zip(wave, balance(team, wave, now=now), strict=True):
        able = [
            candidate.id
            for candidate in members.values()
            if candidate.active
            and candidate.telegram_linked
            and candidate.id not in order.excluded
            and not (candidate.constraints.no_ebikes and order.is_ebike)
            and (candidate.constraints.max_price is None or (order.price_eur or 0) <= candidate.constraints.max_price)
            and candidate.load + taken[candidate.id] < candidate.capacity
            and (
                candidate.constraints.max_load is None
                or candidate.load + taken[candidate.id] < candidate.constraints.max_load
            )
            and (opening := candidate.calendar.first_opening(now)) is not None
            and not any(absence.covers(now) or absence.covers(opening) for absence in candidate.away)
        ]
        assert (choice is None) == (not able)
        if choice is None:
            continue
        assert choice.manager_id in able
        assert choice.starts_at == members[choice.manager_id].calendar.opening_at_or_after(now)
        assert choice.on_shift == any(members[number].calendar.is_open(now) for number in able)
        taken[choice.manager_id] += 1


@settings(PATIENT)
@given(
    st.integers(1, 12), st.integers(0, 300), st.sampled_from([NOON, NIGHT]), st.lists(st.none() | INSTANTS, min_size=12)
)
def test_any_wave_leaves_equal_managers_at_most_one_order_apart(
    size: int, count: int, now: datetime, last: list[datetime | None]
) -> None:
    team = [
        Candidate(id=number, load=2.7, capacity=400, calendar=DAY, last_assigned_at=last[number])
        for number in range(size)
    ]
    taken = Counter(choice.manager_id for choice in balance(team, [NewOrder(key="any")] * count, now=now) if choice)
    assert taken.total() == count
    assert max(taken[number] for number in range(size)) - min(taken[number] for number in range(size)) <= 1
