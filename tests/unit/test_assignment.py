"""Who gets an order: eligibility, load, ties, nights, and waves balanced as one decision."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from domain.assignment import (
    Candidate,
    Choice,
    Constraints,
    NewOrder,
    balance,
    choose,
    duty_admin,
    eligible,
    stage_load,
)
from domain.calendars import WorkCalendar
from domain.errors import InvalidInputError
from domain.orders import Status
from domain.windows import Absence, Window

HOUR = timedelta(hours=1)
NOON = datetime(2026, 7, 3, 12, tzinfo=UTC)  # a Friday
NIGHT = datetime(2026, 7, 3, 22, tzinfo=UTC)
MORNING = datetime(2026, 7, 4, 9, tzinfo=UTC)


def shift(start: int, end: int) -> WorkCalendar:
    return WorkCalendar("UTC", dict.fromkeys(range(7), (Window.of_minutes(start * 60, end * 60),)))


DAY = shift(9, 18)
EARLY = shift(7, 15)
NEVER = WorkCalendar("UTC", {})


def manager(
    number: int,
    *,
    load: float = 0,
    capacity: int = 20,
    calendar: WorkCalendar = DAY,
    last: datetime | None = None,
    away: tuple[Absence, ...] = (),
    constraints: Constraints | None = None,
) -> Candidate:
    return Candidate(
        id=number,
        load=load,
        capacity=capacity,
        calendar=calendar,
        last_assigned_at=last,
        away=away,
        constraints=constraints or Constraints(),
    )


def chosen(candidates: Sequence[Candidate], now: datetime = NOON, *, is_ebike: bool = False) -> int | None:
    choice = choose(candidates, is_ebike=is_ebike, now=now)
    return None if choice is None else choice.manager_id


WEIGHTS = {
    Status.PENDING_MANAGER: 1.0,
    Status.UNDER_INSPECTION: 1.0,
    Status.AWAITING_PAYMENT: 0.5,
    Status.READY_FOR_SHIPMENT: 0.7,
    Status.IN_TRANSIT: 0.2,
    Status.DELIVERED: 0.1,
}


def test_load_is_the_sum_of_stage_weights_without_binary_noise() -> None:
    counts = {Status.PENDING_MANAGER: 2, Status.AWAITING_PAYMENT: 1, Status.READY_FOR_SHIPMENT: 3, Status.DELIVERED: 3}
    assert stage_load(counts, WEIGHTS) == 4.9
    assert stage_load({}, WEIGHTS) == 0


def test_status_without_weight_is_named() -> None:
    with pytest.raises(InvalidInputError, match="value=closed"):
        stage_load({Status.CLOSED: 1}, WEIGHTS)


@pytest.mark.parametrize(
    ("candidates", "expected"),
    [
        ([manager(1, load=5), manager(2, load=4)], 2),
        ([manager(1, load=5, capacity=20), manager(2, load=4, capacity=10)], 1),
        ([manager(1, last=NOON - HOUR), manager(2, last=NOON - 2 * HOUR)], 2),
        ([manager(1, last=NOON - HOUR), manager(2, last=None)], 2),
        ([manager(2), manager(1)], 1),
        ([manager(1, load=0.1 + 0.2, last=NOON), manager(2, load=0.3, last=NOON - HOUR)], 2),
        ([manager(1, constraints=Constraints(penalty=0.25)), manager(2, load=4)], 2),
        ([manager(1, constraints=Constraints(penalty=0.25)), manager(2, load=6)], 1),
        ([manager(1, calendar=shift(13, 20)), manager(2, load=19)], 2),
        ([manager(1, load=20), manager(2, calendar=shift(13, 20))], 2),
        ([], None),
    ],
)
def test_least_relative_load_on_shift_wins_then_longest_without_an_order_then_id(
    candidates: list[Candidate], expected: int | None
) -> None:
    assert chosen(candidates) == expected


@pytest.mark.parametrize(
    "candidate",
    [
        replace(manager(1), active=False),
        replace(manager(1), telegram_linked=False),
        manager(1, load=20),
        manager(1, load=20.5),
        manager(1, capacity=0),
        manager(1, load=3, constraints=Constraints(max_load=3)),
        manager(1, constraints=Constraints(no_ebikes=True)),
        manager(1, constraints=Constraints(max_price=Decimal(1000))),
        manager(1, away=(Absence(NOON - HOUR, NOON + HOUR),)),
        manager(1, away=(Absence(NOON - HOUR),)),
        manager(1, calendar=NEVER),
    ],
)
def test_who_is_gone_full_or_constrained_gets_nothing(candidate: Candidate) -> None:
    assert choose([candidate], is_ebike=True, price_eur=Decimal(1500), now=NOON) is None
    assert not eligible(candidate, is_ebike=True, price_eur=Decimal(1500), now=NOON)
    assert balance([candidate], [NewOrder(key="a", is_ebike=True, price_eur=Decimal(1500))], now=NOON) == [None]


def test_constraints_keep_away_only_the_orders_they_mean() -> None:
    limited = manager(1, load=19.5, constraints=Constraints(max_load=19.6, no_ebikes=True, max_price=Decimal(1000)))
    assert eligible(limited, is_ebike=False, price_eur=Decimal(1000), now=NOON)
    assert eligible(limited, is_ebike=False, now=NOON)


def test_excluded_manager_is_passed_over() -> None:
    candidates = [manager(1), manager(2, load=10)]
    choice = choose(candidates, is_ebike=False, now=NOON, excluded=frozenset({1}))
    assert choice == Choice(manager_id=2, starts_at=NOON, on_shift=True)
    assert choose(candidates, is_ebike=False, now=NOON, excluded=frozenset({1, 2})) is None


def test_at_night_the_shift_that_opens_first_wins_and_the_clock_starts_at_its_opening() -> None:
    candidates = [manager(1), manager(2, load=15, calendar=EARLY)]
    choice = choose(candidates, is_ebike=False, now=NIGHT)
    assert choice == Choice(manager_id=2, starts_at=MORNING - 2 * HOUR, on_shift=False)


def test_at_night_equal_openings_are_decided_by_load() -> None:
    assert chosen([manager(1, load=3), manager(2, load=2)], NIGHT) == 2


@pytest.mark.parametrize(
    "away",
    [
        Absence(NIGHT - HOUR, NIGHT + HOUR),
        Absence(MORNING, MORNING + HOUR),
        Absence(MORNING - HOUR, MORNING + timedelta(days=14)),
    ],
)
def test_at_night_who_is_away_now_or_at_the_opening_is_no_choice(away: Absence) -> None:
    assert chosen([manager(1, away=(away,)), manager(2, load=19)], NIGHT) == 2
    assert chosen([manager(1, away=(away,))], NIGHT) is None


def test_absence_between_now_and_the_opening_does_not_matter() -> None:
    assert chosen([manager(1, away=(Absence(NIGHT + HOUR, MORNING),))], NIGHT) == 1


def test_wave_stops_at_capacity_and_leaves_the_rest_unassigned() -> None:
    decisions = balance([manager(1, capacity=2), manager(2, capacity=1)], orders(5), now=NOON)
    assert [choice and choice.manager_id for choice in decisions] == [1, 2, 1, None, None]


def test_wave_at_night_is_spread_over_those_who_open_together_before_later_shifts_get_any() -> None:
    candidates = [manager(1, calendar=EARLY), manager(2, calendar=EARLY), manager(3)]
    decisions = balance(candidates, orders(40), now=NIGHT)
    assert Counter(choice.manager_id for choice in decisions if choice) == {1: 20, 2: 20}


def test_wave_overflows_from_people_on_shift_to_the_next_shift() -> None:
    candidates = [manager(1, capacity=2), manager(2, calendar=shift(13, 20))]
    decisions = balance(candidates, orders(3), now=NOON)
    assert decisions[2] == Choice(manager_id=2, starts_at=NOON + HOUR, on_shift=False)


def test_duty_admin_is_on_shift_else_opens_first_else_has_the_lowest_id() -> None:
    admins = [manager(1, calendar=shift(10, 11)), manager(2), manager(3), manager(4, calendar=EARLY)]
    assert duty_admin(admins, NOON) == 2
    assert duty_admin(admins, NIGHT) == 4
    assert duty_admin([manager(6, calendar=NEVER), manager(5, calendar=NEVER)], NIGHT) == 5


def test_duty_admin_is_never_absent_while_another_is_there() -> None:
    week = Absence(NOON - HOUR, NOON + timedelta(days=7))
    assert duty_admin([manager(1, away=(week,)), manager(2, calendar=EARLY)], NIGHT) == 2
    assert duty_admin([manager(1, away=(week,)), manager(2, away=(Absence(NOON),))], NOON) == 1


def test_without_active_admins_nobody_is_on_duty() -> None:
    assert duty_admin([replace(manager(1), active=False)], NOON) is None
    assert duty_admin([], NOON) is None


def orders(count: int) -> list[NewOrder]:
    return [NewOrder(key=str(number)) for number in range(count)]


def test_tenfold_wave_over_fifty_managers_is_one_balanced_decision() -> None:
    team = [manager(number, capacity=200) for number in range(50)]
    wave = [NewOrder(key=str(number), excluded=frozenset({number % 50})) for number in range(5000)]
    taken = Counter(choice.manager_id for choice in balance(team, wave, now=NOON) if choice)
    assert taken.total() == 5000
    assert max(taken.values()) - min(taken.values()) <= 1
