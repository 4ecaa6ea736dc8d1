"""The model of the demo company: deterministic, inside working time, and true to the company's rates."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from random import Random

import pytest

from domain.commands import AcceptOrder, CloseCrisis, Command, DeclineOrder, ResolveSignal
from domain.orders import CancelReason, DeliveryMethod, Status
from domain.people import Role
from domain.staff import CalendarBook
from evals.company import Company
from evals.company_fate import Dice, fate_of
from evals.company_intents import Does, Intent, Votes
from evals.company_people import STAFF, Colleague, Habits, Temper
from evals.company_view import ApprovalView, CardView, OrderView, WorkView
from policy import load_policy

POLICY = load_policy()
CALENDAR = CalendarBook(POLICY).of_team(None)
TUESDAY = datetime(2026, 11, 17, 7, 0, tzinfo=UTC)  # 10:00 in Moscow
MOSCOW = timedelta(hours=3)
FRIDAY_EVENING = datetime(2026, 11, 20, 16, 30, tzinfo=UTC)
PEOPLE = [
    Colleague(id=number, name=hire.name, role=hire.role, calendar=CALENDAR, temper=hire.temper)
    for number, hire in enumerate(STAFF, start=1)
]


def company(seed: int = 7, people: list[Colleague] = PEOPLE) -> Company:
    return Company(Random(seed), people, Habits(), POLICY.checklist)


def order(number: int, *, at: datetime, **changes: object) -> OrderView:
    base = OrderView(
        id=1000 + number,
        code=str(1000 + number),
        key=f"BW-{number}",
        version=1,
        status=Status.PENDING_MANAGER,
        owner_id=1 + number % 6,
        bike="Canyon Spectral 29 CF 8 (2022)",
        price_eur=Decimal(2000),
        total_eur=Decimal("2800.00"),
        delivery_method=DeliveryMethod.EMS,
        is_ebike=False,
        is_hardtail=False,
        since=at,
        status_since=at,
        last_moved_at=at,
    )
    return replace(base, **changes)


def lived(who: Company, view: WorkView, since: datetime, until: datetime) -> Iterator[tuple[datetime, Intent]]:
    """The intents of a company that sees always the same, minute by minute."""
    now = since
    while now <= until:
        for intent in who.intents(view, now):
            yield now, intent
        now += timedelta(minutes=1)


# ── determinism ──────────────────────────────────────────────────────────────────────────────────────────────────────
def test_the_same_seed_brings_the_same_requests_and_the_same_wishes() -> None:
    view = WorkView(orders=tuple(order(number, at=TUESDAY) for number in range(12)))
    day = (TUESDAY, TUESDAY + timedelta(hours=8))
    assert company().arrivals(*day) == company().arrivals(*day)
    assert list(lived(company(), view, *day)) == list(lived(company(), view, *day))


def test_another_seed_brings_another_company() -> None:
    week = (TUESDAY, TUESDAY + timedelta(days=7))
    assert company(1).arrivals(*week) != company(2).arrivals(*week)


def test_requests_do_not_depend_on_how_the_time_is_cut() -> None:
    who, until = company(), TUESDAY + timedelta(days=2)
    cuts = [TUESDAY + timedelta(minutes=37) * step for step in range(80)]
    pieces = [cut for cut in cuts if cut < until] + [until]
    in_pieces = [order for since, to in pairwise(pieces) for order in who.arrivals(since, to)]
    assert in_pieces == who.arrivals(TUESDAY, until)


def test_a_request_meets_the_same_fate_under_any_other_traffic() -> None:
    alone = WorkView(orders=(order(3, at=TUESDAY),))
    crowded = WorkView(orders=tuple(order(number, at=TUESDAY) for number in range(4)))
    until = TUESDAY + timedelta(hours=6)
    wishes = [intent for _, intent in lived(company(), alone, TUESDAY, until)]
    amid = [intent for _, intent in lived(company(), crowded, TUESDAY, until) if _order_of(intent) == "1003"]
    assert wishes[0] == amid[0]


def _order_of(intent: Intent) -> str | None:
    return None if isinstance(intent, Votes) else getattr(intent.command, "order", None)


# ── inflow ───────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_weekends_slump_and_nights_are_quiet() -> None:
    habits, who = Habits(weekday=40, saturday=15, sunday=10), Random(3)
    arrived = Company(who, PEOPLE, habits, POLICY.checklist).arrivals(TUESDAY, TUESDAY + timedelta(days=70))
    local = [made.created_at + MOSCOW for made in arrived if made.created_at]
    by_day = Counter(moment.weekday() for moment in local)
    by_night = sum(moment.hour < 7 for moment in local)
    assert by_day[6] < by_day[5] < min(by_day[day] for day in range(5))
    assert by_night < 0.08 * len(local)
    assert len(local) == pytest.approx(70 / 7 * (5 * 40 + 15 + 10), rel=0.1)


def test_requests_are_real_ones() -> None:
    arrived = company().arrivals(TUESDAY, TUESDAY + timedelta(days=60))
    assert len({made.crm_id for made in arrived}) == len(arrived)
    outside = [made for made in arrived if not 500 <= made.price_eur <= 5000]
    assert 0 < len(outside) < 0.05 * len(arrived)
    assert {made.delivery_method for made in arrived} == set(DeliveryMethod)
    assert any(made.is_ebike for made in arrived)
    assert any(made.is_hardtail for made in arrived)


def test_requests_end_as_often_as_the_company_knows_it() -> None:
    habits = Habits()
    fates = [fate_of(Dice(11, f"key-{number}"), DeliveryMethod.EMS, habits) for number in range(6_000)]
    cancelled = sum(fate.cancel is not None for fate in fates) / len(fates)
    rejected = sum(fate.cancel is CancelReason.FAILED_INSPECTION for fate in fates) / len(fates)
    assert cancelled == pytest.approx(0.38, abs=0.02)
    assert rejected == pytest.approx(0.06, abs=0.01)


# ── people ───────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_nobody_acts_outside_their_working_time_but_for_a_glance_at_the_phone() -> None:
    view = WorkView(orders=tuple(order(number, at=FRIDAY_EVENING) for number in range(24)))
    glancing = 1
    people = [
        replace(person, temper=replace(person.temper, evenings=float(person.id == glancing))) for person in PEOPLE
    ]
    done = list(lived(company(people=people), view, FRIDAY_EVENING, FRIDAY_EVENING + timedelta(days=3)))
    late = [(now, wish) for now, wish in done if isinstance(wish, Does) and not CALENDAR.is_open(now)]
    assert len(late) < len(done)
    assert {type(wish.command) for _, wish in late} == {AcceptOrder}
    assert {wish.person_id for _, wish in late} == {glancing}
    assert {(now + MOSCOW).hour for now, _ in late} <= {20, 21, 22}


def test_a_person_does_one_thing_after_another() -> None:
    slow = Colleague(id=1, name="Один", role=Role.MANAGER, calendar=CALENDAR, temper=Temper(pace=1.5))
    checked = tuple(
        order(
            number,
            at=TUESDAY,
            owner_id=1,
            status=Status.UNDER_INSPECTION,
            seller_contacted_at=TUESDAY - timedelta(days=4),
            missing_points=tuple(range(1, 29)),
        )
        for number in range(6)
    )
    view = WorkView(orders=checked)
    until = TUESDAY + timedelta(hours=9)
    done = [now for now, intent in lived(company(people=[slow]), view, TUESDAY, until) if isinstance(intent, Does)]
    gaps = [later - earlier for earlier, later in pairwise(done)]
    assert len(done) >= 3
    assert min(gaps) >= timedelta(minutes=4)


def test_a_careless_manager_accepts_later_than_a_diligent_one() -> None:
    def median_minutes(owner: int) -> float:
        view = WorkView(orders=tuple(order(number, at=TUESDAY, owner_id=owner) for number in range(40)))
        waits: dict[str, float] = {}
        for now, intent in lived(company(), view, TUESDAY, TUESDAY + timedelta(hours=8)):
            if isinstance(intent, Does) and isinstance(intent.command, AcceptOrder):
                waits.setdefault(intent.command.order, (now - TUESDAY).total_seconds() / 60)
        return sorted(waits.values())[len(waits) // 2]

    anna, egor = 1, 6
    assert median_minutes(anna) * 1.5 < median_minutes(egor)


def test_some_orders_are_declined_with_a_reason() -> None:
    view = WorkView(orders=tuple(order(number, at=TUESDAY) for number in range(200)))
    wishes = [intent for _, intent in lived(company(), view, TUESDAY, TUESDAY + timedelta(hours=3))]
    commands = [intent.command for intent in wishes if isinstance(intent, Does)]
    declined = {command.order: command.reason for command in commands if isinstance(command, DeclineOrder)}
    assert 0 < len(declined) < 30
    assert all(declined.values())


def test_a_wish_that_did_not_come_true_is_wished_again_a_few_times() -> None:
    view = WorkView(orders=(order(1, at=TUESDAY, owner_id=1),))
    wishes = [intent for _, intent in lived(company(), view, TUESDAY, TUESDAY + timedelta(hours=8))]
    assert 2 <= sum(isinstance(intent, Does) for intent in wishes) <= 6


def test_nothing_more_is_wished_once_the_order_is_gone() -> None:
    who, view = company(), WorkView(orders=(order(1, at=TUESDAY),))
    who.intents(view, TUESDAY)
    assert who.next_at() is not None
    who.intents(WorkView(), TUESDAY + timedelta(minutes=1))
    assert who.next_at() is None


def test_nothing_happens_before_the_moment_that_the_company_names() -> None:
    who, view = company(), WorkView(orders=tuple(order(number, at=TUESDAY) for number in range(10)))
    assert who.intents(view, TUESDAY) == []
    moment = who.next_at()
    assert moment is not None
    assert who.intents(view, moment - timedelta(seconds=1)) == []
    assert who.intents(view, moment) != []


# ── leaders ──────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_an_approval_is_answered_by_those_who_may_decide_only() -> None:
    head, owner = 9, 10
    asked = ApprovalView(
        id=1,
        hash="h",
        action="advance_order",
        order="1001",
        amount_eur=Decimal(2000),
        created_at=TUESDAY,
        deciders=frozenset({head, owner}),
    )
    view = WorkView(approvals=(asked,))
    votes = [intent for _, intent in lived(company(), view, TUESDAY, TUESDAY + timedelta(hours=9))]
    assert {vote.person_id for vote in votes if isinstance(vote, Votes)} == {head, owner}
    assert all(isinstance(vote, Votes) and vote.seen_hash == "h" for vote in votes)


def test_an_escalation_is_dealt_with_by_the_admin_who_holds_it() -> None:
    marina = 7
    card = CardView(
        violation_id=5,
        order="1001",
        status=Status.UNDER_INSPECTION,
        clock="first_contact",
        subject_id=1001,
        level=3,
        holder_id=marina,
        at=TUESDAY,
    )
    view = WorkView(cards=(card,))
    wishes = [intent for _, intent in lived(company(), view, TUESDAY, TUESDAY + timedelta(hours=9))]
    assert wishes
    assert all(isinstance(intent, Does) and intent.person_id == marina for intent in wishes)


@pytest.mark.parametrize(("is_crisis", "kind"), [(True, CloseCrisis), (False, ResolveSignal)])
def test_the_card_of_a_crisis_ends_on_the_leaders_word_and_any_other_signals_by_being_dealt_with(
    is_crisis: bool, kind: type[Command]
) -> None:
    card = CardView(
        violation_id=5,
        order=None,
        status=None,
        clock="signal",
        subject_id=77,
        level=3,
        holder_id=7,
        at=TUESDAY,
        held_until=TUESDAY,
        is_crisis=is_crisis,
    )
    lives = lived(company(), WorkView(cards=(card,)), TUESDAY, TUESDAY + timedelta(hours=9))
    settled = [intent.command for _, intent in lives if isinstance(intent, Does)]
    assert settled
    assert all(isinstance(command, kind) for command in settled)


def test_who_is_away_does_nothing() -> None:
    view = WorkView(orders=(order(0, at=TUESDAY, owner_id=1),), away=frozenset({1}))
    wishes = [intent for _, intent in lived(company(), view, TUESDAY, TUESDAY + timedelta(hours=8))]
    assert not any(isinstance(intent, Does) for intent in wishes)
