"""The demo company is founded: its people are taken on, and a history is lived through in virtual time."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from domain.calendars import WorkCalendar
from domain.commands import AddPerson
from domain.people import Actor, Channel, Role
from domain.policy import Policy
from domain.timeline import ManualTimeline
from evals.board import Board
from evals.company import Company
from evals.company_people import STAFF, Colleague, Habits, Hire
from evals.hands import GateHands, Tally
from evals.virtual_time import Stage, run_until, seal
from guardrails.desk import Desk
from guardrails.gate import Done
from store import people
from store.database import Database
from store.imported import founding

TEAM = "default"
LED_UP_BY = timedelta(days=12)  # calendar days of a company that only begins: the first deliveries come from then
LED_UP = Habits(weekday=1.1, saturday=0.5, sunday=0.5)
GROWN = Habits(weekday=3.1, saturday=1.6, sunday=0.9)
LIVE = Habits(weekday=18, saturday=9, sunday=8)
STEP = timedelta(minutes=5)
BEFORE_OPENING = timedelta(minutes=6)


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """The history's calendar: it starts thinly, grows at `grown_at`, and ends on a working morning."""

    starts_at: datetime
    grown_at: datetime
    ends_at: datetime


def span_until(today: datetime, calendar: WorkCalendar, *, working_days: int = 10) -> Span:
    """A history that ends shortly before the opening of the last working day that began before `today` ends."""
    opening = _opening_of_day(calendar, calendar.next_day(today) - timedelta(days=1))
    grown_at = opening
    for _ in range(working_days):
        grown_at = _opening_of_day(calendar, grown_at - timedelta(days=1))
    return Span(starts_at=grown_at - LED_UP_BY, grown_at=grown_at, ends_at=opening - BEFORE_OPENING)


def _opening_of_day(calendar: WorkCalendar, day: datetime) -> datetime:
    """The opening of that day, or of the working day before it that has one long enough to be a weekday's."""
    begins = calendar.next_day(day - timedelta(days=1))
    while True:
        ends = calendar.next_day(begins)
        if calendar.working_between(begins, ends) >= timedelta(hours=7):
            return calendar.opening_at_or_after(begins)
        begins = calendar.next_day(begins - timedelta(hours=36))


async def take_on(desk: Desk, staff: Sequence[Hire] = STAFF) -> None:
    """Enter the people: the owner first, who then admits the others."""
    first, *others = sorted(staff, key=lambda hire: hire.role is not Role.OWNER)
    async with desk.db.transaction() as tx:
        owner_id = await people.add(
            tx,
            name=first.name,
            role=first.role,
            team=TEAM,
            capacity=first.capacity,
            telegram_id=first.telegram_id,
            now=desk.timeline.now(),
        )
    for hire in others:
        command = AddPerson(
            person_name=hire.name,
            role=hire.role,
            team=TEAM,
            capacity=hire.capacity,
            telegram_id=hire.telegram_id,
        )
        done = await desk.gate.perform(command, Actor.person(owner_id, Channel.CLI))
        assert isinstance(done, Done)


async def colleagues(db: Database, desk: Desk, staff: Sequence[Hire] = STAFF) -> list[Colleague]:
    """The staff as the database knows them, in the order of their ids."""
    async with db.reading() as tx:
        known = await people.with_roles(tx, tuple(Role))
    hires = {hire.telegram_id: hire for hire in staff}
    return [
        Colleague(
            id=person.id,
            name=person.name,
            role=person.role,
            calendar=desk.gate.calendars.working(person),
            temper=hires[person.telegram_id].temper,
        )
        for person in known
        if person.telegram_id in hires
    ]


def alive(seed: int, staff: Sequence[Colleague], policy: Policy) -> Company:
    """The company as it lives on after its history: of the same seed, with more to do."""
    return Company(Random(seed), staff, LIVE, policy.checklist)


async def live_through(
    desk: Desk, timeline: ManualTimeline, span: Span, *, seed: int, progress: Callable[[float], None] = lambda _: None
) -> Tally:
    """The history from its start to its end, through the gate; `progress` hears the share of time that has passed."""
    hands = GateHands(desk.gate, desk.approvals)
    staff = await colleagues(desk.db, desk)
    board = Board(desk.db, desk.policy)
    whole = span.ends_at - span.starts_at
    for habits, until in ((LED_UP, span.grown_at), (GROWN, span.ends_at)):
        company = Company(Random(seed), staff, habits, desk.policy.checklist)
        stage = Stage(
            gate=desk.gate, approvals=desk.approvals, timeline=timeline, company=company, board=board, hands=hands
        )
        while timeline.now() < until:
            await run_until(stage, min(until, timeline.now() + timedelta(days=1)), step=STEP)
            progress((timeline.now() - span.starts_at) / whole)
    await seal(desk.gate)
    async with desk.db.transaction() as tx:
        await founding.deliver_on_paper(tx)
    return hands.tally
