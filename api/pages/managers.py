"""Managers: who carries how much, who is on shift, how a period went; one manager with numbers, calendar, levers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final, Literal

from fastapi import APIRouter
from sqlalchemy.ext.asyncio import AsyncConnection

from api.pages import evidence
from api.pages.board import Asked, Board, Panel
from api.pages.places import Place
from api.pages.route import PageRoute
from api.pages.visit import Visit
from domain.commands import Id
from domain.errors import NotFoundError
from domain.measures import Period, read_span
from domain.orders import OPEN_STATUSES
from domain.policy import ConstraintKind
from domain.scorecards import praise, tip
from domain.shifts import Shift, shift_of
from domain.worktime import DAY_MINUTES, first_reached
from locales import numbers
from store import people
from store.desk import constraints
from store.measures import metrics_desk, metrics_instants, scorecards
from store.measures.metrics_desk import Load
from store.people import Person
from store.views import listings
from store.views.listings import (
    ManagerLine,
    OrderFilter,
)

router = APIRouter(include_in_schema=False, route_class=PageRoute)

DAYS: Final = 14
ORDERS_SHOWN: Final = 50
SPANS: Final = ("7d", "30d")


class Managers(Asked):
    """The period of the counts; it ends now."""

    period: Literal["7d", "30d"] = "7d"


class OfManager(Managers):
    """One manager."""

    person_id: Id


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One manager of the table; `blocked`: they have shut the bot out."""

    line: ManagerLine
    load: Load
    shift: Shift
    blocked: bool


# ── all of them ──────────────────────────────────────────────────────────────────────────────────────────────────────
async def team(visit: Visit, tx: AsyncConnection, asked: Managers) -> Mapping[str, Any]:
    """Everybody who is a manager now, the most loaded first; a manager sees themselves."""
    lines = await listings.managers(tx, person_id=visit.asker.only_own())
    known = await people.by_ids(tx, [line.id for line in lines])
    loads = {load.person_id: load for load in await _loads(visit, tx, asked)}
    rows = [
        Row(line=line, load=loads[line.id], shift=_shift(visit, line), blocked=_blocked(known[line.id]))
        for line in lines
        if line.id in loads
    ]
    rows.sort(key=lambda row: (-(row.load.utilisation or 0), row.line.name))
    most = max((row.load.load / row.line.capacity for row in rows if row.line.capacity), default=0.0)
    return {"rows": rows, "most": max(1.0, most), "statuses": OPEN_STATUSES, "own": visit.asker.only_own() is not None}


async def _loads(visit: Visit, tx: AsyncConnection, asked: Managers) -> Sequence[Load]:
    known_until = await metrics_instants.history_known_until(tx)
    period = Period.ending(read_span(asked.period, field="period"), now=visit.words.now)
    return await metrics_desk.loads(tx, period, visit.desk.policy, known_until, now=visit.words.now)


def _shift(visit: Visit, person: ManagerLine) -> Shift:
    return shift_of(person, visit.desk.gate.calendars.of(person), now=visit.words.now)


def _blocked(person: Person) -> bool:
    return person.telegram_blocked_at is not None


# ── one of them ──────────────────────────────────────────────────────────────────────────────────────────────────────
async def _manager(visit: Visit, tx: AsyncConnection, asked: OfManager) -> ManagerLine:
    """The manager. Raises ForbiddenError for another manager who looks, NotFoundError for who is none."""
    visit.asker.require_sees(asked.person_id)
    found = await listings.managers(tx, person_id=asked.person_id)
    if not found:
        raise NotFoundError(kind="manager", name=str(asked.person_id))
    return found[0]


async def _name(visit: Visit, tx: AsyncConnection, asked: OfManager) -> str:
    return (await _manager(visit, tx, asked)).name


