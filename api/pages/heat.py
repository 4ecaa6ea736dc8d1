"""The heatmap of limits: where and when they break, and the violations behind each cell."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter
from pydantic import Field
from sqlalchemy.ext.asyncio import AsyncConnection

from api.pages.board import Asked, Board, Panel
from api.pages.heat_tables import Axis, Writer
from api.pages.places import Place
from api.pages.route import PageRoute
from api.pages.shared import shared
from api.pages.visit import Visit
from domain.commands import Instant
from domain.heat import STEPS, Grid, Metric, hours_shown
from domain.measures import STAGE_LIMITS, Period, read_span
from domain.orders import OPEN_STATUSES, Status
from domain.policy import ClockKind
from store.measures import heat, limits
from store.measures.heat import (
    NOBODY,
    Teammate,
)
from store.measures.limits import (
    LimitFilter,
    Zones,
)

router = APIRouter(include_in_schema=False, route_class=PageRoute)

LINES: Final = 50
SPANS: Final = ("24h", "7d", "30d", "90d")
CLOCKS: Final = tuple(kind for kind in ClockKind if kind in STAGE_LIMITS)
WEEKDAYS: Final = range(1, 8)

Span = Literal["24h", "7d", "30d", "90d"]


class Heat(Asked):
    """What is looked at: the period, which ends now unless `until` says otherwise, what cells show, which clock."""

    period: Span = "7d"
    until: Instant | None = None
    metric: Metric = Metric.KEPT
    clock: ClockKind | None = None


class Behind(Heat):
    """One cell: limits of a stage, an owner (0: nobody), an hour or a weekday; `critical`: of the critical stages."""

    stage: Status | None = None
    owner: Annotated[int, Field(ge=0, le=2**62)] | None = None
    hour: Annotated[int, Field(ge=0, le=23)] | None = None
    weekday: Annotated[int, Field(ge=1, le=7)] | None = None
    critical: bool = False
    after: Annotated[str, Field(max_length=400)] | None = None


# ── what is counted ──────────────────────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The three tables and what their rows are called; `until` is the instant they were counted at."""

    until: datetime
    owners: Mapping[int, str]
    by_stage: Grid[int, Status]
    by_hour: Grid[int, int]
    by_weekday: Grid[Status, int]


async def found(visit: Visit, tx: AsyncConnection, asked: Heat) -> Found:
    """The tables, counted once for all who look at them."""
    key = ("heat", asked.period, asked.until, asked.clock, visit.desk.policy.version)
    return await shared(visit).of(tx, key, lambda: _count(visit, tx, asked))


async def _count(visit: Visit, tx: AsyncConnection, asked: Heat) -> Found:
    people = await heat.teammates(tx)
    which = _which(visit, asked)
    counts = await heat.counts(tx, which, _zones(visit, people))
    seen = {owner for owner, _ in counts.owner_stage}
    owners = {each.id: each.name for each in people if each.manages or each.id in seen}
    if NOBODY in seen:
        owners[NOBODY] = ""
    return Found(
        until=which.until,
        owners=owners,
        by_stage=Grid(tuple(owners), OPEN_STATUSES, counts.owner_stage),
        by_hour=Grid(tuple(owners), hours_shown(hour for _, hour in counts.owner_hour), counts.owner_hour),
        by_weekday=Grid(OPEN_STATUSES, WEEKDAYS, counts.stage_weekday),
    )


def _which(visit: Visit, asked: Heat) -> LimitFilter:
    length = read_span(asked.period, field="period")
    period = Period.ending(length, now=visit.words.now, until=asked.until)
    return LimitFilter(since=period.since, until=period.until, clock=asked.clock)


def _zones(visit: Visit, people: Sequence[Teammate]) -> Zones:
    calendars = visit.desk.gate.calendars
    of = {each.id: calendars.of_team(each.team).tz for each in people}
    return Zones(of=of, otherwise=calendars.of_team(None).tz)


# ── the tables ───────────────────────────────────────────────────────────────────────────────────────────────────────
async def hours(visit: Visit, tx: AsyncConnection, asked: Heat) -> Mapping[str, Any]:
    """Who breaks limits at which hour."""
    seen = await found(visit, tx, asked)
    return {"table": _writer(visit, asked, seen).table(seen.by_hour, _owners(visit, seen), _hours(visit))}