async def card(visit: Visit, tx: AsyncConnection, asked: OfManager) -> Mapping[str, Any]:
    """The numbers of the period beside the one before; praise and tip are for the person's own eyes."""
    line = await _manager(visit, tx, asked)
    length = read_span(asked.period, field="period")
    points = len(visit.desk.policy.checklist.points)
    found = await scorecards.scorecard(tx, line.id, length, points=points, now=visit.words.now)
    texts = visit.words.texts
    mine = line.id == visit.asker.person.id
    good, better = (praise(found), tip(found)) if mine else (None, None)
    told = dict(numbers.facts(found, texts))
    return {
        "line": line,
        "card": found,
        "mine": mine,
        "figures": numbers.figures(found, texts),
        "praise": None if good is None else texts.get(f"praise-{good}", **told),
        "tip": None if better is None else texts.get(f"tip-{better}", **told),
    }


async def shift(visit: Visit, tx: AsyncConnection, asked: OfManager) -> Mapping[str, Any]:
    """On shift, off or away; how they are reached; what they carry."""
    line = await _manager(visit, tx, asked)
    person = await people.get(tx, line.id)
    loads = await _loads(visit, tx, asked)
    return {
        "line": line,
        "shift": _shift(visit, line),
        "blocked": _blocked(person),
        "load": next(load for load in loads if load.person_id == line.id),
        "may": visit.leads or line.id == visit.asker.person.id,
    }


async def limits(visit: Visit, tx: AsyncConnection, asked: OfManager) -> Mapping[str, Any]:
    """Constraints on new orders: what they are, who set them, when and why."""
    line = await _manager(visit, tx, asked)
    last = await constraints.last_set(tx, line.id)
    approvers = await people.by_ids(tx, last.approvers) if last else {}
    return {
        "line": line,
        "max_load": line.constraints.get(ConstraintKind.MAX_LOAD),
        "no_ebikes": bool(line.constraints.get(ConstraintKind.NO_EBIKES)),
        "last": last,
        "by": (await evidence.authors(tx, [last.actor], visit))[last.actor] if last else None,
        "approved_by": ", ".join(person.name for person in approvers.values()),
    }


async def orders(visit: Visit, tx: AsyncConnection, asked: OfManager) -> Mapping[str, Any]:
    """Their open orders, the most urgent first."""
    line = await _manager(visit, tx, asked)
    which = OrderFilter(statuses=[status.value for status in OPEN_STATUSES], owner_id=line.id, only_live=True)
    return {
        "line": line,
        "orders": await listings.urgent(tx, which, limit=ORDERS_SHOWN),
        "count": await listings.count(tx, which),
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """A day of the calendar: its windows, the name of an exception, working time left after absences, away or not."""

    day: date
    windows: Sequence[str]
    exception: str | None
    works: timedelta
    away: bool


async def calendar(visit: Visit, tx: AsyncConnection, asked: OfManager) -> Mapping[str, Any]:
    """The next two weeks: windows, exceptions, absences."""
    line = await _manager(visit, tx, asked)
    own = visit.desk.gate.calendars.of(line)
    working = visit.desk.gate.calendars.working(line)
    rule = visit.desk.policy.calendars.of_team(line.team)
    zone = visit.words.zone
    today = visit.words.now.astimezone(zone).date()
    days: list[Day] = []
    for day in (today + timedelta(days=number) for number in range(DAYS)):
        edges = first_reached(day, 0, zone), first_reached(day, DAY_MINUTES, zone)
        works, planned = working.working_between(*edges), own.working_between(*edges)
        days.append(
            Day(
                day=day,
                windows=[str(window) for window in own.exceptions.get(day, own.week[day.weekday()])],
                exception=next((each.name for each in rule.exceptions if each.first <= day <= each.last), None),
                works=works,
                away=works < planned,
            )
        )
    return {"line": line, "days": days, "own_calendar": bool(line.calendar), "zone": own.tz}


Board(Place.MANAGERS, Managers, (Panel("team", ("orders", "people"), team),)).install(router)
Board(
    Place.MANAGERS,
    OfManager,
    (
        Panel("card", ("orders",), card),
        Panel("orders", ("orders",), orders),
        Panel("shift", ("people", "orders"), shift),
        Panel("limits", ("people",), limits),
        Panel("calendar", ("people",), calendar),
    ),
    path="/managers/{person_id}",
    template="manager.html",
    named=_name,
).install(router)