async def stages(visit: Visit, tx: AsyncConnection, asked: Heat) -> Mapping[str, Any]:
    """Who breaks limits at which stage."""
    seen = await found(visit, tx, asked)
    return {"table": _writer(visit, asked, seen).table(seen.by_stage, _owners(visit, seen), _stages(visit))}


async def weekdays(visit: Visit, tx: AsyncConnection, asked: Heat) -> Mapping[str, Any]:
    """At which stage limits break on which day."""
    seen = await found(visit, tx, asked)
    return {"table": _writer(visit, asked, seen).table(seen.by_weekday, _stages(visit), _weekdays(visit))}


def _writer(visit: Visit, asked: Heat, seen: Found) -> Writer:
    common = {"period": asked.period, "until": seen.until.isoformat(), "clock": asked.clock}
    return Writer(words=visit.words, metric=asked.metric, bound=_bound(visit), asked=common)


def _bound(visit: Visit) -> Decimal:
    return Decimal(visit.desk.policy.targets.sla_breach_rate_critical_below)


def _owners(visit: Visit, seen: Found) -> Axis[int]:
    def name(owner: int) -> str:
        return seen.owners[owner] or visit.words.plain("web-nobody")

    return Axis(name=name, short=name, asked=lambda owner: {"owner": owner})


def _stages(visit: Visit) -> Axis[Status]:
    plain = visit.words.plain
    return Axis(
        name=lambda stage: plain(f"status-{stage.value}"),
        short=lambda stage: plain(f"heat-stage-{stage.value}"),
        asked=lambda stage: {"stage": stage.value},
    )


def _hours(visit: Visit) -> Axis[int]:
    return Axis(
        name=lambda hour: visit.words.plain("heat-hour", start=f"{hour:02}:00", end=f"{hour:02}:59"),
        short=str,
        asked=lambda hour: {"hour": hour},
    )


def _weekdays(visit: Visit) -> Axis[int]:
    plain = visit.words.plain
    return Axis(
        name=lambda day: plain(f"heat-day-{day}"),
        short=lambda day: plain(f"heat-day-short-{day}"),
        asked=lambda day: {"weekday": day},
    )


async def filters(visit: Visit, _tx: AsyncConnection, _asked: Heat) -> Mapping[str, Any]:
    """What can be chosen, and what the colours mean."""
    bounds = [min(Decimal(1), _bound(visit) * number) for number in range(1, STEPS)]
    return {"spans": SPANS, "metrics": tuple(Metric), "clocks": CLOCKS, "bounds": bounds}


# ── behind a cell ────────────────────────────────────────────────────────────────────────────────────────────────────
async def violations(visit: Visit, tx: AsyncConnection, asked: Behind) -> Mapping[str, Any]:
    """The limits that were broken, the latest first."""
    people = await heat.teammates(tx)
    base = _which(visit, asked)
    which = LimitFilter(
        since=base.since,
        until=base.until,
        clock=asked.clock,
        stages=_asked_stages(visit, asked),
        owner_id=asked.owner,
        hour=asked.hour,
        weekday=asked.weekday,
    )
    zones = _zones(visit, people)
    broken, decided = await limits.decided(tx, which, zones)
    page = await limits.broken_page(tx, which, zones, after=asked.after, limit=LINES)
    return {
        "lines": page.lines,
        "following": page.following,
        "broken": broken,
        "decided": decided,
        "since": which.since,
        "until": which.until,
        "owner": next((each.name for each in people if each.id == asked.owner), None),
    }


def _asked_stages(visit: Visit, asked: Behind) -> Sequence[Status]:
    stages = visit.desk.policy.targets.critical_stages if asked.critical else OPEN_STATUSES
    return tuple(stage for stage in stages if asked.stage in (None, stage))


BOARD: Final = Board(
    Place.HEATMAP,
    Heat,
    (
        Panel("filters", (), filters),
        Panel("stages", ("orders",), stages),
        Panel("hours", ("orders",), hours),
        Panel("weekdays", ("orders",), weekdays),
    ),
)
BEHIND: Final = Board(
    Place.HEATMAP,
    Behind,
    (Panel("violations", ("orders",), violations),),
    path="/heatmap/behind",
    template="heatmap/behind.html",
)
BOARD.install(router)
BEHIND.install(router)
